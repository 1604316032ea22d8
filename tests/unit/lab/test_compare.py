"""Who moved from one outcome to another, by which rule, and what that did to each group."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

import allocator
from allocator.cli import compare as compare_command
from allocator.errors import UsageError
from allocator.lab.compare import Pair, check_place, compare
from allocator.lab.moves import merged_batches
from allocator.lab.reasons import REASONS
from allocator.lab.same_ranking import same_ranking
from allocator.lab.side_by_side import Side
from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario
from tests.unit.capacity.small_town import SCENARIO, SEATS, write_town
from tests.unit.cli.console import EXAMPLE


def side(name: str, scenario: Scenario) -> Side:
    outcome = allocator.run(scenario)
    assert isinstance(outcome, Outcome)
    return Side(name, scenario, outcome)


def changed(overrides: dict[str, Any]) -> Pair:
    """The example before and after."""
    scenario = allocator.load(EXAMPLE)
    return compare([side("before", scenario), side("after", scenario.replace(overrides))]).pairs[0]


@pytest.fixture
def more_seats(tmp_path: Path) -> Pair:
    """The small town before and after A has a second seat: a2 moves up to A, a3 to B, a4 is placed at C."""
    before = write_town(tmp_path / "before")
    after = write_town(tmp_path / "after", seats=SEATS.replace("main,A,open,1", "main,A,open,2"))
    return compare([side("before", allocator.load(before)), side("after", allocator.load(after))]).pairs[0]


def test_every_vacancy_is_followed_by_hand(more_seats: Pair) -> None:
    columns = ("applicant_id", "from_programme_id", "to_programme_id", "change", "reason", "line_before", "line_after")
    assert more_seats.moves.select(columns).rows() == [
        ("a2", "B", "A", "better", "seats", "600", "590"),
        ("a3", "C", "B", "better", "line", "590", "580"),
        ("a4", None, "C", "better", "line", "580", "570"),
    ]
    assert more_seats.groups.row(0, named=True) == {
        "group_by": "",
        "group": "",
        "applicants": 6,
        "moved": 3,
        "better": 3,
        "worse": 0,
        "newly_placed": 1,
        "no_longer_placed": 0,
        "to_general": 1,
        "from_general": 0,
    }
    assert more_seats.lines["programme_id"].to_list() == ["A", "B", "C"]
    assert more_seats.lines["movement"].to_list() == ["-10", "-10", "-10"]


def test_the_way_back_is_the_same_with_losers_for_winners(tmp_path: Path) -> None:
    few = side("few", allocator.load(write_town(tmp_path / "few")))
    more = side("more", allocator.load(write_town(tmp_path / "more", seats=SEATS.replace("A,open,1", "A,open,2"))))
    there, back = compare([few, more]).pairs[0], compare([more, few]).pairs[0]
    assert set(back.moves["change"]) == {"worse"}
    assert back.moves["reason"].to_list() == there.moves["reason"].to_list()
    assert back.moves["from_programme_id"].to_list() == there.moves["to_programme_id"].to_list()


def test_nobody_moves_between_an_outcome_and_itself() -> None:
    one = side("one", allocator.load(EXAMPLE))
    found = compare([one, replace(one, name="again")])
    pair = found.pairs[0]
    assert (pair.moves.height, pair.lines.height, pair.flows.height) == (0, 0, 0)
    assert set(found.indicators["difference again"].drop_nulls()) == {"0"}
    assert found.indicators["change again"].null_count() == found.indicators.height


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"guideline.general_share": "0.4"}, "control_line"),
        ({"pools.feeder.floor": {"score": "2000"}, "pools.feeder.unfilled": "lapse"}, "floor"),
        ({"pools.poor.group": "talented"}, "group"),
        ({"pools.feeder.share": "0.2"}, "pool_seats"),
        ({"derived.bonus.at_most": "0"}, "ranking"),
        ({"rankings.exam.score": "maths"}, "ranking"),
        ({"batches.main.order": "choice_first"}, "order"),
    ],
)
def test_the_rule_that_moved_somebody_is_named(overrides: dict[str, Any], reason: str) -> None:
    pair = changed(overrides)
    assert reason in pair.moves["reason"].to_list()
    for row in pair.moves.iter_rows(named=True):
        assert (row["reason"] is None) == (row["change"] in ("same", "other_list"))
        assert row["rule"] == (REASONS[row["reason"]][0] if row["reason"] else None)


def test_seats_that_went_to_another_pool_are_told_from_lines_that_others_raised() -> None:
    scenario = allocator.load(EXAMPLE)
    before, after = side("b", scenario), side("a", scenario.replace({"pools.feeder.share": "0.2"}))
    reasons = {row["applicant_id"]: row["reason"] for row in compare([before, after]).pairs[0].moves.to_dicts()}
    # no1 loses the cell of S2, whose empty seat had reverted to 05. The cells of no2 were for S1 and S3 (13 had that)
    # and become one for S2, which 06 gets. 07 gets the cell of S1 at no1, because 04 now has an open seat.
    assert reasons == {
        "04": None,
        "05": "pool_seats",
        "06": "pool_seats",
        "07": "line",
        "12": "control_line",
        "13": "pool_seats",
    }


def test_the_same_tables_read_twice_are_the_same_ranking() -> None:
    twice = [allocator.load(EXAMPLE), allocator.load(EXAMPLE)]
    assert twice[0].cohort.applicants is not twice[1].cohort.applicants
    assert same_ranking(twice[0], "exam", twice[1], "exam")
    assert same_ranking(twice[0], "art", twice[1], "art")
    assert not same_ranking(twice[0], "exam", twice[1], "art")
    assert not same_ranking(twice[0], "exam", twice[1].replace({"derived.bonus.at_most": "0"}), "exam")
    assert not same_ranking(twice[0], "exam", twice[0].replace({"rankings.exam.ties": "admit_all"}), "exam")


def test_a_mover_below_the_new_control_line_is_told_so_and_nobody_else() -> None:
    scenario = allocator.load(EXAMPLE)
    before, after = side("b", scenario), side("a", scenario.replace({"guideline.general_share": "0.4"}))
    pair = compare([before, after]).pairs[0]
    line = int(after.outcome.control_line_steps[-1].lines[""])
    numbers = scenario.cohort.applicants.numbers["score"]
    scores = dict(zip(scenario.cohort.applicants.ids, map(numbers.decimal, range(len(numbers.missing))), strict=True))
    general = {
        name
        for name, track in zip(scenario.cohort.programmes.ids, scenario.cohort.programmes.is_general, strict=True)
        if track
    }
    told = 0
    for row in pair.moves.filter(pl.col("change") == "worse").iter_rows(named=True):
        score = scores[row["applicant_id"]]
        below = row["from_programme_id"] in general and (score is None or score < line)
        assert (row["reason"] == "control_line") == below
        told += below
    assert told >= 2


def test_groups_flows_and_movers_count_the_same_people() -> None:
    pair = changed({"batches.main.order": "choice_first"})
    city = pair.groups.row(0, named=True)
    assert city["moved"] == pair.moves.height == pair.flows["applicants"].sum()
    for change in ("better", "worse"):
        assert city[change] == (pair.moves["change"] == change).sum() > 0
    by_area = pair.groups.filter(pl.col("group_by") == "area")
    if by_area.height:
        assert by_area["moved"].sum() == city["moved"]
    is_placed = pair.moves["to_programme_id"].is_not_null().cast(int) - pair.moves[
        "from_programme_id"
    ].is_not_null().cast(int)
    assert city["newly_placed"] - city["no_longer_placed"] == is_placed.sum()


def test_who_asked_for_something_else_neither_wins_nor_loses(tmp_path: Path) -> None:
    before, after = write_town(tmp_path / "before"), write_town(tmp_path / "after")
    text = (after / "choices.csv").read_text(encoding="utf-8")
    (after / "choices.csv").write_text(text.replace("a2,main,1,A\na2,main,2,B", "a2,main,1,C"), encoding="utf-8")
    pair = compare([side("b", allocator.load(before)), side("a", allocator.load(after))]).pairs[0]
    changes = dict(zip(pair.moves["applicant_id"], pair.moves["change"], strict=True))
    assert changes == {"a2": "other_list", "a3": "better"}


def test_applicants_of_one_outcome_only_are_counted_apart(tmp_path: Path) -> None:
    before, after = write_town(tmp_path / "before"), write_town(tmp_path / "after")
    for name in ("applicants", "choices"):
        path = after / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("a6,", "b6,"), encoding="utf-8")
    pair = compare([side("b", allocator.load(before)), side("a", allocator.load(after))]).pairs[0]
    assert (pair.only_before, pair.only_after, pair.groups["applicants"][0]) == (1, 1, 5)


def test_batches_of_both_scenarios_have_one_order(tmp_path: Path) -> None:
    first = allocator.load(write_town(tmp_path / "first"))
    more = SCENARIO.replace("batches: [", "batches: [{name: early, ranking: exam, pools: [open]}, ").replace(
        "pools: [open]}]", "pools: [open]}, {name: late, ranking: exam, pools: [open]}]"
    )
    second = allocator.load(write_town(tmp_path / "second", scenario=more))
    assert list(merged_batches(first, second)) == ["early", "main", "late"]
    assert list(merged_batches(second, first)) == ["early", "main", "late"]


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(compare_command.command, [*map(str, arguments)], catch_exceptions=False)
    return done.exit_code, done.output


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    scenario = allocator.load(EXAMPLE)
    found = []
    for share in ("0.6", "0.4"):
        outcome = allocator.run(scenario.replace({"guideline.general_share": share}))
        assert isinstance(outcome, Outcome)
        outcome.write(tmp_path / share)
        found.append(tmp_path / share)
    return found


def test_the_command_tells_in_text_in_json_and_in_files(
    folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_command, "finish_uninterrupted", lambda: None)
    code, text = run(*folders, "-o", tmp_path / "out", "--lang", "en")
    assert code == 0
    assert "From 0.6 to 0.4:" in text
    assert "R8: below the control line" in text
    told = json.loads(run(*folders, "--json", "--lang", "en")[1])
    assert told["outcomes"] == ["0.6", "0.4"]
    change = told["changes"][0]
    with (tmp_path / "out" / "moves-2.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == change["moved"] == change["better"] + change["worse"] + sum(r["change"] == "same" for r in rows)
    assert sum(reason["applicants"] for reason in change["reasons"]) == change["better"] + change["worse"]
    share = next(i for i in told["indicators"] if i["indicator"] == "general_share_flow")
    assert share["difference 0.4"].startswith("-")
    with pytest.raises(UsageError, match="exists"):
        check_place(tmp_path / "out", overwrite=False)
    check_place(tmp_path / "out", overwrite=True)
    with pytest.raises(UsageError, match="two or more"):
        run(folders[0], "--lang", "en")
