"""Lines that families know because they were published: the rank of last year's line, by programme."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from allocator.errors import Problems
from allocator.synthetic.expectation import NEVER_FULL
from allocator.synthetic.offer import Offer
from allocator.synthetic.profile import KnownLines, Profile
from allocator.synthetic.published import raise_profile_error, read_published, whole_number
from allocator.synthetic.score_table import published_totals


def known_lines(profile: Profile, offer: Offer, data: Path | None) -> Mapping[str, float]:
    """Rank share of the known line by programme_id, NEVER_FULL where none was published. Raises ProfileError.

    The lowest line of the table is the control line, which schools with empty seats share. Families know this year's
    control line before they file, the least total of the list; those schools are expected to end there again.
    """
    spec = profile.filing.known_lines
    assert spec  # asked for; the cross-checks see to the two tables
    assert profile.school_table
    assert profile.scores.table
    file = spec.file
    rows = read_published(data, file, known_columns(profile, spec))
    problems = Problems()
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        school_id = row[1][profile.school_table.school_id].strip()
        found[school_id] = {kind: whole_number(row, name, file, problems) for kind, name in spec.columns.items()}
    raise_profile_error(problems)
    before = published_totals(profile.scores.table.model_copy(update={"file": spec.scores}), data, None)
    now = published_totals(profile.scores.table, data, None)
    control = min((line for lines in found.values() for line in lines.values() if line), default=0)
    least = profile.lists[spec.batch].least_total
    shares = {}
    for programme in offer.programmes:
        lines = found.get(offer.schools[programme.school].school_id, {})
        if programme.kind in lines:
            line = lines[programme.kind]
            above = np.mean(now >= least) if least and line == control else np.mean(before >= line)
            shares[programme.programme_id] = float(above) if line else NEVER_FULL
    return shares


def known_columns(profile: Profile, spec: KnownLines) -> list[str]:
    """The columns that the table of known lines must have."""
    assert profile.school_table
    return [profile.school_table.school_id, *spec.columns.values()]
