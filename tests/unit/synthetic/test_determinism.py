"""The same seed gives the same bytes: twice, in another process, and on another machine."""

import hashlib
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from allocator.synthetic import generate

PRINT_DIGEST = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_determinism import digest
from allocator.synthetic import generate
print(digest(generate(Path(sys.argv[1]), seed=11, applicants=1500)))
"""


def digest(tables: dict[str, pl.DataFrame]) -> str:
    """SHA-256 of all tables as CSV, by name."""
    text = "".join(f"{name}\n{tables[name].write_csv()}" for name in sorted(tables))
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_in_another_process(yulin_profile: Path) -> None:
    here = digest(generate(yulin_profile, seed=11, applicants=1500))
    there = subprocess.run(
        [sys.executable, "-c", PRINT_DIGEST, str(yulin_profile), str(Path(__file__).parent)],
        check=True, capture_output=True, text=True, cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert there.stdout.strip() == here


def test_another_seed_gives_another_cohort(yulin_profile: Path) -> None:
    one, two = (generate(yulin_profile, seed=seed, applicants=1500) for seed in (11, 12))
    for name in ("applicants", "choices", "feeder_seats"):
        assert digest({name: one[name]}) != digest({name: two[name]}), name


def test_pieces_of_another_size_give_the_same_lists(yulin_profile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = generate(yulin_profile, seed=11, applicants=1500)
    monkeypatch.setattr("allocator.synthetic.lists.PIECE", 97)
    assert digest(generate(yulin_profile, seed=11, applicants=1500)) == digest(whole)


def test_the_tables_are_text_and_whole_numbers(yulin: dict[str, pl.DataFrame]) -> None:
    for name, table in yulin.items():
        assert set(table.schema.dtypes()) <= {pl.String, pl.Int64}, name


def test_flags_are_written_as_true_and_false(yulin: dict[str, pl.DataFrame]) -> None:
    for column in ("migrant_child", "poverty_registered", "special_needs", "repeater", "accepts_reassignment"):
        assert set(yulin["applicants"][column]) == {"true", "false"}, column
