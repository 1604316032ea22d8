"""scenarios/example: the engine, the README that works it out by hand, and expected.json say the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import allocator
from allocator.optimise.feeder_seats import feeder_seats

EXAMPLE = Path(__file__).resolve().parents[2] / "scenarios" / "example"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")

Place = tuple[str, str, str, int]  # programme, batch, pool, choice
Assigned = dict[str, Place]  # by applicant; the unplaced left out


def table_under(heading: str) -> list[dict[str, str]]:
    """The first table below a heading of the README, row by row."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = section[section.index("\n|") + 1 :].split("\n\n")[0].splitlines()
    head, _, *body = [[cell.strip() for cell in line.strip().split("|")[1:-1]] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in body]


def assigned(outcome: allocator.Outcome) -> Assigned:
    placed = outcome.assignments.drop_nulls("programme_id")
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in placed.iter_rows()}


@pytest.fixture(scope="module")
def scenario() -> allocator.Scenario:
    return allocator.load(EXAMPLE)


@pytest.fixture(scope="module")
def outcome(scenario: allocator.Scenario) -> allocator.Outcome:
    return allocator.run(scenario)


def test_the_engine_finds_the_expected_assignments_and_control_line(outcome: allocator.Outcome) -> None:
    expected = json.loads((EXAMPLE / "expected.json").read_text(encoding="utf-8"))
    fields = ("programme_id", "batch", "pool", "choice")
    assert assigned(outcome) == {i: tuple(row[f] for f in fields) for i, row in expected["assignments"].items()}
    assert outcome.summary["control_lines"] == expected["control_lines"]


def test_the_readme_gives_everybody_the_result_that_the_engine_finds(outcome: allocator.Outcome) -> None:
    rows = table_under("Result")
    assert [row["id"] for row in rows] == outcome.assignments["applicant_id"].to_list()
    by_hand = {
        row["id"]: (row["programme"], row["batch"], row["pool"], int(row["choice"])) for row in rows if row["programme"]
    }
    assert by_hand == assigned(outcome)


def test_the_readme_gives_the_lines_that_the_engine_finds(outcome: allocator.Outcome) -> None:
    seated = outcome.lines.filter(pl.col("seats") > 0)
    columns = ["batch", "programme_id", "pool", "feeder_school_id", "seats", "admitted", "line"]
    engine = [tuple("" if cell is None else str(cell) for cell in row) for row in seated.select(columns).iter_rows()]
    assert [tuple(row.values()) for row in table_under("Lines")] == engine


def test_the_readme_lists_the_applicants_of_the_table(scenario: allocator.Scenario) -> None:
    table = scenario.cohort.applicants.table
    readme = {row["id"]: row for row in table_under("What is given")}
    assert list(readme) == table["applicant_id"].to_list()
    for row in table.iter_rows(named=True):
        told = readme[row["applicant_id"]]
        assert row["name"].split()[1] == told["applicant"]
        assert row["feeder_school_id"] == told["school"]
        assert row["total"] == told["score"].split(" + ")[0]
        assert row["maths"] == told["maths"]
        other = [
            f"skill {row['skill']}" if row["skill"] else "",
            "poor" if row["poor"] else "",
            "bonus " + " and ".join(filter(None, (row["minority_bonus"], row["martyr_bonus"])))
            if row["minority_bonus"]
            else "",
            {"1": "enrolled 1 year", "2": "enrolled 2 years"}.get(row["enrolled_years"], ""),
        ]
        assert "; ".join(filter(None, other)) == told["other"]


def test_the_readme_lists_the_choices_of_the_table(scenario: allocator.Scenario) -> None:
    choices = scenario.frames["choices"].sort("applicant_id", "batch", "choice")
    lists: dict[tuple[str, str], list[str]] = {}
    for row in choices.iter_rows(named=True):
        lists.setdefault((row["applicant_id"], row["batch"]), []).append(row["programme_id"])
    told = {
        (row["id"], batch): row[batch].split(", ")
        for row in table_under("What is given")
        for batch in ("early", "main", "vocational", "supplementary")
        if row[batch]
    }
    assert told == lists


def test_the_readme_gives_the_floors_that_were_in_force(outcome: allocator.Outcome) -> None:
    floors = {(f["programme_id"], f["pool"]): f["floor"] for f in outcome.floors.iter_rows(named=True)}
    assert floors == {
        ("no1", "feeder"): "480",
        ("no2", "feeder"): "476",
        ("no2", "poor"): "350",
        ("nursing", "poor"): "368",
    }
    for text in ("480 at no1, 476 at no2", "The floor of the pool for the poor is 350", "= 368 (R6): **368**"):
        assert text in " ".join(README.split())


def test_every_property_of_the_rules_holds(scenario: allocator.Scenario, outcome: allocator.Outcome) -> None:
    certificate = allocator.verify(scenario, outcome)
    assert not certificate.breaches
    assert set(certificate.verdicts) == {"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10"}


# What the scenario would come to without one of its rules: whom it concerns first, and what they would have instead.
WITHOUT: dict[str, tuple[dict[str, Any], dict[str, Place | None]]] = {
    "R1, the group of a pool": (
        {"groups.talented.skill.at_least": 50},
        {"03": ("no1", "early", "talent", 1)},
    ),
    "R1, the group of a pool per feeder school": (
        {"pools.feeder.group": None},
        {"09": ("no1", "main", "feeder", 1), "05": ("no2", "main", "open", 2)},
    ),
    "R2, the tie-breaker": ({"rankings.exam.tie_break": []}, {"07": ("no2", "main", "open", 2)}),
    "R2, the seed of the lottery": (
        {"lottery_seed": "example 2027"},
        {"10": ("no2", "main", "feeder", 1), "13": None},
    ),
    "R2, the bonus": ({"derived.bonus.at_most": 0}, {"04": ("no1", "main", "open", 1), "17": None}),
    "R3, choice before score": (
        {"batches.early.order": "score_first"},
        {"08": ("nursing", "early", "open", 2), "15": None},
    ),
    "R3, score before choice": (
        {"batches.main.order": "choice_first"},
        {"13": ("no2", "main", "open", 1), "09": None},
    ),
    "R3, choice within a band": (
        {"batches.vocational.order": "score_first"},
        {"06": ("cars", "vocational", "open", 2), "08": ("machines", "vocational", "open", 2)},
    ),
    "R4, all equals": ({"rankings.art.ties": "lottery"}, {"12": None}),
    "R5, open seats first": (
        {"batches.main.pools": ["feeder", "poor", "open"]},
        {"01": ("no1", "main", "feeder", 1), "04": ("no1", "main", "open", 1)},
    ),
    "R5, reversion": ({"pools.feeder.unfilled": "lapse"}, {"05": ("no2", "main", "open", 2), "09": None}),
    "R6, a floor by the provisional line": ({"pools.feeder.floor": None}, {"06": ("no1", "main", "feeder", 1)}),
    "R6, a floor by an earlier batch": (
        {"pools.poor.floor": {"score": 350}},
        {"16": ("nursing", "vocational", "poor", 1), "14": None},
    ),
    "R6, a floor by a score": (
        {"pools.poor.floor": {"below_line": 30, "of": "early"}},
        {"18": ("no2", "main", "poor", 1)},
    ),
    "R7, carrying over": (
        {"pools.talent.unfilled": "lapse"},
        {"03": ("no1", "main", "feeder", 1), "05": ("no2", "main", "open", 2)},
    ),
    "R7, lapse": ({"pools.poor.unfilled": "open"}, {"06": ("nursing", "vocational", "reverted", 1)}),
    "R8, the control line": ({"guideline.enforce": "report"}, {"14": ("no2", "supplementary", "open", 1)}),
    "R9, rounding all programmes together": (
        {"pools.feeder.apportion.method": "largest_remainder"},
        {"06": ("no2", "main", "feeder", 2), "13": None},
    ),
}


@pytest.mark.parametrize("rule", WITHOUT)
def test_without_one_of_its_rules_the_result_is_another(
    rule: str, scenario: allocator.Scenario, outcome: allocator.Outcome
) -> None:
    overrides, instead = WITHOUT[rule]
    variant = assigned(allocator.run(scenario.replace(overrides)))
    assert {applicant: variant.get(applicant) for applicant in instead} == instead
    assert all(assigned(outcome).get(applicant) != place for applicant, place in instead.items())


@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "concerned"),
    [
        ("R1, a programme's least score", "programmes.csv", "机电,中职,,355", "机电,中职,,", "14"),
        ("R7, the leftover batch", "choices.csv", "14,supplementary,3,nursing\n", "", "14"),
        ("R7, placed once", "choices.csv", "02,early,1,no1\n", "", "02"),
    ],
)
def test_without_one_line_of_a_table_the_result_is_another(
    rule: str, file: str, old: str, new: str, concerned: str, outcome: allocator.Outcome, tmp_path: Path
) -> None:
    variant = tmp_path / "variant"
    shutil.copytree(EXAMPLE, variant)
    text = (variant / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (variant / file).write_text(text.replace(old, new), encoding="utf-8")
    changed = assigned(allocator.run(allocator.load(variant)))
    assert changed.get(concerned) != assigned(outcome)[concerned], rule


def test_apportioning_school_by_school_would_leave_a_feeder_school_without_a_seat(
    scenario: allocator.Scenario,
) -> None:
    def totals(method: str) -> list[int]:
        rows = feeder_seats(scenario.replace({"pools.feeder.apportion.method": method}))
        return [int(rows.seats[rows.feeder_school == school].sum()) for school in range(3)]

    assert totals("largest_remainder") == [2, 2, 0]
    assert totals("controlled") == [2, 1, 1]
