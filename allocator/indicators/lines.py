"""Lines (录取分数线) of programmes, and how they move from one outcome to another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from allocator.errors import message
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, missing, quotient
from allocator.outcome.outcome import Outcome

FAMILY = Family(
    "lines",
    "录取分数线",
    message("The lowest admitted scores of programmes."),
    "practice.md, What comes out: 录取分数线; rules.md, R6",
)
OPEN_LINE = Indicator(
    "open_line",
    FAMILY.name,
    message("points"),
    message(
        "Lowest score admitted through `open` in the first batch where the programme has open seats and all were taken "
        "(R6). A programme without such a batch has no line."
    ),
    "rules.md, R6",
    "统招录取线",
    "neither",
)
QUOTA_LINE = Indicator(
    "quota_line",
    FAMILY.name,
    message("points"),
    message(
        "Lowest score admitted through any cell of the programme's pools per feeder school, in the first batch where "
        "anybody was."
    ),
    "practice.md, What comes out: 指标完成情况, 最低分",
    "指标录取最低分",
    "neither",
)
INDICATORS = (OPEN_LINE, QUOTA_LINE)
NO_QUOTA = message("no batch has a pool per feeder school")
_NOT_FULL = message("open seats were left in every batch: everybody eligible is admitted")
_NOBODY_BY_QUOTA = message("nobody was admitted through a cell")

MOVEMENTS_SCHEMA = pl.Schema(
    {
        "batch": pl.String,
        "programme_id": pl.String,
        "pool": pl.String,
        "feeder_school_id": pl.String,  # null where the pool has no cells
        "before": pl.String,  # lowest admitted score, an exact decimal; null where there is none
        "after": pl.String,
        "movement": pl.String,  # after − before, an exact decimal; null where one of them is missing
        "moved": pl.Boolean,  # whether they differ; from a score to none too
        "full_before": pl.Boolean,  # whether all seats were taken, so that the line decided; null without such a pool
        "full_after": pl.Boolean,
    }
)
_KEY = ("batch", "programme_id", "pool", "feeder_school_id")


def rows(facts: Facts) -> Iterator[Row]:
    ids = facts.scenario.cohort.programmes.ids
    programmes = sorted(range(len(ids)), key=ids.__getitem__)
    has_quota = any(facts.scenario.settings.feeder_pool(batch) for batch in facts.scenario.settings.batches)
    for programme in programmes:
        yield _row(OPEN_LINE, facts, programme, first_open_line(facts, programme), _NOT_FULL)
    if not has_quota:
        yield missing(QUOTA_LINE, NO_QUOTA)
        return
    quota = _lowest_by_quota(facts)
    for programme in programmes:
        yield _row(QUOTA_LINE, facts, programme, quota.get(ids[programme]), _NOBODY_BY_QUOTA)


def _row(indicator: Indicator, facts: Facts, programme: int, line: str | None, reason: str) -> Row:
    name = facts.scenario.cohort.programmes.ids[programme]
    if line is None:
        return missing(indicator, reason, "programme", name)
    return quotient(indicator, "programme", name, *Decimal(line).as_integer_ratio())


def first_open_line(facts: Facts, programme: int) -> str | None:
    """The open line of the programme's first batch that has one."""
    of_batch = facts.open_lines.get(programme, {})
    return of_batch[min(of_batch)] if of_batch else None


def open_line(facts: Facts, programme: int, batch: int) -> str | None:
    """The open line of a batch, else of the next later one, else of the nearest earlier one in the same ranking."""
    batches, own = facts.scenario.settings.batches, facts.scenario.cohort.programmes.ranking[programme]
    of_batch = facts.open_lines.get(programme, {})
    for other in (*range(batch, len(batches)), *range(batch - 1, -1, -1)):
        if other in of_batch and (own is not None or batches[other].ranking == batches[batch].ranking):
            return of_batch[other]
    return None


def _lowest_by_quota(facts: Facts) -> dict[str, str]:
    """The lowest score through any cell, by programme, in the first batch where there is one."""
    cells = facts.outcome.lines.filter(pl.col("feeder_school_id").is_not_null() & pl.col("line").is_not_null())
    found: dict[str, str] = {}
    for batch in reversed(facts.scenario.settings.batches):
        here = cells.filter(pl.col("batch") == batch.name)
        lowest: dict[str, str] = {}
        for name, line in zip(here["programme_id"], here["line"], strict=True):
            if name not in lowest or Decimal(line) < Decimal(lowest[name]):
                lowest[name] = line
        found |= lowest
    return found


def line_movements(before: Outcome, after: Outcome) -> pl.DataFrame:
    """Every published line of either outcome beside the other's; MOVEMENTS_SCHEMA, in the order of the two.

    Rows that only the later outcome has, such as a pool of a new school, follow those of the earlier one.
    """
    joined = (
        _side(before, "before")
        .join(_side(after, "after"), on=_KEY, how="full", coalesce=True, nulls_equal=True)
        .sort("place_before", "place_after", nulls_last=True)
    )
    pairs = list(zip(joined["before"], joined["after"], strict=True))
    moved = [None if a is None or b is None else f"{(Decimal(b) - Decimal(a)).normalize():f}" for a, b in pairs]
    return joined.with_columns(
        pl.Series("movement", moved, dtype=pl.String),
        pl.Series("moved", [a != b for a, b in pairs], dtype=pl.Boolean),
    ).select(MOVEMENTS_SCHEMA.names())


def _side(outcome: Outcome, name: str) -> pl.DataFrame:
    return outcome.lines.select(
        *_KEY,
        pl.col("line").alias(name),
        ((pl.col("seats") > 0) & (pl.col("admitted") >= pl.col("seats"))).alias(f"full_{name}"),
        pl.int_range(pl.len()).alias(f"place_{name}"),
    )
