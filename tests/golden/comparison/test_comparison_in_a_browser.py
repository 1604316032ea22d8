"""The page of a comparison in a real browser: two outcomes of a city, and three of the example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from allocator.lab.compare import PAGE
from allocator.lab.pages.comparison import made
from tests.golden.browser import Opened, check_accessible, check_charts, check_glyphs, check_quiet, open_page
from tests.unit.lab.comparisons import CHOICE_FIRST, FEWER_GENERAL, compared_city, compared_example


@pytest.fixture(scope="module", params=[("zh", 2), ("en", 3)], ids=["city-zh", "three-en"])
def opened(browser: Any, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Opened]:
    language, num_outcomes = request.param
    if num_outcomes == 2:
        found = compared_city({"half": {"guideline.general_share": "0.5"}})
    else:
        found = compared_example({"choice first": CHOICE_FIRST, "fewer general": FEWER_GENERAL})
    file = tmp_path_factory.mktemp("page") / PAGE
    file.write_bytes(made(found, language)[PAGE])
    with open_page(browser, file, f"comparison-{language}-{num_outcomes}") as page:
        yield page


def test_the_page_has_no_fault_and_asks_for_nothing_but_itself(opened: Opened) -> None:
    check_quiet(opened)


def test_every_sign_of_the_page_has_a_glyph(opened: Opened) -> None:
    check_glyphs(opened)


def test_axe_finds_no_serious_fault(opened: Opened) -> None:
    check_accessible(opened)


def test_the_page_shows_its_charts(opened: Opened) -> None:
    check_charts(opened, least=3)


def test_lines_are_sorted_by_their_difference_with_its_sign_both_ways(opened: Opened) -> None:
    table = opened.page.locator("table[id^=lines-table]").first
    button = table.locator("thead button").nth(5)

    def differences() -> list[float]:
        cells = table.locator("tbody tr:not([hidden]) td:nth-child(6)").all_inner_texts()
        return [float(text) for text in cells if text != "–"]

    button.click()
    ascending = differences()
    button.click()
    assert ascending == sorted(ascending)
    assert differences() == sorted(ascending, reverse=True)
    assert len(set(ascending)) > 1


def test_an_indicator_leads_to_its_definition(opened: Opened) -> None:
    link = opened.page.locator("#indicators-table tbody a").first
    opened.page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    link.click()
    assert opened.page.evaluate("document.querySelector(':target').getBoundingClientRect().top < innerHeight")
    assert opened.page.locator(":target dt").inner_text().startswith(link.inner_text())
