"""XLSX: every cell as the text that a spreadsheet would show, with nothing lost on the way.

A library reads the cells. What it does not tell stands in the sheet's XML: in which row and column the cells begin,
which cells are numbers, which show an error, which formulas have no value yet, and numbers with more decimals than it
keeps.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, replace
from decimal import Decimal
from xml.etree import ElementTree

import polars as pl

from allocator.errors import SHOWN_PER_KIND, Problem, Where, message

# Parts of a sheet's XML. Cells are `<c r="B7" s="1" t="s"><v>3</v></c>`; an empty one is `<c r="B7" s="1"/>`.
_CELL = rb'<c r="([A-Z]+)(\d+)"((?:[^>]*[^/>])?)>\s*'
_FORMULA = rb"<f\b[^>]*(?:/>|(?<!/)>[^<]*</f>)"
_HAS_CONTENT = rb"(?:[^>]*[^/>])?>\s*<(?:f|v|is)\b"

# Numbers of which the library keeps less than a spreadsheet shows: it rounds them to nine decimals.
_LONG = rb"-?(?=[0-9]*\.[0-9]{10}|[0-9.]{17}|[0-9.]+[eE])[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]{1,3})?"

# A spreadsheet shows at most fifteen digits: 78.6 may be stored as 78.59999999999999, and a sum as 640.3000000000002.
_DIGITS = 15

_WHAT_DAMAGE_CAUSES = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, EOFError, ValueError, OSError, RuntimeError
)  # fmt: skip

_DAMAGED = message("not a readable XLSX workbook: it is truncated or damaged; save it again as .xlsx")
_SEVERAL = message(
    "several sheets have cells: {sheets}; keep one of them, or call the one to read by the table's name, {table}"
)
_NO_VALUE = message("the formula in this cell has no value yet; open the workbook in a spreadsheet and save it again")
_NO_ADDRESSES = message("its cells have no addresses; open the workbook in a spreadsheet and save it again")
_ENCRYPTED = message("this workbook is protected by a password; save it without one")
_OLD = message("this is an old .xls workbook under another name; save it as .xlsx")
_NOT_A_WORKBOOK = message("this is not an XLSX workbook; save it as .xlsx, or name a CSV file .csv")


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet."""

    cells: pl.DataFrame  # text; the first row has the headers
    first_row: int  # the row in the sheet of the first row of cells
    first_column: int  # the column in the sheet of the first column of cells, A being 1
    xml: bytes

    def number_rows(self, position: int) -> list[int]:
        """The rows below the header in which the column at a position holds a number and not text."""
        cell = rb'<c r="' + _letters(self.first_column + position) + rb'(\d+)"(?![^>]*\bt="(?:s|str|inlineStr|e)")'
        rows = [int(row) for row in re.findall(cell + _HAS_CONTENT, self.xml)]
        return [row for row in rows if row > self.first_row]


def read_sheet(content: bytes, table: str, file: str) -> Sheet | list[Problem]:
    """The one sheet that has cells, or of several the one that is called by the table's name."""
    where = Where(file=file)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in content
        return [Problem(where, _ENCRYPTED if is_encrypted else _OLD)]
    if content and not content.startswith(b"PK"):
        return [Problem(where, _NOT_A_WORKBOOK)]
    import fastexcel  # loaded only where a workbook is read: it costs start-up time

    try:
        book = fastexcel.read_excel(content)
        used = _used_sheets(content)
        if not used:
            return Sheet(pl.DataFrame(), 1, 1, b"")
        if len(used) > 1 and table not in used:
            return [Problem(where, _SEVERAL, {"sheets": ", ".join(used), "table": table})]
        name = table if table in used else next(iter(used))
        cells = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, *_WHAT_DAMAGE_CAUSES):
        return [Problem(where, _DAMAGED)]
    begin = re.search(rb'<c r="([A-Z]+)(\d+)"' + _HAS_CONTENT, used[name])
    if begin is None:
        return [Problem(where, _NO_ADDRESSES)]
    sheet = Sheet(cells, int(begin[2]), _first_column(used[name], _number(begin[1])), used[name])
    return _without_value(sheet, file) or _with_exact_cells(sheet)


def _used_sheets(content: bytes) -> dict[str, bytes]:
    """The XML of every sheet that has cells, by the sheet's name, in the workbook's order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        targets = {
            relation.get("Id"): str(relation.get("Target"))
            for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
            if str(relation.get("Type")).endswith("/worksheet")
        }
        used: dict[str, bytes] = {}
        for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
            if not element.tag.endswith("}sheet"):
                continue
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
            if relation not in targets:
                continue  # a chart's sheet
            target = targets[relation]
            xml = archive.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
            prefix = re.search(rb"<(\w+:)worksheet\b", xml[:4096])
            if prefix:
                xml = re.sub(rb"<(/?)" + prefix[1], rb"<\1", xml)
            if re.search(rb"<(?:v|is)\b[^/>]*>", xml):
                used[str(element.get("name"))] = xml
        return used


def _first_column(xml: bytes, first_header: int) -> int:
    """The first column with a cell, which is left of the first header if something stands there by mistake."""
    for column in range(1, first_header):
        if re.search(rb'<c r="' + _letters(column) + rb'\d+"' + _HAS_CONTENT, xml):
            return column
    return first_header


def _without_value(sheet: Sheet, file: str) -> list[Problem]:
    """A formula that no spreadsheet has computed yet is not an empty cell."""
    if b"<f" not in sheet.xml:
        return []
    found = [
        cell
        for cell in re.finditer(_CELL + _FORMULA + rb"\s*(<v>[^<]+</v>)?", sheet.xml)
        if cell[4] is None and b't="str"' not in cell[3]
    ]
    headers = sheet.cells.row(0)
    problems = []
    for cell in found[:SHOWN_PER_KIND]:
        position = _number(cell[1]) - sheet.first_column
        header = headers[position] if 0 <= position < len(headers) else None
        problems.append(Problem(Where(file=file, row=int(cell[2]), column=header or cell[1].decode()), _NO_VALUE))
    if len(found) > SHOWN_PER_KIND:
        problems[-1] = replace(problems[-1], further=len(found) - SHOWN_PER_KIND)
    return problems


def _with_exact_cells(sheet: Sheet) -> Sheet:
    """Put in the errors that the library leaves empty, and the digits of numbers that it keeps nine decimals of."""
    texts: dict[int, dict[int, str]] = {}  # by position of the column, by position of the row
    if b't="e"' in sheet.xml:
        for cell in re.finditer(_CELL + rb"(?:" + _FORMULA + rb")?\s*<v>([^<]*)</v>", sheet.xml):
            if b't="e"' in cell[3]:
                _put(texts, sheet, cell, cell[4].decode())
    if re.search(rb"<v>(?:" + _LONG + rb")", sheet.xml):
        for cell in re.finditer(_CELL + rb"(?:" + _FORMULA + rb")?\s*<v>(" + _LONG + rb")</v>", sheet.xml):
            if b" t=" not in cell[3] or b't="n"' in cell[3]:
                _put(texts, sheet, cell, format(Decimal(format(float(cell[4]), f".{_DIGITS}g")), "f"))
    cells = sheet.cells
    for position, by_row in texts.items():
        column = cells.to_series(position)
        # What the library read as a date stays one.
        rows = [row for row, text in by_row.items() if text.startswith("#") or _is_number(column[row])]
        cells = cells.with_columns(column.scatter(rows, [by_row[row] for row in rows]).alias(column.name))
    return replace(sheet, cells=cells)


def _put(texts: dict[int, dict[int, str]], sheet: Sheet, cell: re.Match[bytes], text: str) -> None:
    texts.setdefault(_number(cell[1]) - sheet.first_column, {})[int(cell[2]) - sheet.first_row] = text


def _is_number(text: str | None) -> bool:
    return text is not None and re.fullmatch(r"-?[0-9]*\.?[0-9]+", text) is not None


def _number(letters: bytes) -> int:
    """The number of a column, A being 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _letters(number: int) -> bytes:
    """The letters of a column."""
    letters = b""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = bytes([ord("A") + letter]) + letters
    return letters
