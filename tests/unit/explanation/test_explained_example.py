"""The example beside this file has every reason of stable batches; its texts are golden files in both languages."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

import allocator
from allocator.errors import UsageError
from allocator.explanation import Admission, ChoiceVerdict, Explanation, PoolVerdict, as_json, as_text, explain, reasons
from allocator.language import translator

HERE = Path(__file__).parent


@cache
def example() -> tuple[allocator.Scenario, allocator.Outcome]:
    scenario = allocator.load(HERE / "example")
    outcome = allocator.run(scenario)
    assert isinstance(outcome, allocator.Outcome)
    return scenario, outcome


def of(applicant_id: str) -> Explanation:
    return explain(*example(), applicant_id)


def choice_of(applicant_id: str, batch: str, choice: int) -> ChoiceVerdict:
    choices = next(b.choices for b in of(applicant_id).batches if b.batch == batch)
    return next(c for c in choices if c.choice == choice)


def pool_of(applicant_id: str, batch: str, choice: int, pool: str) -> PoolVerdict:
    return next(p for p in choice_of(applicant_id, batch, choice).pools if p.pool == pool)


def everybody() -> list[Explanation]:
    return [of(applicant_id) for applicant_id in example()[0].cohort.applicants.ids]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_texts_are_the_golden_ones(language: str) -> None:
    written = "\n\n――――――――\n\n".join(as_text(e, translator(language)) for e in everybody()) + "\n"
    same_as_golden(f"{language}.txt", written)


def test_the_json_is_the_golden_one() -> None:
    written = json.dumps([as_json(e) for e in everybody()], ensure_ascii=False, indent=1) + "\n"
    same_as_golden("explanations.json", written)


def same_as_golden(name: str, written: str) -> None:
    """A mismatch writes a .new file beside the golden one; accepting it is a human's act."""
    golden = HERE / "golden" / name
    new = golden.with_name(f"{name}.new")
    if not golden.is_file() or golden.read_text("utf-8") != written:
        new.write_text(written, encoding="utf-8", newline="\n")
        pytest.fail(f"{name} differs; the new text is in {new.name}")
    new.unlink(missing_ok=True)


def test_the_example_has_every_reason_of_stable_batches_and_every_result() -> None:
    choices = [c for e in everybody() for b in e.batches for c in b.choices]
    found = Counter(r.reason for c in choices for r in c.reasons)
    found += Counter(r.reason for c in choices for p in c.pools for r in p.reasons)
    of_stable_batches = {c.reason for c in reasons.Reason.__args__ if c.rule != "R10"}
    # A choice of a programme without any pool here is refused by the reader of the tables, but for rows of 0 seats.
    assert of_stable_batches - set(found) == {"no_pool"}
    assert {c.result for c in choices} == {"admitted", "refused", "not_reached"}


def test_every_refusal_names_a_reason_for_every_pool() -> None:
    refused = [c for e in everybody() for b in e.batches for c in b.choices if c.result == "refused"]
    assert len(refused) > 15
    assert [c for c in refused if not c.reasons and (not c.pools or not all(p.reasons for p in c.pools))] == []


def test_pools_stand_in_the_order_of_the_batch_and_reverted_seats_last() -> None:
    pools = [p.pool for p in choice_of("0016", "main", 1).pools]
    assert pools == ["open", "feeder", "poor", "reverted"]


def test_pools_after_the_admission_are_not_told() -> None:
    assert [p.pool for p in choice_of("0004", "main", 1).pools] == ["open", "feeder"]


def test_a_line_shows_the_score_beside_the_own_one() -> None:
    verdict = pool_of("0006", "main", 1, "open")
    assert verdict.reasons == (reasons.BelowLine(),)
    assert [(s.criterion, s.own, s.line, s.order) for s in verdict.compared] == [("score", "612.5", "630", "worse")]


def test_equal_scores_go_on_to_the_tie_breakers_and_stop_at_the_first_that_differs() -> None:
    verdict = pool_of("0003", "main", 1, "open")
    assert [(s.criterion, s.column, s.own, s.line, s.order) for s in verdict.compared] == [
        ("score", "total", "630", "630", "equal"),
        ("tie_breaker", "maths", "88", "90", "worse"),
    ]


def test_what_is_still_equal_goes_by_lottery() -> None:
    last = pool_of("0009", "vocational", 1, "north").compared[-1]
    assert (last.criterion, last.order, last.rule) == ("lottery", "worse", "R2")
    assert last.own > last.line  # the smaller number wins
    assert len(last.own) == 64


def test_a_banded_batch_compares_the_band_and_then_the_tier_before_the_score() -> None:
    by_band = pool_of("0014", "vocational", 3, "open").compared
    assert [(s.criterion, s.own, s.line, s.width) for s in by_band] == [("band", "440", "460", "20")]
    by_tier = pool_of("0010", "vocational", 3, "open").compared
    assert [(s.criterion, s.own, s.line, s.order) for s in by_tier] == [
        ("band", "460", "460", "equal"),
        ("tier", "3", "1", "worse"),
    ]
    by_score = pool_of("0011", "vocational", 1, "open").compared
    assert [(s.criterion, s.own, s.line) for s in by_score] == [
        ("band", "460", "460"),
        ("tier", "1", "1"),
        ("score", "460", "470"),
    ]


def test_every_failed_test_of_a_group_is_named_with_what_was_found() -> None:
    (reason,) = pool_of("0006", "vocational", 1, "north").reasons
    assert isinstance(reason, reasons.NotInGroup)
    assert reason.group == "north"
    assert [(t.column, t.found) for t in reason.tests] == [("area", "S"), ("household", "urban")]
    (missing,) = pool_of("0016", "main", 1, "poor").reasons
    assert isinstance(missing, reasons.NotInGroup)
    assert [(t.column, t.wanted, t.found) for t in missing.tests] == [("registered_poor", True, None)]


def test_a_floor_is_told_with_its_parts() -> None:
    not_in_group, floor = pool_of("0005", "main", 1, "feeder").reasons
    assert isinstance(not_in_group, reasons.NotInGroup)
    assert floor == reasons.BelowFloor(
        score=Decimal(600),
        floor=Decimal(610),
        absolute=Decimal(430),
        below_line=Decimal(20),
        of="provisional",
        open_line=Decimal(630),
    )


def test_the_control_line_keeps_from_the_general_track_only() -> None:
    assert choice_of("0008", "main", 1).reasons == (reasons.BelowControlLine("", Decimal(470), Decimal(585)),)
    assert choice_of("0008", "vocational", 1).result == "admitted"


def test_who_has_no_score_cannot_pass_a_control_line() -> None:
    assert choice_of("0012", "main", 1).reasons == (
        reasons.NoScore("exam", "total"),
        reasons.BelowControlLine("", None, Decimal(585)),
    )


def test_reverted_seats_have_their_own_line() -> None:
    assert of("0019").admission == Admission("main", "G2", "reverted", 1)
    refused = pool_of("0017", "main", 1, "reverted")
    assert [(s.own, s.line, refused.rule) for s in refused.compared] == [("585", "586", "R5")]


def test_seats_that_stayed_empty_have_no_line() -> None:
    verdict = pool_of("0018", "vocational", 1, "open")
    assert (verdict.is_admitted, verdict.compared) == (True, ())
    assert verdict.admitted < verdict.seats


def test_whoever_is_admitted_takes_no_part_later() -> None:
    batches = of("0001").batches
    assert [b.admitted_before for b in batches] == [None, "early", "early", "early"]
    assert [c.result for c in batches[1].choices] == ["not_reached"]


def test_an_unknown_applicant_is_bad_usage() -> None:
    with pytest.raises(UsageError, match='no applicant has the identifier "1"'):
        of("1")


def test_results_of_other_applicants_are_refused() -> None:
    scenario, outcome = example()
    other = allocator.Outcome(**{**vars(outcome), "assignments": outcome.assignments.slice(1)})
    with pytest.raises(UsageError, match="not of this scenario"):
        explain(scenario, other, "0001")


def test_the_json_form_is_json_and_holds_exact_decimals_as_text() -> None:
    tree = json.loads(json.dumps(as_json(of("0005"))))
    floor = tree["batches"][1]["choices"][0]["pools"][1]["reasons"][1]
    assert floor == {
        "reason": "below_floor",
        "rule": "R6",
        "score": "600",
        "floor": "610",
        "absolute": "430",
        "below_line": "20",
        "of": "provisional",
        "open_line": "630",
    }
