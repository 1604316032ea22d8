"""An explanation as JSON: the same tree, exact decimals as strings, every verdict with its rule."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

from allocator.explanation.explanation import (
    BatchExplanation,
    ChoiceVerdict,
    Compared,
    Explanation,
    PoolVerdict,
    Reassignment,
)
from allocator.explanation.priority import exact
from allocator.explanation.reasons import FailedTest, Reason
from allocator.scenario.settings import Interval, OneOf, Test


def as_json(explanation: Explanation) -> dict[str, object]:
    """The explanation as a JSON object; what does not apply is null or an empty list, never left out."""
    admission = explanation.admission
    return {
        "applicant_id": explanation.applicant_id,
        "admission": None if admission is None else vars(admission).copy(),
        "batches": [_batch(batch) for batch in explanation.batches],
        "vacancies": [vars(vacancy).copy() for vacancy in explanation.vacancies],
    }


def _batch(batch: BatchExplanation) -> dict[str, object]:
    return {
        "batch": batch.batch,
        "mechanism": batch.mechanism,
        "admitted_before": batch.admitted_before,
        "objectives": [vars(objective).copy() for objective in batch.objectives],
        "structure": batch.structure,
        "reassignment": None if batch.reassignment is None else _reassignment(batch.reassignment),
        "choices": [_choice(choice, batch.rule) for choice in batch.choices],
    }


def _reassignment(reassignment: Reassignment) -> dict[str, object]:
    return {
        **vars(reassignment),
        "takes_part": reassignment.takes_part,
        "tests": [_failed(test) for test in reassignment.tests],
    }


def _choice(choice: ChoiceVerdict, rule: str) -> dict[str, object]:
    return {
        "choice": choice.choice,
        "programme_id": choice.programme_id,
        "programme_name": choice.programme_name,
        "result": choice.result,
        "rule": rule,
        "reasons": [_reason(reason) for reason in choice.reasons],
        "pools": [_pool(pool) for pool in choice.pools],
    }


def _pool(pool: PoolVerdict) -> dict[str, object]:
    return {
        "pool": pool.pool,
        "feeder_school_id": pool.feeder_school_id,
        "seats": pool.seats,
        "admitted": pool.admitted,
        "is_admitted": pool.is_admitted,
        "rule": pool.rule,
        "reasons": [_reason(reason) for reason in pool.reasons],
        "compared": [_compared(step) for step in pool.compared],
    }


def _compared(step: Compared) -> dict[str, object]:
    return {**vars(step), "rule": step.rule}


def _reason(reason: Reason) -> dict[str, object]:
    values = {field.name: _value(getattr(reason, field.name)) for field in fields(reason)}
    return {"reason": reason.reason, "rule": reason.rule, **values}


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, tuple):  # the failed tests of a group
        return [_failed(test) for test in value]
    return value


def _failed(test: FailedTest) -> dict[str, object]:
    return {"column": test.column, "wanted": wanted_as_json(test.wanted), "found": test.found}


def wanted_as_json(test: Test) -> dict[str, object]:
    """What a test of a group wants: equals, at_least, at_most or one_of."""
    if isinstance(test, Interval):
        bounds = {"at_least": test.at_least, "at_most": test.at_most}
        return {name: exact(bound) for name, bound in bounds.items() if bound is not None}
    if isinstance(test, OneOf):
        return {"one_of": list(test.one_of)}
    return {"equals": test}
