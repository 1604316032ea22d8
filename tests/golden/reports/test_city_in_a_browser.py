"""The report of the city of 96,000 in a real browser: what holds of a small page holds of the large one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from allocator.reports.page import html
from allocator.reports.report import report
from tests.golden.browser import Opened, check_accessible, check_charts, check_glyphs, check_quiet, open_page
from tests.unit.reports.example import EXAMPLE, reported


@pytest.fixture(scope="module")
def opened(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(html(report(reported(EXAMPLE.parent / "yulin", language="zh"))), encoding="utf-8")
    with open_page(browser, file, "report-city-zh") as page:
        yield page


def test_the_page_has_no_fault_and_asks_for_nothing_but_itself(opened: Opened) -> None:
    check_quiet(opened)


def test_every_sign_of_the_page_has_a_glyph(opened: Opened) -> None:
    check_glyphs(opened)


def test_axe_finds_no_serious_fault(opened: Opened) -> None:
    check_accessible(opened)


def test_the_page_shows_its_charts_and_both_maps(opened: Opened) -> None:
    check_charts(opened, least=10)
    assert opened.page.locator("#map-general svg, #map-demonstration svg").count() == 2
