"""The page of a whole city stays small enough to send and open."""

from __future__ import annotations

from allocator.reports.page import html
from allocator.reports.report import report
from tests.unit.reports.example import EXAMPLE, reported

CITY = EXAMPLE.parent / "yulin"
MOST_BYTES = 5_000_000


def test_the_page_of_a_city_of_96000_applicants_is_under_five_megabytes() -> None:
    material = reported(CITY, language="zh")
    page = html(report(material))
    assert len(material.outcome.assignments) == 96_000
    assert len(page.encode()) < MOST_BYTES
    assert page.count("<tr>") > 1_000
    assert page.count("<svg") >= 8
