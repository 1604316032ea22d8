"""未录取名单: who was admitted nowhere."""

from __future__ import annotations

import numpy as np

from allocator.reports.material import Material
from allocator.reports.names import applicant_names
from allocator.reports.published_lines import Rankings
from allocator.reports.sheets.sheet import Sheet, SheetColumn, Value


def unplaced(material: Material, rankings: Rankings) -> Sheet:
    """By feeder school and identifier, with the score in the city's ranking and whether a choice list was filed."""
    translate, facts, cohort = material.translate, material.facts, material.scenario.cohort
    ranking = rankings.city
    score = None if ranking is None else cohort.applicants.numbers[material.scenario.settings.rankings[ranking].score]
    ids, names = cohort.applicants.ids.to_list(), applicant_names(cohort)
    rows: list[tuple[Value, ...]] = []
    for person in np.flatnonzero(~facts.admitted).tolist():
        feeder, area = cohort.applicants.feeder_school[person], cohort.applicants.area[person]
        feeder_id = None if feeder < 0 else cohort.feeder_school_ids[feeder]
        rows.append(
            (
                ids[person],
                *(() if names is None else (names[person],)),
                feeder_id,
                None if feeder_id is None else material.names.feeder_school[feeder_id],
                None if area < 0 else cohort.area_names[area],
                None if score is None else score.decimal(person),
                translate("yes") if facts.filed[person] else translate("no"),
            )
        )
    columns = (
        SheetColumn(translate("Applicant number"), width=16),
        *(() if names is None else (SheetColumn(translate("Name"), width=12),)),
        SheetColumn(translate("Feeder school number"), width=14),
        SheetColumn(translate("Feeder school"), width=28),
        SheetColumn(translate("Area"), width=12),
        SheetColumn(translate("Score"), "number", 10),
        SheetColumn(translate("Filed a list"), width=12),
    )
    at = 1 if names is None else 2
    rows.sort(key=lambda row: (row[at] is None, str(row[at]), str(row[0])))
    return Sheet(translate("Unplaced list"), translate("Applicants who were admitted nowhere"), columns, rows)
