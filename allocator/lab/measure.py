"""One variant, from its overrides to the rows of its indicators: what a worker does."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import polars as pl

from allocator import engine
from allocator.errors import AllocatorError, InputError, Problem, VerificationError, Where, message
from allocator.indicators import INDICATORS_SCHEMA, indicators
from allocator.lab.counts import counts_breaches
from allocator.lab.laboratory import Laboratory, Solved
from allocator.lab.sweep_settings import ALL_GROUPS, Figure
from allocator.lab.values import Value
from allocator.outcome.unsolved import Infeasible
from allocator.scenario.scenario import Scenario
from allocator.verification import Breach, verify

ROWS_SCHEMA = pl.Schema(
    {name: INDICATORS_SCHEMA[name] for name in INDICATORS_SCHEMA.names() if name not in ("family", "unit")}
)


@dataclass(frozen=True)
class Baseline:
    """The scenario that all variants start from, as every worker finds it."""

    path: str
    overrides: str  # JSON
    inputs: str  # JSON: the SHA-256 of every input, which must be the same for every worker


@dataclass(frozen=True)
class Job:
    """One variant to run and measure."""

    baseline: Baseline
    overrides: Mapping[str, Value]
    families: tuple[str, ...]
    groups: tuple[str, ...]
    figures: tuple[Figure, ...]  # rows that are kept whatever the groups are
    in_full: bool  # verify every property, not counts alone


@dataclass(frozen=True)
class Measured:
    """What became of a variant."""

    status: str  # done, unproven, infeasible, unfinished, invalid
    why: str  # empty where there is an outcome
    control_lines: str  # JSON: scope to score
    verified: str  # all: by every property; counts: by the counts of its outcome; empty where there is none
    rows: bytes  # ROWS_SCHEMA, as an Arrow stream

    def frame(self) -> pl.DataFrame:
        return pl.read_ipc_stream(io.BytesIO(self.rows)) if self.rows else pl.DataFrame(schema=ROWS_SCHEMA)


@dataclass(frozen=True)
class Stopper:
    """Why the sweep cannot go on; an exception of ours does not survive the way from one process to another."""

    problems: tuple[Problem, ...] = ()  # of the input
    breaches: tuple[Breach, ...] = ()  # of an outcome: a fault of the program

    def error(self) -> AllocatorError:
        return VerificationError(self.breaches) if self.breaches else InputError(self.problems)


_lock = threading.Lock()
# What variants with the same outcome have in common: another share of the guideline often ends at the same line.
_known: dict[object, Measured] = {}
MOST_KNOWN = 1000  # neighbouring variants share most; the oldest gives way


def measure(job: Job) -> Measured | Stopper:
    """Run, check and measure a variant."""
    try:
        with _lock:
            laboratory = _laboratory(job.baseline)
    except InputError as error:
        return Stopper(problems=error.problems)
    try:
        scenario = laboratory.scenario(job.overrides)
        solved = laboratory.solve(scenario)
    except InputError as error:
        return Measured("invalid", error.text(), "{}", "", b"")
    if not isinstance(solved, Solved):
        status = "infeasible" if isinstance(solved, Infeasible) else "unfinished"
        return Measured(status, solved.text(), "{}", "", b"")
    key = None if solved.same is None else (job.baseline, job.families, job.groups, job.figures, solved.same)
    known = _known.get(key)
    if known is not None and not job.in_full:
        return known
    outcome = solved.outcome()
    breaches = verify(scenario, outcome).breaches if job.in_full else tuple(counts_breaches(scenario, outcome))
    if breaches:
        return Stopper(breaches=breaches)
    stream = io.BytesIO()
    _wanted(indicators(scenario, outcome, families=job.families), job).write_ipc_stream(stream)
    lines = json.dumps(outcome.summary["control_lines"], ensure_ascii=False, sort_keys=True)
    status = "done" if outcome.is_proven else "unproven"
    measured = Measured(status, "", lines, "counts", stream.getvalue())
    if key is not None:
        with _lock:
            while len(_known) >= MOST_KNOWN:
                del _known[next(iter(_known))]
            _known[key] = measured
    return replace(measured, verified="all") if job.in_full else measured


@cache
def _laboratory(baseline: Baseline) -> Laboratory:
    """The baseline as this process has read it, once."""
    scenario = engine.load(Path(baseline.path), json.loads(baseline.overrides))
    if inputs_of(scenario) != baseline.inputs:
        raise InputError(
            [
                Problem(
                    Where(file=baseline.path),
                    message("a worker finds other files here than the sweep began with; put them back, or start anew"),
                )
            ]
        )
    return Laboratory(scenario)


def inputs_of(scenario: Scenario) -> str:
    """The SHA-256 of every input of a scenario, as text."""
    return json.dumps({**scenario.rule_hashes, **scenario.table_hashes}, sort_keys=True)


def _wanted(table: pl.DataFrame, job: Job) -> pl.DataFrame:
    """The rows to keep, in the registry's order."""
    kept = pl.col("group_by") == ""
    if ALL_GROUPS in job.groups:
        kept = pl.lit(True)
    elif job.groups:
        kept |= pl.col("group_by").is_in(job.groups)
    for figure in job.figures:
        kept |= (
            (pl.col("indicator") == figure.indicator)
            & (pl.col("group_by") == figure.group_by)
            & (pl.col("group") == figure.group)
        )
    return table.filter(kept).select(ROWS_SCHEMA.names())
