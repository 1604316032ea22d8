"""A sweep's results as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from allocator.cli.indicator_names import indicator_name
from allocator.cli.text_table import text_table
from allocator.errors import Translate, message
from allocator.lab.exact import rounded
from allocator.lab.tornado import value_text

if TYPE_CHECKING:
    from allocator.lab.find import Found
    from allocator.lab.sweep_results import Results

MOST_SHOWN = 10
_STATUS = {
    "done": message("done"),
    "unproven": message("stopped by their limits, the best that was found"),
    "infeasible": message("infeasible"),
    "unfinished": message("stopped by their limits without any outcome"),
    "invalid": message("not possible with these tables"),
}


def sweep_text(results: Results, language: str, translate: Translate) -> str:
    """How many variants came to what; then what was found, the frontier, and the strongest levers."""
    told = results.summary
    lines = [
        told["name"],
        "  "
        + translate("{variants:,} variants; {full:,} verified by every property, the others by their counts").format(
            variants=told["variants"], full=told["verified_in_full"]
        ),
    ]
    lines += [f"  {translate(_STATUS[status])}: {number:,}" for status, number in told["status"].items()]
    lines += [_found(found, translate) for found in results.swept.found]
    if results.frontier is not None:
        lines += _frontier(results.frontier, translate)
    if results.tornado is not None:
        lines += _tornado(results.tornado, language, translate)
    return "\n".join(lines)


def _found(found: Found, translate: Translate) -> str:
    values = {"target": found.find.reach, "lever": found.find.by, "baseline": value_text(found.baseline)}
    if found.reached is None:
        said = translate("{target}: none of {tried:,} values of {lever} meets it")
        return "  " + said.format(tried=len(found.tried), **values)
    said = translate(
        "{target}: {lever} from {baseline} to {value} gives {reached}; no smaller change that was tried does"
    )
    return "  " + said.format(value=value_text(found.value), reached=rounded(found.reached), **values)


def _frontier(table: pl.DataFrame, translate: Translate) -> Iterator[str]:
    best = table.filter(~pl.col("dominated"))
    said = translate("{count:,} points that no other beats in all of: {figures}")
    figures = [name for name in table.columns if name not in ("point", "dominated", "dominated_by")]
    yield "  " + said.format(count=best.height, figures=", ".join(figures))
    shown = best.head(MOST_SHOWN).select("point", *figures)
    rows = [[str(cell) for cell in row] for row in shown.iter_rows()]
    yield from text_table([[translate("point"), *figures], *rows], indent="    ")


def _tornado(table: pl.DataFrame, language: str, translate: Translate) -> Iterator[str]:
    yield "  " + translate("Each lever alone, the strongest first:")
    heads = [translate(name) for name in _HEADS]
    rows = [
        [
            f"{indicator_name(row['indicator'], language)}: {row['lever']}",
            row["baseline"],
            f"{row['lowest']} ({row['lowest_at'] or '-'})",
            f"{row['highest']} ({row['highest_at'] or '-'})",
            row["swing"],
        ]
        for row in table.filter(pl.col("swing") != "0").iter_rows(named=True)
    ]
    yield from text_table([["", *heads], *rows], indent="    ")


_HEADS = (message("baseline"), message("lowest (at)"), message("highest (at)"), message("swing"))
