"""The folder of a report: a page and a workbook, that appear whole or not at all, beside the result they are of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from allocator.outcome.folder import check_target, whole_folder
from allocator.reports.material import Material
from allocator.reports.page import html
from allocator.reports.report import report
from allocator.reports.workbook import sheets, xlsx

PAGE, WORKBOOK = "report.html", "report.xlsx"
PUBLIC_PAGE, PUBLIC_WORKBOOK = "notice.html", "notice.xlsx"
GENERATOR = b'<meta name="generator" content="allocator">'
_PAIRS = ({PAGE, WORKBOOK}, {PUBLIC_PAGE, PUBLIC_WORKBOOK})


def default_place(result: Path, *, is_public: bool) -> Path:
    """Beside the result folder, which holds nothing but the files that its manifest names."""
    resolved = result.resolve()
    return resolved.with_name(f"{resolved.name}-{'notice' if is_public else 'report'}")


def is_report(folder: Path) -> bool:
    """Whether a folder holds a report and nothing else, so that replacing it loses nothing."""
    there = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    if there not in _PAIRS:
        return False
    page = next(name for name in there if name.endswith(".html"))
    return GENERATOR in (folder / page).read_bytes()[:1000]


def check_place(folder: Path, *, overwrite: bool) -> None:
    """Refuse a place for a report before any work is done.

    Raises:
        UsageError: if it exists and may not be replaced.
    """
    check_target(folder, overwrite=overwrite, is_ours=is_report)


def made(material: Material) -> dict[str, bytes]:
    """The page and the workbook, by file name."""
    page, workbook = (PUBLIC_PAGE, PUBLIC_WORKBOOK) if material.is_public else (PAGE, WORKBOOK)
    return {page: html(report(material)).encode(), workbook: xlsx(sheets(material))}


def write(contents: Mapping[str, bytes], folder: Path, *, overwrite: bool) -> None:
    """Write what was made.

    Raises:
        UsageError: if the folder exists and may not be replaced.
    """
    with whole_folder(folder, overwrite=overwrite, is_ours=is_report) as new:
        for name, content in contents.items():
            (new / name).write_bytes(content)
