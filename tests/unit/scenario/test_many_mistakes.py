"""Many mistakes: all kinds in one report, the first ten of each and a count, and a million cost no more than ten."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import polars as pl
import pytest

from allocator.errors import InputError, Problem, Problems, Where, grouped
from allocator.scenario.scenario import load
from tests.unit.scenario.small_town import SCENARIO, TABLES, write_town


def test_the_first_ten_of_a_kind_are_shown_and_the_rest_counted_after_them() -> None:
    rows = [Problem(Where("a.csv", row=i, column="x"), "wrong") for i in range(25)]
    other = Problem(Where("b.csv", row=1, column="x"), "wrong")
    shown = grouped([*rows, other])
    assert [p.text() for p in shown[9:]] == [
        "a.csv row 9, column x: wrong",
        "a.csv, column x: 15 more of the same kind",
        "b.csv row 1, column x: wrong",
    ]
    assert InputError(shown).num_mistakes == 26


def test_a_problem_that_stands_for_others_is_counted_with_them() -> None:
    first = [Problem(Where("a.csv", row=i), "wrong") for i in range(1, 11)]
    first[-1] = Problem(Where("a.csv", row=10), "wrong", {}, further=990)
    shown = grouped([*first, Problem(Where("a.csv", row=2000), "wrong")])
    assert len(shown) == 11
    assert shown[-1].text() == "a.csv: 991 more of the same kind"
    assert InputError(shown).num_mistakes == 1001
    assert grouped(shown) == shown  # what is grouped already stays as it is


def test_problems_of_few_rows_keep_their_order() -> None:
    problems = Problems()
    for i in range(3):
        problems.add(Where("a.csv", row=i), "wrong")
        problems.add(Where("b.csv", row=i), "wrong")
    with pytest.raises(InputError) as error:
        problems.raise_if_any()
    assert error.value.problems == tuple(problems)


def test_a_hundred_mistakes_of_all_files_come_in_one_report(tmp_path: Path) -> None:
    town = write_town(
        tmp_path,
        applicants=TABLES["applicants"] + "".join(f"1{i:03},x,01,A,bad,1,1,,,A,A,3,no\n" for i in range(40)),
        seats=TABLES["seats"].replace("late,P4,open,2", "late,P4,open,-2\nlate,P9,open,1\nnever,P4,open,1"),
        choices=TABLES["choices"] + "".join(f"9{i:03},late,{i + 1},P4\n" for i in range(50)),
        priorities=TABLES["priorities"].replace("88", "much"),
        feeder_seats=TABLES["feeder_seats"].replace("02,1", "03,1"),
        schools="school_id,name\nS1\n",
    )
    (town / "scenario.yaml").write_text(SCENARIO.replace("exam, pools: [open, f", "exm, pools: [open, f"), "utf-8")
    with pytest.raises(InputError) as error:
        load(town)
    report = error.value.text().splitlines()
    begins = [
        "scenario.yaml line 34, batches.1.ranking",
        "applicants.csv row 10, column total",
        "applicants.csv, column total: 30 more",
        "seats.csv row 9, column seats",
        "seats.csv row 10, column programme_id",
        "seats.csv row 11, column batch",
        "choices.csv row 21, column applicant_id",
        "choices.csv, column applicant_id: 40 more",
        "priorities.csv row 3, column priority",
        "feeder_seats.csv row 3, column feeder_school_id",
        "schools.csv row 2",
    ]
    for begin in begins:
        assert [line for line in report if line.startswith(begin)], begin
    assert len(report) == 20 + len(begins) - 2 + 2 - 2
    assert error.value.num_mistakes == 40 + 50 + 7


def test_wrong_keys_do_not_hide_mistakes_in_tables(tmp_path: Path) -> None:
    town = write_town(
        tmp_path,
        choices=TABLES["choices"].replace("0005,late,2,P4", "0099,late,2,P4"),
        seats=TABLES["seats"].replace("late,P4,open,2", "late,P9,open,x"),
    )
    (town / "scenario.yaml").write_text(SCENARIO.replace("year: 2026", "yaer: 2026\nname: Twice"), "utf-8")
    with pytest.raises(InputError) as error:
        load(town)
    assert [p.where.text() for p in error.value.problems] == [
        "scenario.yaml line 4, name",
        "scenario.yaml line 3, yaer",
        "seats.csv row 9, column programme_id",
        "seats.csv row 9, column seats",
        "choices.csv row 17, column applicant_id",
    ]


def test_nothing_is_said_about_references_to_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    town = write_town(tmp_path, applicants="applicant_id\n1,2\n", programmes="")
    with pytest.raises(InputError) as error:
        load(town)
    assert {p.where.file for p in error.value.problems} == {"applicants.csv", "programmes.csv"}


def test_of_a_wrong_cell_no_more_is_shown_than_its_start(tmp_path: Path) -> None:
    secret = "450102200801011234567"
    wide = TABLES["applicants"].replace("0002,Two,01,A,640", f"0002,Two,01,A,{secret}")
    with pytest.raises(InputError) as error:
        load(write_town(tmp_path, applicants=wide))
    assert secret not in error.value.text()
    assert "Two" not in error.value.text()


@pytest.mark.parametrize("kind", ["cells", "references", "widths", "keys"])
def test_a_million_mistakes_are_reported_fast_and_in_little_memory(kind: str, tmp_path: Path) -> None:
    number = 1_000_000
    ids = pl.Series("applicant_id", range(number)).cast(pl.String).str.zfill(7)
    if kind == "references":
        changed = {"choices": "applicant_id,batch,choice,programme_id\n" + "x,early,1,P1\n" * number}
    elif kind == "widths":
        changed = {"choices": "applicant_id,batch,choice,programme_id\n" + "0001,early,1\n" * number}
    elif kind == "keys":
        changed = {"schools": "school_id\n" + "S1\n" * number}
    else:
        header, *_ = TABLES["applicants"].splitlines()
        changed = {"applicants": header + "\n" + "\n".join(ids + ",x,01,A,bad,1,1,,,A,A,3,no") + "\n"}
    town = write_town(tmp_path, **changed)
    began = time.perf_counter()
    tracemalloc.start()
    with pytest.raises(InputError) as error:
        load(town)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.perf_counter() - began < 10
    assert error.value.num_mistakes >= number - 1
    assert len(error.value.problems) < 50
    assert peak < 600_000_000
