"""Reading a result folder together with the scenario that it came from."""

from __future__ import annotations

from pathlib import Path

from allocator import engine
from allocator.errors import InputError, Problem, Problems, Where, message
from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario


def read_result(folder: Path, scenario: Path | None) -> tuple[Scenario, Outcome]:
    """The outcome, and its scenario as it took effect, read again and compared with the manifest's hashes.

    Raises:
        InputError: if the folder is not a whole result, or an input is no longer the one that was used.
    """
    outcome = Outcome.read(folder)
    place = scenario or Path(outcome.manifest.get("scenario_file", ""))
    if scenario is None and not place.is_file():
        raise InputError(
            [
                Problem(
                    Where(file=str(folder)),
                    message('the scenario is not at "{path}" any more; say where it is with --scenario'),
                    {"path": place},
                )
            ]
        )
    loaded = engine.load(place)
    if loaded.effective != outcome.manifest.get("scenario"):
        used = outcome.manifest.get("scenario", {})
        loaded = loaded.replace(
            {key: used.get(key) for key in {*used, *loaded.effective} if used.get(key) != loaded.effective.get(key)}
        )
    problems = Problems()
    inputs = outcome.manifest.get("inputs", {})
    for file, digest in loaded.table_hashes.items():  # the rules themselves stand in the manifest
        if inputs.get(file) != digest:
            problems.add(Where(file=file), "this input is not the one that the run used (its SHA-256 differs)")
    problems.raise_if_any()
    return loaded, outcome
