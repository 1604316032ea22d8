"""The page: one self-contained HTML file from a report's data. It loads nothing, and its policy forbids it to."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from allocator.reports.blocks import Cell, Column, Defined, Report
from allocator.reports.drawing import svg
from allocator.reports.numbers import NOTHING

TEMPLATES = Path(__file__).parent / "templates"
Draw = Callable[[Mapping[str, Any]], str]


def html(report: Report, draw: Draw = svg) -> str:
    """The page's text.

    Args:
        draw: makes the image of a chart's specification.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    script, style = _file("page.js"), _file("page.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("page.html.j2").render(
        report=report,
        script=Markup(script),  # the project's own files; everything else is escaped
        style=Markup(style),
        script_digest=digest,
        draw=lambda spec: Markup(draw(spec)),
        shown=shown,
        is_number=lambda column: column.kind == "number",
    )


def shown(cell: Cell, column: Column) -> str:
    """A cell's text: whole numbers with separators, except where they are names; a link to a definition."""
    if cell is None:
        return NOTHING
    if isinstance(cell, Defined):
        return Markup('<a href="#def-{}">{}</a>').format(cell.definition, cell.text)
    return f"{cell:,}" if isinstance(cell, int) and column.kind == "number" else str(cell)


def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
