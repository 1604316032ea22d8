"""The rows of CSV text: where they end, how many cells they have, and whether their quotation marks close.

Everything is counted in the bytes at once, a piece at a time, since no reader of tables says which row is short. A row
number is the one that a spreadsheet shows: a blank line counts, a line break inside quotation marks does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allocator.errors import Problem, Where, message
from allocator.scenario.cohort import BoolArray, IntArray

ByteArray = NDArray[np.uint8]

_PIECE = 1 << 24  # bytes that are looked at together: it bounds the memory
_COMMA, _LINE_FEED, _QUOTE = ord(","), ord("\n"), ord('"')
_NOT_CLOSED = message('a quotation mark is opened in this row and not closed; close it, or write "" for a mark itself')
_INSIDE = message(
    "a quotation mark stands in the middle of a cell; put the whole cell in quotation marks and double the one inside"
)


@dataclass(frozen=True)
class CsvRows:
    """The rows of a CSV file, blank ones included."""

    end: IntArray  # (row,) position of the line feed after the row
    num_cells: IntArray  # (row,)
    is_quoted: bool  # some cell is in quotation marks

    @property
    def is_blank(self) -> BoolArray:
        """(row,) nothing stands in the line."""
        blank: BoolArray = np.diff(self.end, prepend=-1) == 1
        return blank


def csv_rows(text: bytes, file: str) -> CsvRows | Problem:
    """The rows of text that ends in a line feed, or the first quotation mark that makes rows uncertain."""
    data = np.frombuffer(text, dtype=np.uint8)
    is_quoted = b'"' in text
    ends: list[IntArray] = []
    counts: list[IntArray] = []
    inside, num_open_cells = False, 0
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        is_sign = (piece == _COMMA) | (piece == _LINE_FEED)
        if is_quoted:
            # An odd number of quotation marks so far: inside quoted text. Counted in a byte, which keeps what is odd.
            is_inside = (np.cumsum(piece == _QUOTE, dtype=np.uint8) & 1).astype(np.bool_) ^ inside
            wrong = _wrong_quote(data, piece, start, is_inside)
            if wrong is not None:
                row_ends = np.flatnonzero((piece[: wrong - start] == _LINE_FEED) & ~is_inside[: wrong - start]) + start
                ends.append(row_ends)
                row_end = next((int(e[-1]) for e in reversed(ends) if len(e)), -1)
                # A line break since the row began stands in quoted text that was meant to end before it.
                template = _NOT_CLOSED if b"\n" in text[row_end + 1 : wrong] else _INSIDE
                return Problem(Where(file=file, row=sum(map(len, ends)) + 1), template)
            inside = bool(is_inside[-1])
            is_sign &= ~is_inside
        signs = np.flatnonzero(is_sign)
        last_of_row = np.flatnonzero(piece[signs] == _LINE_FEED)
        if len(last_of_row):
            num_cells = np.diff(last_of_row, prepend=-1)
            num_cells[0] += num_open_cells
            ends.append(signs[last_of_row] + start)
            counts.append(num_cells)
            num_open_cells = len(signs) - 1 - int(last_of_row[-1])
        else:
            num_open_cells += len(signs)
    if inside:
        return Problem(Where(file=file, row=sum(map(len, ends)) + 1), _NOT_CLOSED)
    return CsvRows(np.concatenate(ends), np.concatenate(counts), is_quoted)


def _wrong_quote(data: ByteArray, piece: ByteArray, start: int, is_inside: BoolArray) -> int | None:
    """The first mark that opens in the middle of a cell, or closes before the cell ends."""
    marks = np.flatnonzero(piece == _QUOTE)
    opens = is_inside[marks]
    marks = marks + start
    before, after = marks[opens] - 1, marks[~opens] + 1
    # A mark beside another one is a doubled mark inside quoted text: it closes and opens again.
    wrong_open = (before >= 0) & ~np.isin(data[before], (_COMMA, _LINE_FEED, _QUOTE))
    wrong_close = ~np.isin(data[after], (_COMMA, _LINE_FEED, _QUOTE))
    found = [*(before[wrong_open][:1] + 1), *(after[wrong_close][:1] - 1)]
    return int(min(found)) if found else None
