"""What bounds an optimal batch or a reassignment, and leaves no room for one admission more (R10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from allocator.explanation.choice import Case, Choice
from allocator.explanation.eligibility import scope_of
from allocator.explanation.reasons import BoundReason, CapHolds, CapReached, ClassHolds, DidNotOpen, GuidelineReached
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.capped_sets import CappedSet, capped_sets


@dataclass(frozen=True)
class Position:
    """The admissions up to and with a batch that objectives decided, and what the applicant has of them."""

    case: Case
    batch_index: int
    programme_id: str | None  # what the batch gave the applicant

    @cached_property
    def programme(self) -> int | None:
        ids = self.case.scenario.cohort.programmes.ids
        return None if self.programme_id is None else ids.index(self.programme_id)

    @cached_property
    def admitted(self) -> IntArray:
        """(programme,) admissions of the run so far."""
        return self._admissions([batch.name for batch in self.case.scenario.settings.batches[: self.batch_index + 1]])

    @cached_property
    def admitted_here(self) -> IntArray:
        """(programme,) admissions of this batch."""
        return self._admissions([self.case.scenario.settings.batches[self.batch_index].name])

    @cached_property
    def is_open(self) -> BoolArray:
        """(programme,) a programme with a least size that has admitted nobody did not open."""
        opened: BoolArray = (self.case.scenario.cohort.programmes.min_open == 0) | (self.admitted > 0)
        return opened

    @cached_property
    def caps(self) -> tuple[CappedSet, ...]:
        return capped_sets(self.case.scenario)

    @cached_property
    def general_and_basis(self) -> tuple[int, int]:
        """G and B of the applicant's scope, after this batch."""
        return _counts(self)

    def _admissions(self, batches: list[str]) -> IntArray:
        rows = self.case.outcome.assignments.filter(pl.col("batch").is_in(batches))
        found = dict(rows.group_by("programme_id").len().iter_rows())
        ids = self.case.scenario.cohort.programmes.ids
        return np.array([found.get(programme_id, 0) for programme_id in ids], dtype=np.int64)


def did_not_open(choice: Choice, position: Position) -> tuple[DidNotOpen, ...]:
    """R10: the programme needs more than one admission to open, and this batch gave it none; R11: it had not opened."""
    least = int(choice.scenario.cohort.programmes.min_open[choice.programme])
    is_optimal = choice.batch.mechanism == "optimal"
    admitted = position.admitted_here if is_optimal else position.admitted
    return (DidNotOpen(least),) if least > int(is_optimal) and admitted[choice.programme] == 0 else ()


def against_one_more(choice: Choice, position: Position) -> tuple[BoundReason, ...]:
    """Every bound that would be broken if the applicant had this choice and everybody else what they have."""
    return (*_caps(choice, position), *_guideline(choice, position), *_class(choice, position))


def _caps(choice: Choice, position: Position) -> Iterator[BoundReason]:
    had = position.programme
    for counted in position.caps:
        cap, inside = counted.rule, counted.programmes
        before, after = had is not None and bool(inside[had]), bool(inside[choice.programme])
        count = int(position.admitted[inside].sum())
        if after and not before and cap.at_most is not None and count >= cap.at_most:
            yield CapReached(cap.name, cap.at_most)
        if before and not after and cap.at_least is not None and count <= cap.at_least:
            yield CapHolds(cap.name, cap.at_least)


def _class(choice: Choice, position: Position) -> Iterator[ClassHolds]:
    had = position.programme
    if had is None or choice.batch.mechanism != "optimal":
        return
    least = int(choice.scenario.cohort.programmes.min_open[had])
    if 0 < position.admitted_here[had] - 1 < least:
        yield ClassHolds(choice.scenario.cohort.programmes.ids[had], least)


def _guideline(choice: Choice, position: Position) -> Iterator[GuidelineReached]:
    guideline, is_general = choice.scenario.settings.guideline, choice.scenario.cohort.programmes.is_general
    had = position.programme
    if guideline is None or guideline.enforce != "constraint" or not is_general[choice.programme]:
        return
    if had is not None and is_general[had]:
        return
    general, basis = position.general_and_basis
    more = int(guideline.basis == "admitted" and had is None)
    if general + 1 > guideline.limit * (basis + more):
        scope = scope_of(choice.scenario, choice.applicant)
        yield GuidelineReached(scope, guideline.limit, general, basis)


def _counts(position: Position) -> tuple[int, int]:
    scenario, applicants = position.case.scenario, position.case.scenario.cohort.applicants
    guideline = scenario.settings.guideline
    assert guideline is not None  # asked only where there is one
    in_scope: BoolArray = np.ones(len(applicants), dtype=np.bool_)
    if guideline.scope == "area":
        in_scope = applicants.area == applicants.area[position.case.applicant]
    names = [batch.name for batch in scenario.settings.batches[: position.batch_index + 1]]
    ids, is_general = scenario.cohort.programmes.ids, scenario.cohort.programmes.is_general
    of_general = [programme_id for programme_id, general in zip(ids, is_general, strict=True) if general]
    here = position.case.outcome.assignments.filter(pl.Series(in_scope)).filter(pl.col("batch").is_in(names))
    general = here.filter(pl.col("programme_id").is_in(of_general)).height
    return general, here.height if guideline.basis == "admitted" else int(in_scope.sum())
