"""The workbook: all sheets, then their bytes. The same result gives the same bytes, and no cell is ever a formula."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from allocator.reports.material import Material
from allocator.reports.published_lines import Rankings
from allocator.reports.sheets.cover import cover
from allocator.reports.sheets.lines import lines_sheet
from allocator.reports.sheets.quota import cells_sheet, quota_sheet
from allocator.reports.sheets.roster import public_roster, roster
from allocator.reports.sheets.score_table import score_table
from allocator.reports.sheets.sheet import Sheet, Value
from allocator.reports.sheets.unplaced import unplaced
from allocator.reports.sheets.vacancies import vacancies_sheet

CREATED = datetime(2000, 1, 1)  # a fixed date: the workbook's bytes tell nothing about when it was made
A4 = 9
PORTRAIT_WIDTH, LANDSCAPE_WIDTH = 92, 132  # characters of a column's width that fit A4 between the margins
MAX_BREAKS = 1023  # of a sheet, a limit of the format
HEADER_ROW = 2  # below the heading and an empty row
FORMULA_STARTS = ("=", "+", "-", "@", "'", "\t", "\r", "\n")  # a spreadsheet may run such a text when it is edited
# A city's roster has a million cells: a row leaves the memory when the next one begins.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def sheets(material: Material) -> tuple[Sheet, ...]:
    """The sheets as data; a public notice leaves out what names single persons."""
    rankings = Rankings(material.scenario)
    has_cells = material.outcome.lines["feeder_school_id"].is_not_null().any()
    score_tables = [] if rankings.city is None else [score_table(material, rankings, rankings.city)]
    if material.is_public:
        others = [public_roster(material), lines_sheet(material, rankings)]
        others += [quota_sheet(material)] if has_cells else []
        others += [*score_tables, vacancies_sheet(material)]
    else:
        others = [roster(material, rankings), lines_sheet(material, rankings)]
        others += [quota_sheet(material), cells_sheet(material, rankings)] if has_cells else []
        others += [*score_tables, unplaced(material, rankings), vacancies_sheet(material)]
    return cover(material, others), *others


def xlsx(found: tuple[Sheet, ...]) -> bytes:
    """The workbook's bytes."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"created": CREATED, "author": "allocator"})
        formats = {
            "heading": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format({"bold": True, "bg_color": "#E4EAF2", "border": 1, "text_wrap": True}),
            "text": book.add_format({"num_format": "@"}),
            # Text that stays text when somebody edits the cell.
            "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
            "number": book.add_format({}),
        }
        for sheet in found:
            _write(book.add_worksheet(sheet.title), sheet, formats)
    return buffer.getvalue()


def _write(worksheet: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    last = max(len(sheet.columns) - 1, 0)
    for position, column in enumerate(sheet.columns):
        worksheet.set_column(position, position, column.width, formats[column.kind])
    worksheet.write_string(0, 0, sheet.heading, formats["heading"])
    for position, column in enumerate(sheet.columns):
        worksheet.write_string(HEADER_ROW, position, column.title, formats["header"])
    for number, row in enumerate(sheet.rows, start=HEADER_ROW + 1):
        for position, value in enumerate(row):
            _write_cell(worksheet, number, position, value, formats)
    end = HEADER_ROW + len(sheet.rows)
    worksheet.freeze_panes(HEADER_ROW + 1, 0)
    worksheet.autofilter(HEADER_ROW, 0, max(end, HEADER_ROW + 1), last)
    worksheet.print_area(0, 0, end, last)
    # Else Excel marks every identifier and offers to make it a number, which would lose its leading zeros.
    worksheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, end, last)})
    worksheet.repeat_rows(HEADER_ROW)
    worksheet.set_paper(A4)
    worksheet.set_footer("&C&P / &N")
    if sheet.landscape:
        worksheet.set_landscape()
    if sheet.breaks:  # a spreadsheet that fits a table to the page takes no notice of breaks
        worksheet.set_print_scale(print_scale(sheet))
        worksheet.set_h_pagebreaks([HEADER_ROW + 1 + row for row in sheet.breaks[:MAX_BREAKS]])
    else:
        worksheet.fit_to_pages(1, 0)


def print_scale(sheet: Sheet) -> int:
    """Percent at which all columns fit the width of the paper."""
    room = LANDSCAPE_WIDTH if sheet.landscape else PORTRAIT_WIDTH
    return max(10, min(100, 100 * room // sum(column.width for column in sheet.columns)))


def _write_cell(worksheet: Worksheet, row: int, column: int, value: Value, formats: dict[str, Format]) -> None:
    if value is None:
        return
    if isinstance(value, str):
        kind = "quoted" if value.startswith(FORMULA_STARTS) else "text"
        worksheet.write_string(row, column, value, formats[kind])
    else:
        worksheet.write_number(row, column, float(value), formats["number"])
