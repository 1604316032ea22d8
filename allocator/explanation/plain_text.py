"""An explanation in plain words for a family: short, the numbers side by side, what a line is at the end."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from allocator.errors import Translate, english
from allocator.explanation.explanation import BatchExplanation, ChoiceVerdict, Compared, Explanation, PoolVerdict
from allocator.explanation.priority import exact
from allocator.explanation.reason_text import reason_text
from allocator.scenario.settings import OPEN, REVERTED

LOTTERY_DIGITS = 12  # enough to tell two numbers apart; all 64 are in the JSON form and in the published lines


def as_text(explanation: Explanation, translate: Translate = english) -> str:
    """The explanation in plain words, several lines without a line feed at the end."""
    taken_part = [batch for batch in explanation.batches if batch.admitted_before is None]
    lines = [_result(explanation, translate)]
    for batch in taken_part:
        lines += ["", *_batch(batch, translate)]
    if len(taken_part) < len(explanation.batches) and explanation.admission is not None:
        said = translate('Later batches: takes no part, having been admitted in batch "{batch}". [R7]')
        lines += ["", said.format(batch=explanation.admission.batch)]
    return "\n".join([*lines, "", *_meanings(explanation, translate)])


def _result(explanation: Explanation, translate: Translate) -> str:
    admission = explanation.admission
    if admission is None:
        return translate("Applicant {applicant}: not admitted.").format(applicant=explanation.applicant_id)
    choice = next(c for b in explanation.batches for c in b.choices if c.result == "admitted")
    said = translate('Applicant {applicant}: admitted to {programme} (batch "{batch}", choice {choice}, {pool}).')
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
    for choice in batch.choices:
        if choice.result != "not_reached":
            yield from _choice(choice, translate)
    numbers = translate(", ").join(str(choice.choice) for choice in batch.choices if choice.result == "not_reached")
    if numbers:
        said = translate("Choices further down ({numbers}): not looked at, because a better choice was met. [R7]")
        yield "  " + said.format(numbers=numbers)


def _choice(choice: ChoiceVerdict, translate: Translate) -> Iterator[str]:
    said = {
        "admitted": translate("Choice {choice}, {programme}: admitted."),
        "refused": translate("Choice {choice}, {programme}: not admitted."),
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
    return f"{choice.programme_id} {choice.programme_name}" if choice.programme_name else choice.programme_id


def _pool(pool: PoolVerdict, translate: Translate) -> str:
    """One kind of seats: admitted, or why not, each with its rule."""
    if pool.is_admitted and not pool.compared:
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


def _meanings(explanation: Explanation, translate: Translate) -> Iterator[str]:
    """What the words mean, of those that were used."""
    reached = [choice for batch in explanation.batches for choice in batch.choices]
    pools = [pool for choice in reached if not choice.reasons for pool in choice.pools]
    reasons = {reason.reason for choice in reached for reason in choice.reasons}
    reasons |= {reason.reason for pool in pools for reason in pool.reasons}
    steps = [step for pool in pools for step in pool.compared]
    if steps:
        yield translate(
            "Line: the last applicant admitted through these seats when all of them were taken. "
            "Seats go to those who rank higher first, so whoever ranks below the line could not be admitted."
        )
    if any(step.criterion == "lottery" and step.order != "equal" for step in steps):
        yield translate(
            "Lottery number: decides between applicants who are equal in everything else. It is the SHA-256 of the "
            "published seed, a line feed and the applicant's identifier; anybody can recompute it."
        )
    if "below_floor" in reasons:
        yield translate("Floor: the least score for a kind of seats, fixed before the batch was run.")
    if "below_control_line" in reasons:
        yield translate("Control line: the least score for the general track, the same for everybody it applies to.")
    if REVERTED in {pool.pool for pool in pools}:
        yield translate(
            "Seats left to open: seats that a quota did not fill, offered once more to everybody "
            "who may use open seats."
        )
    yield translate("The numbers in brackets are those of the rules.")
