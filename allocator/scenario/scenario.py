"""The scenario: what the office wrote, validated and immutable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from allocator.errors import Problems
from allocator.scenario import document as documents
from allocator.scenario.build import build
from allocator.scenario.cohort import Cohort
from allocator.scenario.document import Document
from allocator.scenario.headers import TABLES
from allocator.scenario.settings import Settings, SyntheticCohort
from allocator.scenario.tables import ROW, read_table
from allocator.scenario.validation import settings_of

# A synthetic cohort is made by a later stage, which is handed in: tables by name from (settings, scenario's folder).
Generate = Callable[[SyntheticCohort, Path], dict[str, pl.DataFrame]]

# Sections on which no table depends: a variant that changes only these needs no new cohort.
_RULES_ONLY = {"name", "year", "source", "lottery_seed", "guideline"}


@dataclass(frozen=True)
class Scenario:
    """Rules (``settings``) and validated tables (``cohort``), with where they come from."""

    settings: Settings
    cohort: Cohort
    path: Path  # the scenario file
    effective: Mapping[str, Any]  # the scenario as it took effect: `extends` merged, overrides applied
    input_hashes: Mapping[str, str]  # file, relative to the scenario's folder, to the SHA-256 of its bytes
    frames: Mapping[str, pl.DataFrame]  # the tables as text, for variants
    generate: Generate | None = None

    def replace(self, overrides: Mapping[str, Any]) -> Scenario:
        """A variant of this scenario, such as ``{"guideline.general_share": "0.55"}``; tables are not read again
        unless ``tables``, ``columns`` or ``cohort`` change.

        Raises:
            InputError: if the variant is not valid.
        """
        document = Document(documents.plain(self.effective), {}, [self.path])
        for key, value in overrides.items():
            documents.override(document, key, value)
        settings = settings_of(document)
        changed = {k for k in {*document.value, *self.effective} if document.value.get(k) != self.effective.get(k)}
        if changed & {"tables", "columns", "cohort"}:
            return _assemble(document, settings, self.generate)
        needs_area = settings.guideline is not None and settings.guideline.scope == "area"
        cohort = self.cohort
        if changed - _RULES_ONLY or needs_area:
            cohort = build(settings, self.frames, _files(settings))
        return replace(self, settings=settings, cohort=cohort, effective=document.value)


def load(path: Path, overrides: Mapping[str, Any] | None = None, generate: Generate | None = None) -> Scenario:
    """Read and check a scenario and its tables.

    Args:
        path: the scenario's folder, or its YAML file.
        overrides: values that replace those of the file, by path.
        generate: makes the tables of a synthetic cohort.

    Raises:
        InputError: with every mistake found, each located.
    """
    document = documents.read(documents.scenario_file(path), overrides)
    return _assemble(document, settings_of(document), generate)


def _assemble(document: Document, settings: Settings, generate: Generate | None) -> Scenario:
    path = document.files[0]
    hashes = {documents.relative(f, path.parent): hashlib.sha256(f.read_bytes()).hexdigest() for f in document.files}
    problems = Problems()
    frames: dict[str, pl.DataFrame] = {}
    if settings.cohort is not None:
        assert generate is not None, "a synthetic cohort needs the stage that makes it"
        for name, frame in generate(settings.cohort, path.parent).items():
            frames[name] = frame.select(pl.all().cast(pl.String)).with_row_index(ROW, offset=2)
        profile = path.parent / settings.cohort.profile
        hashes[settings.cohort.profile] = hashlib.sha256(profile.read_bytes()).hexdigest()
    else:
        for name, file in _files(settings).items():
            frame, digest = read_table(path.parent / file, name, settings.columns, problems)
            if frame.width:
                frames[name] = frame
                hashes[file] = digest
    problems.raise_if_any()
    return Scenario(settings, build(settings, frames, _files(settings)), path, document.value, hashes, frames, generate)


def _files(settings: Settings) -> dict[str, str]:
    """The file of each table, in the order of the format; a synthetic table is called by its name."""
    if settings.tables is None:
        return {name: name for name in TABLES}
    given = settings.tables.model_dump(exclude_none=True)
    return {name: given[name] for name in TABLES if name in given}
