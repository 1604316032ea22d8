"""R2 and R3 as the verifier reads them: chains, lottery numbers, tiers with gaps, bands of negative scores."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from allocator.scenario.scenario import Scenario
from allocator.verification.exact import at_scale, texts
from allocator.verification.matrix import Matrix
from allocator.verification.priority import equal_ranks
from allocator.verification.tables import restate
from tests.unit.verification.small import small_scenario

NOTHING = np.zeros(0, dtype=np.int64)
LIST = "main,X,open,1"


def in_order(scenario: Scenario) -> list[str]:
    """The applicants who list X in the only batch, best first by their keys."""
    batch = restate(scenario, Matrix(NOTHING, NOTHING, NOTHING, NOTHING, np.zeros(1, dtype=np.bool_))).batches[0]
    keys = batch.priority.key
    rows = [r for r in np.argsort(keys, kind="stable") if batch.priority.scored is None or batch.priority.scored[r]]
    return [scenario.cohort.applicants.ids[int(batch.applicant[r])] for r in rows]


def listing(*numbers: str) -> str:
    """Choices of X: "applicant:number" each."""
    return " ".join(f"{a},main,{n},X" for a, n in (text.split(":") for text in numbers))


def test_the_chain_decides_after_the_score_and_a_missing_tie_breaker_is_zero(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total,cme a,7.5,1 b,7.50,2 c,7.6, d,7.5, e,7.5,-1 f,,9",
        seats=LIST,
        choices=listing("a:1", "b:1", "c:1", "d:1", "e:1", "f:1"),
        ranking="{score: total, tie_break: [cme]}",
    )
    assert in_order(scenario) == ["c", "b", "a", "d", "e"]


def test_the_smaller_digest_wins_a_tie(tmp_path: Path) -> None:
    names = [f"{i:02d}" for i in range(12)]
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total " + " ".join(f"{name},5" for name in names),
        seats=LIST,
        choices=listing(*(f"{name}:1" for name in names)),
    )
    by_hand = sorted(names, key=lambda name: int(hashlib.sha256(f"seed\n{name}".encode()).hexdigest(), 16))
    assert in_order(scenario) == by_hand


def test_equals_share_a_key_only_where_equals_are_admitted_together(tmp_path: Path) -> None:
    rows = "applicant_id,total a,5 b,5 c,4"
    keys = {}
    for ties in ("lottery", "admit_all"):
        (tmp_path / ties).mkdir()
        scenario = small_scenario(
            tmp_path / ties, applicants=rows, seats=LIST, choices=listing("a:1", "b:1", "c:1"),
            ranking=f"{{score: total, ties: {ties}}}",
        )  # fmt: skip
        matrix = Matrix(NOTHING, NOTHING, NOTHING, NOTHING, np.zeros(1, dtype=np.bool_))
        keys[ties] = restate(scenario, matrix).batches[0].priority.key.tolist()
    assert len(set(keys["lottery"])) == 3
    assert keys["admit_all"][0] == keys["admit_all"][1] < keys["admit_all"][2]


def test_choice_first_compares_tiers_of_the_numbers_on_the_form(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total a,9 b,8 c,7 d,6",
        seats=LIST,
        choices=listing("a:5", "b:3", "c:2", "d:1"),
        batches="[{name: main, ranking: exam, pools: [open], order: choice_first, choice_tier: 2}]",
    )
    assert in_order(scenario) == ["c", "d", "b", "a"]


def test_choice_numbers_far_apart_keep_their_order(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total a,9 b,8 c,7",
        seats=LIST,
        choices=listing("a:1000000000", "b:4000000", "c:1"),
        batches="[{name: main, ranking: exam, pools: [open], order: choice_first}]",
    )
    assert in_order(scenario) == ["c", "b", "a"]


def test_bands_are_cut_downwards_for_negative_scores_and_decimal_widths(tmp_path: Path) -> None:
    """Width 2.5: -0.5 is in the band from -2.5, 0 and 2.4 are in the next; inside a band the choice comes first."""
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total a,2.4 b,0 c,-0.5 d,-2.5 e,2.5",
        seats=LIST,
        choices=listing("a:2", "b:1", "c:2", "d:1", "e:3"),
        batches="[{name: main, ranking: exam, pools: [open], order: banded, band_width: 2.5}]",
    )
    assert in_order(scenario) == ["e", "b", "a", "d", "c"]


def test_columns_too_wide_for_one_integer_are_ranked_alike() -> None:
    rng = np.random.default_rng(5)
    columns = [rng.integers(0, 3, 200) for _ in range(3)]
    wide = [column * 2**40 for column in columns]
    assert equal_ranks(columns).tolist() == equal_ranks(wide).tolist()
    by_hand = [sum(other > mine for other in zip(*columns, strict=True)) for mine in zip(*columns, strict=True)]
    assert equal_ranks(columns).tolist() == by_hand


@pytest.mark.parametrize(
    ("unscaled", "scale", "text"),
    [
        (655, 0, "655"),
        (1250, 2, "12.5"),
        (1200, 2, "12"),
        (-25, 2, "-0.25"),
        (0, 3, "0"),
        (5, 3, "0.005"),
        (-100, 1, "-10"),
    ],
)
def test_a_number_has_one_text(unscaled: int, scale: int, text: str) -> None:
    assert texts(np.array([unscaled], dtype=np.int64), scale).to_list() == [text]


def test_a_bound_between_two_steps_of_the_scale_is_reached_by_the_upper() -> None:
    from decimal import Decimal

    assert at_scale(Decimal("1.25"), 1) == 13
    assert at_scale(Decimal("-1.25"), 1) == -12
