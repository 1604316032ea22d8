"""The engine, assembled: load a scenario, run it, verify it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from allocator.errors import VerificationError
from allocator.indicators.summary import city_indicators
from allocator.market.compile import compile_market
from allocator.mechanisms import control_line
from allocator.mechanisms.publish import publish
from allocator.optimise.assignment.batch import OptimalBatches, UnsolvedError
from allocator.optimise.assignment.claims import claims
from allocator.optimise.feeder_seats import feeder_seats
from allocator.outcome.outcome import Outcome
from allocator.outcome.unsolved import Infeasible, Unfinished
from allocator.scenario import scenario as scenarios
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import SyntheticCohort
from allocator.verification import verify

Progress = Callable[[str], None]  # called with the name of each phase as it begins

_LIBRARIES = ("numpy", "numba", "polars", "ortools", "pydantic")


def load(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Read and check a scenario: its folder or its YAML file, with values to override by path.

    Raises:
        InputError: with every mistake found, each located.
    """
    return scenarios.load(Path(path), overrides, _synthetic_tables)


def run(scenario: Scenario, *, progress: Progress = lambda phase: None) -> Outcome | Infeasible | Unfinished:
    """Allocate (R1 to R11) and verify (P1 to P10).

    Returns:
        The outcome. Of a scenario with optimal batches it can be that one is infeasible, with a smallest set of rules
        that conflict, or that its search reached its limits before there was one to give. An outcome whose optimum is
        not proven says so (``is_proven``, and the bounds of ``optimal``).

    Raises:
        InputError: if feeder seats cannot be shared, or scores cannot be compared exactly.
        VerificationError: if the outcome breaches a property: a fault of the program, never to be published.
    """
    progress("apportion")
    matrix = feeder_seats(scenario)
    progress("compile")
    market = compile_market(scenario, matrix)
    progress("allocate")
    settings = scenario.settings
    try:
        solution, rounds = control_line.run(market, settings.guideline, OptimalBatches(settings))
    except UnsolvedError as stopped:
        result = stopped.result
        return replace(result, manifest=_manifest(scenario)) if isinstance(result, Infeasible) else result
    outcome = publish(scenario, market, matrix, solution, rounds, *claims(scenario, market, solution))
    progress("verify")
    certificate = verify(scenario, outcome)
    if certificate.breaches:
        raise VerificationError(certificate.breaches)
    progress("measure")
    return replace(
        outcome,
        summary={**outcome.summary, "indicators": city_indicators(scenario, outcome)},
        manifest={**_manifest(scenario), "verification": certificate.as_json()},
    )


def _manifest(scenario: Scenario) -> dict[str, Any]:
    """What the run was made of; nothing in it depends on the machine but the versions."""
    return {
        "allocator": version("allocator"),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "scenario_file": str(scenario.path),
        "inputs": {**scenario.rule_hashes, **scenario.table_hashes},
        "lottery_seed": scenario.settings.lottery_seed,
        "scenario": scenario.effective,
    }


def _synthetic_tables(cohort: SyntheticCohort, folder: Path) -> tuple[dict[str, pl.DataFrame], list[Path]]:
    from allocator.synthetic import generate, input_files  # only scenarios with a synthetic cohort pay for the import

    profile, data = folder / cohort.profile, None if cohort.data is None else folder / cohort.data
    tables = generate(profile, seed=cohort.seed, applicants=cohort.applicants, values=cohort.values, data=data)
    return tables, input_files(profile, values=cohort.values, data=data)
