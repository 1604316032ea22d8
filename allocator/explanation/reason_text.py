"""A reason in words, with the values that were compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from allocator.errors import Translate
from allocator.explanation.priority import exact
from allocator.explanation.reasons import (
    AllTaken,
    BelowControlLine,
    BelowFloor,
    BelowLine,
    BelowMinScore,
    CapHolds,
    CapReached,
    ClassHolds,
    Closed,
    DidNotOpen,
    FailedTest,
    GuidelineReached,
    NoFeederSchool,
    NoPool,
    NoScore,
    NoSeats,
    NothingReverted,
    NotInGroup,
    ObjectivesDecided,
    Reason,
)
from allocator.scenario.settings import PRIORITIES, Interval, OneOf, Test


def reason_text(reason: Reason, translate: Translate) -> str:
    """One reason in words, without a full stop."""
    return _TEXTS[type(reason)](reason, translate)


def _no_pool(reason: NoPool, translate: Translate) -> str:
    return translate("this programme has no seats in this batch")


def _no_score(reason: NoScore, translate: Translate) -> str:
    if reason.column == PRIORITIES:
        return translate("this programme ranks its applicants itself, and this applicant is not in its list")
    return translate('no score for the ranking "{ranking}" that this programme uses').format(ranking=reason.ranking)


def _below_min_score(reason: BelowMinScore, translate: Translate) -> str:
    said = translate("score {score}, below this programme's least score {least}")
    return said.format(score=exact(reason.score), least=exact(reason.min_score))


def _below_control_line(reason: BelowControlLine, translate: Translate) -> str:
    if reason.score is None:
        said = translate("no score to compare with the control line {line} of the general track")
        return said.format(line=exact(reason.control_line))
    said = translate("score {score}, below the control line {line} of the general track")
    if reason.scope:
        said = translate("score {score}, below the control line {line} of the general track in {area}")
    return said.format(score=exact(reason.score), line=exact(reason.control_line), area=reason.scope)


def _not_in_group(reason: NotInGroup, translate: Translate) -> str:
    return group_text(reason.group, reason.tests, translate)


def group_text(group: str, failed: Sequence[FailedTest], translate: Translate) -> str:
    """Why somebody is not in a group: every test that failed."""
    tests = translate("; ").join(_failed(test, translate) for test in failed)
    return translate('only for the group "{group}": {tests}').format(group=group, tests=tests)


def _failed(test: FailedTest, translate: Translate) -> str:
    wanted = _wanted(test.wanted, translate)
    if test.found is None:
        said = translate("{column} must be {wanted}, but is not recorded")
        return said.format(column=test.column, wanted=wanted)
    found = _wanted(not test.wanted, translate) if isinstance(test.wanted, bool) else test.found
    said = translate("{column} must be {wanted}, but is {found}")
    return said.format(column=test.column, wanted=wanted, found=found)


def _wanted(test: Test, translate: Translate) -> str:
    if isinstance(test, bool):
        return translate("yes") if test else translate("no")
    if isinstance(test, Interval):
        return translate(" and ").join(_bounds(test, translate))
    if isinstance(test, OneOf):
        return translate("one of {texts}").format(texts=translate(", ").join(test.one_of))
    return test


def _bounds(test: Interval, translate: Translate) -> Iterator[str]:
    if test.at_least is not None:
        yield translate("at least {bound}").format(bound=exact(test.at_least))
    if test.at_most is not None:
        yield translate("at most {bound}").format(bound=exact(test.at_most))


def _no_feeder_school(reason: NoFeederSchool, translate: Translate) -> str:
    return translate("these seats go by junior school, and none is recorded for this applicant")


def _below_floor(reason: BelowFloor, translate: Translate) -> str:
    said = translate("score {score}, below the floor {floor} ({parts})")
    parts = translate("; ").join(_floor_parts(reason, translate))
    return said.format(score=exact(reason.score), floor=exact(reason.floor), parts=parts)


def _floor_parts(reason: BelowFloor, translate: Translate) -> Iterator[str]:
    """R6: the parts that are there; the floor is the largest of them."""
    if reason.absolute is not None:
        yield translate("least score {score}").format(score=exact(reason.absolute))
    if reason.below_line is not None and reason.open_line is not None:
        said = translate('{points} points under the open line {line} of batch "{batch}"')
        if reason.of == "provisional":
            said = translate("{points} points under the line {line} of the open seats alone")
        yield said.format(points=exact(reason.below_line), line=exact(reason.open_line), batch=reason.of)


def _no_seats(reason: NoSeats, translate: Translate) -> str:
    return translate("no seats")


def _nothing_reverted(reason: NothingReverted, translate: Translate) -> str:
    return translate("no seats were left over")


def _below_line(reason: BelowLine, translate: Translate) -> str:
    return translate("below the line")


def _closed(reason: Closed, translate: Translate) -> str:
    said = translate("closed: it opens with {least} admissions or more, and would have had {found}")
    return said.format(least=reason.min_open, found=reason.admitted_if_open)


def _did_not_open(reason: DidNotOpen, translate: Translate) -> str:
    said = translate("not open: it opens with {least} admissions or more, and has none")
    return said.format(least=reason.min_open)


def _all_taken(reason: AllTaken, translate: Translate) -> str:
    if reason.num_after == 0:
        said = translate("eligible, but all seats went to applicants who rank before this one (seats: {seats})")
    else:
        said = translate(
            "eligible, but the objectives gave all seats to others (seats: {seats}): {before} of them rank before "
            "this applicant, {after} after"
        )
    seats = reason.num_before + reason.num_after
    return said.format(seats=seats, before=reason.num_before, after=reason.num_after)


def _cap_reached(reason: CapReached, translate: Translate) -> str:
    said = translate('eligible, but "{cap}" has as many admissions as it may have ({most})')
    return said.format(cap=reason.cap, most=reason.at_most)


def _guideline_reached(reason: GuidelineReached, translate: Translate) -> str:
    said = translate("eligible, but the general track may have no more than {limit}, and has {general} of {basis}")
    if reason.scope:
        said = translate(
            "eligible, but the general track may have no more than {limit} in {area}, and has {general} of {basis}"
        )
    limit = f"{exact(reason.limit * 100)}%"
    return said.format(limit=limit, area=reason.scope, general=reason.general, basis=reason.basis)


def _cap_holds(reason: CapHolds, translate: Translate) -> str:
    said = translate('eligible, but without this applicant "{cap}" would have fewer admissions than it must ({least})')
    return said.format(cap=reason.cap, least=reason.at_least)


def _class_holds(reason: ClassHolds, translate: Translate) -> str:
    said = translate(
        "eligible, but without this applicant {programme} would have fewer admissions than it opens with ({least})"
    )
    return said.format(programme=reason.programme_id, least=reason.min_open)


def _objectives_decided(reason: ObjectivesDecided, translate: Translate) -> str:
    return translate("eligible, and a seat was free, but the optimum of the objectives does not give it")


_TEXTS: dict[type, Callable[[Any, Translate], str]] = {
    NoPool: _no_pool,
    NoScore: _no_score,
    BelowMinScore: _below_min_score,
    BelowControlLine: _below_control_line,
    NotInGroup: _not_in_group,
    NoFeederSchool: _no_feeder_school,
    BelowFloor: _below_floor,
    NoSeats: _no_seats,
    NothingReverted: _nothing_reverted,
    BelowLine: _below_line,
    Closed: _closed,
    DidNotOpen: _did_not_open,
    AllTaken: _all_taken,
    CapReached: _cap_reached,
    GuidelineReached: _guideline_reached,
    CapHolds: _cap_holds,
    ClassHolds: _class_holds,
    ObjectivesDecided: _objectives_decided,
}
