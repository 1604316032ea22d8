"""A table of text for a terminal: columns as wide as what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len


def text_table(rows: Sequence[Sequence[str]], *, indent: str = "  ") -> Iterator[str]:
    """The lines of a table; the first column stands left, the others right. A Chinese character takes two places."""
    widths = [max(cell_len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    for row in rows:
        first, *rest = (_padding(text, width) for text, width in zip(row, widths, strict=True))
        cells = [f"{row[0]}{first}", *(f"{space}{text}" for space, text in zip(rest, row[1:], strict=True))]
        yield f"{indent}{'  '.join(cells)}".rstrip()


def _padding(text: str, width: int) -> str:
    return " " * (width - cell_len(text))
