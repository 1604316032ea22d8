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
from tests.unit.reports.example import reported
from tests.unit.reports.test_page import no_image

NUM_SCENARIOS = 12


def random_material(seed: int, folder: Path, *, is_public: bool) -> Material:
    random_scenario(random.Random(seed), folder)
    return reported(folder, language="zh" if seed % 2 else "en", is_public=is_public)


@pytest.mark.parametrize("seed", range(NUM_SCENARIOS))
def test_a_random_scenario_has_a_report_whose_numbers_agree(seed: int, tmp_path: Path) -> None:
    material = random_material(seed, tmp_path, is_public=seed % 3 == 0)
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
    last = table.columns[-1].title
    end = -1 if last in ("not admitted in the batch", "本批次未录取") else len(table.columns)
    return sum(int(str(cell).split(" ")[0].replace(",", "")) for row in table.rows for cell in row[2:end])


def test_the_random_scenarios_are_of_several_kinds(tmp_path: Path) -> None:
    kinds = set()
    for seed in range(NUM_SCENARIOS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        material = random_material(seed, folder, is_public=False)
        settings = material.scenario.settings
        kinds |= {"guideline" if settings.guideline else "no guideline"}
        kinds |= {batch.order for batch in settings.batches}
        kinds |= {"cells" for batch in settings.batches if settings.feeder_pool(batch)}
        kinds |= {"areas" if material.scenario.cohort.area_names else "no areas"}
    assert kinds >= {"guideline", "no guideline", "score_first", "choice_first", "cells"}
