"""A page in a real browser: no fault, no request, every sign has its glyph, and nothing that shuts people out.

A module of tests that imports this is skipped where there is no browser. Set ``ALLOCATOR_SCREENSHOTS`` to a folder to
keep the screenshots.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine", allow_module_level=True)
WIDTH, HEIGHT = 1200, 900  # pixels

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


@contextmanager
def launched() -> Iterator[Any]:
    """The browser; tests take it from the fixture ``browser``."""
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@contextmanager
def open_page(browser: Any, file: Path, screenshot: str) -> Iterator[Opened]:
    """The file, opened as a reader opens it; its screenshot is kept under a name when the tests have ended."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    found = Opened(page)
    page.on("console", lambda message: found.said.append(message.text))
    page.on("pageerror", lambda error: found.said.append(str(error)))
    page.on("request", lambda asked: found.requests.append(asked.url))
    page.goto(file.as_uri())
    yield found
    kept = os.environ.get("ALLOCATOR_SCREENSHOTS")
    if kept:
        page.screenshot(path=Path(kept) / f"{screenshot}.png", full_page=True)
    page.close()


def check_quiet(opened: Opened) -> None:
    """The page has no fault and asks for nothing but itself."""
    assert opened.said == []
    assert [url for url in opened.requests if not url.startswith("data:")] == [opened.page.url]


def check_glyphs(opened: Opened) -> None:
    """Every sign of the page has a glyph."""
    if opened.page.evaluate(MISSING_GLYPHS, ["中"]):
        pytest.skip("no Chinese font on this machine")
    signs = sorted(set(opened.page.evaluate("document.documentElement.textContent")) - set(" \n\t\r"))
    assert len(signs) > 60
    assert opened.page.evaluate(MISSING_GLYPHS, signs) == []
    assert opened.page.evaluate(MISSING_GLYPHS, ["\u0379"]) == ["\u0379"], "a missing glyph would be seen"


def check_accessible(opened: Opened) -> None:
    """axe finds no serious fault, in no part of the page, folded or not."""
    opened.page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    faults = axe.Axe().run(opened.page).response["violations"]
    serious = [
        (fault["id"], fault["nodes"][0]["html"]) for fault in faults if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []


def check_charts(opened: Opened, *, least: int = 1) -> None:
    """At least so many charts, each to be seen whole."""
    charts = opened.page.locator("figure svg")
    assert charts.count() >= least
    for place in range(charts.count()):
        box = charts.nth(place).bounding_box()
        assert box["width"] > 200
        assert box["height"] > 30
        assert box["x"] + box["width"] <= WIDTH
