"""An explanation in plain words for a family: short, the numbers side by side, what a line is at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from allocator.errors import Translate, english
from allocator.explanation.explanation import (
    BatchExplanation,
    ChoiceVerdict,
    Compared,
    Explanation,
    PoolVerdict,
    Reassignment,
    Vacancy,
)
from allocator.explanation.meanings import meanings
from allocator.explanation.objective_text import objectives_text
from allocator.explanation.priority import exact
from allocator.explanation.reason_text import group_text, reason_text
from allocator.scenario.settings import OPEN, REVERTED

SHOWN = 10  # programmes that a reassignment did not give, or that have seats left; all are in the JSON form
LOTTERY_DIGITS = 12  # enough to tell two numbers apart; all 64 are in the JSON form and in the published lines


def as_text(explanation: Explanation, translate: Translate = english) -> str:
    """The explanation in plain words, several lines without a line feed at the end."""
    taken_part = [batch for batch in explanation.batches if batch.admitted_before is None]
    lines = [_result(explanation, translate)]
    for batch in taken_part:
        here = batch.reassignment
        lines += ["", *(_batch(batch, translate) if here is None else _reassignment(batch, here, translate))]
    if explanation.vacancies:
        lines += ["", *_vacancies(explanation.vacancies, translate)]
    if len(taken_part) < len(explanation.batches) and explanation.admission is not None:
        said = translate('Later batches: takes no part, having been admitted in batch "{batch}". [R7]')
        lines += ["", said.format(batch=explanation.admission.batch)]
    return "\n".join([*lines, "", *meanings(explanation, translate)])


def _result(explanation: Explanation, translate: Translate) -> str:
    admission = explanation.admission
    if admission is None:
        return translate("Applicant {applicant}: not admitted.").format(applicant=explanation.applicant_id)
    choice = next(c for b in explanation.batches for c in b.choices if c.result == "admitted")
    said = translate('Applicant {applicant}: admitted to {programme} (batch "{batch}", choice {choice}, {pool}).')
    if admission.choice is None:
        said = translate('Applicant {applicant}: admitted to {programme} (batch "{batch}", by reassignment, {pool}).')
    return said.format(
        applicant=explanation.applicant_id,
        programme=_programme(choice),
        batch=admission.batch,
        choice=admission.choice,
        pool=_pool_name(choice.pools[-1], translate),
    )


def _batch(batch: BatchExplanation, translate: Translate) -> Iterator[str]:
    if not batch.choices:
        yield translate('Batch "{batch}": no choices were filed.').format(batch=batch.batch)
        return
    yield translate('Batch "{batch}"').format(batch=batch.batch)
    if batch.mechanism == "optimal":
        yield f"  {objectives_text(batch, translate)}"
    for choice in batch.choices:
        if choice.result != "not_reached":
            yield from _choice(choice, translate)
    numbers = translate(", ").join(str(choice.choice) for choice in batch.choices if choice.result == "not_reached")
    if numbers:
        said = translate("Choices further down ({numbers}): not looked at, because a better choice was met. [R7]")
        if batch.mechanism == "optimal":
            said = translate("Other choices ({numbers}): none is better than the one that was given. [R10]")
        yield "  " + said.format(numbers=numbers)


def _reassignment(batch: BatchExplanation, here: Reassignment, translate: Translate) -> Iterator[str]:
    """R11: whether the applicant takes part, what was left over, and what became of it for them."""
    yield translate('Batch "{batch}": reassignment of those still unplaced.').format(batch=batch.batch)
    if not here.takes_part:
        yield "  " + translate("Takes no part: {why}. [R11]").format(
            why=group_text(here.group or "", here.tests, translate)
        )
        return
    yield f"  {objectives_text(batch, translate)}"
    said = translate("What was left over (seats: {seats}, programmes: {programmes})")
    yield "  " + said.format(seats=here.num_seats, programmes=here.num_programmes)
    best_first = sorted(batch.choices, key=_is_barred)  # stable: by identifier within
    for choice in best_first[:SHOWN]:
        yield from _choice(choice, translate)
    if len(best_first) > SHOWN:
        yield "  " + translate("More programmes: {more}; --json tells all.").format(more=len(best_first) - SHOWN)


def _is_barred(choice: ChoiceVerdict) -> bool:
    """Whether R1, or being closed, keeps the applicant from the programme whatever the objectives say."""
    return bool(choice.reasons) or all(_rule_of_r1(pool) for pool in choice.pools)


def _rule_of_r1(pool: PoolVerdict) -> bool:
    return any(reason.rule != "R10" for reason in pool.reasons)


def _vacancies(vacancies: Sequence[Vacancy], translate: Translate) -> Iterator[str]:
    """What is left for a supplementary round (征集志愿)."""
    yield translate("Seats that are left at the end, for whose programmes this applicant is eligible:")
    for vacancy in vacancies[:SHOWN]:
        said = translate("{programme} (seats left: {seats}; unplaced applicants who are eligible: {number})")
        programme = _named(vacancy.programme_id, vacancy.programme_name)
        yield "  - " + said.format(programme=programme, seats=vacancy.seats, number=vacancy.would_take)
    if len(vacancies) > SHOWN:
        yield "  " + translate("More programmes: {more}; --json tells all.").format(more=len(vacancies) - SHOWN)


def _choice(choice: ChoiceVerdict, translate: Translate) -> Iterator[str]:
    said = {
        "admitted": translate("Choice {choice}, {programme}: admitted."),
        "refused": translate("Choice {choice}, {programme}: not admitted."),
    }[choice.result]
    if choice.choice is None:
        said = {
            "admitted": translate("{programme}: given."),
            "refused": translate("{programme}: not given."),
        }[choice.result]
    yield "  " + said.format(choice=choice.choice, programme=_programme(choice))
    for reason in choice.reasons:
        yield f"    - {reason_text(reason, translate)} [{reason.rule}]"
    for pool in () if choice.reasons else _told(choice):
        yield f"    - {_pool(pool, translate)}"


def _told(choice: ChoiceVerdict) -> Iterator[PoolVerdict]:
    """The pools worth a line: not the reverted seats where the reason is the same as for the open ones."""
    barred_from_open = next((pool.reasons for pool in choice.pools if pool.pool == OPEN), ())
    for pool in choice.pools:
        if pool.pool != REVERTED or pool.compared or pool.is_admitted or pool.reasons != barred_from_open:
            yield pool


def _programme(choice: ChoiceVerdict) -> str:
    return _named(choice.programme_id, choice.programme_name)


def _named(programme_id: str, name: str | None) -> str:
    return f"{programme_id} {name}" if name else programme_id


def _pool(pool: PoolVerdict, translate: Translate) -> str:
    """One kind of seats: admitted, or why not, each with its rule."""
    if pool.is_admitted and pool.mechanism != "stable":
        said = translate("admitted (seats: {seats}, taken: {admitted})")
    elif pool.is_admitted and not pool.compared:
        said = translate("admitted, seats were still free (seats: {seats}, taken: {admitted})")
    elif pool.is_admitted and all(step.order == "equal" for step in pool.compared):
        said = translate("admitted, exactly on the line: {compared}")
    elif pool.is_admitted:
        said = translate("admitted, above the line: {compared}")
    elif pool.compared:
        said = translate("below the line, all seats taken (seats: {seats}): {compared}")
    else:
        said = translate("; ").join(f"{reason_text(reason, translate)} [{reason.rule}]" for reason in pool.reasons)
        return translate("{pool}: {verdict}").format(pool=_pool_name(pool, translate), verdict=said)
    # An equal lottery number is the applicant's own, and tells nothing.
    steps = [step for step in pool.compared if step.criterion != "lottery" or step.order != "equal"]
    compared = translate("; then ").join(_step(step, translate) for step in steps)
    rules = dict.fromkeys([pool.rule, *(step.rule for step in steps)])
    verdict = said.format(seats=pool.seats, admitted=pool.admitted, compared=compared) + f" [{', '.join(rules)}]"
    return translate("{pool}: {verdict}").format(pool=_pool_name(pool, translate), verdict=verdict)


def _pool_name(pool: PoolVerdict, translate: Translate) -> str:
    if pool.pool == OPEN:
        return translate("open seats")
    if pool.pool == REVERTED:
        return translate("seats that other quotas left to open")
    if pool.feeder_school_id is not None:
        said = translate('"{pool}" seats of junior school {school}')
        return said.format(pool=pool.pool, school=pool.feeder_school_id)
    return translate('"{pool}" seats').format(pool=pool.pool)


def _step(step: Compared, translate: Translate) -> str:
    """One comparison, for instance: score 640, line 652."""
    own, line, column = step.own, step.line, step.column
    said = translate("{column} {own}, line {line}")
    if step.criterion == "score":
        said = translate("score {own}, line {line}")
    elif step.criterion == "band":
        own, line = (_band(least, step.width or "0", translate) for least in (own, line))
        said = translate("score band {own}, line {line}")
    elif step.criterion == "tier" and step.width == "1":
        said = translate("choice number {own}, line {line}")
    elif step.criterion == "tier":
        said = translate("choice number {own}, line {line} (every {width} choices count alike)")
    elif step.criterion == "lottery":
        own, line = own[:LOTTERY_DIGITS] + "…", line[:LOTTERY_DIGITS] + "…"
        said = translate("lottery number {own}, line {line} (the smaller wins)")
    return said.format(own=own, line=line, column=column, width=step.width)


def _band(least: str, width: str, translate: Translate) -> str:
    end = Decimal(least) + Decimal(width)
    return translate("{least} to below {end}").format(least=least, end=exact(end))
