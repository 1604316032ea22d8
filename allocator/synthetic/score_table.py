"""A published score distribution (一分一段表): how many applicants have each total."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from allocator.errors import Problems, Where, message
from allocator.scenario.whole_shares import whole_shares
from allocator.synthetic.profile import ScoreTable
from allocator.synthetic.published import raise_profile_error, read_published, whole_number

IntArray = NDArray[np.int64]


def published_totals(table: ScoreTable, data: Path | None, applicants: int | None) -> IntArray:
    """The totals of all applicants, best first, exactly as published; (applicant,).

    For another number of applicants, the published numbers are scaled with largest remainders. The first row, "that
    score and above", counts as that score: nothing is known about who lies above. Raises ProfileError.
    """
    rows = read_published(data, table.file, score_columns(table))
    problems = Problems()
    scores = [whole_number(row, table.score, table.file, problems) for row in rows]
    numbers = [whole_number(row, table.number, table.file, problems) for row in rows]
    running = 0
    for i, row in enumerate(rows):
        running += numbers[i]
        if i and scores[i] >= scores[i - 1]:
            where = Where(file=table.file, row=row[0], column=table.score)
            problems.add(where, message('found "{found}", expected falling scores.'), found=scores[i])
        if table.cumulative:
            stated = whole_number(row, table.cumulative, table.file, problems)
            if stated != running:
                where = Where(file=table.file, row=row[0], column=table.cumulative)
                said = message('found "{found}", expected {sum}, the numbers down to here.')
                problems.add(where, said, found=stated, sum=running)
                running = stated  # one slip is reported once
    raise_profile_error(problems)
    if applicants is not None and applicants != sum(numbers):
        numbers = whole_shares(applicants, numbers)
    return np.repeat(np.array(scores, dtype=np.int64), numbers)


def score_columns(table: ScoreTable) -> list[str]:
    """The columns that the score table must have."""
    return [table.score, table.number] + ([table.cumulative] if table.cumulative else [])
