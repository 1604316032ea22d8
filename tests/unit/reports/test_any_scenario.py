"""Whatever a scenario is like, there is a report of it: random scenarios with ties, floors, guidelines and none."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from allocator.reports.blocks import Report
from allocator.reports.material import Material
from allocator.reports.page import html
from allocator.reports.report import report
from allocator.reports.workbook import sheets, xlsx
from tests.oracle.generate import random_scenario
from tests.oracle.random_optimal_scenarios import random_optimal_scenario
from tests.unit.reports.example import reported, reported_if_any
from tests.unit.reports.test_page import no_image

NUM_SCENARIOS = 12
NUM_OPTIMAL = 12


def language_of(seed: int) -> str:
    return "zh" if seed % 2 else "en"


def is_public(seed: int) -> bool:
    return seed % 3 == 0


def check(material: Material) -> None:
    """The report is made, and its numbers agree with the summary."""
    found = report(material)
    assert html(found, no_image).endswith("</html>\n")
    made = sheets(material)
    assert all(len(row) == len(sheet.columns) for sheet in made for row in sheet.rows)
    assert len({sheet.title for sheet in made}) == len(made)
    assert all(len(sheet.title) <= 31 for sheet in made)
    assert xlsx(made)[:2] == b"PK"
    if not material.is_public:
        assert len(made[1].rows) == material.outcome.summary["admitted"]
        assert total_of_batches(found) == material.outcome.summary["admitted"]


def total_of_batches(found: Report) -> int:
    """Admissions by choice, from the table of batches: everything between the total and those not admitted."""
    (table,) = [t for s in found.sections for t in s.tables if t.name == "flow-batches"]
    not_admitted = ("not admitted in the batch", "本批次未录取")
    columns = [i for i, column in enumerate(table.columns) if i > 1 and column.title not in not_admitted]
    return sum(int(str(row[i]).split(" ")[0].replace(",", "")) for row in table.rows for i in columns)


@pytest.mark.parametrize("seed", range(NUM_SCENARIOS))
def test_a_random_scenario_has_a_report_whose_numbers_agree(seed: int, tmp_path: Path) -> None:
    random_scenario(random.Random(seed), tmp_path)
    check(reported(tmp_path, language=language_of(seed), is_public=is_public(seed)))


def test_random_scenarios_with_optimal_batches_have_reports_whose_numbers_agree(tmp_path: Path) -> None:
    num_reports = num_without_list = num_tables = 0
    for seed in range(NUM_OPTIMAL):
        folder = tmp_path / str(seed)
        folder.mkdir()
        random_optimal_scenario(random.Random(seed), folder)
        material = reported_if_any(folder, language=language_of(seed), is_public=is_public(seed))
        if material is not None:
            check(material)
            num_reports += 1
            assignments = material.outcome.assignments
            num_without_list += assignments["choice"].null_count() > assignments["programme_id"].null_count()
            num_tables += any(t.name == "optimal-table" for s in report(material).sections for t in s.tables)
    assert num_reports >= NUM_OPTIMAL // 2
    assert num_without_list
    assert num_tables


def test_the_random_scenarios_are_of_several_kinds(tmp_path: Path) -> None:
    kinds: set[str] = set()
    for seed in range(NUM_SCENARIOS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        random_scenario(random.Random(seed), folder)
        settings = reported(folder).scenario.settings
        kinds |= {"guideline" if settings.guideline else "no guideline"}
        kinds |= {batch.order for batch in settings.batches}
        kinds |= {"cells" for batch in settings.batches if settings.feeder_pool(batch)}
    assert kinds >= {"guideline", "no guideline", "score_first", "choice_first", "cells"}
