"""A public notice: nobody's name, number, score or category, and no small group."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import allocator
from allocator.reports.material import Material
from allocator.reports.page import html
from allocator.reports.report import report
from allocator.reports.sheets.score_table import banded
from allocator.reports.small_groups import LEAST_GROUP, WITHHELD
from allocator.reports.workbook import sheets, xlsx


def everything(material: Material) -> str:
    """All text of the page and the workbook."""
    with ZipFile(BytesIO(xlsx(sheets(material)))) as archive:
        book = " ".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    return html(report(material)) + book


def test_no_name_and_no_lottery_number_is_in_a_notice(
    notice: Material, office: Material, scenario: allocator.Scenario, outcome: allocator.Outcome
) -> None:
    public, internal = everything(notice), everything(office)
    names = scenario.cohort.applicants.table["name"].to_list()
    whole = {"open", "reverted", "talent", "poor"}  # of a pool of cells, only the workbook's cells have lines
    ties = [tie for tie, pool in outcome.lines.select("line_tie", "pool").drop_nulls().iter_rows() if pool in whole]
    assert len(ties) > 5
    assert [word for word in [*names, *ties] if word in public] == []
    assert [word for word in [*names, *ties] if word not in internal] == []


def test_a_notice_has_no_list_of_the_unplaced_and_no_cell_of_a_feeder_school(notice: Material) -> None:
    assert [sheet.title for sheet in sheets(notice)] == [
        "Overview",
        "Roster",
        "Lines",
        "Quota completion",
        "Score table",
        "Supplementary plan",
    ]


def test_the_roster_of_a_notice_leaves_out_schools_that_admitted_few(notice: Material) -> None:
    roster = sheets(notice)[1]
    assert [column.title for column in roster.columns][-2:] == ["Applicant number (masked)", "Name (masked)"]
    # no1 admitted 5; it is left out too, since the city's total would tell about the others.
    admitted = {str(row[2]) for row in roster.rows}
    assert admitted <= {"no1"}


def test_no_small_count_and_no_score_of_it_is_in_the_lines_of_a_notice(notice: Material) -> None:
    lines = sheets(notice)[2]
    titles = [column.title for column in lines.columns]
    admitted, score = titles.index("Admitted"), titles.index("Lowest score")
    assert "Tie value of the last" not in titles
    for row in lines.rows:
        if row[admitted] == WITHHELD:
            assert row[score] == WITHHELD
        else:
            assert row[admitted] == 0 or int(str(row[admitted])) >= LEAST_GROUP
    assert any(row[admitted] == WITHHELD for row in lines.rows)


def test_no_group_of_fewer_than_five_is_in_the_tables_of_groups(notice: Material) -> None:
    tables = [t for s in report(notice).sections if s.name in ("flows", "groups") for t in s.tables]
    counts = [
        int(match.group(1).replace(",", ""))
        for table in tables
        for row in table.rows
        for cell in row[1:]
        if (match := re.match(r"([\d,]+) \(", str(cell)))
    ]
    assert len(tables) >= 3
    assert [count for count in counts if 0 < count < LEAST_GROUP] == []


def test_scores_of_a_notice_are_put_together_until_there_are_five() -> None:
    counts = [(Decimal(700), 1), (Decimal(699), 2), (Decimal(698), 3), (Decimal(697), 9), (Decimal(690), 2)]
    assert banded(counts, 5) == [(Decimal(700), Decimal(698), 6), (Decimal(697), Decimal(690), 11)]
    assert banded(counts, 1) == [(score, score, number) for score, number in counts]
    assert banded(counts[:2], 5) == []


def test_the_indicators_of_a_notice_are_of_the_city_and_not_of_its_batches(notice: Material, office: Material) -> None:
    def groups(material: Material) -> set[str]:
        (table,) = [t for s in report(material).sections for t in s.tables if t.name == "indicators-table"]
        return {str(row[1]) for row in table.rows}

    assert groups(notice) == {"whole city", "talent", "feeder", "poor"}
    assert {"early", "main", "general"} <= groups(office)
