"""Golden files: what was accepted, and a ``.new`` file beside it where something else was found.

To accept it is a human's act. Drawn images are left out of pages: where letters stand in them depends on the machine's
fonts. Their specifications are in the data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from allocator.reports.workbook import HEADER_ROW


def compare(path: Path, found: str) -> None:
    """Fail, and write the ``.new`` file, where the golden file says something else."""
    if not path.is_file() or path.read_text(encoding="utf-8") != found:
        new = path.with_name(f"{path.name}.new")
        new.parent.mkdir(exist_ok=True)
        new.write_text(found, encoding="utf-8", newline="\n")
        pytest.fail(f"{path.name} is not the golden one; see {new}")


def image(spec: Mapping[str, Any]) -> str:
    """What stands in a golden page for the image of a chart."""
    digest = hashlib.sha256(json.dumps(spec, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return f"<svg data-specification='{digest[:16]}'></svg>"


def cells(book: bytes) -> dict[str, list[list[str | None]]]:
    """All cells of a workbook as a reader sees them, sheet by sheet, the headers first."""
    reader = fastexcel.read_excel(BytesIO(book).getvalue())
    found = {}
    for name in reader.sheet_names:
        table = reader.load_sheet(name, header_row=HEADER_ROW, dtypes="string").to_polars()
        found[name] = [list(table.columns), *(list(row) for row in table.iter_rows())]
    return found


def lines(value: Any) -> str:
    """Data as the text of a golden file."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
