"""How lines move between two outcomes."""

from __future__ import annotations

from pathlib import Path

import allocator
from allocator.indicators import MOVEMENTS_SCHEMA, line_movements
from tests.unit.indicators.hand_city import TABLES, outcome_of, solved, write


def test_no_line_moves_between_an_outcome_and_itself(tmp_path: Path) -> None:
    _, outcome = solved(tmp_path)
    found = line_movements(outcome, outcome)
    assert found.schema == MOVEMENTS_SCHEMA
    assert found.height == outcome.lines.height
    assert not found["moved"].any()
    assert set(found["movement"]) == {"0", None}


def test_a_line_that_falls_appears_or_goes_is_told_exactly(tmp_path: Path) -> None:
    _, before = solved(tmp_path)
    variant = tmp_path / "variant"
    variant.mkdir()
    write(variant)
    applicants = TABLES["applicants"].replace("a5,F2,A,70", "a5,F2,A,70.5")
    (variant / "applicants.csv").write_text(applicants, encoding="utf-8")
    # The cell of F4 is F1's now: a1 takes it, a5 the open seat that a1 had, and a10 finds none left over.
    feeder_seats = TABLES["feeder_seats"].replace("F4", "F1")
    (variant / "feeder_seats.csv").write_text(feeder_seats, encoding="utf-8")
    after = outcome_of(allocator.load(variant))
    rows = {
        (row["batch"], row["programme_id"], row["pool"], row["feeder_school_id"]): row
        for row in line_movements(before, after).iter_rows(named=True)
    }
    moved = {key: (row["before"], row["after"], row["movement"]) for key, row in rows.items() if row["moved"]}
    assert moved == {
        ("main", "D1", "open", None): ("80", "70.5", "-9.5"),
        ("main", "D1", "feeder", "F1"): (None, "100", None),
        ("rest", "D1", "open", None): ("20", None, None),
    }
    assert rows["main", "D1", "feeder", "F4"]["full_after"] is None
    assert rows["main", "D1", "feeder", "F1"]["full_before"] is None
    assert rows["main", "N1", "open", None]["movement"] == "0"
