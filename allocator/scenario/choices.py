"""The choice lists: references, choice numbers, and programmes that are offered in the batch."""

from __future__ import annotations

import numpy as np

from allocator.errors import message
from allocator.scenario.cohort import BoolArray, ChoiceRows, IntArray
from allocator.scenario.keys import References, complete, resolved
from allocator.scenario.mistakes import Table
from allocator.scenario.numbers import whole_numbers
from allocator.scenario.settings import Mechanism


def choice_rows(
    table: Table, references: References, offered: BoolArray | None, mechanisms: tuple[Mechanism, ...] | None
) -> ChoiceRows:
    """The choice lists in canonical order.

    Args:
        offered: (batch, programme) whether it can be chosen; None where that is not known.
        mechanisms: (batch,) in an optimal batch, equal choice numbers mean indifference (R10), and a reassignment has
            no lists (R11); None where that is not known.
    """
    complete(table, ["applicant_id", "batch", "programme_id"])
    applicant = resolved(table, "applicant_id", references)
    programme = resolved(table, "programme_id", references)
    batch = resolved(table, "batch", references)
    before = len(table.problems)
    number = whole_numbers(table, "choice", least=1)
    is_numbered = len(table.problems) == before
    if offered is not None:
        valid = (programme >= 0) & (batch >= 0)
        absent = valid & ~offered[np.where(valid, batch, 0), np.where(valid, programme, 0)]
        table.wrong(
            "programme_id",
            absent,
            message(
                'programme "{found}" has no row in the seats table for this batch; remove the choice, or add the row'
            ),
        )
    if mechanisms is not None:
        listless = np.array([mechanism == "reassign" for mechanism in mechanisms] + [False])
        table.wrong(
            "batch",
            listless[batch],
            message('batch "{found}" reassigns those who are unplaced and has no choice lists (R11); remove the row'),
        )
    order = sorted_order(batch, applicant, number)
    batch, applicant, number, programme = batch[order], applicant[order], number[order], programme[order]
    is_known = (batch >= 0) & (applicant >= 0)
    same_list = (batch[1:] == batch[:-1]) & (applicant[1:] == applicant[:-1]) & is_known[1:]
    if is_numbered:
        repeated = same_list & (number[1:] == number[:-1])
        if mechanisms is not None:
            repeated &= np.array([mechanism == "stable" for mechanism in mechanisms] + [True])[batch[1:]]
        template = message('choice number "{found}" stands twice in one list; number the choices 1, 2, ...')
        _twice(table, "choice", order, repeated, template)
    by_programme = sorted_order(batch, applicant, programme)
    b, a, p = batch[by_programme], applicant[by_programme], programme[by_programme]
    repeated = (b[1:] == b[:-1]) & (a[1:] == a[:-1]) & (p[1:] == p[:-1]) & (b[1:] >= 0) & (a[1:] >= 0) & (p[1:] >= 0)
    template = message('programme "{found}" stands twice in one list; remove one of the choices')
    _twice(table, "programme_id", order[by_programme], repeated, template)
    return ChoiceRows(batch, applicant, number, programme)


def sorted_order(major: IntArray, middle: IntArray, minor: IntArray) -> IntArray:
    """The order of rows by three keys from -1 upwards, equal rows as they stand."""
    spans = [int(keys.max(initial=0)) + 2 for keys in (major, middle, minor)]
    if spans[0] * spans[1] * spans[2] >= 2**63:
        return np.lexsort((minor, middle, major))
    # The keys fit one number: one sort does, and none where the rows are in order already.
    key = ((major + 1) * spans[1] + (middle + 1)) * spans[2] + (minor + 1)
    if bool((key[1:] >= key[:-1]).all()):
        return np.arange(len(key), dtype=np.int64)
    return np.argsort(key, kind="stable")


def _twice(table: Table, column: str, order: IntArray, repeated: BoolArray, template: str) -> None:
    """The later rows of equals, by the order that brings equals together."""
    if repeated.any():
        wrong = np.zeros(len(table), dtype=np.bool_)
        wrong[order[1:][repeated]] = True
        table.wrong(column, wrong, template)
