"""The CP-SAT solver as a plan uses it: one worker, a fixed seed, work limited by count and never by the clock."""

from __future__ import annotations

from decimal import Decimal

from ortools.sat.python import cp_model

from allocator.planning.plan import Plan

_PROVEN = Decimal(0)


def deterministic_solver(plan: Plan, work: float, gap: Decimal = _PROVEN) -> cp_model.CpSolver:
    """A solver that comes to the same answer every time: one search in one worker, limited by counted work."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.symmetry_level = 0  # see optimise: presolve can end the whole process after looking for symmetries
    parameters.linearization_level = 2  # nearly everything here is linear,
    # and to follow the linear relaxation takes less work than the other searches that were tried.
    parameters.merge_text_format("search_branching: LP_SEARCH")
    parameters.relative_gap_limit = float(gap)
    parameters.random_seed = plan.settings.solver.seed
    parameters.max_deterministic_time = work
    return solver


def work_of(solver: cp_model.CpSolver) -> float:
    """Deterministic units of work that a search took."""
    # The solver adds up floating-point numbers in an order of its own: what is left of that is rounded away.
    return round(float(solver.response_proto.deterministic_time), 6)
