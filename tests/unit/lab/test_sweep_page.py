"""The page and the workbook of a sweep: they say what the tables hold, whatever the sweep asks for, and stay small."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from allocator.lab.pages.lever_names import lever_title, value_title
from allocator.lab.pages.sweep import page, report, workbook
from allocator.lab.pages.sweep_curves import MOST_CHARTS, MOST_LINES, MOST_MARKS, spread
from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.pages.sweep_points import MOST_POINTS
from allocator.lab.sweep import Swept, read_sweep
from allocator.lab.sweep_folder import check_place, is_sweep, write
from allocator.lab.sweep_results import Results
from allocator.language import translator
from allocator.reports.blocks import Report, Section, Table
from allocator.reports.workbook import HEADER_ROW
from tests.unit.cli.console import EXAMPLE
from tests.unit.lab.sweeps import SWEEP, ran, write_sweep

Run = Callable[[str], Swept]
OPTIMAL = """\
  batches: [{name: early, ranking: exam, pools: [talent, open], mechanism: optimal, objectives: [placed]},
    {name: main, ranking: exam, pools: [open, feeder, poor]},
    {name: vocational, ranking: exam, pools: [open, poor]},
    {name: supplementary, ranking: exam, pools: [open], seats: leftover}]
"""  # rules that can be infeasible
BASELINE = f"name: Bounds\nbaseline: {EXAMPLE.as_posix()}\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a sweep that is written as text."""
    return lambda text: ran(write_sweep(tmp_path, text), tmp_path / "journal")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    place = tmp_path_factory.mktemp("sweep")
    return Results(ran(write_sweep(place, SWEEP), place / "journal"))


def in_english(swept: Swept | Results) -> Report:
    return report(SweepMaterial(swept if isinstance(swept, Results) else Results(swept), "en"))


def section(found: Report, name: str) -> Section:
    return next(section for section in found.sections if section.name == name)


def table(found: Report, name: str) -> Table:
    return next(table for section in found.sections for table in section.tables if table.name == name)


def sheet(results: Results, name: str) -> pl.DataFrame:
    book = fastexcel.read_excel(workbook(results, "en"))
    return book.load_sheet(name, header_row=HEADER_ROW).to_polars()


def test_the_verdict_says_what_became_of_the_variants_and_what_was_found(results: Results) -> None:
    found = in_english(results)
    assert found.sections[0].name == "verdict"
    said = [statement.text for statement in section(found, "verdict").statements]
    assert "All 36 variants have an outcome." in said
    assert "8 verified by every property, the other 28 by their counts; no outcome breaches one." in said
    assert any("from 0.6 to 0.54; it reaches 53.33%" in text for text in said)
    assert any("none of the 2 values" in text for text in said)


def test_a_target_that_the_baseline_meets_needs_no_change(run: Run) -> None:
    text = "find: [{reach: general_share <= 99%, by: guideline.general_share, within: [0.5, 0.60]}]\n"
    said = section(in_english(run(BASELINE + text)), "verdict").statements[-1].text
    assert "met without a change" in said


def test_the_baseline_alone_makes_a_page(run: Run) -> None:
    found = in_english(run(BASELINE))
    names = [section.name for section in found.sections]
    assert names == ["verdict", "levers", "points", "indicators", "manifest"]
    assert len(table(found, "points-table").rows) == 1
    assert all(not section.charts for section in found.sections)


def test_variants_without_an_outcome_are_counted_with_the_reason(run: Run) -> None:
    text = """\
vary:
  caps: [[], [{name: too many, where: {track: general}, at_least: 1000}]]
  pools.feeder.apportion.minimum: [0, 99]
"""
    found = in_english(run(f"{BASELINE}set:\n{OPTIMAL}{text}"))
    said = section(found, "verdict").statements[0]
    assert (said.tone, said.text) == ("bad", "3 of 5 variants have no outcome; the table below says why.")
    rows = table(found, "reasons").rows
    assert sum(int(str(row[1])) for row in rows) == 3
    assert any("too many" in str(row[3]) for row in rows)
    outcomes = [row[3] for row in table(found, "points-table").rows]
    impossible = "not possible with these tables"
    assert outcomes == ["done", "done", impossible, "infeasible", impossible]


def test_a_sweep_without_any_outcome_makes_a_page(run: Run) -> None:
    text = """\
  caps: [{name: too many, where: {track: general}, at_least: 1000}]
vary: {guideline.general_share: [0.5, 0.6]}
tornado: {guideline.tolerance: [0.1]}
frontier: {first_choice_rate: higher}
find: [{reach: general_share <= 0.5, by: guideline.general_share, within: [0.4, 0.5]}]
"""
    results = Results(run(f"{BASELINE}set:\n{OPTIMAL}{text}"))
    found = in_english(results)
    tones = {statement.title: statement.tone for statement in section(found, "verdict").statements}
    assert tones == {"Variants": "bad", "Baseline": "bad", "Smallest change": "bad"}
    assert all(not section.charts for section in found.sections)
    assert len(page(results, "en")) > 10_000
    assert sheet(results, "Points").height == 4


def test_a_line_runs_through_the_means_of_its_points(results: Results) -> None:
    found = in_english(results)
    material = SweepMaterial(results, "en")
    drawn = section(found, "curves").charts[0]
    assert "first choice" in drawn.caption.lower()
    points = results.points(material.figures[0])
    of_levers = {
        (levers.get("guideline.general_share"), levers.get("batches.main.order")): point
        for point, levers in material.levers_of.items()
    }
    rows = drawn.spec["data"]["values"]
    assert len(rows) == 6
    for row in rows:
        order = {"score first": "score_first", "choice first": "choice_first"}[row["part"]]
        share = {0.5: "0.5", 0.55: "0.55", 0.6: "0.6"}[row["x"]]
        point = of_levers[share, order]
        assert row["y"] == round(float(points[point]), 6)
        assert row["least"] <= row["low"] <= row["high"] <= row["most"]
        band = results.bands
        assert band is not None
        own = band.filter(
            (pl.col("point") == point) & (pl.col("indicator") == "first_choice_rate") & (pl.col("group_by") == "")
        )
        assert row["most"] == round(own["most"][0], 6)


def test_a_grid_without_numbers_has_no_lines(run: Run) -> None:
    found = in_english(run(BASELINE + "vary: {batches.main.order: [score_first, choice_first]}\n"))
    assert "curves" not in {section.name for section in found.sections}
    assert [row[1] for row in table(found, "points-table").rows] == ["score first", "score first", "choice first"]


def test_every_point_is_in_the_workbook_with_its_difference_from_the_baseline(results: Results) -> None:
    found = sheet(results, "Points")
    material = SweepMaterial(results, "en")
    assert found["Point"].to_list() == sorted(material.levers_of)
    figure = material.figures[0]
    points = results.points(figure)
    column = found.columns.index("First choice rate")
    for value, change, point in zip(found[:, column], found[:, column + 1], found["Point"], strict=True):
        assert Decimal(str(value)) == round(Decimal(float(points[int(point)])), 6)
        assert change == pytest.approx(float(points[int(point)] - points[0]), abs=1e-6)
    assert found.columns[column + 2].startswith("lowest 5%")


def test_the_workbook_says_which_point_dominates_which(results: Results) -> None:
    found, expected = sheet(results, "Frontier"), results.frontier
    assert expected is not None
    given = [None if value is None else int(value) for value in found["Dominated by point"]]
    assert given == expected["dominated_by"].to_list()
    assert any(value is not None for value in given)


def test_a_sweep_of_very_many_points_makes_a_small_page(run: Run, tmp_path: Path) -> None:
    few = run(BASELINE + "vary: {guideline.general_share: [0.5, 0.55, 0.65], batches.main.order: [choice_first]}\n")
    text = """\
vary:
  guideline.general_share: {from: 0.45, to: 0.64, step: 0.01}
  pools.feeder.floor.below_line: {from: 1, to: 150}
frontier: {first_choice_rate: higher, general_share: lower}
"""
    sweep = read_sweep(write_sweep(tmp_path, BASELINE + text))
    assert len(sweep.variants) == 3001
    measured = [few.measured[0], *(few.measured[1 + i % 3] for i in range(3000))]
    results = Results(Swept(sweep, measured, []))
    found = in_english(results)
    points = table(found, "points-table")
    assert len(points.rows) == MOST_POINTS
    assert "of 3,001 rows" in points.note
    curves = section(found, "curves")
    assert len(curves.charts) <= MOST_CHARTS
    assert all(len(chart.spec["data"]["values"]) <= MOST_LINES * MOST_MARKS for chart in curves.charts)
    assert any("Of 20 values" in note for note in curves.notes)
    assert len(page(results, "en")) < 4_000_000
    assert sheet(results, "Points").height == 3001


def test_values_are_thinned_evenly_with_both_ends() -> None:
    assert list(spread(range(5), 6)) == [0, 1, 2, 3, 4]
    assert list(spread(range(101), 6)) == [0, 20, 40, 60, 80, 100]


def test_a_folder_of_before_there_were_pages_can_be_replaced(results: Results, tmp_path: Path) -> None:
    write(results.swept, tmp_path / "out", language="zh")
    assert is_sweep(tmp_path / "out")
    assert 'lang="zh-CN"' in (tmp_path / "out" / "sweep.html").read_text(encoding="utf-8")
    for name in ("sweep.html", "sweep.xlsx"):
        (tmp_path / "out" / name).unlink()
    assert is_sweep(tmp_path / "out")
    check_place(tmp_path / "out", overwrite=True)


def test_a_lever_without_a_name_is_called_by_its_path() -> None:
    translate = translator("en")
    assert lever_title("pools.feeder.floor.below_line", translate) == "points under the line, pool feeder"
    assert lever_title("rankings.exam.ties", translate) == "rankings.exam.ties"
    assert value_title("batches.main.order", "banded", translate) == "in bands of scores"
    assert value_title("batches.main.band_width", "50", translate) == "50"
    assert value_title("caps", None, translate) == "not set"
    assert len(value_title("caps", [{"name": "a" * 200}], translate)) == 60
