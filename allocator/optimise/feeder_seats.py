"""The matrix of feeder seats in force: the given one, or the one that R9 apportions."""

from __future__ import annotations

import numpy as np

from allocator.errors import Problem, Problems, Where, message
from allocator.optimise.apportionment import apportion
from allocator.scenario.cohort import FeederSeatRows, IntArray
from allocator.scenario.groups import members
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import Apportion


def feeder_seats(scenario: Scenario) -> FeederSeatRows:
    """The matrix of every batch with a pool per feeder school: rows sorted by batch, programme, feeder school.

    Raises:
        InputError: if seats cannot be shared: nobody is eligible, or the minimum needs more seats than there are.
    """
    given = scenario.cohort.feeder_seats
    problems = Problems()
    parts: list[FeederSeatRows] = []
    for position, batch in enumerate(scenario.settings.batches):
        pool = scenario.settings.feeder_pool(batch)
        if pool is None:
            continue
        if given is not None and (given.batch == position).any():
            here = given.batch == position
            parts.append(
                FeederSeatRows(given.batch[here], given.programme[here], given.feeder_school[here], given.seats[here])
            )
        else:
            parts.append(_apportioned(scenario, position, pool, problems))
    problems.raise_if_any()
    empty = np.zeros(0, dtype=np.int64)
    if not parts:
        return FeederSeatRows(empty, empty, empty, empty)
    return FeederSeatRows(
        *(
            np.concatenate([getattr(part, field) for part in parts])
            for field in ("batch", "programme", "feeder_school", "seats")
        )
    )


def _apportioned(scenario: Scenario, position: int, pool: str, problems: Problems) -> FeederSeatRows:
    """R9 for one batch: programmes and feeder schools in the order of their identifiers."""
    cohort, rule = scenario.cohort, scenario.settings.pools[pool].apportion or Apportion.model_validate({})
    rows = cohort.seats
    here = np.flatnonzero((rows.batch == position) & np.array([name == pool for name in rows.pool], dtype=np.bool_))
    here = here[sorted(range(len(here)), key=lambda i: cohort.programmes.ids[rows.programme[here[i]]])]
    programme, seats = rows.programme[here], rows.seats[here]
    weight = _weights(scenario, pool, rule)
    num_schools = len(weight)
    matrix = np.zeros((len(here), num_schools), dtype=np.int64)
    if _can_be_shared(scenario, position, pool, rule, weight, programme, seats, problems):
        matrix = apportion(seats, weight, method=rule.method, minimum=rule.minimum)
    order = np.argsort(programme, kind="stable")
    return FeederSeatRows(
        batch=np.full(matrix.size, position, dtype=np.int64),
        programme=np.repeat(programme[order], num_schools),
        feeder_school=np.tile(np.arange(num_schools, dtype=np.int64), len(here)),
        seats=matrix[order].ravel(),
    )


def _weights(scenario: Scenario, pool: str, rule: Apportion) -> IntArray:
    """The weight of each feeder school: its applicants in the pool's group, or a column of feeder_schools."""
    cohort = scenario.cohort
    if rule.weight != "eligible":
        return cohort.feeder_weights[rule.weight]
    group = scenario.settings.pools[pool].group
    counted = cohort.applicants.feeder_school >= 0
    if group is not None:
        counted &= members(cohort.applicants, scenario.settings.groups[group])
    return np.bincount(cohort.applicants.feeder_school[counted], minlength=len(cohort.feeder_school_ids))


def _can_be_shared(
    scenario: Scenario,
    position: int,
    pool: str,
    rule: Apportion,
    weight: IntArray,
    programme: IntArray,
    seats: IntArray,
    problems: Problems,
) -> bool:
    schools = int((weight > 0).sum())
    found: list[Problem] = []
    for p, q in zip(programme.tolist(), seats.tolist(), strict=True):
        values = {
            "programme": scenario.cohort.programmes.ids[p],
            "batch": scenario.settings.batches[position].name,
            "seats": q,
            "minimum": rule.minimum,
            "schools": schools,
        }
        where = Where(key=f"pools.{pool}.apportion")
        if q > 0 and schools == 0:
            found.append(
                Problem(
                    where,
                    message(
                        "programme {programme} has {seats} feeder seats in batch {batch}, and no "
                        "feeder school has a weight to share them by"
                    ),
                    values,
                )
            )
        elif 0 < q < rule.minimum * schools:
            found.append(
                Problem(
                    where,
                    message(
                        "programme {programme} has {seats} feeder seats in batch {batch}, too few "
                        "for a minimum of {minimum} at each of {schools} feeder schools"
                    ),
                    values,
                )
            )
    problems.extend(found)
    return not found
