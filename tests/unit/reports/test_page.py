"""The page: complete in itself, safe, and consistent with the outcome."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from allocator.reports.blocks import Column, Report, Section, Table
from allocator.reports.drawing import svg
from allocator.reports.material import Material
from allocator.reports.page import html, shown
from allocator.reports.report import report
from tests.unit.reports.example import copied_example, reported

HOSTILE = '<script>alert("x")</script>'


def no_image(spec: Mapping[str, Any]) -> str:
    return "<svg></svg>"


class Elements(HTMLParser):
    """All start tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [str(attributes[attribute]) for _, attributes in self.found if attribute in attributes]


@pytest.fixture(scope="module")
def page(office: Material) -> str:
    return html(report(office))


def test_the_page_refers_to_nothing_outside_itself(page: str) -> None:
    elements = Elements(page)
    assert {href for href in elements.values("href") if not href.startswith("#")} == {"data:,"}
    assert elements.values("src") == []
    assert not [url for url in re.findall(r"url\(([^)]*)\)", page) if not url.startswith("#")]
    assert "@import" not in page


def test_the_policy_of_the_page_allows_its_own_script_alone(page: str) -> None:
    script = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy.group(1)
    assert f"script-src 'sha256-{digest}'" in policy.group(1)
    assert page.count("<script>") == 1


def test_every_link_within_the_page_has_its_target_and_no_target_is_there_twice(page: str) -> None:
    elements = Elements(page)
    targets = elements.values("id")
    links = {href[1:] for href in elements.values("href") if href.startswith("#")}
    assert len(links) > 15
    assert links <= set(targets)
    assert len(targets) == len(set(targets))


def test_every_table_is_rectangular(office: Material) -> None:
    tables = [table for section in report(office).sections for table in section.tables]
    assert len(tables) > 8
    assert [t.name for t in tables if any(len(row) != len(t.columns) for row in t.rows)] == []


def test_the_first_statements_of_the_page_are_the_verdict(office: Material) -> None:
    first = report(office).sections[0]
    assert [(s.title, s.tone) for s in first.statements] == [("Verified", "good"), ("Guideline", "good")]
    assert first.statements[1].text == "Met: 58.82%, at most 62% of all admitted."
    assert {f.title: f.value for f in first.figures}["Admitted"] == "17"


def test_a_hostile_name_stays_text(tmp_path: Path) -> None:
    folder = copied_example(tmp_path, "programmes.csv", {"第一中学": '"<script>alert(""x"")</script>"'})
    page = html(report(reported(folder)))
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(" in page
    assert page.count("<script>") == 1


def test_the_same_result_gives_the_same_page(office: Material, page: str) -> None:
    assert html(report(office)) == page


def test_numbers_have_separators_and_identifiers_do_not() -> None:
    assert shown(12345, Column("n", "number")) == "12,345"
    assert shown(12345, Column("n")) == "12345"
    assert shown(None, Column("n")) == "–"
    assert shown("0012", Column("n")) == "0012"


def test_a_folded_table_is_in_the_page_and_closed() -> None:
    table = Table("t", "Caption", (Column("A"),), (("cell",),), folded=True)
    words = {name: name for name in ("contents", "filter", "sort", "rows", "open", "definition", "unit", "source")}
    words |= {name: name for name in ("top", "effective", "skip")}
    page = html(Report("en", "T", "S", words, (Section("verdict", "V", tables=(table,)),)), no_image)
    assert "<details>" in page
    assert "cell" in page


def charts_of(material: Material) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for section in report(material).sections:
        yield from ((chart.name, chart.spec) for chart in section.charts)


def test_every_chart_is_drawn_with_its_data_and_loads_nothing(office: Material) -> None:
    charts = dict(charts_of(office))
    first = ["general-share-chart", "lines-chart", "flow-batches-chart", "flow-first-chart"]
    assert list(charts) == [*first, "map-general"]
    for spec in charts.values():
        image = svg(spec)
        assert image.startswith("<svg aria-hidden")
        assert "<path" in image
        assert "<image" not in image
        assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", image)


def test_the_chinese_page_says_that_it_is_chinese(office: Material) -> None:
    page = html(report(replace(office, language="zh")), no_image)
    assert '<html lang="zh-CN">' in page
    assert "普职比要求" in page
