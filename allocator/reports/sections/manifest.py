"""The manifest: what the outcome was made of, so that anybody can make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from allocator.reports.blocks import Column, Figure, Section, Table
from allocator.reports.material import Material


def manifest(material: Material) -> Section:
    translate, made_of = material.translate, material.outcome.manifest
    versions = {"allocator": made_of.get("allocator"), "python": made_of.get("python"), **made_of.get("libraries", {})}
    figures = [Figure(name, str(version)) for name, version in versions.items() if version is not None]
    figures.append(Figure(translate("Lottery seed"), str(made_of.get("lottery_seed", ""))))
    # The scenario's own order of keys is kept: a reader looks for what the office wrote.
    effective = json.dumps(_plain(material.scenario.effective), ensure_ascii=False, indent=1)
    return Section(
        "manifest",
        translate("How this outcome was made"),
        figures=tuple(figures),
        tables=(
            _files("inputs", translate("Input files"), made_of.get("inputs", {}), material),
            _files("outputs", translate("Result files"), made_of.get("outputs", {}), material),
        ),
        text=effective,
    )


def _files(name: str, caption: str, digests: Mapping[str, str], material: Material) -> Table:
    columns = (Column(material.translate("File")), Column("SHA-256"))
    return Table(name, caption, columns, tuple(digests.items()))


def _plain(value: Any) -> Any:
    """Nested mappings and lists as JSON knows them; everything else as its text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
