"""Reading a result folder together with the scenario that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from allocator import engine
from allocator.errors import InputError, Problem, Problems, Where, message
from allocator.outcome.outcome import Outcome
from allocator.scenario.document import scenario_file
from allocator.scenario.scenario import Scenario


def read_result(
    folder: Path, scenario: Path | None, loaded_before: dict[Path, Scenario] | None = None
) -> tuple[Scenario, Outcome]:
    """The outcome, and its scenario as it took effect, read again and compared with the manifest's hashes.

    Args:
        loaded_before: scenarios by their files, for callers who read several results: each is loaded once.

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
    file = scenario_file(place)
    known = {} if loaded_before is None else loaded_before
    loaded = known[file] = known.get(file) or _loaded(file)
    used = outcome.manifest.get("scenario")
    if isinstance(used, Mapping) and loaded.effective != used:
        loaded = loaded.replace(
            {key: used.get(key) for key in {*used, *loaded.effective} if used.get(key) != loaded.effective.get(key)}
        )
    problems = Problems()
    inputs = outcome.manifest.get("inputs")
    for table, digest in loaded.table_hashes.items():  # the rules themselves stand in the manifest
        if not isinstance(inputs, Mapping) or inputs.get(table) != digest:
            problems.add(
                Where(file=str(loaded.path.parent / table)),
                "this input is not the one that the run used (its SHA-256 differs); put that one back, or run again",
            )
    problems.raise_if_any()
    return loaded, outcome


def _loaded(file: Path) -> Scenario:
    """The scenario; what is wrong with it is told with its folder, which the user may not have named."""
    try:
        return engine.load(file)
    except InputError as error:
        raise InputError(
            replace(problem, where=replace(problem.where, file=str(file.parent / problem.where.file)))
            for problem in error.problems
        ) from None
