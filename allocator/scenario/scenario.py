"""The scenario: what the office wrote, validated and immutable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from allocator.errors import Problem, Problems, Where
from allocator.scenario import document as documents
from allocator.scenario.applicants import named_columns
from allocator.scenario.build import build, check_tables
from allocator.scenario.cohort import Cohort
from allocator.scenario.document import Document
from allocator.scenario.headers import TABLES, own_headers
from allocator.scenario.mistakes import ROW, Table
from allocator.scenario.settings import Settings, SyntheticCohort
from allocator.scenario.tables import ReadTable, read_table
from allocator.scenario.validation import checked_settings, settings_of

# A synthetic cohort is made by a later stage, which is handed in: from the settings and the scenario's folder, the
# tables by name, and the files that they were made from.
Generate = Callable[[SyntheticCohort, Path], tuple[dict[str, pl.DataFrame], list[Path]]]

# Sections on which no table depends: a variant that changes only these needs no new cohort.
_RULES_ONLY = {"name", "year", "source", "lottery_seed", "guideline", "indicators"}


@dataclass(frozen=True)
class Scenario:
    """Rules (``settings``) and validated tables (``cohort``), with where they come from."""

    settings: Settings
    cohort: Cohort
    path: Path  # the scenario file
    effective: Mapping[str, Any]  # the scenario as it took effect: `extends` merged, overrides applied
    rule_hashes: Mapping[str, str]  # scenario files, relative to the scenario's folder, to the SHA-256 of their bytes
    table_hashes: Mapping[str, str]  # likewise the tables, or what a synthetic cohort was made from
    frames: Mapping[str, pl.DataFrame]  # the tables as text, for variants
    generate: Generate | None = None
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by table: column to header as written

    def replace(self, overrides: Mapping[str, Any]) -> Scenario:
        """A variant of this scenario, such as ``{"guideline.general_share": "0.55"}``: what loading the scenario again
        with these overrides gives, but files are read again only where the variant reads other ones.

        Raises:
            InputError: if the variant is not valid.
        """
        document = Document(documents.plain(self.effective), {(): Where(file=self.path.name)}, [self.path])
        for key, value in overrides.items():
            documents.override(document, key, value)
        settings = settings_of(document)
        changed = {k for k in {*document.value, *self.effective} if document.value.get(k) != self.effective.get(k)}
        if not changed - _RULES_ONLY and not _by_area(settings):
            return replace(self, settings=settings, effective=document.value)
        if changed & {"tables", "columns", "cohort"} or _own_headers(settings) != _own_headers(self.settings):
            return _assemble(document, settings, self.generate, Problems(), self.rule_hashes)
        problems: list[Problem] = []
        tables = _tables(settings, self.frames, self.headers, problems)
        cohort = build(settings, tables, problems, document.where)
        return replace(self, settings=settings, cohort=_sound(cohort, problems), effective=document.value)


def load(path: Path, overrides: Mapping[str, Any] | None = None, generate: Generate | None = None) -> Scenario:
    """Read and check a scenario and its tables.

    Args:
        path: the scenario's folder, or its YAML file.
        overrides: values that replace those of the file, by path.
        generate: makes the tables of a synthetic cohort.

    Raises:
        InputError: with every mistake found, each located.
    """
    problems = Problems()
    document = documents.read(documents.scenario_file(path), overrides, problems)
    folder = document.files[0].parent
    hashes = {documents.relative(f, folder): hashlib.sha256(f.read_bytes()).hexdigest() for f in document.files}
    settings = checked_settings(document, problems)
    if settings is None:
        _check_named_tables(document, problems)
        problems.raise_if_any()
    assert settings is not None  # its mistakes are among the problems
    return _assemble(document, settings, generate, problems, hashes)


def _assemble(
    document: Document,
    settings: Settings,
    generate: Generate | None,
    problems: Problems,
    rule_hashes: Mapping[str, str],
) -> Scenario:
    """Read the tables of valid settings and build the cohort."""
    path = document.files[0]
    hashes: dict[str, str] = {}
    read: dict[str, ReadTable] = {}
    if settings.cohort is not None and not problems:
        assert generate is not None, "a synthetic cohort needs the stage that makes it"
        tables, files = generate(settings.cohort, path.parent)
        hashes |= {documents.relative(f, path.parent): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
        for name, frame in tables.items():
            rows = pl.Series(ROW, np.arange(2, frame.height + 2))
            read[name] = ReadTable(frame.select(pl.all().cast(pl.String)).with_columns(rows), "")
    elif settings.tables is not None:
        own = _own_headers(settings)
        for name, file in _files(settings).items():
            table = read_table(path.parent / file, name, file, own, problems)
            if table is not None:
                read[name] = table
                hashes[file] = table.digest
    frames = {name: table.frame for name, table in read.items()}
    headers = {name: table.headers for name, table in read.items()}
    found: list[Problem] = []
    unread = frozenset() if settings.tables is None else frozenset(_files(settings)) - read.keys()
    cohort = build(settings, _tables(settings, frames, headers, found), found, document.where, unread)
    problems.extend(found)
    problems.raise_if_any()
    return Scenario(settings, _sound(cohort, []), path, document.value, rule_hashes, hashes, frames, generate, headers)


def _sound(cohort: Cohort | None, found: list[Problem]) -> Cohort:
    problems = Problems()
    problems.extend(found)
    problems.raise_if_any()
    assert cohort is not None  # a table that could not be read is a problem
    return cohort


def _check_named_tables(document: Document, problems: Problems) -> None:
    """Read and check the tables of a scenario with wrong keys as far as they can be found, for one report of all."""
    tables, columns = document.value.get("tables"), document.value.get("columns")
    if not isinstance(tables, dict):
        return
    own = {key: name for key, name in columns.items() if isinstance(name, str)} if isinstance(columns, dict) else {}
    named = {name: tables[name] for name in TABLES if isinstance(tables.get(name), str)}
    found: list[Problem] = []
    read: dict[str, Table] = {}
    for name, file in named.items():
        table = read_table(document.files[0].parent / file, name, file, own, problems)
        if table is not None:
            read[name] = Table(name, table.frame, file, found, table.headers)
    check_tables(read, frozenset(named) - read.keys())
    problems.extend(found)


def _tables(
    settings: Settings,
    frames: Mapping[str, pl.DataFrame],
    headers: Mapping[str, Mapping[str, str]],
    problems: list[Problem],
) -> dict[str, Table]:
    files = _files(settings)
    return {name: Table(name, frame, files[name], problems, headers[name]) for name, frame in frames.items()}


def _own_headers(settings: Settings) -> dict[str, str]:
    numbers, texts = named_columns(settings)
    return own_headers(settings.columns, [*numbers, *texts])


def _by_area(settings: Settings) -> bool:
    return settings.guideline is not None and settings.guideline.scope == "area"


def _files(settings: Settings) -> dict[str, str]:
    """The file of each table, in the order of the format; a synthetic table is called by its name."""
    if settings.tables is None:
        return {name: name for name in TABLES}
    given = settings.tables.model_dump(exclude_none=True)
    return {name: given[name] for name in TABLES if name in given}
