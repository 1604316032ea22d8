"""The page of a sweep in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from allocator.lab.pages.sweep import page
from allocator.lab.sweep_results import Results
from tests.golden.browser import Opened, check_accessible, check_charts, check_glyphs, check_quiet, open_page
from tests.unit.lab.sweeps import OF_THE_EXAMPLE, ran


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return Results(ran(OF_THE_EXAMPLE, tmp_path_factory.mktemp("sweep") / "journal"))


@pytest.fixture(scope="module", params=["zh", "en"])
def opened(
    browser: Any, results: Results, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Opened]:
    file = tmp_path_factory.mktemp("page") / "sweep.html"
    file.write_bytes(page(results, request.param))
    with open_page(browser, file, f"sweep-{request.param}") as found:
        yield found


def test_the_page_has_no_fault_and_asks_for_nothing_but_itself(opened: Opened) -> None:
    check_quiet(opened)


def test_every_sign_of_the_page_has_a_glyph(opened: Opened) -> None:
    check_glyphs(opened)


def test_axe_finds_no_serious_fault(opened: Opened) -> None:
    check_accessible(opened)


def test_the_page_shows_its_charts(opened: Opened) -> None:
    check_charts(opened, least=8)


def test_points_are_sorted_by_a_difference_both_ways_and_filtered(opened: Opened) -> None:
    rows = "#points-table tbody tr:not([hidden])"
    button = opened.page.locator("#points-table thead button").nth(6)

    def differences() -> list[float]:
        texts = opened.page.locator(f"{rows} td:nth-child(7)").all_inner_texts()
        return [float(text.split()[0]) for text in texts if text != "–"]

    button.click()
    ascending = differences()
    button.click()
    assert ascending == sorted(ascending)
    assert differences() == sorted(ascending, reverse=True)
    assert min(ascending) < 0 < max(ascending)
    words = opened.page.locator("#points-table tbody tr").first.locator("td").nth(1).inner_text()
    opened.page.locator("input[data-table=points-table]").fill(words)
    shown = opened.page.locator(rows).count()
    assert 0 < shown < len(ascending)
    opened.page.locator("input[data-table=points-table]").fill("")


def test_a_figure_leads_to_its_definition(opened: Opened) -> None:
    opened.page.locator("#verdict .figures a").first.click()
    target = opened.page.evaluate("location.hash.slice(1)")
    assert opened.page.locator(f"#{target}").is_visible()
