"""A count without a model: seats at schools whose line was as high, in both years, against the rank of the line.

Whoever stands at a school's line has as many applicants before them as that school and all better ones have seats,
feeder seats and others together. If those seats grow by a tenth, the line's rank does too. Who competes for which
seats, distance and taste are left out; so are 调剂 seats, which hardly anybody of the score table takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median_low

from benchmarks.backtest.tables import Published, score_at, seats_of_schools


def counted_prediction(published: Published, data: Path, control_line: int) -> dict[str, int]:
    """The next year's lines by school code; new schools count as having had the median line of all."""
    before, after = (seats_of_schools(data / f"schools_{year}.csv") for year in (2023, 2024))
    median = median_low(published.open_lines.values())
    line_of = {**{code: median for code in after if code not in before}, **published.lines}
    return {
        code: max(control_line, _moved(published, line, _above(before, line_of, line), _above(after, line_of, line)))
        for code, line in published.open_lines.items()
    }


def _moved(published: Published, line: int, seats_before: int, seats_after: int) -> int:
    return score_at(published.after, published.before[line] * seats_after, seats_before)


def _above(seats: Mapping[str, int], line_of: Mapping[str, int], line: int) -> int:
    """The seats of all schools with a line at least as high."""
    return sum(number for code, number in seats.items() if line_of.get(code, -1) >= line)
