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
_NOTHING_FOUND = message('Batch "{batch}": the search reached its limits before any assignment was found.')
_NOT_SETTLED = message(
    'Batch "{batch}": there are assignments, but the search for the best by {objective} reached its limits before it '
    "had found one."
)


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
    """The limits of a search were reached before there was an assignment to give."""

    batch: str
    objective: str | None = None  # at which it ended, after assignments were found; None: before any was found

    exit_code = 5

    def text(self, translate: Translate = english) -> str:
        template = _NOTHING_FOUND if self.objective is None else _NOT_SETTLED
        return translate(template).format(batch=self.batch, objective=self.objective)

    def as_json(self) -> dict[str, Any]:
        objective = {} if self.objective is None else {"objective": self.objective}
        return {"unfinished": {"batch": self.batch, **objective}}
