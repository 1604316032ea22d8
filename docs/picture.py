"""The picture of the README: who of scenarios/yulin got what, by score.

Usage: python docs/picture.py RESULTS FILE.svg
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from allocator.cli.results import read_result

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 860, 330, 64, 46, 58
STEP = 10  # points per bar
COLOURS = {"general": "#2f6db3", "vocational": "#e0912f", "unplaced": "#b9bec6"}
LABELS = {"general": "general 普高", "vocational": "vocational 中职", "unplaced": "unplaced 未录取"}


def counts(results: Path) -> tuple[pl.DataFrame, int, str]:
    """Applicants by score band and what they got, the control line, and the scenario's name."""
    scenario, outcome = read_result(results, None)
    tracks = pl.DataFrame(
        {"programme_id": scenario.cohort.programmes.ids, "general": scenario.cohort.programmes.is_general}
    )
    scores = scenario.cohort.applicants.numbers["total"]
    got = outcome.assignments.join(tracks, on="programme_id", how="left", maintain_order="left")
    frame = pl.DataFrame({"band": scores.unscaled // (STEP * 10**scores.scale), "general": got["general"]})
    kind = pl.when(pl.col("general").is_null()).then(pl.lit("unplaced"))
    kind = kind.when(pl.col("general")).then(pl.lit("general")).otherwise(pl.lit("vocational"))
    table = frame.with_columns(kind.alias("kind")).group_by("band", "kind").len().sort("band", "kind")
    return table, int(outcome.summary["control_lines"][""]), str(outcome.summary["scenario"])


def draw(table: pl.DataFrame, line: int, name: str) -> str:
    bands = table["band"].to_list()
    first, last = min(bands), max(bands)
    most = max(table.group_by("band").agg(pl.col("len").sum())["len"].to_list())
    bar = (WIDTH - LEFT - 20) / (last - first + 1)
    scale = (HEIGHT - BOTTOM - TOP) / most
    base = HEIGHT - BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{name}: applicants by score and what they were admitted to</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for number in range(0, most + 1, 1000):
        y = base - number * scale
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - 20}" stroke="#e4e7eb"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#555">{number:,}</text>')
    tops = dict.fromkeys(range(first, last + 1), float(base))
    for kind in COLOURS:
        for band, number in table.filter(pl.col("kind") == kind).select("band", "len").iter_rows():
            height = number * scale
            tops[band] -= height
            place = f'x="{LEFT + (band - first) * bar:.1f}" y="{tops[band]:.1f}"'
            size = f'width="{bar - 0.8:.1f}" height="{height:.1f}"'
            parts.append(f'<rect {place} {size} fill="{COLOURS[kind]}"/>')
    for band in range(first - first % 10 + 10, last + 1, 10):
        x = LEFT + (band - first) * bar
        parts.append(f'<text x="{x:.1f}" y="{base + 18}" text-anchor="middle" fill="#555">{band * STEP}</text>')
    x = LEFT + (line / STEP - first) * bar
    parts.append(f'<path d="M{x:.1f} {TOP - 14}V{base}" stroke="#b3261e" stroke-width="1.6" stroke-dasharray="5 3"/>')
    parts.append(f'<text x="{x + 6:.1f}" y="{TOP - 4}" fill="#b3261e">control line 普高控制线 {line}</text>')
    caption = f"examination score 总分 ({STEP} points per bar); applicants 人数"
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}" fill="#555">{caption}</text>')
    for i, (kind, colour) in enumerate(COLOURS.items()):
        parts.append(f'<rect x="{LEFT + i * 160}" y="12" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + 18 + i * 160}" y="22" fill="#222">{LABELS[kind]}</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(draw(*counts(Path(sys.argv[1]))), encoding="utf-8")
