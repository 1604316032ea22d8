"""A sweep: many variants of one scenario, each run and measured; what is finished survives a stop."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from allocator import engine
from allocator.errors import InputError, Problem, Problems, Where, message
from allocator.lab.find import Found, search
from allocator.lab.journal import Journal
from allocator.lab.laboratory import Laboratory
from allocator.lab.measure import Baseline, Job, Measured, Stopper, inputs_of, measure
from allocator.lab.sweep_settings import SweepSettings
from allocator.lab.values import Value, WrongValuesError, values_of
from allocator.lab.variants import Variant, key_of, lever_places, variants, where_written
from allocator.lab.workers import Workers
from allocator.scenario import document as documents
from allocator.scenario.document import Document
from allocator.scenario.model_mistakes import expected_of, mistakes_of
from allocator.scenario.scenario import Scenario
from allocator.scenario.written import KeyPath

Progress = Callable[[int, int], None]  # variants done, of how many
# By the model's own name of a mistake; the others are those of every file.
_EXPECTED = {
    "indicator": message(
        "found {found}, expected an indicator, such as general_share_flow or first_choice_rate[area=A]"
    ),
    "target": message("found {found}, expected an indicator, <= or >=, and a number, such as general_share <= 0.60"),
    "family": message("found {found}, expected families of indicators: {known}"),
    "grouping": message("found {found}, expected what indicators are grouped by: {known}"),
}
_VERSIONS = ("allocator", "numpy", "numba", "polars", "ortools")  # results may depend on them


@dataclass(frozen=True)
class Sweep:
    """A sweep that has been read and checked."""

    settings: SweepSettings
    document: Document
    scenario: Scenario  # the baseline
    baseline: Baseline
    variants: tuple[Variant, ...]
    laboratory: Laboratory

    @property
    def fingerprint(self) -> str:
        """What the results depend on, as one text: what was measured under another one is of no use."""
        said = {
            "sweep": {k: v for k, v in self.settings.model_dump(mode="json").items() if k not in ("name", "source")},
            "scenario": self.scenario.effective,
            "inputs": self.baseline.inputs,
            "versions": {name: version(name) for name in _VERSIONS},
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def job(self, overrides: Mapping[str, Value], number: int) -> Job:
        """A variant as a worker gets it; ``number`` says whether it is verified in full."""
        settings = self.settings
        in_full = number % settings.verify_every == 0
        return Job(self.baseline, overrides, settings.families, settings.groups, settings.figures, in_full)


@dataclass(frozen=True)
class Swept:
    """All variants, measured."""

    sweep: Sweep
    measured: Sequence[Measured]  # (variant,)
    found: Sequence[Found]  # of each target, in order


def read_sweep(path: Path) -> Sweep:
    """Read and check a sweep file, its baseline, and the rules of every variant.

    Raises:
        InputError: with every mistake found, each located.
    """
    if not path.is_file():
        said = message("no such file; expected a sweep, a YAML file")
        if path.is_dir():
            said = message("this is a folder; expected a sweep, a YAML file")
        raise InputError([Problem(Where(file=str(path)), said)])
    problems = Problems()
    document = documents.read(path, None, problems)
    settings = _settings(document, problems)
    scenario = engine.load(path.resolve().parent / settings.baseline, settings.set)
    laboratory = Laboratory(scenario)
    made = tuple(variants(settings, document))
    _check(laboratory, made, settings, document, problems)
    overrides = json.dumps(settings.set, ensure_ascii=False, sort_keys=True)
    baseline = Baseline(str(scenario.path.resolve()), overrides, inputs_of(scenario))
    return Sweep(settings, document, scenario, baseline, made, laboratory)


def run_sweep(sweep: Sweep, workers: Workers, journal: Journal, progress: Progress) -> Swept:
    """Measure what the journal lacks, then look for what is to be found.

    Raises:
        VerificationError: if an outcome breaches a property.
        InputError: if a worker does not find the baseline as it was.
        LostWorkersError: if workers are lost again and again.
    """

    def measured(wanted: Sequence[Mapping[str, Value]], done: Callable[[], None] = lambda: None) -> list[Measured]:
        """Each variant's result, from the journal or from the workers."""
        jobs = {key_of(overrides): sweep.job(overrides, number) for number, overrides in enumerate(wanted)}
        missing = {key: job for key, job in jobs.items() if key not in journal.measured}
        begin = sorted(missing, key=lambda key: sweep.laboratory.order(missing[key].overrides))
        for key, result in workers.run(measure, {key: missing[key] for key in begin}):
            if isinstance(result, Stopper):
                raise result.error()
            journal.add(key, result)
            done()
        return [journal.measured[key_of(overrides)] for overrides in wanted]

    overrides = [variant.overrides for variant in sweep.variants]
    count = _counter(progress, sum(key_of(o) in journal.measured for o in overrides), len(overrides))
    results = measured(overrides, lambda: next(count))
    found = [search(find, sweep.scenario, measured, workers.num_workers) for find in sweep.settings.find]
    return Swept(sweep, results, found)


def _counter(progress: Progress, done: int, total: int) -> Iterator[None]:
    progress(done, total)
    while True:
        done += 1
        progress(done, total)
        yield


def _settings(document: Document, problems: Problems) -> SweepSettings:
    try:
        settings = SweepSettings.model_validate(document.value)
    except ValidationError as mistakes:
        problems.extend(
            Problem(where_written(document, mistake["loc"]), *expected_of(mistake, _EXPECTED))
            for mistake in mistakes_of(mistakes)
        )
        problems.raise_if_any()
        raise AssertionError("there was a mistake") from mistakes
    problems.raise_if_any()
    return settings


def _check(
    laboratory: Laboratory,
    made: Sequence[Variant],
    settings: SweepSettings,
    document: Document,
    problems: Problems,
) -> None:
    """The rules of every variant, each mistake once: a wrong value of one lever is wrong in all its variants."""
    written = lever_places(settings)
    tried: list[tuple[Mapping[str, Value], Mapping[str, KeyPath]]] = [(v.overrides, written) for v in made]
    for i, find in enumerate(settings.find):
        places: Mapping[str, KeyPath] = {
            **{path: ("find", i, "set", path) for path in find.set},
            find.by: ("find", i, "within"),
        }
        try:
            tried += [({**find.set, find.by: value}, places) for value in values_of(find.within)]
        except WrongValuesError as mistake:
            problems.add(where_written(document, ("find", i, "within")), mistake.template, **mistake.values)
    seen: set[str] = set()
    for overrides, places in tried:
        try:
            laboratory.check(overrides)
        except InputError as error:
            for problem in error.problems:
                if problem.text() not in seen:
                    seen.add(problem.text())
                    problems.extend([replace(problem, where=_place(document, problem.where, places))])
    problems.raise_if_any()


def _place(document: Document, of_scenario: Where, levers: Mapping[str, KeyPath]) -> Where:
    """The lever that a mistake of a variant comes from; where it is of no single one, the place in the scenario."""
    for path, place in levers.items():
        if of_scenario.key == f"--set {path}":
            return where_written(document, place)
    return Where(file=document.files[0].name, key=of_scenario.text())
