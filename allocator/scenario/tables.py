"""Reading one table as text: CSV in UTF-8 or GB18030, XLSX, Parquet; every cell as written, with its row number.

Nothing is repaired: what cannot be read is a located problem.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from allocator.errors import Problems, Where
from allocator.scenario.headers import TABLES, column_name

MAY_BE_EMPTY = ("choices", "feeder_seats", "priorities")  # nobody filed; nothing is given
ROW = "_row"  # row of the file, the header being row 1


def read_table(path: Path, table: str, own_headers: Mapping[str, str], problems: Problems) -> tuple[pl.DataFrame, str]:
    """One table with canonical column names and its file's SHA-256; an empty frame where it could not be read."""
    where = Where(file=path.name)
    found = Problems()
    content = _content(path, where, found)
    frame: pl.DataFrame | None = None
    readers = {".csv": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        found.add(where, 'unknown kind of file "{suffix}"; expected .csv, .xlsx or .parquet', suffix=path.suffix)
    elif content is not None:
        frame = reader(content, where, found)
    if frame is not None and content is not None:
        frame = _with_names(frame, table, own_headers, where, found)
        if path.suffix.lower() == ".xlsx":
            _numbers_as_identifiers(content, frame, table, where, found)
        frame = _without_empty_rows(frame)
        if frame.height == 0 and not found and table not in MAY_BE_EMPTY:
            found.add(where, "the table has no rows")
    problems.extend(found)
    if found or frame is None or content is None:
        return pl.DataFrame(), ""
    return frame, hashlib.sha256(content).hexdigest()


def _content(path: Path, where: Where, problems: Problems) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        problems.add(where, "there is no such file; correct its name under `tables`")
    except OSError as error:
        problems.add(where, "cannot be read: {reason}", reason=error.strerror or "")
    return None


def _read_csv(content: bytes, where: Where, problems: Problems) -> pl.DataFrame | None:
    text = _as_utf8(content, where, problems)
    if text is None:
        return None
    header = next(csv.reader(io.StringIO(_first_lines(text))), [])
    if not any(cell.strip() for cell in header):
        problems.add(where, "the file is empty; expected a header row")
        return None
    if len(header) == 1 and any(sign in header[0] for sign in ";\t，"):
        problems.add(where, "the columns are not separated by commas; save the file as CSV with commas")
        return None
    _check_widths(text, len(header), where, problems)
    if problems:
        return None
    try:
        frame = pl.read_csv(text, has_header=False, infer_schema=False).slice(1)
    except pl.exceptions.PolarsError as error:
        problems.add(where, "not a valid CSV file: {reason}", reason=str(error).splitlines()[0])
        return None
    return _named(frame, header, where, problems)


def _as_utf8(content: bytes, where: Where, problems: Problems) -> bytes | None:
    """The file's text in UTF-8: found out from the bytes, never guessed beyond UTF-8 and GB18030."""
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        problems.add(where, "this is an Excel workbook, not CSV; name it .xlsx (old .xls files: save as .xlsx first)")
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        problems.add(where, "this is not UTF-8 or GB18030 text (perhaps UTF-16); save it as CSV UTF-8")
        return None
    try:
        content.decode("utf-8")
        return content
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030").encode("utf-8")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        problems.add(Where(file=where.file, row=row), "neither UTF-8 nor GB18030 text; save the file as CSV UTF-8")
        return None


def _first_lines(text: bytes) -> str:
    """Enough of the file to hold its header, which may have quoted line breaks."""
    return text[:65536].decode("utf-8", errors="ignore")


def _check_widths(text: bytes, width: int, where: Where, problems: Problems) -> None:
    """Every row must have as many cells as the header: a missing comma would shift cells silently."""
    if b'"' in text:
        stream = io.StringIO(text.decode("utf-8"))
        try:
            for row in csv.reader(stream, strict=True):
                if row and len(row) != width:
                    _wrong_width(where, row_number=_row_of(stream), found=len(row), width=width, problems=problems)
        except csv.Error as error:
            problems.add(where, "not a valid CSV file: {reason}", reason=str(error))
        return
    # Without quotes the cells of a line are its commas plus one: counted for all lines at once.
    data = np.frombuffer(text if text.endswith(b"\n") else text + b"\n", dtype=np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    commas = np.searchsorted(np.flatnonzero(data == ord(",")), ends)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    cells = np.diff(commas, prepend=0) + 1
    blank = (lengths == 0) | ((lengths == 1) & (data[starts] == ord("\r")))
    for line in np.flatnonzero((cells != width) & ~blank):
        _wrong_width(where, row_number=int(line) + 1, found=int(cells[line]), width=width, problems=problems)


def _row_of(stream: io.StringIO) -> int:
    return stream.getvalue().count("\n", 0, stream.tell())


def _wrong_width(where: Where, *, row_number: int, found: int, width: int, problems: Problems) -> None:
    problems.add(Where(file=where.file, row=row_number),
                 "found {found} cells, expected {width} as in the header; put cells with commas in quotes",
                 found=found, width=width)


def _read_xlsx(content: bytes, where: Where, problems: Problems) -> pl.DataFrame | None:
    import fastexcel  # loaded only where a workbook is read: it costs start-up time

    try:
        sheet = fastexcel.read_excel(content).load_sheet(0, header_row=None, dtypes="string")
        frame = sheet.to_polars()
    except fastexcel.FastExcelError as error:
        problems.add(where, "not a readable XLSX workbook (truncated or another format): {reason}",
                     reason=str(error).splitlines()[0][:120])
        return None
    if frame.height == 0:
        problems.add(where, "the file is empty; expected a header row")
        return None
    header = ["" if cell is None else str(cell) for cell in frame.row(0)]
    return _named(frame.slice(1), header, where, problems)


def _read_parquet(content: bytes, where: Where, problems: Problems) -> pl.DataFrame | None:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError as error:
        problems.add(where, "not a readable Parquet file: {reason}", reason=str(error).splitlines()[0][:120])
        return None
    unreadable = [name for name, kind in frame.schema.items() if kind.is_nested() or kind == pl.Binary]
    for name in unreadable:
        problems.add(Where(file=where.file, column=name), "expected one text or number per cell")
    if unreadable:
        return None
    return _named(frame.select(pl.all().cast(pl.String)), frame.columns, where, problems)


def _named(frame: pl.DataFrame, header: list[str], where: Where, problems: Problems) -> pl.DataFrame | None:
    """The frame under its written header; columns without a header and without content are dropped."""
    keep: list[pl.Expr] = []
    for old, name in zip(frame.columns, header, strict=True):
        name = name.strip()
        if name:
            keep.append(pl.col(old).alias(name))
        elif frame[old].null_count() < frame.height:
            problems.add(where, "column {position} has cells but no header", position=frame.columns.index(old) + 1)
    names = [name.strip() for name in header if name.strip()]
    for name, count in Counter(names).items():
        if count > 1:
            problems.add(Where(file=where.file, column=name), "this header stands {count} times", count=count)
    if len(set(names)) < len(names):
        return None
    numbered = frame.with_row_index(ROW, offset=2)
    columns = numbered.select(pl.col(ROW).cast(pl.Int64), *keep)
    texts = [name for name in columns.columns if name != ROW]
    return columns.with_columns(pl.when(pl.col(texts) != "").then(pl.col(texts)).name.keep()) if texts else columns


def _with_names(frame: pl.DataFrame, table: str, own: Mapping[str, str], where: Where, problems: Problems) -> pl.DataFrame:
    written: dict[str, list[str]] = {}
    for header in frame.columns:
        if header != ROW:
            written.setdefault(column_name(table, header, own), []).append(header)
    for name, headers in written.items():
        if len(headers) > 1:
            problems.add(where, 'the headers {headers} all mean "{name}"; keep one',
                         headers=", ".join(headers), name=name)
    for name in TABLES[table].required:
        if name not in written:
            problems.add(where, 'the column "{name}" is missing; the headers are {headers}',
                         name=name, headers=", ".join(h for hs in written.values() for h in hs)[:200])
    return frame.rename({headers[0]: name for name, headers in written.items() if len(headers) == 1})


def _numbers_as_identifiers(
    content: bytes, frame: pl.DataFrame, table: str, where: Where, problems: Problems
) -> None:
    """A cell that is a number in XLSX has already lost its leading zeros: identifiers must be text cells."""
    import fastexcel

    sheet_reader = fastexcel.read_excel(content)
    for name in TABLES[table].identifiers:
        if name not in frame.columns:
            continue
        position = frame.columns.index(name) - 1
        try:
            column = sheet_reader.load_sheet(0, header_row=None, skip_rows=1, use_columns=[position],
                                             dtype_coercion="strict", schema_sample_rows=None)
            kinds = {str(kind) for kind in column.to_polars().schema.values()}
        except fastexcel.FastExcelError:
            kinds = {"mixed"}
        if kinds - {"String", "Null"}:
            problems.add(Where(file=where.file, column=name),
                         "identifiers stand as numbers here and may have lost leading zeros; "
                         "format the column as text and enter them again")


def _without_empty_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows without any cell, such as the blank ones at the end of a sheet, are no rows."""
    texts = [name for name in frame.columns if name != ROW]
    return frame.filter(~pl.all_horizontal(pl.col(texts).is_null())) if texts else frame
