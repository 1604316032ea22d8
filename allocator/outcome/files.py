"""Writing and reading a result folder (formats.md, section 3)."""

from __future__ import annotations

import hashlib
import json
import os.path
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from allocator.errors import InputError, Problem, Problems, Where, message
from allocator.outcome.folder import check_target, finish_replacement, whole_folder
from allocator.outcome.schemas import (
    ASSIGNMENTS_SCHEMA,
    CLOSURES_SCHEMA,
    FEEDER_SEATS_SCHEMA,
    FLOORS_SCHEMA,
    LINES_SCHEMA,
    PRICES_SCHEMA,
    VACANCIES_SCHEMA,
    ControlLineStep,
    OptimalBatch,
)

if TYPE_CHECKING:
    from allocator.outcome.outcome import Outcome

MANIFEST = "manifest.json"
SUMMARY = "summary.json"
REASONS = "infeasible.json"  # in place of results
_NOT_WRITTEN_BY_A_RUN = message(
    "not what a run writes: it was changed or cut off; put the whole folder back, or run again"
)
TABLES = {
    "assignments": ASSIGNMENTS_SCHEMA,
    "lines": LINES_SCHEMA,
    "feeder_seats": FEEDER_SEATS_SCHEMA,
    "floors": FLOORS_SCHEMA,
    "closures": CLOSURES_SCHEMA,
    "vacancies": VACANCIES_SCHEMA,
    "prices": PRICES_SCHEMA,
}
WRITTEN = (*(f"{name}.csv" for name in TABLES), SUMMARY)  # the manifest has the SHA-256 of each


def is_result(folder: Path) -> bool:
    """Whether a folder holds results and nothing else, so that replacing it loses nothing: its manifest says so.

    Hidden files, which file managers leave everywhere, do not count.
    """
    manifest = _read_json(folder / MANIFEST, Problems())
    outputs = _outputs(manifest)
    there = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    is_whole = outputs.keys() >= set(WRITTEN) or outputs.keys() == {REASONS}
    return is_whole and there <= {MANIFEST, *outputs}


def check_place(folder: Path, *, overwrite: bool) -> None:
    """Refuse a place for results before any work is done.

    Raises:
        UsageError: if it exists and may not be replaced.
    """
    check_target(folder, overwrite=overwrite, is_ours=is_result)


def write(outcome: Outcome, folder: Path, *, overwrite: bool, seconds: Mapping[str, float]) -> None:
    """Write all files of an outcome; the manifest last, with the hashes of the others."""
    with whole_folder(folder, overwrite=overwrite, is_ours=is_result) as new:
        for name in TABLES:
            getattr(outcome, name).write_csv(new / f"{name}.csv")
        _write_json(new / SUMMARY, outcome.summary)
        manifest = _placed(folder, outcome.manifest)
        manifest["outputs"] = {name: hashlib.sha256((new / name).read_bytes()).hexdigest() for name in WRITTEN}
        manifest["seconds"] = {phase: round(value, 3) for phase, value in seconds.items()}
        _write_json(new / MANIFEST, manifest)


def write_reasons(folder: Path, reasons: Mapping[str, Any], manifest: Mapping[str, Any], *, overwrite: bool) -> None:
    """Write a folder that says why there is no outcome, in its place."""
    with whole_folder(folder, overwrite=overwrite, is_ours=is_result) as new:
        _write_json(new / REASONS, reasons)
        outputs = {REASONS: hashlib.sha256((new / REASONS).read_bytes()).hexdigest()}
        _write_json(new / MANIFEST, {**_placed(folder, manifest), "outputs": outputs})


def _placed(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with the scenario's file as seen from the folder."""
    rest = dict(manifest)
    scenario_file = rest.pop("scenario_file", None)
    return rest if scenario_file is None else {"scenario_file": _as_seen_from(folder, Path(scenario_file)), **rest}


def read(folder: Path) -> Outcome:
    """Read all files of an outcome; they must be the ones that its manifest names."""
    from allocator.outcome.outcome import Outcome  # the class reads itself through this module

    finish_replacement(folder)
    if not os.path.exists(folder):  # no name is too long to ask for
        raise InputError([Problem(Where(file=str(folder)), "no such folder; expected one that a run has written")])
    if not os.path.isfile(folder / MANIFEST):
        raise InputError([Problem(Where(file=str(folder)), "not a result folder: it has no manifest.json")])
    problems = Problems()
    manifest = _read_json(folder / MANIFEST, problems)
    problems.raise_if_any()
    outputs = _outputs(manifest)
    if REASONS in outputs:
        raise InputError([Problem(Where(file=str(folder)), "this run was infeasible; infeasible.json says why")])
    for name in {**dict.fromkeys(WRITTEN), **outputs}:
        if name not in outputs:
            problems.add(
                _where(folder / MANIFEST), 'the manifest has no SHA-256 of "{file}"; it was changed', file=name
            )
        else:
            _check_digest(folder / name, outputs[name], problems)
    problems.raise_if_any()
    frames = {name: _read_table(folder / f"{name}.csv", schema, problems) for name, schema in TABLES.items()}
    summary = _read_json(folder / SUMMARY, problems)
    problems.raise_if_any()
    try:
        steps = tuple(ControlLineStep(**step) for step in summary.get("control_line_steps", []))
        claims = summary.get("optimal", [])
        optimal = tuple(OptimalBatch(**{**claim, "counts": tuple(claim["counts"])}) for claim in claims)
    except (KeyError, TypeError):
        raise InputError([Problem(_where(folder / SUMMARY), _NOT_WRITTEN_BY_A_RUN)]) from None
    place = manifest.get("scenario_file")
    if isinstance(place, str):
        manifest = {**manifest, "scenario_file": str((folder.resolve() / place).resolve())}
    return Outcome(**frames, control_line_steps=steps, optimal=optimal, summary=summary, manifest=manifest)


def _outputs(manifest: Mapping[str, Any]) -> dict[str, object]:
    """File names to SHA-256, as the manifest has them."""
    outputs = manifest.get("outputs")
    return outputs if isinstance(outputs, dict) else {}


def _where(path: Path) -> Where:
    """A file of a result, with its folder: there may be several results at a time."""
    return Where(file=str(path))


def _check_digest(path: Path, digest: object, problems: Problems) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        problems.add(_where(path), "this file of the result folder is missing")
    except OSError as error:
        problems.add(_where(path), "cannot be read: {reason}", reason=error.strerror or "")
    else:
        if found != digest:
            problems.add(
                _where(path),
                "this file was changed after it was written: its SHA-256 is not the manifest's; put the whole folder "
                "back, or run again",
            )


def _read_table(path: Path, schema: pl.Schema, problems: Problems) -> pl.DataFrame:
    try:
        frame = pl.read_csv(path, schema=schema)
    except (OSError, pl.exceptions.PolarsError) as error:
        problems.add(_where(path), "cannot be read: {reason}", reason=str(error).splitlines()[0][:120])
        return pl.DataFrame(schema=schema)
    return frame


def _read_json(path: Path, problems: Problems) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.add(_where(path), "cannot be read: {reason}", reason=error.strerror or "")
        return {}
    except ValueError:
        value = None
    if not isinstance(value, dict):
        problems.add(_where(path), _NOT_WRITTEN_BY_A_RUN)
        return {}
    return value


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _as_seen_from(folder: Path, path: Path) -> str:
    """The path relative to the result folder, so that the two can be moved together; absolute on another drive."""
    try:
        return Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:
        return path.as_posix()
