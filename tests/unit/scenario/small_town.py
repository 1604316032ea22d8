"""A small valid scenario with every table, for tests that break or rewrite one thing in it."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

SCENARIO = """\
version: 1
name: Small town
year: 2026
lottery_seed: "seed"
tables:
  applicants: applicants.csv
  programmes: programmes.csv
  seats: seats.csv
  choices: choices.csv
  feeder_seats: feeder_seats.csv
  feeder_schools: feeder_schools.csv
  schools: schools.csv
  priorities: priorities.csv
derived:
  bonus: {max: [minority_bonus, martyr_bonus], at_most: 15}
  points: {sum: {total: 1, bonus: 1, pe: 0.5}}
  grade: {map: {column: quality, to: {A: 3, B: 2, C: 1}}}
  num_a: {count: {columns: [quality, conduct], equals: A}}
rankings:
  exam: {score: points, tie_break: [grade, num_a, maths]}
  interview: {score: priorities, tie_break: [total]}
groups:
  long_enrolled: {enrolled_years: {at_least: 3}, repeater: false}
  two_areas: {area: {one_of: [A, B]}}
pools:
  feeder:
    per: feeder_school
    group: long_enrolled
    floor: {below_line: 20, of: provisional, score: 100}
    apportion: {method: controlled, weight: graduates}
  special: {group: two_areas, unfilled: lapse}
batches:
  - {name: early, ranking: interview, pools: [open]}
  - {name: main, ranking: exam, pools: [open, feeder, special]}
  - {name: late, ranking: exam, pools: [open], order: banded, band_width: 5}
  - {name: rest, ranking: exam, pools: [open], seats: leftover}
guideline: {general_share: 0.6, tolerance: 0.05, ranking: exam}
"""

TABLES = {
    "applicants": """\
applicant_id,name,feeder_school_id,area,total,maths,pe,minority_bonus,martyr_bonus,quality,conduct,enrolled_years,repeater
0001,One,01,A,655.5,100,30,10,,A,A,3,false
0002,Two,01,A,640,98.5,29.5,,,B,A,3,false
0003,Three,02,B,640,97,30,,20,A,B,3,no
0004,Four,02,B,601.25,90,28,10,20,C,C,2,false
0005,Five,02,A,580,88,25,,,B,B,3,true
0006,Six,,B,,,,,,,,,
0007,Seven,01,A,500,70,20,5,,C,A,3,false
0008,Eight,02,B,480.75,65,30,,,B,B,3,false
""",
    "programmes": """\
programme_id,school_id,name,track,ranking,min_score,area
P1,S1,First,general,,450,A
P2,S1,Second,general,,,A
P3,S2,Third,vocational,,300.5,B
P4,S2,Fourth,vocational,,,B
""",
    "seats": """\
batch,programme_id,pool,seats
early,P1,open,1
main,P1,open,2
main,P1,feeder,2
main,P2,open,1
main,P2,special,1
main,P3,open,2
late,P3,open,1
late,P4,open,2
""",
    "choices": """\
applicant_id,batch,choice,programme_id
0001,early,1,P1
0003,early,1,P1
0001,main,1,P1
0001,main,2,P2
0002,main,1,P1
0002,main,2,P2
0002,main,3,P3
0003,main,1,P1
0004,main,1,P2
0004,main,2,P3
0005,main,1,P2
0007,main,1,P1
0007,main,3,P2
0008,main,1,P3
0005,late,1,P3
0005,late,2,P4
0008,late,1,P4
0004,rest,1,P4
0007,rest,1,P1
""",
    "feeder_seats": """\
batch,programme_id,feeder_school_id,seats
main,P1,01,1
main,P1,02,1
""",
    "feeder_schools": """\
feeder_school_id,name,area,graduates
01,Junior One,A,3
02,Junior Two,B,4
""",
    "schools": """\
school_id,name,area,ownership
S1,Senior One,A,public
S2,Senior Two,B,public
""",
    "priorities": """\
programme_id,applicant_id,priority
P1,0001,90.5
P1,0003,88
""",
}


def write_town(folder: Path, **tables: str) -> Path:
    """The scenario in a folder, some of its tables replaced by other text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    for name, text in {**TABLES, **tables}.items():
        (folder / f"{name}.csv").write_bytes(text.encode())
    return folder


def cells_of(text: str) -> list[list[str]]:
    """The cells of CSV text, header first."""
    return list(csv.reader(io.StringIO(text)))


def text_of(rows: list[list[str]]) -> str:
    """CSV text of cells, header first."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def workbook(rows: list[list[str | float | bool | None]], sheet: str = "Sheet1", **more: list[list[str]]) -> bytes:
    """An XLSX file: texts as text cells, numbers as number cells, None as no cell; further sheets by name."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, cells in {sheet: rows, **more}.items():
        page = book.add_worksheet(name)
        for i, row in enumerate(cells):
            for j, cell in enumerate(row):
                if isinstance(cell, str) and cell:
                    page.write_string(i, j, cell)
                elif cell is not None and cell != "":
                    page.write(i, j, cell)
    book.close()
    return out.getvalue()


def changed_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with other XML in its first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old_book, zipfile.ZipFile(out, "w") as new_book:
        for name in old_book.namelist():
            xml = old_book.read(name)
            if name.endswith("sheet1.xml"):
                assert old in xml
                xml = xml.replace(old, new)
            new_book.writestr(name, xml)
    return out.getvalue()


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def parquet_of(text: str) -> bytes:
    """A Parquet file of text columns, empty cells missing."""
    header, *rows = cells_of(text)
    columns = {name: [row[j] or None for row in rows] for j, name in enumerate(header)}
    return parquet(pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String)))


def same(first: object, second: object) -> bool:
    """Whether two cohorts, or parts of them, hold the same."""
    if type(first) is not type(second):
        return False
    if dataclasses.is_dataclass(first) and not isinstance(first, type):
        return all(same(getattr(first, f.name), getattr(second, f.name)) for f in dataclasses.fields(first))
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return first.dtype == second.dtype and np.array_equal(first, second)
    if isinstance(first, pl.Series) and isinstance(second, pl.Series):
        return first.equals(second, check_dtypes=True)
    if isinstance(first, pl.DataFrame) and isinstance(second, pl.DataFrame):
        return first.schema == second.schema and first.equals(second)
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    return first == second
