"""A run without an outcome: an optimal batch that is infeasible, or whose search reached its limits (R10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allocator.errors import Translate, english, message
from allocator.outcome import files

_INFEASIBLE = message('Batch "{batch}" is infeasible: no assignment keeps these rules together: {rules}.')
_AND = message(" and ")
_STOPPED = message('Batch "{batch}": the search reached its limits before any assignment was found.')


@dataclass(frozen=True)
class Infeasible:
    """No assignment satisfies the rules of an optimal batch: a smallest set of rules that conflict."""

    batch: str
    conflict: tuple[str, ...]  # in the scenario's own words, such as "private at most 9000"
    manifest: Mapping[str, Any] = field(default_factory=dict)

    exit_code = 3

    def text(self, translate: Translate = english) -> str:
        rules = translate(_AND).join(f'"{rule}"' for rule in self.conflict)
        return translate(_INFEASIBLE).format(batch=self.batch, rules=rules)

    def as_json(self) -> dict[str, Any]:
        return {"infeasible": {"batch": self.batch, "conflict": list(self.conflict)}}

    def write(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write a folder with the reasons, in place of results.

        Raises:
            UsageError: if the folder exists and may not be replaced.
        """
        files.write_reasons(Path(folder), self.as_json(), self.manifest, overwrite=overwrite)


@dataclass(frozen=True)
class Unfinished:
    """The limits of a search were reached before any assignment was found; nothing is known."""

    batch: str

    exit_code = 5

    def text(self, translate: Translate = english) -> str:
        return translate(_STOPPED).format(batch=self.batch)

    def as_json(self) -> dict[str, Any]:
        return {"unfinished": {"batch": self.batch}}
