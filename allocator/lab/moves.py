"""Who moved from one outcome to another, from where to where, and whether they are better off.

Somebody is better off with a smaller choice number in the same batch, in an earlier batch, or at all. An earlier batch
counts as better because whoever lists a programme there gives up every later batch for it (R7).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from allocator.lab.side_by_side import Side
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.scenario import Scenario

_NOWHERE = 2**40  # after every batch and choice
_UNLISTED = 2**20  # a choice number after every other: seats given without a list (R11)
_ADMISSION = ("programme_id", "batch", "pool", "choice")

MOVES_SCHEMA = pl.Schema(
    {
        "applicant_id": pl.String,
        "area": pl.String,
        "feeder_school_id": pl.String,
        **{f"from_{name}": pl.Int64 if name == "choice" else pl.String for name in _ADMISSION},
        **{f"to_{name}": pl.Int64 if name == "choice" else pl.String for name in _ADMISSION},
        # better, worse; same: by another pool or batch to the same programme; other_list: they asked for something else
        "change": pl.String,
    }
)


def moves(before: Side, after: Side) -> pl.DataFrame:
    """Everybody in both outcomes whose programme, batch or pool differs; MOVES_SCHEMA, in the order of the first."""
    joined = before.outcome.assignments.select(
        "applicant_id", *(pl.col(name).alias(f"from_{name}") for name in _ADMISSION)
    ).with_columns(_of_applicants(before.scenario))
    joined = joined.join(
        after.outcome.assignments.select("applicant_id", *(pl.col(name).alias(f"to_{name}") for name in _ADMISSION)),
        on="applicant_id",
        how="inner",
        maintain_order="left",
    )
    differs = pl.any_horizontal(
        pl.col(f"from_{name}").ne_missing(pl.col(f"to_{name}")) for name in ("programme_id", "batch", "pool")
    )
    moved = joined.filter(differs)
    order = merged_batches(before.scenario, after.scenario)
    was, now = _standing(moved, "from", order), _standing(moved, "to", order)
    same = np.asarray(moved["from_programme_id"].eq_missing(moved["to_programme_id"]).to_numpy(), dtype=np.bool_)
    other_list = _has_other_list(before.scenario, after.scenario, moved["applicant_id"])
    change = np.select([other_list, same, now < was], ["other_list", "same", "better"], "worse")
    return moved.with_columns(pl.Series("change", change.tolist(), dtype=pl.String)).select(MOVES_SCHEMA.names())


def merged_batches(before: Scenario, after: Scenario) -> dict[str, int]:
    """The batches of both in one order: the first's, and after each the ones that only the second has there."""
    order = [batch.name for batch in before.settings.batches]
    at = 0
    for batch in after.settings.batches:
        if batch.name in order:
            at = order.index(batch.name) + 1
        else:
            order.insert(at, batch.name)
            at += 1
    return {name: i for i, name in enumerate(order)}


def _standing(moved: pl.DataFrame, side: str, order: dict[str, int]) -> IntArray:
    """(move,) batch and choice number as one number; smaller is better."""
    batch = moved[f"{side}_batch"].replace_strict(order, default=None, return_dtype=pl.Int64)
    choice = moved[f"{side}_choice"].fill_null(_UNLISTED - 1)
    standing = (batch * _UNLISTED + choice).fill_null(_NOWHERE)
    return np.asarray(standing.to_numpy(), dtype=np.int64)


def _of_applicants(scenario: Scenario) -> Sequence[pl.Series]:
    """Area and feeder school of every applicant, in the order of their table."""
    people = scenario.cohort.applicants
    return [
        _names("area", people.area, scenario.cohort.area_names),
        _names("feeder_school_id", people.feeder_school, scenario.cohort.feeder_school_ids),
    ]


def _names(column: str, index: IntArray, names: tuple[str, ...]) -> pl.Series:
    at = pl.Series(index).replace(-1, None)
    return pl.Series(column, names, dtype=pl.String).gather(at)


def _has_other_list(before: Scenario, after: Scenario, moved: pl.Series) -> BoolArray:
    """(move,) whether the applicant asked for something else: then choice numbers cannot be compared."""
    if before.cohort.choices is after.cohort.choices or (
        before.frames.get("choices") is not None and before.frames["choices"] is after.frames.get("choices")
    ):
        return np.zeros(len(moved), dtype=np.bool_)
    lists = [_lists(scenario, moved) for scenario in (before, after)]
    if lists[0].equals(lists[1]):
        return np.zeros(len(moved), dtype=np.bool_)
    changed = pl.concat(
        [
            lists[0].join(lists[1], on=lists[0].columns, how="anti"),
            lists[1].join(lists[0], on=lists[1].columns, how="anti"),
        ]
    )
    return np.asarray(moved.is_in(changed["applicant_id"].unique().implode()).to_numpy(), dtype=np.bool_)


def _lists(scenario: Scenario, whose: pl.Series) -> pl.DataFrame:
    """The choice lists of some applicants, in identifiers."""
    cohort, rows = scenario.cohort, scenario.cohort.choices
    wanted = np.asarray(cohort.applicants.ids.is_in(whose.implode()).to_numpy(), dtype=np.bool_)
    kept = wanted[rows.applicant]
    return pl.DataFrame(
        [
            cohort.applicants.ids.gather(rows.applicant[kept]).rename("applicant_id"),
            _names("batch", rows.batch[kept], tuple(batch.name for batch in scenario.settings.batches)),
            pl.Series("choice", rows.number[kept]),
            _names("programme_id", rows.programme[kept], cohort.programmes.ids),
        ]
    )
