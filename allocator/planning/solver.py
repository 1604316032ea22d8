"""The CP-SAT solver as a plan uses it: one worker, a fixed seed, work limited by count and never by the clock."""

from __future__ import annotations

from decimal import Decimal

from ortools.sat.python import cp_model

from allocator.planning.plan import Plan

_PROVEN = Decimal(0)
# Measured on scenarios/yulin-plan: without these the other searches have more turns, and it is solved within one per
# cent in 30 units of work instead of more than 36.
_LEFT_OUT = ("quick_restart", "quick_restart_no_lp", "max_lp_sym", "pseudo_costs", "no_lp")


def deterministic_solver(plan: Plan, work: float, gap: Decimal = _PROVEN) -> cp_model.CpSolver:
    """A solver that comes to the same answer every time: its searches take turns in one worker, by counted work."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.catch_sigint_signal = False  # a search that is interrupted ends the command; it is no result
    parameters.interleave_search = True
    parameters.linearization_level = 2  # nearly everything here is linear
    parameters.ignore_subsolvers.extend(_LEFT_OUT)
    parameters.relative_gap_limit = float(gap)
    parameters.random_seed = plan.settings.solver.seed
    parameters.max_deterministic_time = work
    return solver


def work_of(solver: cp_model.CpSolver) -> float:
    """Deterministic units of work that a search took."""
    # The solver adds up floating-point numbers in an order of its own: what is left of that is rounded away.
    return round(float(solver.response_proto.deterministic_time), 6)
