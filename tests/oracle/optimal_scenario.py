"""R10 and R11 inside a run: an optimal batch or a reassignment of a scenario, by trying all assignments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from allocator.market.market import NO_CHOICE
from allocator.optimise.assignment.problem import (
    UNBOUNDED,
    Bound,
    Cells,
    CountedSet,
    GuidelineTerm,
    Options,
    Problem,
)
from tests.oracle import optimal
from tests.oracle.batch import Floors, Lines, lottery_number, scope_of, unmet
from tests.oracle.choice import OPEN
from tests.oracle.objectives import Value
from tests.oracle.reading import Applicant, Batch, Cap, Guideline, Scenario, in_cap, in_group
from tests.oracle.seats import Seats

Placed = tuple[str, str, str, int | None]  # programme, batch, pool, choice
Conflicts = frozenset[frozenset[str]]  # the smallest sets of rules that no assignment satisfies together


@dataclass(frozen=True)
class Within:
    """What an optimum publishes, and ``score`` does not change, where bounds cross."""

    counts: Sequence[tuple[Collection[str], int]] = ()  # programmes and their admissions
    statuses: Mapping[str, str] = field(default_factory=dict)  # applicant: general or vocational, if any


Published = Mapping[str, Within]  # by batch
NOTHING_PUBLISHED: Published = {}


def solve_optimal(
    scenario: Scenario,
    batch: Batch,
    seats: Seats,
    earlier: Mapping[str, Placed],
    floors: Floors,
    control_lines: Lines,
    published: Published,
) -> tuple[dict[str, Value], dict[str, tuple[str, str]]] | Conflicts:
    """The objectives' values, and applicant to programme and pool; or why there is no assignment."""
    problem = as_problem(scenario, batch, seats, earlier, floors, control_lines)
    solution = optimal.solve(problem)
    if solution is None:
        return frozenset(optimal.conflicts(problem))
    values, table = solution
    names, programmes = list(scenario.applicants), list(scenario.programmes)
    within = published.get(batch.name, Within())
    counts = [(CountedSet(np.isin(programmes, list(members))), number) for members, number in within.counts]
    statuses = [within.statuses.get(name, "unplaced") for name in names]
    is_settled = batch.name in published and optimal.counts_by_area(problem)
    settled = optimal.settle(table, counts, statuses if is_settled else None)
    admitted = {
        names[a]: (programmes[way.programme], batch.pools[way.pool]) for a, way in enumerate(settled) if way.option >= 0
    }
    return values, admitted


def as_problem(
    scenario: Scenario,
    batch: Batch,
    seats: Seats,
    earlier: Mapping[str, Placed],
    floors: Floors,
    control_lines: Lines,
) -> Problem:
    """The batch in the form that brute force reads; applicants and programmes in the order of their tables."""
    names, programmes = list(scenario.applicants), list(scenario.programmes)
    schools = list(scenario.feeder_schools)
    first, cell_seats = np.full((len(programmes), len(batch.pools)), -1, dtype=np.int32), list[int]()
    for p, programme in enumerate(programmes):
        for j, pool in enumerate(batch.pools):
            if pool in seats.get(programme, {}):
                first[p, j] = len(cell_seats)
                cells = seats[programme][pool]
                own = schools if scenario.pools[pool].per_school else [""]
                cell_seats += [cells.get(cell, 0) for cell in own]
    filled = {placed[0] for placed in earlier.values()}
    start, options = [0], list[tuple[int, int, int, bool]]()  # programme, choice number, pools, in the own area
    for applicant in scenario.applicants.values():
        if applicant.id not in earlier:
            for programme, number in wanted(scenario, batch, seats, filled, applicant).items():
                pools = usable(scenario, batch, seats, applicant, programme, floors, control_lines)
                own_area = scenario.programmes[programme].cells.get("area", "") == applicant.area != ""
                if pools:
                    options.append((programmes.index(programme), number, pools, own_area))
        start.append(len(options))
    return Problem(
        options=Options(
            start=np.array(start, dtype=np.int64),
            programme=np.array([option[0] for option in options], dtype=np.int32),
            number=np.array([option[1] for option in options], dtype=np.int32),
            pools=np.array([option[2] for option in options], dtype=np.uint64),
            choice=np.arange(len(options), dtype=np.int64),
            in_own_area=np.array([option[3] for option in options], dtype=np.bool_),
        ),
        cells=Cells(
            first,
            np.array([scenario.pools[pool].per_school for pool in batch.pools]),
            len(schools),
            np.array(cell_seats, dtype=np.int64),
        ),
        applicant_school=np.array(
            [schools.index(a.feeder_school) if a.feeder_school else -1 for a in scenario.applicants.values()],
            dtype=np.int32,
        ),
        is_general=np.array([scenario.programmes[p].track == "general" for p in programmes]),
        order=np.array([names.index(a) for a in in_ranking_order(scenario, batch)], dtype=np.int64),
        programme_order=np.array([sorted(programmes).index(p) for p in programmes], dtype=np.int64),
        ladder=batch.objectives,
        bounds=tuple(bound(scenario, cap, earlier) for cap in scenario.caps),
        guideline=guideline_term(scenario, scenario.guideline, earlier) if scenario.guideline else None,
        min_open=np.array(
            [0 if batch.mechanism == "reassign" else scenario.programmes[p].min_open for p in programmes],
            dtype=np.int64,
        ),
    )


def wanted(
    scenario: Scenario, batch: Batch, seats: Seats, filled: Collection[str], applicant: Applicant
) -> Mapping[str, int]:
    """Programme to choice number: the applicant's list; in a reassignment, every open programme with seats left over.

    A programme with a least size has opened if somebody was admitted to it.
    """
    if batch.mechanism != "reassign":
        return scenario.choices.get((batch.name, applicant.id), {})
    if batch.group and not in_group(applicant, scenario.groups[batch.group]):
        return {}
    open_now = {p.id for p in scenario.programmes.values() if not p.min_open or p.id in filled}
    return {programme: NO_CHOICE for programme, pools in seats.items() if pools[OPEN][""] > 0 and programme in open_now}


def usable(
    scenario: Scenario,
    batch: Batch,
    seats: Seats,
    applicant: Applicant,
    programme: str,
    floors: Floors,
    control_lines: Lines,
) -> int:
    """R1: bit j is set if the applicant can be admitted to the programme through pool j."""
    pools = 0
    for j, pool in enumerate(batch.pools):
        has_cell = not scenario.pools[pool].per_school or applicant.feeder_school != ""
        if pool in seats.get(programme, {}) and has_cell:
            test = unmet(scenario, batch, scenario.programmes[programme], applicant, pool, floors, control_lines)
            pools |= (test == "") << j
    return pools


def in_ranking_order(scenario: Scenario, batch: Batch) -> list[str]:
    """R10: the order in which ``score`` goes through the applicants: who has no score in the ranking comes last."""
    ranking = scenario.rankings[batch.ranking]

    def key(applicant: Applicant) -> tuple[object, ...]:
        points = applicant.number(ranking.score)
        if points is None:
            return (True, applicant.id)
        chain = [-(applicant.number(column) or Fraction(0)) for column in ranking.tie_break]
        lot = lottery_number(scenario.lottery_seed, applicant.id) if ranking.ties == "lottery" else 0
        return (False, -points, *chain, lot, applicant.id)

    return [applicant.id for applicant in sorted(scenario.applicants.values(), key=key)]


def bound(scenario: Scenario, cap: Cap, earlier: Mapping[str, Placed]) -> Bound:
    """A cap, less what earlier batches admitted."""
    members = [in_cap(programme, cap) for programme in scenario.programmes.values()]
    admitted = sum(in_cap(scenario.programmes[placed[0]], cap) for placed in earlier.values())
    return Bound(
        name=cap.name,
        members=CountedSet(np.array(members, dtype=np.bool_)),
        at_least=max(0, (cap.at_least or 0) - admitted),
        at_most=UNBOUNDED if cap.at_most is None else cap.at_most - admitted,
        target=None if cap.target is None else cap.target - admitted,
        earlier=admitted,
    )


def guideline_term(scenario: Scenario, rule: Guideline, earlier: Mapping[str, Placed]) -> GuidelineTerm:
    """The guideline, with what earlier batches admitted."""
    people = list(scenario.applicants.values())
    scopes = sorted({scope_of(scenario, a) for a in people}) if rule.scope == "area" else [""]
    here = {scope: [a.id for a in people if scope_of(scenario, a) == scope] for scope in scopes}
    admitted = {scope: [a for a in ids if a in earlier] for scope, ids in here.items()}
    grows = rule.basis == "admitted"
    return GuidelineTerm(
        share=rule.share,
        tolerance=rule.tolerance,
        basis_grows=grows,
        is_constraint=rule.enforce == "constraint",
        scope=np.array([scopes.index(scope_of(scenario, a)) for a in people], dtype=np.int32),
        scope_names=tuple(scopes),
        earlier_general=np.array(
            [sum(scenario.programmes[earlier[a][0]].track == "general" for a in admitted[scope]) for scope in scopes],
            dtype=np.int64,
        ),
        earlier_basis=np.array([len((admitted if grows else here)[scope]) for scope in scopes], dtype=np.int64),
    )
