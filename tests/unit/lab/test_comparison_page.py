"""The page and the workbook of a comparison: what they count, whom they name, and how they are written."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import polars as pl
import pytest
from click.testing import CliRunner

import allocator
from allocator.cli import compare as compare_command
from allocator.errors import UsageError, english
from allocator.indicators import INDICATORS
from allocator.lab.compare import PAGE, WORKBOOK, Comparison, check_place, compare, is_comparison
from allocator.lab.pages import comparison_flows
from allocator.lab.pages.compared import Compared
from allocator.lab.pages.comparison import made, report
from allocator.lab.pages.comparison_settings import differing
from allocator.lab.pages.comparison_sheets import sheets
from allocator.lab.pages.differences import difference_text
from allocator.lab.reasons import REASONS
from allocator.reports.blocks import Defined, Report, Section, Table
from allocator.reports.material import gather
from allocator.reports.page import shown
from allocator.reports.sections.measures import measures
from allocator.reports.sheets.sheet import Sheet
from tests.unit.capacity.small_town import write_town
from tests.unit.cli.console import EXAMPLE
from tests.unit.lab.comparisons import CHOICE_FIRST, FEWER_GENERAL, compared_city, compared_example, side
from tests.unit.reports.example import copied_example


@pytest.fixture(scope="module")
def example() -> Comparison:
    return compared_example({"choice first": CHOICE_FIRST})


@pytest.fixture(scope="module")
def three() -> Comparison:
    return compared_example({"choice first": CHOICE_FIRST, "fewer general": FEWER_GENERAL})


@pytest.fixture(scope="module")
def city() -> Comparison:
    return compared_city({"half": {"guideline.general_share": "0.5"}})


def page_of(comparison: Comparison) -> Report:
    return report(Compared(comparison, "en"))


def section(page: Report, name: str) -> Section:
    return next(part for part in page.sections if part.name == name)


def table(page: Report, name: str) -> Table:
    return next(found for part in page.sections for found in part.tables if found.name == name)


def sheet(comparison: Comparison, title: str) -> Sheet:
    return next(found for found in sheets(Compared(comparison, "en"), "") if found.title == title)


def column(found: Table, title: str) -> list[str]:
    position = [c.title for c in found.columns].index(title)
    return [str(shown(row[position], found.columns[position])) for row in found.rows]


def numbers(found: Table, title: str) -> list[int]:
    return [int(text.replace(",", "").split(" ")[0]) for text in column(found, title)]


def texts(value: Any) -> list[str]:
    """Every text of a page's data."""
    if isinstance(value, dict):
        return [text for key, part in value.items() for text in [str(key), *texts(part)]]
    if isinstance(value, (list, tuple)):
        return [text for part in value for text in texts(part)]
    return [str(value)]


def test_the_verdict_the_reasons_and_the_groups_count_the_same_people(city: Comparison) -> None:
    page, moves = page_of(city), city.pairs[0].moves
    worse = int((moves["change"] == "worse").sum())
    assert min(moves.height - worse, worse) > 10
    figures = {figure.title: figure.value for figure in section(page, "verdict").figures}
    assert figures["Moved"] == f"{moves.height:,}"
    assert figures["Worse off"] == f"{worse:,}"
    assert section(page, "verdict").statements[0].text.startswith(f"{moves.height:,} of the 1,500 applicants")
    assert sum(numbers(table(page, "reasons"), "Applicants")) == moves.height
    groups = table(page, "groups")
    of_areas = [
        number
        for number, group in zip(numbers(groups, "Worse off"), column(groups, "Group"), strict=True)
        if group.startswith("area · ")
    ]
    assert len(of_areas) == 7
    assert sum(of_areas) == worse == numbers(groups, "Worse off")[0]


def test_reasons_are_told_in_words_with_their_rules(city: Comparison) -> None:
    found = table(page_of(city), "reasons")
    told = zip(column(found, "Rule"), column(found, "What decided"), numbers(found, "Applicants"), strict=True)
    wanted = Counter(
        (rule, REASONS[reason][1])
        for rule, reason in city.pairs[0].moves.select("rule", "reason").iter_rows()
        if reason is not None
    )
    assert len(wanted) > 2
    assert wanted["R8", "below the control line"] > 10
    assert Counter({(rule, words): number for rule, words, number in told if words != "–"}).keys() == wanted.keys()
    assert sum(wanted.values()) == sum(
        number
        for change, number in zip(column(found, "Change"), numbers(found, "Applicants"), strict=True)
        if change in ("better off", "worse off")
    )


def test_the_page_has_the_largest_flows_and_the_workbook_all(city: Comparison) -> None:
    page, moves = page_of(city), city.pairs[0].moves
    elsewhere = moves.filter(pl.col("from_programme_id").ne_missing(pl.col("to_programme_id"))).height
    assert sum(numbers(table(page, "kinds"), "Total")) == elsewhere
    on_page, in_workbook = table(page, "flows-table"), sheet(city, "Flows").rows
    assert len(on_page.rows) == comparison_flows.MOST_FLOWS < len(in_workbook)
    assert list(on_page.rows) == in_workbook[: comparison_flows.MOST_FLOWS]
    assert f"of {len(in_workbook)} flows" in on_page.note
    assert sum(row[2] for row in in_workbook if isinstance(row[2], int)) == elsewhere
    counts = numbers(on_page, "Applicants")
    assert counts == sorted(counts, reverse=True)


def test_the_page_has_the_lines_of_pools_and_the_workbook_those_of_feeder_schools_too(city: Comparison) -> None:
    lines, found = city.pairs[0].lines, table(page_of(city), "lines-table")
    of_pools = lines.filter(pl.col("feeder_school_id").is_null())
    assert len(found.rows) == of_pools.height < lines.height == len(sheet(city, "Lines").rows)
    moved = [abs(Decimal(text)) for text in column(found, "Difference") if text != "–"]
    assert moved == sorted(moved, reverse=True)
    assert moved[0] > 10
    for row in sheet(city, "Lines").rows:
        before, after, movement = row[5:8]
        if movement is not None:
            assert Decimal(before or 0) + Decimal(movement) == Decimal(after or 0)


def test_no_applicant_is_named_on_the_page_or_in_the_workbook(example: Comparison, city: Comparison) -> None:
    names = example.sides[0].scenario.cohort.applicants.table["name"].to_list()
    identifiers = city.pairs[0].moves["applicant_id"].to_list()
    for comparison, secret in ((example, names), (city, identifiers)):
        assert len(secret) > 15
        contents = made(comparison, "zh")
        with ZipFile(BytesIO(contents[WORKBOOK])) as archive:
            book = " ".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
        text = contents[PAGE].decode() + book
        assert [word for word in secret if word in text] == []
        assert any(name in text for name in Compared(comparison, "zh").names.programme.values())


def test_the_page_says_that_it_is_no_public_notice(example: Comparison) -> None:
    said = [statement.title for statement in section(page_of(example), "verdict").statements]
    assert said == ["now → choice first", "Guideline (now)", "Guideline (choice first)", "Internal paper"]


def test_figures_are_those_of_the_report_and_differences_are_of_the_exact_values(city: Comparison) -> None:
    found = table(page_of(city), "indicators-table")
    of_report = {}
    for one in city.sides:
        (measured,) = measures(gather(one.scenario, one.outcome, language="en", is_public=False)).tables
        of_report[one.name] = {row[0]: row[2] for row in measured.rows if row[1] == "whole city"}
    titles = [cell.text for (cell, *_) in found.rows if isinstance(cell, Defined)]
    assert len(titles) == len(found.rows) > 15
    for name, values in of_report.items():
        assert column(found, name) == [values[title] for title in titles]
    place = titles.index("General share flow")
    shares = [one.outcome.summary["general_share"]["fraction"] for one in city.sides]
    exact = Fraction(shares[1]) - Fraction(shares[0])
    assert Decimal(column(found, "Difference")[place].removesuffix(" pp")) == round(Decimal(float(exact * 100)), 2)
    judged = dict(zip(titles, column(found, "Better or worse"), strict=True))
    assert (judged["General share flow"], judged["Admission rate"]) == ("changed", "worsened")


def row(unit: str, numerator: Any, denominator: Any, value: float | None = None) -> dict[str, Any]:
    return {"unit": unit, "numerator": numerator, "denominator": denominator, "value": value}


@pytest.mark.parametrize(
    ("unit", "before", "after", "text"),
    [
        ("share", (1, 3), (1, 2), "+16.67 pp"),
        ("share", (1, 2), (1, 3), "-16.67 pp"),
        ("share", (1, 3), (100001, 300000), "+0.00 pp"),
        ("share", (2, 6), (1, 3), "0"),
        ("seats", (2000, 1), (500, 1), "-1,500"),
        ("choice number", (3, 2), (5, 3), "+0.1667"),
        ("choice number", (0, 0), (5, 3), "–"),
        ("share", (None, None, 0.1), (None, None, 0.25), "+0.1500"),
        ("share", (None, None, None), (1, 2, 0.5), "–"),
    ],
)
def test_a_difference_has_its_sign_and_that_of_shares_is_in_points(
    unit: str, before: tuple[Any, ...], after: tuple[Any, ...], text: str
) -> None:
    assert difference_text(row(unit, *before), row(unit, *after), english) == text
    assert difference_text(None, row(unit, *after), english) == "–"


def test_every_name_of_an_indicator_leads_to_its_definition(three: Comparison) -> None:
    page = made(three, "en")[PAGE].decode()
    wanted = set(re.findall(r'href="#def-(\w+)"', page))
    assert len(wanted) > 10
    assert wanted == set(re.findall(r'id="def-(\w+)"', page)) <= set(INDICATORS)


def test_what_differs_are_the_values_that_were_changed(three: Comparison) -> None:
    assert [row[1:] for row in differing(Compared(three, "en")).rows] == [
        ("pools.poor.floor.score", "350", "200", "350"),
        ("batches.main.order", "score first", "choice first", "choice first"),
        ("guideline.general_share", "0.6", "0.6", "0.4"),
    ]


def test_what_differs_names_other_tables_other_batches_and_other_versions(tmp_path: Path) -> None:
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    before = side("before", allocator.load(copied_example(tmp_path / "before", "seats.csv", {})))
    changes = {"name: early": "name: first", "of: early": "of: first"}
    after_folder = copied_example(tmp_path / "after", "scenario.yaml", changes)
    seats = (after_folder / "seats.csv").read_text("utf-8")
    (after_folder / "seats.csv").write_text(seats.replace("early", "first"), encoding="utf-8")
    choices = (after_folder / "choices.csv").read_text("utf-8")
    (after_folder / "choices.csv").write_text(choices.replace("early", "first"), encoding="utf-8")
    after = side("after", allocator.load(after_folder))
    after = replace(after, outcome=replace(after.outcome, manifest={**after.outcome.manifest, "allocator": "0.0"}))
    found = {row[1]: row[2:] for row in differing(Compared(compare([before, after]), "en")).rows}
    assert found["batches"] == ("early, main, vocational, supplementary", "first, main, vocational, supplementary")
    assert found["batches.first.pools"] == (None, "[talent, open]")
    assert {"seats.csv (SHA-256)", "choices.csv (SHA-256)", "allocator"} <= set(found)
    assert "applicants.csv (SHA-256)" not in found


def test_control_lines_of_areas_have_rows_of_their_own(city: Comparison) -> None:
    by_area = side("by area", city.sides[0].scenario.replace({"guideline.scope": "area"}))
    found = table(page_of(compare([city.sides[0], by_area])), "outcomes")
    lines = {row[0]: row[1:] for row in found.rows if str(row[0]).startswith("Control line")}
    of_city = city.sides[0].outcome.summary["control_lines"]
    assert lines.pop("Control line") == (of_city[""], None, None)
    of_areas = by_area.outcome.summary["control_lines"]
    assert lines == {f"Control line ({area})": (None, line, None) for area, line in of_areas.items()}
    assert len(of_areas) > 2


def test_a_table_that_lies_elsewhere_is_no_difference(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one = side("one", allocator.load(copied_example(tmp_path / "one", "seats.csv", {})))
    moved = copied_example(
        tmp_path / "other", "scenario.yaml", {"applicants: applicants.csv": "applicants: ../applicants.csv"}
    )
    (moved / "applicants.csv").rename(tmp_path / "applicants.csv")
    assert differing(Compared(compare([one, side("other", allocator.load(moved))]), "en")).rows == ()


def test_of_several_outcomes_each_has_its_own_parts_and_no_anchor_is_twice(three: Comparison) -> None:
    page = page_of(three)
    names = [part.name for part in page.sections]
    assert names[2:6] == ["why-2", "winners-2", "flows-2", "lines-2"]
    assert names[6:10] == ["why-3", "winners-3", "flows-3", "lines-3"]
    moved = table(page, "who-moved")
    assert numbers(moved, "now → fewer general")[1] == three.pairs[1].moves.height
    html = made(three, "zh")[PAGE].decode()
    anchors = Counter(re.findall(r' id="([^"]+)"', html))
    assert [anchor for anchor, count in anchors.items() if count > 1] == []
    assert set(re.findall(r' href="#([^"]+)"', html)) <= set(anchors)
    titles = [found.title for found in sheets(Compared(three, "en"), "")]
    assert len(titles) == len(set(titles)) == 12
    assert max(map(len, titles)) <= 31


def test_where_nothing_changed_the_page_says_so() -> None:
    one = side("one", allocator.load(EXAMPLE))
    same = compare([one, replace(one, name="again")])
    said = texts(page_of(same).as_json())
    for sentence in (
        "None of the 18 applicants who are in both outcomes moved.",
        "The scenarios and the tables of the outcomes are the same.",
        "Nobody moved.",
        "Nobody moved to another programme.",
        "No line moved.",
    ):
        assert sentence in said
    assert set(column(table(page_of(same), "indicators-table"), "Better or worse")) == {"unchanged"}
    assert not [found for part in page_of(same).sections for found in part.tables if not found.rows]
    assert set(made(same, "zh")) == {PAGE, WORKBOOK}


def test_outcomes_of_other_people_are_compared_by_their_figures_alone(tmp_path: Path) -> None:
    town = side("town", allocator.load(write_town(tmp_path)))
    found = compare([side("example", allocator.load(EXAMPLE)), town])
    page = page_of(found)
    assert section(page, "verdict").statements[0].text.startswith("The outcomes have no applicant in common")
    assert "18 applicants are only in example, 6 only in town" in " ".join(section(page, "verdict").notes)
    assert "The scenario has no guideline." in texts(page.as_json())
    assert (page.title, page.subtitle) == ("Comparison of outcomes: example, town", "Example city / Small town")
    assert set(made(found, "zh")) == {PAGE, WORKBOOK}


def test_the_same_outcomes_give_the_same_bytes() -> None:
    first, second = (made(compared_example({"choice first": CHOICE_FIRST}), "zh") for _ in range(2))
    assert first == second


def test_a_folder_with_a_page_or_without_is_a_comparison_and_one_with_more_is_not(
    example: Comparison, tmp_path: Path
) -> None:
    example.write(tmp_path / "old")
    assert is_comparison(tmp_path / "old")
    example.write(tmp_path / "old", pages=made(example, "en"), overwrite=True)
    assert {PAGE, WORKBOOK, "moves-2.csv"} <= {path.name for path in (tmp_path / "old").iterdir()}
    check_place(tmp_path / "old", overwrite=True)
    (tmp_path / "old" / "notes.html").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="holds more than a result"):
        check_place(tmp_path / "old", overwrite=True)


@pytest.mark.parametrize(("language", "tag", "heading"), [("zh", "zh-CN", "结论"), ("en", "en", "Verdict")])
def test_the_command_writes_the_page_in_the_language_that_is_asked_for(
    tmp_path: Path, example: Comparison, monkeypatch: pytest.MonkeyPatch, language: str, tag: str, heading: str
) -> None:
    monkeypatch.setattr(compare_command, "finish_uninterrupted", lambda: None)
    for one in example.sides:
        one.outcome.write(tmp_path / one.name)
    places = [str(tmp_path / one.name) for one in example.sides]
    out = tmp_path / "out"
    said = CliRunner().invoke(compare_command.command, [*places, "-o", str(out), "--lang", language])
    assert said.exit_code == 0, said.output
    page = (out / PAGE).read_text(encoding="utf-8")
    assert f'<html lang="{tag}">' in page
    assert f">{heading}</h2>" in page
    assert (out / WORKBOOK).read_bytes()[:2] == b"PK"
