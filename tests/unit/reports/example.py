"""The example of the scenarios folder, and copies of it with something changed."""

from __future__ import annotations

from pathlib import Path

import allocator
from allocator.reports.material import Material, gather

EXAMPLE = Path(__file__).resolve().parents[3] / "scenarios" / "example"


def copied_example(folder: Path, file: str, changes: dict[str, str]) -> Path:
    """A copy of the example in which texts of one file are replaced."""
    for path in EXAMPLE.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    text = (folder / file).read_text("utf-8")
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def reported(folder: Path, *, language: str = "en", is_public: bool = False) -> Material:
    """What is reported of a scenario that has an outcome."""
    found = reported_if_any(folder, language=language, is_public=is_public)
    assert found is not None
    return found


def reported_if_any(folder: Path, *, language: str, is_public: bool) -> Material | None:
    """What is reported of a scenario; nothing where an optimal batch is infeasible."""
    scenario = allocator.load(folder)
    outcome = allocator.run(scenario)
    if not isinstance(outcome, allocator.Outcome):
        return None
    return gather(scenario, outcome, language=language, is_public=is_public)
