"""Batches that objectives decide, and programmes that close, explained: tiny scenarios worked by hand (R10, R11)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import allocator
from allocator.explanation import (
    Admission,
    ChoiceVerdict,
    ContradictionError,
    Explanation,
    ObjectiveValue,
    as_json,
    as_text,
    explain,
    reasons,
)
from allocator.language import translator
from tests.unit.verification.small import small_scenario

OPTIMAL = "[{name: main, ranking: exam, pools: [open], mechanism: optimal, objectives: [placed, choice]}]"
REASSIGN = (
    "[{name: main, ranking: exam, pools: [open]}, {name: rest, mechanism: reassign, group: consents, "
    "objectives: [placed, score]}]"
)
CONSENTS = "groups: {consents: {consents: true}}"


def ran(scenario: allocator.Scenario) -> tuple[allocator.Scenario, allocator.Outcome]:
    outcome = allocator.run(scenario)
    assert isinstance(outcome, allocator.Outcome)
    return scenario, outcome


def programmes(folder: Path, text: str) -> allocator.Scenario:
    """The scenario with another programmes table."""
    (folder / "programmes.csv").write_text("\n".join(text.split()) + "\n", encoding="utf-8")
    return allocator.load(folder)


def refusals(explanation: Explanation, batch: str = "main") -> list[reasons.Reason]:
    """Every reason that is told in a batch, in order."""
    choices = next(b.choices for b in explanation.batches if b.batch == batch)
    return [r for c in choices for r in (*c.reasons, *(r for p in c.pools for r in p.reasons))]


def choices_of(explanation: Explanation, batch: str = "main") -> tuple[ChoiceVerdict, ...]:
    return next(b.choices for b in explanation.batches if b.batch == batch)


@pytest.fixture
def swap(tmp_path: Path) -> tuple[allocator.Scenario, allocator.Outcome]:
    """One seat each at A and B. The best scorer, 1, lists both; 2 lists only A, so `placed` sends 1 to B."""
    return ran(
        small_scenario(
            tmp_path,
            applicants="applicant_id,total 1,90 2,80 3,70",
            seats="main,A,open,1 main,B,open,1 main,C,open,0",
            choices="1,main,1,A 1,main,2,B 1,main,3,C 2,main,1,A 3,main,1,A",
            batches=OPTIMAL,
        )
    )


def test_a_seat_that_went_to_somebody_who_ranks_after_says_so(
    swap: tuple[allocator.Scenario, allocator.Outcome],
) -> None:
    explained = explain(*swap, "1")
    assert explained.admission == Admission("main", "B", "open", 2)
    assert [c.result for c in choices_of(explained)] == ["refused", "admitted", "not_reached"]
    assert refusals(explained) == [reasons.AllTaken(num_before=0, num_after=1)]
    assert explained.batches[0].objectives == (ObjectiveValue("placed", 2, None), ObjectiveValue("choice", 3, None))
    assert as_text(explained).splitlines()[:9] == [
        'Applicant 1: admitted to B (batch "main", choice 2, open seats).',
        "",
        'Batch "main"',
        "  Decided by these objectives, in this order: most admissions (2); least sum of choice numbers (3); "
        "the order of the ranking. [R10]",
        "  Choice 1, A: not admitted.",
        "    - open seats: eligible, but the objectives gave all seats to others (seats: 1): 0 of them rank before "
        "this applicant, 1 after [R10]",
        "  Choice 2, B: admitted.",
        "    - open seats: admitted (seats: 1, taken: 1) [R10]",
        "  Other choices (3): none is better than the one that was given. [R10]",
    ]


def test_seats_that_went_to_those_who_rank_before_say_so(swap: tuple[allocator.Scenario, allocator.Outcome]) -> None:
    explained = explain(*swap, "3")
    assert explained.admission is None
    assert refusals(explained) == [reasons.AllTaken(num_before=1, num_after=0)]
    assert "all seats went to applicants who rank before this one (seats: 1) [R10]" in as_text(explained)


def test_no_line_is_told_where_objectives_decide(swap: tuple[allocator.Scenario, allocator.Outcome]) -> None:
    for applicant in ("1", "2", "3"):
        explained = explain(*swap, applicant)
        assert all(not p.compared and p.rule == "R10" for c in choices_of(explained) for p in c.pools)
        assert "Objectives: no line decides" in as_text(explained)
        assert "Line:" not in as_text(explained)


def test_the_order_of_the_ranking_goes_on_to_tie_breakers_lottery_and_identifiers(tmp_path: Path) -> None:
    """Two of three equals get a seat; the third is told that both rank before, by the tie-breaker and by lottery."""
    scenario, outcome = ran(
        small_scenario(
            tmp_path,
            applicants="applicant_id,total,maths a,70,5 b,70,4 c,70,4",
            seats="main,A,open,2",
            choices="a,main,1,A b,main,1,A c,main,1,A",
            batches=OPTIMAL,
            ranking="{score: total, tie_break: [maths]}",
        )
    )
    assert outcome.assignments["programme_id"].to_list()[0] == "A"
    (unplaced,) = outcome.assignments.filter(pl.col("batch").is_null())["applicant_id"]
    assert refusals(explain(scenario, outcome, unplaced)) == [reasons.AllTaken(2, 0)]


def test_a_cap_that_has_its_admissions_is_named(tmp_path: Path) -> None:
    small_scenario(
        tmp_path,
        applicants="applicant_id,total 1,90 2,80",
        seats="main,A,open,2 main,B,open,2",
        choices="1,main,1,A 2,main,1,A 2,main,2,B",
        batches=OPTIMAL,
        rules="caps: [{name: private, where: {track: vocational}, at_most: 1}]",
    )
    scenario, outcome = ran(programmes(tmp_path, "programme_id,track A,vocational B,general"))
    explained = explain(scenario, outcome, "2")
    assert explained.admission == Admission("main", "B", "open", 2)
    assert refusals(explained) == [reasons.CapReached("private", 1)]
    assert 'eligible, but "private" has as many admissions as it may have (1) [R10]' in as_text(explained)


def test_a_lower_bound_that_needs_the_applicant_is_named(tmp_path: Path) -> None:
    scenario, outcome = ran(
        small_scenario(
            tmp_path,
            applicants="applicant_id,total 1,90",
            seats="main,A,open,1 main,B,open,1",
            choices="1,main,1,A 1,main,2,B",
            batches=OPTIMAL,
            programmes="A,vocational B,general",
            rules="caps: [{name: academic, where: {track: general}, at_least: 1}]",
        )
    )
    explained = explain(scenario, outcome, "1")
    assert explained.admission == Admission("main", "B", "open", 2)
    assert refusals(explained) == [reasons.CapHolds("academic", 1)]


def test_a_guideline_that_binds_is_named_with_its_counts(tmp_path: Path) -> None:
    scenario, outcome = ran(
        small_scenario(
            tmp_path,
            applicants="applicant_id,total 1,90 2,80",
            seats="main,A,open,2 main,B,open,2",
            choices="1,main,1,A 2,main,1,A 2,main,2,B",
            batches=OPTIMAL,
            programmes="A,general B,vocational",
            rules="guideline: {general_share: 0.5, tolerance: 0.1, enforce: constraint}",
        )
    )
    explained = explain(scenario, outcome, "2")
    assert explained.admission == Admission("main", "B", "open", 2)
    assert refusals(explained) == [reasons.GuidelineReached("", Decimal("0.6"), general=1, basis=2)]
    assert "no more than 60%, and has 1 of 2 [R10]" in as_text(explained)


def test_a_guideline_by_area_is_named_with_the_area(tmp_path: Path) -> None:
    scenario, outcome = ran(
        small_scenario(
            tmp_path,
            applicants="applicant_id,total,area 1,90,N 2,80,N 3,70,S",
            seats="main,A,open,3",
            choices="1,main,1,A 2,main,1,A 3,main,1,A",
            batches=OPTIMAL,
            programmes="A,general",
            rules="guideline: {general_share: 0.5, basis: applicants, scope: area, enforce: constraint}",
        )
    )
    (unplaced,) = outcome.assignments.filter(pl.col("batch").is_null())["applicant_id"].to_list()[:1]
    assert refusals(explain(scenario, outcome, unplaced)) == [reasons.GuidelineReached("N", Decimal("0.5"), 1, 2)]
    assert refusals(explain(scenario, outcome, "3")) == [reasons.GuidelineReached("S", Decimal("0.5"), 0, 1)]
    assert "in S, and has 0 of 1" in as_text(explain(scenario, outcome, "3"))


def test_a_class_that_objectives_left_closed_and_one_that_needs_the_applicant_are_named(tmp_path: Path) -> None:
    """A opens with 2 and B with 2; only 1 and 2 list B, so 1 cannot have C: B would be one short."""
    small_scenario(
        tmp_path,
        applicants="applicant_id,total 1,90 2,80",
        seats="main,A,open,2 main,B,open,2 main,C,open,1",
        choices="1,main,1,A 1,main,2,C 1,main,3,B 2,main,1,B",
        batches=OPTIMAL,
    )
    scenario, outcome = ran(
        programmes(tmp_path, "programme_id,track,min_open A,vocational,2 B,vocational,2 C,vocational,")
    )
    explained = explain(scenario, outcome, "1")
    assert explained.admission == Admission("main", "B", "open", 3)
    assert refusals(explained) == [reasons.DidNotOpen(2), reasons.ClassHolds("B", 2)]
    assert "or classes have a least size" in as_text(explained)


def test_a_free_seat_that_the_optimum_does_not_give_is_told_as_such(tmp_path: Path) -> None:
    """The only objective is a target of nobody in A, so its seat stays free."""
    scenario, outcome = ran(
        small_scenario(
            tmp_path,
            applicants="applicant_id,total 1,90",
            seats="main,A,open,1",
            choices="1,main,1,A",
            batches=OPTIMAL.replace("placed, choice", "targets"),
            rules="caps: [{name: none, where: {track: vocational}, target: 0}]",
        )
    )
    explained = explain(scenario, outcome, "1")
    assert refusals(explained) == [reasons.ObjectivesDecided()]
    assert explained.batches[0].objectives == (ObjectiveValue("targets", 0, None),)


def test_who_is_not_eligible_is_told_the_rule_and_nothing_of_objectives(tmp_path: Path) -> None:
    scenario, outcome = ran(
        small_scenario(
            tmp_path,
            applicants="applicant_id,total,poor 1,90,no 2,,yes",
            seats="main,A,open,0 main,A,poor,1",
            choices="1,main,1,A 2,main,1,A",
            batches=OPTIMAL.replace("[open]", "[open, poor]"),
            rules="groups: {poor: {poor: true}}\npools: {poor: {group: poor}}",
        )
    )
    assert [type(r) for r in refusals(explain(scenario, outcome, "1"))] == [reasons.NoSeats, reasons.NotInGroup]
    assert refusals(explain(scenario, outcome, "2")) == [reasons.NoScore("exam", "total")]


def test_choices_that_count_alike_are_not_told_against_each_other(tmp_path: Path) -> None:
    scenario, outcome = ran(
        small_scenario(
            tmp_path,
            applicants="applicant_id,total 1,90",
            seats="main,A,open,1 main,B,open,1",
            choices="1,main,1,A 1,main,1,B",
            batches=OPTIMAL,
        )
    )
    explained = explain(scenario, outcome, "1")
    assert explained.admission == Admission("main", "A", "open", 1)
    assert [c.result for c in choices_of(explained)] == ["admitted", "not_reached"]


def test_what_is_not_proven_is_told_with_the_best_that_could_be(
    swap: tuple[allocator.Scenario, allocator.Outcome],
) -> None:
    scenario, outcome = swap
    unproven = replace(outcome, optimal=(replace(outcome.optimal[0], bounds={"placed": 3}),))
    assert "most admissions (2; not proven, at best 3); least sum" in as_text(explain(scenario, unproven, "1"))


# reassignment


@pytest.fixture
def reassigned(tmp_path: Path) -> tuple[allocator.Scenario, allocator.Outcome]:
    """1 gets A. Of the rest, 2 and 3 consent and 4 does not; B and G have one seat each, and G wants 75 points."""
    small_scenario(
        tmp_path,
        applicants="applicant_id,total,consents 1,90,no 2,80,yes 3,70,yes 4,60,no",
        seats="main,A,open,1 main,B,open,1 main,G,open,2",
        choices="1,main,1,A 2,main,1,A 3,main,1,A 4,main,1,A",
        batches=REASSIGN,
        rules=CONSENTS,
    )
    return ran(programmes(tmp_path, "programme_id,track,min_score A,vocational, B,vocational, G,general,75"))


def test_who_is_reassigned_is_told_what_was_left_over(reassigned: tuple[allocator.Scenario, allocator.Outcome]) -> None:
    explained = explain(*reassigned, "2")
    assert explained.admission == Admission("rest", "G", "open", None)
    here = explained.batches[1].reassignment
    assert here is not None
    assert (here.takes_part, here.num_programmes, here.num_seats) == (True, 2, 3)
    assert [(c.programme_id, c.result) for c in choices_of(explained, "rest")] == [("G", "admitted")]
    text = as_text(explained)
    assert text.startswith('Applicant 2: admitted to G (batch "rest", by reassignment, open seats).')
    assert "What was left over (seats: 3, programmes: 2)" in text
    assert "G: given.\n    - open seats: admitted (seats: 2, taken: 1) [R11]" in text
    assert as_json(explained)["admission"] == {"batch": "rest", "programme_id": "G", "pool": "open", "choice": None}


def test_who_did_not_consent_is_told_so_and_which_seats_are_left(
    reassigned: tuple[allocator.Scenario, allocator.Outcome],
) -> None:
    scenario, outcome = reassigned
    explained = explain(scenario, outcome, "4")
    assert explained.admission is None
    assert choices_of(explained, "rest") == ()
    assert 'Takes no part: only for the group "consents": consents must be yes, but is no. [R11]' in as_text(explained)
    assert explained.vacancies == (), "G has a seat left, and wants 75 points"


def test_of_the_seats_left_those_are_named_that_would_have_taken_who_did_not_consent(tmp_path: Path) -> None:
    scenario, outcome = ran(
        small_scenario(
            tmp_path,
            applicants="applicant_id,total,consents 1,90,no 2,80,no",
            seats="main,A,open,1 main,B,open,3",
            choices="1,main,1,A 2,main,1,A",
            batches=REASSIGN,
            rules=CONSENTS,
        )
    )
    explained = explain(scenario, outcome, "2")
    assert [(v.programme_id, v.seats, v.would_take) for v in explained.vacancies] == [("B", 3, 1)]
    assert "  - B (seats left: 3; unplaced applicants who are eligible: 1)" in as_text(explained).splitlines()
    assert explain(scenario, outcome, "1").vacancies == (), "only of the unplaced"


def test_who_consented_and_got_nothing_is_told_why_for_every_programme_with_seats(tmp_path: Path) -> None:
    small_scenario(
        tmp_path,
        applicants="applicant_id,total,consents 1,90,yes 2,80,yes",
        seats="main,A,open,1 main,G,open,1",
        choices="",
        batches=REASSIGN,
        rules=CONSENTS,
    )
    scenario, outcome = ran(programmes(tmp_path, "programme_id,track,min_score A,vocational, G,general,95"))
    explained = explain(scenario, outcome, "2")
    assert [(c.programme_id, c.result) for c in choices_of(explained, "rest")] == [("A", "refused"), ("G", "refused")]
    assert refusals(explained, "rest") == [reasons.AllTaken(1, 0), reasons.BelowMinScore(Decimal(80), Decimal(95))]
    lines = as_text(explained).splitlines()
    assert lines.index("  A: not given.") < lines.index("  G: not given.")


def test_a_long_list_of_programmes_left_over_is_cut_and_those_who_would_take_the_applicant_come_first(
    tmp_path: Path,
) -> None:
    names = [f"P{number:02}" for number in range(12)]
    small_scenario(
        tmp_path,
        applicants="applicant_id,total,consents 1,90,yes 2,80,yes",
        seats=" ".join(f"main,{name},open,1" for name in names),
        choices="",
        batches=REASSIGN,
        rules=CONSENTS,
    )
    table = " ".join(f"{name},vocational,{'' if name == 'P11' else 95}" for name in names)
    scenario, outcome = ran(programmes(tmp_path, f"programme_id,track,min_score {table}"))
    explained = explain(scenario, outcome, "2")
    assert len(choices_of(explained, "rest")) == 12
    told = [line for line in as_text(explained).splitlines() if line.endswith("not given.")]
    assert (told[0], len(told)) == ("  P11: not given.", 10)
    assert "More programmes: 2; --json tells all." in as_text(explained)


# closed programmes


@pytest.fixture
def closed(tmp_path: Path) -> tuple[allocator.Scenario, allocator.Outcome]:
    """B needs 3 and would have 1: it closes, and 2 goes on to A."""
    small_scenario(
        tmp_path,
        applicants="applicant_id,total 1,90 2,80",
        seats="main,A,open,5 main,B,open,5",
        choices="1,main,1,A 2,main,1,B 2,main,2,A",
    )
    return ran(programmes(tmp_path, "programme_id,track,min_open A,vocational,1 B,vocational,3"))


def test_a_choice_of_a_closed_programme_fell_away(closed: tuple[allocator.Scenario, allocator.Outcome]) -> None:
    explained = explain(*closed, "2")
    assert explained.admission == Admission("main", "A", "open", 2)
    assert refusals(explained) == [reasons.Closed(min_open=3, admitted_if_open=1)]
    text = as_text(explained)
    assert "closed: it opens with 3 admissions or more, and would have had 1 [R10]" in text
    assert as_json(explained)["batches"][0]["choices"][0]["reasons"] == [  # type: ignore[index]  # a tree of JSON
        {"reason": "closed", "rule": "R10", "min_open": 3, "admitted_if_open": 1}
    ]


def test_a_programme_that_did_not_open_is_not_left_over(tmp_path: Path) -> None:
    """An optimal batch left A closed, so its seats are not given in the reassignment."""
    small_scenario(
        tmp_path,
        applicants="applicant_id,total,consents 1,90,yes",
        seats="main,A,open,5 main,B,open,0",
        choices="1,main,1,A",
        batches=OPTIMAL[:-1] + ", {name: rest, mechanism: reassign, group: consents, objectives: [placed]}]",
        rules=CONSENTS,
    )
    scenario, outcome = ran(programmes(tmp_path, "programme_id,track,min_open A,vocational,2 B,vocational,"))
    explained = explain(scenario, outcome, "1")
    assert refusals(explained) == [reasons.DidNotOpen(2)]
    here = explained.batches[1].reassignment
    assert here is not None
    assert (here.num_programmes, choices_of(explained, "rest"), explained.vacancies) == (0, (), ())


# contradictions, and Chinese


def test_an_assignment_that_the_rules_do_not_allow_is_not_explained(
    swap: tuple[allocator.Scenario, allocator.Outcome],
) -> None:
    scenario, outcome = swap
    rows = outcome.assignments
    one = pl.col("applicant_id") == "1"
    unlisted = rows.with_columns(pl.when(one).then(pl.lit(9)).otherwise(pl.col("choice")).alias("choice"))
    elsewhere = rows.with_columns(
        pl.when(one).then(pl.lit("A")).otherwise(pl.col("programme_id")).alias("programme_id")
    )
    for assignments in (unlisted, elsewhere):
        with pytest.raises(ContradictionError):
            explain(scenario, replace(outcome, assignments=assignments), "1")


def test_an_optimal_batch_without_its_claim_is_not_explained(
    swap: tuple[allocator.Scenario, allocator.Outcome],
) -> None:
    scenario, outcome = swap
    with pytest.raises(ContradictionError, match=r"summary\.json"):
        explain(scenario, replace(outcome, optimal=()), "1")


def test_the_texts_are_told_in_chinese_too(
    swap: tuple[allocator.Scenario, allocator.Outcome], reassigned: tuple[allocator.Scenario, allocator.Outcome]
) -> None:
    for scenario, outcome in (swap, reassigned):
        for applicant in scenario.cohort.applicants.ids:
            text = as_text(explain(scenario, outcome, applicant), translator("zh"))
            assert "{" not in text
            assert "seats" not in text
            assert "eligible" not in text
