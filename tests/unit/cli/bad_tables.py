"""Mistakes in tables: what is broken, where the message must point, and what it must say."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import xlsxwriter

from tests.unit.cli.bad_scenarios import Mistake, both, edit, put
from tests.unit.scenario.small_town import TABLES, cells_of, changed_sheet, parquet, parquet_of, text_of, workbook

APPLICANTS, CHOICES, SEATS = cells_of(TABLES["applicants"]), cells_of(TABLES["choices"]), cells_of(TABLES["seats"])


def as_file(table: str, suffix: str, content: bytes) -> Callable[[Path], object]:
    """Give the scenario a table in another kind of file."""
    return both(
        lambda folder: (folder / f"{table}{suffix}").write_bytes(content),
        edit("scenario.yaml", f"  {table}: {table}.csv", f"  {table}: {table}{suffix}"),
    )


def _csv(name: str, file: str, old: str, new: str, place: str, *says: str) -> Mistake:
    return Mistake(name, edit(file, old, new), f"{file}{place}", says)


def _whole(name: str, file: str, content: str | bytes, place: str, *says: str) -> Mistake:
    return Mistake(name, put(file, content), f"{file}{place}", says)


def _xlsx(name: str, table: str, content: bytes, place: str, *says: str) -> Mistake:
    return Mistake(name, as_file(table, ".xlsx", content), f"{table}.xlsx{place}", says)


def _parquet(name: str, table: str, content: bytes, place: str, *says: str) -> Mistake:
    return Mistake(name, as_file(table, ".parquet", content), f"{table}.parquet{place}", says)


def _encoded(rows: list[list[str]], encoding: str) -> bytes:
    return text_of(rows).encode(encoding)


def _replaced(rows: list[list[str]], row: int, column: int, cell: object) -> list[list[object]]:
    """The rows with one cell replaced; row and column from 0, the header being row 0."""
    return [[cell if (i, j) == (row, column) else c for j, c in enumerate(r)] for i, r in enumerate(rows)]


def _named(chinese: str) -> list[list[str]]:
    """The applicants with a Chinese name in every row."""
    return [APPLICANTS[0], *([r[0], chinese, *r[2:]] for r in APPLICANTS[1:])]


def _protected() -> bytes:
    """The start of an encrypted workbook: an OLE file that has an EncryptedPackage."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1016 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 500


def _formulas() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for i, row in enumerate(SEATS):
        for j, cell in enumerate(row):
            if (i, j) == (2, 3):
                page.write_formula(i, j, "=1+1", None, "")  # written by a program: nothing has computed it
            elif (i, j) == (3, 3):
                page.write_formula(i, j, "=1/0", None, "#DIV/0!")
            else:
                page.write_string(i, j, cell)
    book.close()
    return out.getvalue()


def _dated() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for i, row in enumerate(APPLICANTS):
        for j, cell in enumerate(row):
            if (i, j) == (4, 4):
                page.write_datetime(i, j, datetime.datetime(2026, 6, 25), book.add_format({"num_format": "m-d"}))
            elif cell:
                page.write_string(i, j, cell)
    book.close()
    return out.getvalue()


_FRAME = pl.DataFrame({name: [r[j] or None for r in APPLICANTS[1:]] for j, name in enumerate(APPLICANTS[0])})
_SEATS_FRAME = pl.DataFrame({name: [r[j] for r in SEATS[1:]] for j, name in enumerate(SEATS[0])})
_BOOK, _PARQUET = workbook(APPLICANTS), parquet_of(TABLES["applicants"])
_MIXED = _encoded(_named("榆林"), "utf-8").replace("榆林".encode(), "玉林".encode("gb18030"), 1)
_MOSTLY_GB = _encoded(_named("玥玥"), "gb18030").replace("玥玥".encode("gb18030"), "榆林".encode(), 1)
_HUNDRED = "x" * 200_000

FILE_MISTAKES = [
    Mistake(
        "a table that is not there", lambda f: (f / "seats.csv").unlink(), "seats.csv", ("no such file", "`tables`")
    ),
    Mistake(
        "a folder for a table",
        edit("scenario.yaml", "seats: seats.csv", "seats: ../town.csv"),
        "../town.csv",
        ("no such file",),
    ),
    Mistake(
        "a kind of file that is not read",
        edit("scenario.yaml", "seats: seats.csv", "seats: seats.xls"),
        "seats.xls",
        ('".xls"', ".parquet"),
    ),
    Mistake(
        "a table in a folder",
        edit("scenario.yaml", "seats: seats.csv", "seats: data/seats.csv"),
        "data/seats.csv",
        ("no such file",),
    ),
    _whole("an empty table", "seats.csv", "", "", "empty", "header row"),
    _whole("a table of line breaks", "seats.csv", "\n\r\n\n", "", "empty", "header row"),
    _whole("only a header", "applicants.csv", ",".join(APPLICANTS[0]) + "\n", "", "no rows"),
    _whole("only blank cells", "programmes.csv", "programme_id,track\n,\n,\n", "", "no rows"),
    _csv(
        "a missing column",
        "seats.csv",
        "batch,programme_id,pool,seats",
        "batch,programme,pool,seats",
        "",
        '"programme_id" is missing',
        "programme, pool",
    ),
    _csv(
        "a header twice",
        "seats.csv",
        "batch,programme_id,pool,seats",
        "batch,programme_id,pool,pool",
        ", column pool",
        "stands 2 times",
    ),
    _csv(
        "two headers of one meaning",
        "seats.csv",
        "batch,programme_id,pool,seats",
        "批次,招生批次,pool,seats",
        "",
        "批次, 招生批次",
        '"batch"',
        "`columns`",
    ),
    _csv(
        "a column without header",
        "seats.csv",
        "batch,programme_id,pool,seats",
        "batch,programme_id,pool,",
        "",
        "column 4",
        "no header",
    ),
    _csv("a cell too many", "choices.csv", "0002,main,2,P2", "0002,main,2,P2,", " row 7", "found 5 cells, expected 4"),
    _csv("a cell too few", "choices.csv", "0002,main,2,P2", "0002,main,2", " row 7", "found 3 cells, expected 4"),
    _csv(
        "a comma inside a number",
        "applicants.csv",
        ",655.5,",
        ",1,655.5,",
        " row 2",
        "found 14 cells, expected 13",
        "quotation marks",
    ),
    _csv(
        "a short row after blank lines",
        "choices.csv",
        "0001,main,1,P1\n",
        "\n\n0001,main,P1\n",
        " row 6",
        "found 3 cells",
    ),
    Mistake(
        "a short row after a line break in a cell",
        both(
            edit("applicants.csv", "0001,One,", '0001,"On\ne",'), edit("applicants.csv", "0004,Four,02,", "0004,Four,")
        ),
        "applicants.csv row 5",
        ("found 12 cells, expected 13",),
    ),
    _csv(
        "a quotation mark not closed",
        "choices.csv",
        "0002,main,2,P2",
        '0002,"main,2,P2',
        " row 7",
        "opened in this row and not closed",
    ),
    _csv(
        "a quotation mark not closed before others",
        "choices.csv",
        "0002,main,2,P2\n0002,main,3,P3",
        '0002,"main,2,P2\n0002,main,3,"P3"',
        " row 7",
        "not closed",
    ),
    _csv("a quotation mark in a cell", "applicants.csv", "0002,Two", '0002,T"w"o', " row 3", "in the middle of a cell"),
    _csv("text after a quoted cell", "applicants.csv", "0002,Two", '0002,"Two" x', " row 3", "in the middle of a cell"),
    _whole("semicolons", "seats.csv", TABLES["seats"].replace(",", ";"), "", "semicolons", "commas"),
    _whole("tabs", "seats.csv", TABLES["seats"].replace(",", "\t"), "", "tabs", "commas"),
    _whole("full-width commas", "seats.csv", TABLES["seats"].replace(",", "，"), "", "full-width commas"),
    _whole("UTF-16", "seats.csv", TABLES["seats"].encode("utf-16"), "", "UTF-16", "CSV UTF-8"),
    _whole("UTF-16 without its mark", "seats.csv", TABLES["seats"].encode("utf-16-le"), "", "UTF-16", "CSV UTF-8"),
    _whole(
        "a NUL character",
        "seats.csv",
        TABLES["seats"].replace("main,P2,open", "main,P2\0,open").encode(),
        " row 5",
        "NUL",
        "damaged",
    ),
    _whole(
        "neither UTF-8 nor GB18030",
        "applicants.csv",
        TABLES["applicants"].encode().replace(b"Two", b"T\xff\xffo"),
        " row 3",
        "neither UTF-8 nor GB18030",
    ),
    _whole("a GB18030 row in UTF-8", "applicants.csv", _MIXED, " row 2", "not UTF-8 text", "the rest of the file is"),
    _whole(
        "a UTF-8 row in GB18030", "applicants.csv", _MOSTLY_GB, " row 2", "not GB18030 text", "the rest of the file is"
    ),
    _whole("a workbook called CSV", "applicants.csv", _BOOK, "", "Excel workbook", ".xlsx"),
    _whole("Parquet called CSV", "applicants.csv", _PARQUET, "", "Parquet", ".parquet"),
    _xlsx("a truncated workbook", "applicants", _BOOK[: len(_BOOK) // 2], "", "truncated or damaged"),
    _xlsx("an empty workbook file", "applicants", b"", "", "truncated or damaged"),
    _xlsx("a workbook without cells", "applicants", workbook([]), "", "empty", "header row"),
    _xlsx(
        "an old workbook called XLSX",
        "applicants",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000,
        "",
        "old .xls",
    ),
    _xlsx("a workbook with a password", "applicants", _protected(), "", "password"),
    _xlsx("CSV called XLSX", "applicants", TABLES["applicants"].encode(), "", "not an XLSX workbook", ".csv"),
    _xlsx("another archive called XLSX", "applicants", b"PK\x05\x06" + b"\x00" * 18, "", "truncated or damaged"),
    _xlsx("several sheets", "applicants", workbook(APPLICANTS, "2026", Notes=[["x"]]), "", "2026, Notes", "applicants"),
    _xlsx(
        "identifiers all numbers",
        "applicants",
        workbook([APPLICANTS[0], *([int(r[0]), *r[1:]] for r in APPLICANTS[1:])]),
        " row 2, column applicant_id",
        "leading zeros",
        "text",
    ),
    _xlsx(
        "an identifier that is a number",
        "applicants",
        workbook(_replaced(APPLICANTS, 3, 2, 2)),
        " row 4, column feeder_school_id",
        "leading zeros",
    ),
    _xlsx(
        "identifiers as numbers under a Chinese header",
        "applicants",
        workbook([["准考证号", *APPLICANTS[0][1:]], *_replaced(APPLICANTS, 5, 0, 5)[1:]]),
        " row 6, column 准考证号",
        "leading zeros",
    ),
    _xlsx("a formula without value", "seats", _formulas(), " row 3, column seats", "no value yet"),
    _xlsx(
        "a formula's error",
        "seats",
        changed_sheet(_formulas(), b"<v></v>", b"<v>2</v>"),
        " row 4, column seats",
        '"#DIV/0!"',
        "whole number",
    ),
    _xlsx("a date for a score", "applicants", _dated(), " row 5, column total", '"2026-06-25', "expected a number"),
    _xlsx("a short workbook", "seats", workbook([["batch"], ["main"]]), "", '"programme_id" is missing', "batch"),
    _parquet("truncated Parquet", "applicants", _PARQUET[:-50], "", "truncated or damaged"),
    _parquet("empty Parquet", "applicants", b"", "", "truncated or damaged"),
    _parquet("CSV called Parquet", "applicants", TABLES["applicants"].encode(), "", "truncated or damaged"),
    _parquet(
        "a nested column",
        "applicants",
        parquet(_FRAME.with_columns(pl.concat_list("total", "maths").alias("total"))),
        ", column total",
        "List",
        "one text or number",
    ),
    _parquet(
        "bytes for text",
        "applicants",
        parquet(_FRAME.with_columns(pl.col("area").cast(pl.Binary))),
        ", column area",
        "Binary",
    ),
    _parquet(
        "identifiers with decimals",
        "applicants",
        parquet(_FRAME.with_columns(pl.col("applicant_id").cast(pl.Float64))),
        " row 1, column applicant_id",
        "leading zeros",
    ),
    _parquet(
        "a floating-point sum",
        "applicants",
        parquet(_FRAME.with_columns(pl.Series("total", [0.1 + 0.2] * 8))),
        " row 1, column total",
        "0.3000000000000",
        "decimals that count",
    ),
    _parquet(
        "not a number in floating point",
        "applicants",
        parquet(_FRAME.with_columns(pl.Series("total", [float("nan")] * 8))),
        " row 1, column total",
        '"NaN"',
        "expected a number",
    ),
    _parquet(
        "half a seat in Parquet",
        "seats",
        parquet(_SEATS_FRAME.with_columns(pl.Series("seats", [Decimal("2.5")] * 8))),
        " row 1, column seats",
        '"2.5"',
        "whole number",
    ),
    _parquet(
        "true for seats in Parquet",
        "seats",
        parquet(_SEATS_FRAME.with_columns(pl.lit(True).alias("seats"))),
        " row 1, column seats",
        '"true"',
        "whole number",
    ),
]

TABLE_MISTAKES = [
    _csv(
        "an applicant twice",
        "applicants.csv",
        "0005,Five",
        "0004,Five",
        " row 6, column applicant_id",
        '"0004"',
        "more than one row",
    ),
    _csv(
        "an applicant without identifier",
        "applicants.csv",
        "0005,Five",
        ",Five",
        " row 6, column applicant_id",
        "empty",
    ),
    _csv(
        "a programme twice",
        "programmes.csv",
        "P4,S2",
        "P3,S2",
        " row 5, column programme_id",
        '"P3"',
        "more than one row",
    ),
    _csv(
        "a seats line twice",
        "seats.csv",
        "late,P4,open,2",
        "late,P3,open,2",
        " row 9, column batch, programme_id, pool",
        '"late / P3 / open"',
    ),
    _csv(
        "a cell of feeder seats twice",
        "feeder_seats.csv",
        "main,P1,02,1",
        "main,P1,01,1",
        " row 3, column batch, programme_id, feeder_school_id",
        '"main / P1 / 01"',
    ),
    _csv(
        "a feeder school twice",
        "feeder_schools.csv",
        "02,Junior Two",
        "01,Junior Two",
        " row 3, column feeder_school_id",
        '"01"',
    ),
    _csv("a school twice", "schools.csv", "S2,Senior", "S1,Senior", " row 3, column school_id", '"S1"'),
    _csv(
        "a priority twice",
        "priorities.csv",
        "P1,0003,88",
        "P1,0001,88",
        " row 3, column programme_id, applicant_id",
        '"P1 / 0001"',
    ),
    _csv(
        "a choice number twice",
        "choices.csv",
        "0002,main,3,P3",
        "0002,main,2,P3",
        " row 8, column choice",
        '"2" stands twice',
    ),
    _csv(
        "a programme twice in a list",
        "choices.csv",
        "0002,main,3,P3",
        "0002,main,3,P1",
        " row 8, column programme_id",
        '"P1" stands twice',
    ),
    _csv(
        "a choice of a programme without seats",
        "choices.csv",
        "0005,late,1,P3",
        "0005,late,1,P1",
        " row 16, column programme_id",
        '"P1"',
        "no row in the seats table",
    ),
    Mistake(
        "a leftover choice of a programme without seats",
        both(
            edit("programmes.csv", "P4,S2", "P5,S2,x,vocational,,,\nP4,S2"),
            edit("choices.csv", "0007,rest,1,P1", "0007,rest,1,P5"),
        ),
        "choices.csv row 20, column programme_id",
        ('"P5"', "no row in the seats table"),
    ),
    _csv(
        "a choice of nobody",
        "choices.csv",
        "0005,late,1,P3",
        "0099,late,1,P3",
        " row 16, column applicant_id",
        '"0099"',
        "applicants table",
    ),
    _csv(
        "a choice of nothing",
        "choices.csv",
        "0005,late,1,P3",
        "0005,late,1,P9",
        " row 16, column programme_id",
        '"P9"',
        "programmes table",
    ),
    _csv(
        "a choice in no batch",
        "choices.csv",
        "0005,late,1,P3",
        "0005,latest,1,P3",
        " row 16, column batch",
        '"latest"',
        "early, main, late, rest",
    ),
    _csv(
        "a choice without a programme",
        "choices.csv",
        "0005,late,1,P3",
        "0005,late,1,",
        " row 16, column programme_id",
        "empty",
    ),
    _csv(
        "an identifier without its zeros",
        "choices.csv",
        "0005,late,1,P3",
        "5,late,1,P3",
        " row 16, column applicant_id",
        '"5"',
        "applicants table",
    ),
    _csv(
        "a space after an identifier",
        "choices.csv",
        "0005,late,1,P3",
        "0005 ,late,1,P3",
        " row 16, column applicant_id",
        '"0005 "',
        "spaces",
    ),
    _csv(
        "an invisible character in an identifier",
        "choices.csv",
        "0005,late,1,P3",
        "\ufeff0005,late,1,P3",
        " row 16, column applicant_id",
        '"[U+FEFF]0005"',
    ),
    _csv(
        "seats of nothing",
        "seats.csv",
        "late,P4,open,2",
        "late,P9,open,2",
        " row 9, column programme_id",
        '"P9"',
        "programmes table",
    ),
    _csv("seats in no batch", "seats.csv", "late,P4,open,2", "lat,P4,open,2", " row 9, column batch", '"lat"'),
    _csv(
        "seats of no pool",
        "seats.csv",
        "late,P4,open,2",
        "late,P4,opn,2",
        " row 9, column pool",
        '"opn"',
        "feeder, special, open",
    ),
    _csv(
        "seats that no batch fills",
        "seats.csv",
        "late,P4,open,2",
        "late,P4,special,2",
        " row 9, column pool",
        '"special"',
        "lost",
    ),
    _csv(
        "seats of a leftover batch",
        "seats.csv",
        "late,P4,open,2",
        "rest,P4,open,2",
        " row 9, column batch",
        '"rest"',
        "earlier batches",
    ),
    _csv("seats without a pool", "seats.csv", "late,P4,open,2", "late,P4,,2", " row 9, column pool", "empty"),
    _csv(
        "feeder seats of nothing",
        "feeder_seats.csv",
        "main,P1,02,1",
        "main,P1,03,1",
        " row 3, column feeder_school_id",
        '"03"',
        "feeder_schools",
    ),
    _csv(
        "feeder seats in a batch without cells",
        "feeder_seats.csv",
        "main,P1,02,1",
        "late,P3,02,1",
        " row 3, column batch",
        '"late"',
        "no pool per feeder school",
    ),
    Mistake(
        "feeder seats that do not add up",
        edit("feeder_seats.csv", "main,P1,02,1", "main,P1,02,2"),
        "seats.csv row 4, column seats",
        ("found 2", "add up to 3", "feeder_seats.csv"),
    ),
    _csv(
        "an unknown feeder school",
        "applicants.csv",
        "0002,Two,01",
        "0002,Two,09",
        " row 3, column feeder_school_id",
        '"09"',
        "feeder_schools table",
    ),
    _csv(
        "an unknown track",
        "programmes.csv",
        "Third,vocational",
        "Third,technical",
        " row 4, column track",
        '"technical"',
        "vocational",
    ),
    _csv("a missing track", "programmes.csv", "Third,vocational", "Third,", " row 4, column track", '""', "vocational"),
    _csv(
        "a programme's ranking that is none",
        "programmes.csv",
        "Third,vocational,,",
        "Third,vocational,sport,",
        " row 4, column ranking",
        '"sport"',
        "exam, interview",
    ),
    Mistake(
        "a least size that is not whole",
        edit("programmes.csv", "min_score,area", "min_open,area"),
        "programmes.csv row 4, column min_open",
        ('"300.5"', "whole number ≥ 1"),
    ),
    _csv("a priority of nobody", "priorities.csv", "P1,0003,88", "P1,0033,88", " row 3, column applicant_id", '"0033"'),
    _csv(
        "an empty priority",
        "priorities.csv",
        "P1,0003,88",
        "P1,0003,",
        " row 3, column priority",
        "empty",
        "remove the row",
    ),
    Mistake(
        "an empty area under a guideline by area",
        both(
            edit("scenario.yaml", "tolerance: 0.05", "tolerance: 0.05, scope: area"),
            edit("applicants.csv", "0005,Five,02,A", "0005,Five,02,"),
        ),
        "applicants.csv row 6, column area",
        ("empty", "by area"),
    ),
    _csv(
        "no feeder schools for cells",
        "applicants.csv",
        ",feeder_school_id,",
        ",junior,",
        "",
        '"feeder_school_id" is missing',
    ),
    _csv(
        "a text that a map does not name",
        "applicants.csv",
        ",A,B,3,no",
        ",F,B,3,no",
        " row 4, column quality",
        '"F"',
        "A, B, C",
    ),
]

CELL_MISTAKES = [
    _csv(
        "an absent applicant's score",
        "applicants.csv",
        ",640,98.5",
        ",absent,98.5",
        " row 3, column total",
        '"absent"',
        "expected a number",
        "empty",
    ),
    _csv("an exponent", "applicants.csv", ",640,98.5", ",1e3,98.5", " row 3, column total", '"1e3"', "plain digits"),
    _csv(
        "full-width digits in a table",
        "applicants.csv",
        ",640,98.5",
        ",１２,98.5",
        " row 3, column total",
        '"１２"',
        "plain digits",
    ),
    _csv("a thousands separator", "applicants.csv", ",640,98.5", ',"1,000",98.5', " row 3, column total", '"1,000"'),
    _csv("NaN", "applicants.csv", ",640,98.5", ",NaN,98.5", " row 3, column total", '"NaN"'),
    _csv("a space in a number", "applicants.csv", ",640,98.5", ", 640,98.5", " row 3, column total", '" 640"'),
    _csv(
        "a number without digits after its point",
        "applicants.csv",
        ",640,98.5",
        ",640.,98.5",
        " row 3, column total",
        '"640."',
    ),
    _csv(
        "too many digits in a table",
        "applicants.csv",
        ",640,98.5",
        ",1234567890123456789,98.5",
        " row 3, column total",
        "18 digits",
    ),
    _csv(
        "too many decimals beside others",
        "applicants.csv",
        ",640,98.5",
        ",0.12345678901234567,98.5",
        " row 3, column total",
        "too many decimals",
    ),
    _csv(
        "too long beside decimals",
        "applicants.csv",
        ",640,98.5",
        ",123456789012345678,98.5",
        " row 3, column total",
        "too long",
    ),
    _csv(
        "a huge cell",
        "applicants.csv",
        ",640,98.5",
        f",{_HUNDRED},98.5",
        " row 3, column total",
        "xxx…",
        "expected a number",
    ),
    _csv(
        "a negative number of seats",
        "seats.csv",
        "main,P2,open,1",
        "main,P2,open,-2",
        " row 5, column seats",
        'found "-2", expected a whole number ≥ 0. To close a pool, write 0 or remove the row.',
    ),
    _csv(
        "half a seat",
        "seats.csv",
        "main,P2,open,1",
        "main,P2,open,2.5",
        " row 5, column seats",
        '"2.5"',
        "whole number",
    ),
    _csv("no number of seats", "seats.csv", "main,P2,open,1", "main,P2,open,", " row 5, column seats", "empty"),
    _csv("a word for seats", "seats.csv", "main,P2,open,1", "main,P2,open,one", " row 5, column seats", '"one"'),
    _csv(
        "billions of seats",
        "seats.csv",
        "main,P2,open,1",
        "main,P2,open,99999999999",
        " row 5, column seats",
        "1,000,000,000",
    ),
    _csv(
        "more digits of seats than there are",
        "seats.csv",
        "main,P2,open,1",
        "main,P2,open,99999999999999999999",
        " row 5, column seats",
        "digits",
    ),
    _csv("a choice number 0", "choices.csv", "0002,main,2,P2", "0002,main,0,P2", " row 7, column choice", '"0"', "≥ 1"),
    _csv(
        "a choice number that is none",
        "choices.csv",
        "0002,main,2,P2",
        "0002,main,second,P2",
        " row 7, column choice",
        '"second"',
    ),
    _csv(
        "a least score that is none",
        "programmes.csv",
        "vocational,,300.5",
        "vocational,,300分",
        " row 4, column min_score",
        '"300分"',
    ),
    _csv(
        "a weight that is none",
        "feeder_schools.csv",
        "Junior Two,B,4",
        "Junior Two,B,-4",
        " row 3, column graduates",
        '"-4"',
    ),
    _csv(
        "a priority that is none", "priorities.csv", "P1,0003,88", "P1,0003,high", " row 3, column priority", '"high"'
    ),
    _csv(
        "a cell of feeder seats that is none",
        "feeder_seats.csv",
        "main,P1,02,1",
        "main,P1,02,1.5",
        " row 3, column seats",
        '"1.5"',
    ),
    _csv(
        "a grouping number that is none",
        "applicants.csv",
        ",C,C,2,false",
        ",C,C,two,false",
        " row 5, column enrolled_years",
        '"two"',
    ),
    Mistake(
        "a mistake under a Chinese header",
        both(edit("applicants.csv", ",area,total,", ",area,总分,"), edit("applicants.csv", ",601.25,", ",601分,")),
        "applicants.csv row 5, column 总分",
        ('"601分"',),
    ),
    Mistake(
        "a mistake after a byte order mark",
        lambda f: (f / "seats.csv").write_bytes(
            b"\xef\xbb\xbf" + TABLES["seats"].replace("late,P3,open,1", "late,P3,open,x").encode()
        ),
        "seats.csv row 8, column seats",
        ('"x"',),
    ),
    Mistake(
        "a mistake between CRLF",
        lambda f: (f / "seats.csv").write_bytes(
            TABLES["seats"].replace("late,P3,open,1", "late,P3,open,x").replace("\n", "\r\n").encode()
        ),
        "seats.csv row 8, column seats",
        ('"x"',),
    ),
    Mistake(
        "a mistake between CR",
        lambda f: (f / "seats.csv").write_bytes(
            TABLES["seats"].replace("late,P3,open,1", "late,P3,open,x").replace("\n", "\r").encode()
        ),
        "seats.csv row 8, column seats",
        ('"x"',),
    ),
    Mistake(
        "a mistake after blank lines",
        lambda f: (f / "seats.csv").write_bytes(
            ("\n\n" + TABLES["seats"].replace("late,P3,open,1", "\n\nlate,P3,open,x")).encode()
        ),
        "seats.csv row 12, column seats",
        ('"x"',),
    ),
    Mistake(
        "a mistake after an empty row",
        lambda f: (f / "seats.csv").write_bytes(
            TABLES["seats"].replace("late,P3,open,1", ",,,\nlate,P3,open,x").encode()
        ),
        "seats.csv row 9, column seats",
        ('"x"',),
    ),
    Mistake(
        "a mistake after a line break in a cell",
        both(edit("applicants.csv", "0001,One,", '0001,"On\ne",'), edit("applicants.csv", ",601.25,", ",x,")),
        "applicants.csv row 5, column total",
        ('"x"',),
    ),
    Mistake(
        "a mistake in GB18030",
        both(put("applicants.csv", _encoded(_named("榆林\U00020087"), "gb18030").replace(b",601.25,", b",x,"))),
        "applicants.csv row 5, column total",
        ('"x"',),
    ),
    _xlsx(
        "a mistake in a workbook that begins lower down",
        "seats",
        workbook([[], [], *([None, *r] for r in _replaced(SEATS, 2, 3, "x"))]),
        " row 5, column seats",
        '"x"',
    ),
]
