"""Every reason in words: with the values that were compared, and nothing left to fill in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from allocator.errors import english
from allocator.explanation import reasons
from allocator.explanation.reason_text import reason_text
from allocator.language import translator
from allocator.scenario.settings import Interval, OneOf

TEN, TWENTY = Decimal(10), Decimal(20)


def in_group(*tests: reasons.FailedTest) -> reasons.NotInGroup:
    return reasons.NotInGroup("some", tests)


EXPECTED = [
    (reasons.NoPool(), "this programme has no seats in this batch"),
    (reasons.NoScore("exam", "total"), 'no score for the ranking "exam" that this programme uses'),
    (
        reasons.NoScore("interview", "priorities"),
        "this programme ranks its applicants itself, and this applicant is not in its list",
    ),
    (reasons.BelowMinScore(TEN, TWENTY), "score 10, below this programme's least score 20"),
    (reasons.BelowControlLine("", TEN, TWENTY), "score 10, below the control line 20 of the general track"),
    (reasons.BelowControlLine("N1", TEN, TWENTY), "score 10, below the control line 20 of the general track in N1"),
    (reasons.BelowControlLine("", None, TWENTY), "no score to compare with the control line 20 of the general track"),
    (in_group(reasons.FailedTest("poor", True, "false")), 'only for the group "some": poor must be yes, but is no'),
    (
        in_group(reasons.FailedTest("repeater", False, "1")),
        'only for the group "some": repeater must be no, but is yes',
    ),
    (
        in_group(reasons.FailedTest("home", "rural", "urban")),
        'only for the group "some": home must be rural, but is urban',
    ),
    (
        in_group(reasons.FailedTest("years", Interval(at_least=TEN, at_most=TWENTY), "9")),
        'only for the group "some": years must be at least 10 and at most 20, but is 9',
    ),
    (
        in_group(reasons.FailedTest("area", OneOf(one_of=("A", "B")), "C"), reasons.FailedTest("home", "rural", None)),
        'only for the group "some": area must be one of A, B, but is C; home must be rural, but is not recorded',
    ),
    (reasons.NoFeederSchool(), "these seats go by junior school, and none is recorded for this applicant"),
    (
        reasons.BelowFloor(TEN, TWENTY, TWENTY, Decimal(5), "early", Decimal(18)),
        'score 10, below the floor 20 (least score 20; 5 points under the open line 18 of batch "early")',
    ),
    (
        reasons.BelowFloor(TEN, TWENTY, None, Decimal(5), "provisional", Decimal(25)),
        "score 10, below the floor 20 (5 points under the line 25 of the open seats alone)",
    ),
    (
        reasons.BelowFloor(TEN, TWENTY, TWENTY, Decimal(5), "provisional", None),
        "score 10, below the floor 20 (least score 20)",
    ),
    (reasons.NoSeats(), "no seats"),
    (reasons.NothingReverted(), "no seats were left over"),
    (reasons.BelowLine(), "below the line"),
    (reasons.Closed(20, 10), "closed: it opens with 20 admissions or more, and would have had 10"),
    (reasons.DidNotOpen(20), "not open: it opens with 20 admissions or more, and has none"),
    (
        reasons.AllTaken(20, 0),
        "eligible, but all seats went to applicants who rank before this one (seats: 20)",
    ),
    (
        reasons.AllTaken(12, 8),
        "eligible, but the objectives gave all seats to others (seats: 20): 12 of them rank before this applicant, "
        "8 after",
    ),
    (reasons.CapReached("private", 20), 'eligible, but "private" has as many admissions as it may have (20)'),
    (
        reasons.CapHolds("trades", 20),
        'eligible, but without this applicant "trades" would have fewer admissions than it must (20)',
    ),
    (
        reasons.ClassHolds("V1", 20),
        "eligible, but without this applicant V1 would have fewer admissions than it opens with (20)",
    ),
    (
        reasons.GuidelineReached("", Decimal("0.625"), 5, 8),
        "eligible, but the general track may have no more than 62.5%, and has 5 of 8",
    ),
    (
        reasons.GuidelineReached("N1", Decimal("0.5"), 4, 8),
        "eligible, but the general track may have no more than 50% in N1, and has 4 of 8",
    ),
    (reasons.ObjectivesDecided(), "eligible, and a seat was free, but the optimum of the objectives does not give it"),
]


@pytest.mark.parametrize(("reason", "text"), EXPECTED)
def test_a_reason_says_its_values(reason: reasons.Reason, text: str) -> None:
    assert reason_text(reason, english) == text


@pytest.mark.parametrize("reason", [reason for reason, _ in EXPECTED])
def test_a_reason_has_its_values_in_chinese_too(reason: reasons.Reason) -> None:
    text = reason_text(reason, translator("zh"))
    numbers = [word for word in reason_text(reason, english).replace(",", " ").split() if word.isdigit()]
    assert all(number in text for number in numbers)
    assert "{" not in text


def test_every_reason_is_among_these() -> None:
    classes = set(reasons.Reason.__args__)
    assert {type(reason) for reason, _ in EXPECTED} == classes
    assert len({c.reason for c in classes}) == len(classes)
