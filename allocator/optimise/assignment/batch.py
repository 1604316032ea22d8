"""A batch of the market as an optimisation problem, and back (R10, R11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from allocator.errors import AllocatorError, Translate, english
from allocator.market.market import BatchMarket, BoolArray, CappedSet, Int32Array, Market
from allocator.mechanisms.batches import Answer, Question
from allocator.mechanisms.eligibility import PoolBits
from allocator.optimise.assignment.crossing.optimum import Limits, Stopped
from allocator.optimise.assignment.problem import (
    UNBOUNDED,
    Bound,
    Cells,
    CountedSet,
    GuidelineTerm,
    Infeasible,
    Options,
    Problem,
)
from allocator.optimise.assignment.solve import solve
from allocator.outcome import unsolved
from allocator.scenario.settings import Guideline, Settings


class UnsolvedError(AllocatorError):
    """An optimal batch has no outcome, so the run has none: it ends here, with that as its result."""

    def __init__(self, result: unsolved.Infeasible | unsolved.Unfinished) -> None:
        super().__init__(result.batch)
        self.result, self.exit_code = result, result.exit_code

    def text(self, translate: Translate = english) -> str:
        return self.result.text(translate)


@dataclass(frozen=True)
class OptimalBatches:
    """Solves the batches of a run that objectives decide; called with each in turn."""

    settings: Settings
    limits: Limits = field(default_factory=Limits)

    def __call__(self, market: Market, question: Question) -> Answer:
        """The outcome of one batch.

        Raises:
            UnsolvedError: if it is infeasible, or the limits were reached before there was an assignment to give.
        """
        problem = problem_of(market, question, self.settings.guideline)
        result = solve(problem, self.limits)
        name = self.settings.batches[question.batch.position].name
        if isinstance(result, Infeasible):
            raise UnsolvedError(unsolved.Infeasible(name, result.conflict))
        if isinstance(result, Stopped):
            raise UnsolvedError(unsolved.Unfinished(name, result.objective))
        option, cell = result.assignment.option, result.assignment.cell
        held = np.where(option >= 0, np.append(problem.options.choice, -1)[option], -1)
        return Answer(held, cell.astype(np.int32), result)


def problem_of(market: Market, question: Question, guideline: Guideline | None) -> Problem:
    """The problem of a batch whose choices, pools and seats are in force."""
    batch, programme_of = question.batch, question.programme_of
    by_objectives = batch.by_objectives
    assert by_objectives is not None  # only batches that objectives decide get here
    uses_guideline = guideline is not None and (
        "guideline" in by_objectives.ladder or guideline.enforce == "constraint"
    )
    offered = (batch.cell_first >= 0).any(axis=1) & (batch.mechanism == "optimal")
    return Problem(
        options=_options(market, batch, question.pools),
        cells=Cells(batch.cell_first, batch.pool_per_school, market.num_schools, question.seats),
        applicant_school=market.applicant_school,
        is_general=market.is_general,
        order=by_objectives.order,
        programme_order=market.programme_order,
        ladder=by_objectives.ladder,
        bounds=tuple(_bound(cap, programme_of) for cap in market.caps),
        guideline=_guideline(market, guideline, programme_of) if guideline is not None and uses_guideline else None,
        min_open=np.where(offered, market.min_open, 0),
    )


def _options(market: Market, batch: BatchMarket, pools: PoolBits) -> Options:
    """The choices that may use any pool."""
    kept = np.flatnonzero(pools != 0)
    applicant = np.repeat(np.arange(market.num_applicants), np.diff(batch.choice_start))[kept]
    programme = batch.choice_programme[kept]
    area = market.programme_area[programme]
    return Options(
        start=np.searchsorted(applicant, np.arange(market.num_applicants + 1)),
        programme=programme,
        number=batch.choice_number[kept],
        pools=pools[kept],
        choice=kept,
        in_own_area=(area >= 0) & (area == market.applicant_area[applicant]),
    )


def _bound(cap: CappedSet, programme_of: Int32Array) -> Bound:
    """A cap, less what earlier batches admitted."""
    earlier = int(cap.members[programme_of[programme_of >= 0]].sum())
    return Bound(
        name=cap.name,
        members=CountedSet(cap.members),
        at_least=max(0, (cap.at_least or 0) - earlier),
        at_most=UNBOUNDED if cap.at_most is None else cap.at_most - earlier,
        target=None if cap.target is None else cap.target - earlier,
        earlier=earlier,
    )


def _guideline(market: Market, guideline: Guideline, programme_of: Int32Array) -> GuidelineTerm:
    num_scopes, placed = len(market.scope_names), programme_of >= 0
    general = placed & np.append(market.is_general, False)[programme_of]
    counted: BoolArray = placed if guideline.basis == "admitted" else np.ones_like(placed)
    return GuidelineTerm(
        share=Fraction(guideline.general_share),
        tolerance=Fraction(guideline.tolerance),
        basis_grows=guideline.basis == "admitted",
        is_constraint=guideline.enforce == "constraint",
        scope=market.scope,
        scope_names=market.scope_names,
        earlier_general=np.bincount(market.scope[general], minlength=num_scopes),
        earlier_basis=np.bincount(market.scope[counted], minlength=num_scopes),
    )
