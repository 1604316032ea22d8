"""The report's page in a real browser, for the office and as a public notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import allocator
from allocator.reports.material import gather
from allocator.reports.page import html
from allocator.reports.report import report
from tests.golden.browser import Opened, check_accessible, check_charts, check_glyphs, check_quiet, open_page
from tests.unit.reports.example import EXAMPLE


@pytest.fixture(scope="module", params=[("zh", False), ("en", False), ("zh", True)], ids=["zh", "en", "notice"])
def opened(browser: Any, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Opened]:
    language, is_public = request.param
    scenario = allocator.load(EXAMPLE)
    outcome = allocator.run(scenario)
    assert isinstance(outcome, allocator.Outcome)
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(html(report(gather(scenario, outcome, language=language, is_public=is_public))), encoding="utf-8")
    with open_page(browser, file, f"report-{language}-{'public' if is_public else 'office'}") as found:
        yield found


def test_the_page_has_no_fault_and_asks_for_nothing_but_itself(opened: Opened) -> None:
    check_quiet(opened)


def test_every_sign_of_the_page_has_a_glyph(opened: Opened) -> None:
    check_glyphs(opened)


def test_axe_finds_no_serious_fault(opened: Opened) -> None:
    check_accessible(opened)


def test_a_table_is_sorted_by_number_both_ways_and_filtered(opened: Opened) -> None:
    column = "#lines-table tbody tr:not([hidden]) td:nth-child(6)"
    button = opened.page.locator("#lines-table thead button").nth(5)

    def seats() -> list[int]:
        return [int(text) for text in opened.page.locator(column).all_inner_texts()]

    button.click()
    ascending = seats()
    button.click()
    assert ascending == sorted(ascending)
    assert seats() == sorted(ascending, reverse=True)
    assert len(set(ascending)) > 1
    opened.page.locator("input[data-table=lines-table]").fill("no1 main")
    assert len(seats()) == 3
    assert opened.page.locator("[data-count=lines-table]").inner_text() == "3"
    opened.page.locator("input[data-table=lines-table]").fill("")


def test_the_page_shows_its_charts(opened: Opened) -> None:
    check_charts(opened)
