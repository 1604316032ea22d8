"""The page in a real browser: no fault, no request, every sign has its glyph, and nothing that shuts people out.

Set ``ALLOCATOR_SCREENSHOTS`` to a folder to keep the screenshots.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import allocator
from allocator.reports.material import gather
from allocator.reports.page import html
from allocator.reports.report import report
from tests.unit.reports.example import EXAMPLE

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# A sign without a glyph is drawn as a box, the same for all: U+0378 is assigned to nothing.
MISSING_GLYPHS = """
(signs) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 40;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const font = getComputedStyle(document.body).fontFamily;
  const drawn = (sign) => {
    context.clearRect(0, 0, 40, 40);
    context.font = "24px " + font;
    context.fillText(sign, 4, 30);
    return context.getImageData(0, 0, 40, 40).data.join();
  };
  const box = drawn("\\u0378");
  return signs.filter((sign) => drawn(sign) === box);
}
"""


@dataclass
class Opened:
    """A page in the browser, and what it said and asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module", params=[("zh", False), ("en", False), ("zh", True)], ids=["zh", "en", "notice"])
def opened(browser: Any, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Opened]:
    language, is_public = request.param
    scenario = allocator.load(EXAMPLE)
    outcome = allocator.run(scenario)
    assert isinstance(outcome, allocator.Outcome)
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(html(report(gather(scenario, outcome, language=language, is_public=is_public))), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    found = Opened(page)
    page.on("console", lambda message: found.said.append(message.text))
    page.on("pageerror", lambda error: found.said.append(str(error)))
    page.on("request", lambda asked: found.requests.append(asked.url))
    page.goto(file.as_uri())
    yield found
    kept = os.environ.get("ALLOCATOR_SCREENSHOTS")
    if kept:
        page.screenshot(
            path=Path(kept) / f"report-{language}-{'public' if is_public else 'office'}.png", full_page=True
        )
    page.close()


def test_the_page_has_no_fault_and_asks_for_nothing_but_itself(opened: Opened) -> None:
    assert opened.said == []
    assert [url for url in opened.requests if not url.startswith("data:")] == [opened.page.url]


def test_every_sign_of_the_page_has_a_glyph(opened: Opened) -> None:
    if opened.page.evaluate(MISSING_GLYPHS, ["中"]):
        pytest.skip("no Chinese font on this machine")
    signs = sorted(set(opened.page.evaluate("document.documentElement.textContent")) - set(" \n\t\r"))
    assert len(signs) > 60
    assert opened.page.evaluate(MISSING_GLYPHS, signs) == []
    assert opened.page.evaluate(MISSING_GLYPHS, ["\u0379"]) == ["\u0379"], "a missing glyph would be seen"


def test_axe_finds_no_serious_fault(opened: Opened) -> None:
    opened.page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    faults = axe.Axe().run(opened.page).response["violations"]
    serious = [
        (fault["id"], fault["nodes"][0]["html"]) for fault in faults if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []


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
    charts = opened.page.locator("figure svg")
    assert charts.count() >= 1
    for place in range(charts.count()):
        box = charts.nth(place).bounding_box()
        assert box["width"] > 200
        assert box["height"] > 30
        assert box["x"] + box["width"] <= 1200
