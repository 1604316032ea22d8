"""A CP-SAT search that Ctrl-C ends at once, in a plan and in a batch alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from ortools.sat.python import cp_model

_NOTICED = 0.05  # seconds after which Ctrl-C is noticed at the latest


def searched(solver: cp_model.CpSolver, model: cp_model.CpModel) -> Any:
    """The status of a solver after its search.

    Raises:
        KeyboardInterrupt: after Ctrl-C: a search that was cut short by somebody is no result.
    """
    # By itself the library takes Ctrl-C for a limit that was reached, and the command would go on.
    solver.parameters.catch_sigint_signal = False
    with ThreadPoolExecutor(1) as apart:  # here Ctrl-C would wait for the end of the search
        search = apart.submit(solver.solve, model)
        try:
            while wait([search], _NOTICED).not_done:
                pass
        except KeyboardInterrupt:
            while not search.done():  # once is not enough: it may not have begun yet
                solver.stop_search()
                wait([search], _NOTICED)
            raise
    return search.result()
