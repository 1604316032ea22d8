"""The worth of seats in a town that can be followed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

import allocator
from allocator.capacity.base import Figures
from allocator.capacity.worth import WORTH_SCHEMA, worth
from allocator.errors import InputError
from tests.unit.capacity.small_town import PROGRAMMES, SCENARIO, SEATS, write_town


def effects(folder: Path) -> dict[tuple[str, str], dict[str, object]]:
    table = worth(allocator.load(folder)).table
    assert table.schema == WORTH_SCHEMA
    return {(row["programme_id"], row["amount"]): row for row in table.iter_rows(named=True)}


def test_one_seat_more_is_worth_what_its_chain_of_vacancies_changes(tmp_path: Path) -> None:
    found = worth(allocator.load(write_town(tmp_path)))
    assert found.base == Figures(placed=3, first_choices=1, choice_sum=6, general=2)
    assert found.followed
    seat = effects(tmp_path)["A", "seat"]  # a2 to A, a3 to B, a4 to C
    assert (seat["more_seats"], seat["seats"]) == (1, 1)
    assert (seat["improved"], seat["placed"], seat["first_choices"], seat["choice_sum"]) == (3, 1, 1, 0)
    assert (seat["mean_choice"], seat["mean_choice_fraction"]) == ("1.500000", "6/4")
    assert (seat["general"], seat["general_share"], seat["general_share_fraction"]) == (1, "0.750000", "3/4")
    last = effects(tmp_path)["C", "seat"]  # a4 to C
    assert (last["improved"], last["placed"], last["choice_sum"], last["general"]) == (1, 1, 2, 0)


def test_a_class_has_the_programmes_own_size_and_ten_classes_ten_times_that(tmp_path: Path) -> None:
    rows = effects(write_town(tmp_path))
    one, ten = rows["A", "class"], rows["A", "ten_classes"]
    assert (one["more_seats"], ten["more_seats"]) == (2, 20)
    assert (one["improved"], one["placed"], one["first_choices"], one["choice_sum"]) == (4, 2, 4, -1)
    assert (ten["improved"], ten["placed"], ten["first_choices"], ten["choice_sum"]) == (5, 3, 5, 0)


def test_a_class_without_a_size_has_fifty_seats_and_that_is_said(tmp_path: Path) -> None:
    rows = effects(write_town(tmp_path))
    assert (rows["B", "class"]["more_seats"], rows["B", "ten_classes"]["more_seats"]) == (50, 500)
    assert worth(allocator.load(tmp_path)).num_assumed_sizes == 1
    without = write_town(tmp_path / "without", programmes="programme_id,track\nA,general\nB,general\nC,vocational\n")
    assert worth(allocator.load(without)).num_assumed_sizes == 3


@pytest.mark.parametrize("size", ["0", "-3", "many", "2.5"])
def test_a_class_size_that_is_no_number_of_applicants_is_refused(tmp_path: Path, size: str) -> None:
    write_town(tmp_path, programmes=PROGRAMMES.replace("S2,2", f"S2,{size}"))
    with pytest.raises(InputError, match=r"row 4, column class_size"):
        worth(allocator.load(tmp_path))


@pytest.mark.parametrize("ties", ["lottery", "admit_all"])  # vacancies followed, and run again
def test_a_programme_that_closes_stays_closed_and_gets_no_seats(tmp_path: Path, ties: str) -> None:
    scenario = SCENARIO.replace("lottery}}", f"{ties}}}}}")
    programmes = "programme_id,track,min_open\nA,general,\nB,general,2\nC,vocational,\n"  # B has but one seat
    rows = effects(write_town(tmp_path, scenario=scenario, programmes=programmes))
    assert {programme for programme, _ in rows} == {"A", "C"}
    # Without B: a1 has A, a3 has C. One seat more at A: a2 to A. One at C: a4 to C.
    assert (rows["A", "seat"]["improved"], rows["A", "seat"]["placed"]) == (1, 1)
    assert (rows["C", "seat"]["improved"], rows["C", "seat"]["placed"]) == (1, 1)


def test_where_equals_are_admitted_together_every_line_is_a_run_of_its_own(tmp_path: Path) -> None:
    write_town(tmp_path, scenario=SCENARIO.replace("lottery}}", "admit_all}}"))
    found = worth(allocator.load(tmp_path))
    assert not found.followed
    scores_differ = effects(tmp_path)["A", "seat"]
    assert (scores_differ["improved"], scores_differ["placed"], scores_differ["choice_sum"]) == (3, 1, 0)


def test_floors_stay_as_they_were_when_seats_are_added(tmp_path: Path) -> None:
    # The provisional line of A is 600, so the pool `near` is for 585 and more: a2. With one open seat more that line
    # would be 590 and the floor 575, and a3 would have the seat of `near`.
    scenario = SCENARIO.replace("pools: [open]", "pools: [open, near]")
    scenario += "pools: {near: {unfilled: lapse, floor: {below_line: 15, of: provisional}}}\n"
    write_town(tmp_path, scenario=scenario, seats=SEATS + "main,A,near,1\n")
    found = worth(allocator.load(tmp_path)).table.rows_by_key(["programme_id", "pool", "amount"], named=True)
    # Now a1 is at A through `open` and a2 through `near`; a3 has B and a4 has C.
    more = found["A", "open", "seat"][
        0
    ]  # a2 through `open`: the seat of `near` is empty, nobody else reaches its floor
    assert (more["improved"], more["placed"]) == (0, 0)


def test_cells_of_feeder_schools_are_listed_when_asked_for() -> None:
    example = allocator.load(Path(__file__).resolve().parents[3] / "scenarios" / "example")
    assert worth(example).table["feeder_school_id"].null_count() == worth(example).table.height
    cells = worth(example, cells=True).table.drop_nulls("feeder_school_id")
    assert set(cells["pool"]) == {"feeder"}
    matrix = allocator.run(example).feeder_seats
    asked = cells.filter(amount="seat").select("batch", "programme_id", "feeder_school_id", "seats")
    key = ["batch", "programme_id", "feeder_school_id"]
    assert asked.sort(key).rows() == matrix.select(asked.columns).sort(key).rows()


def test_where_nobody_files_a_choice_no_seat_is_worth_anything(tmp_path: Path) -> None:
    write_town(tmp_path)
    (tmp_path / "choices.csv").write_text("applicant_id,batch,choice,programme_id\n", encoding="utf-8")
    table = worth(allocator.load(tmp_path)).table
    assert table.height == 9
    assert table.select("placed", "improved", "choice_sum", "general").sum().row(0) == (0, 0, 0, 0)
    assert table["mean_choice"].null_count() == table.height, "no mean of nothing"


def test_where_objectives_decide_a_batch_every_line_is_a_run_of_its_own(tmp_path: Path) -> None:
    # Most placed, then the least sum of choice numbers: a1 or any other at A, B and C, and the sum is 3.
    scenario = SCENARIO.replace("pools: [open]", "pools: [open], mechanism: optimal, objectives: [placed, choice]")
    found = worth(allocator.load(write_town(tmp_path, scenario=scenario)))
    assert not found.followed
    assert found.base == Figures(placed=3, first_choices=3, choice_sum=3, general=2)
    seat = effects(tmp_path)["A", "seat"]  # one of those who have A as their first choice
    assert (seat["placed"], seat["first_choices"], seat["choice_sum"], seat["general"]) == (1, 1, 1, 1)


def test_who_is_reassigned_is_placed_and_has_no_choice_number(tmp_path: Path) -> None:
    scenario = SCENARIO.replace("pools: [open]}]", "pools: [open]}, {name: last, mechanism: reassign}]")
    seats = SEATS.replace("main,C,open,1", "main,C,open,1\nmain,D,open,2")
    programmes = "programme_id,track\nA,general\nB,general\nC,vocational\nD,vocational\n"  # nobody lists D
    found = worth(allocator.load(write_town(tmp_path, scenario=scenario, programmes=programmes, seats=seats)))
    assert not found.followed
    assert found.base == Figures(placed=5, first_choices=1, choice_sum=6, general=2, unlisted=2)  # a4 and a5 to D
    seat = effects(tmp_path)["C", "seat"]  # a4 to C, and a6 to the seat at D
    assert (seat["placed"], seat["choice_sum"], seat["improved"]) == (1, 2, 2)
    assert (seat["mean_choice_fraction"], seat["general_share_fraction"]) == ("8/4", "2/6")
