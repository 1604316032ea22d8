"""录取名册: who was admitted, school by school, each school on a new page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from allocator.reports.masking import masked_identifier, masked_name
from allocator.reports.material import Material
from allocator.reports.names import admission_type, applicant_names
from allocator.reports.published_lines import Rankings
from allocator.reports.sheets.sheet import Sheet, SheetColumn, Value
from allocator.reports.small_groups import withheld_alone
from allocator.scenario.cohort import IntArray

BONUS = "bonus"  # the column of extra points, where a scenario calls it so


def roster(material: Material, rankings: Rankings) -> Sheet:
    """Everybody admitted, by school, programme, batch, score from the highest, and identifier."""
    translate, facts, cohort = material.translate, material.facts, material.scenario.cohort
    score = admission_scores(material, rankings)
    ids, names = cohort.applicants.ids.to_list(), applicant_names(cohort)
    programmes, types = cohort.programmes.ids, _types(material)
    bonus = cohort.applicants.numbers.get(BONUS)
    rows: list[tuple[Value, ...]] = []
    schools: list[str] = []
    for person in _in_order(material, score):
        programme = programmes[facts.programme[person]]
        feeder, area = cohort.applicants.feeder_school[person], cohort.applicants.area[person]
        feeder_id = None if feeder < 0 else cohort.feeder_school_ids[feeder]
        schools.append(material.names.school_of[programme])
        rows.append(
            (
                schools[-1],
                material.names.school[schools[-1]],
                programme,
                material.names.programme[programme],
                facts.batches.groups[facts.batch[person]],
                ids[person],
                *(() if names is None else (names[person],)),
                feeder_id,
                None if feeder_id is None else material.names.feeder_school[feeder_id],
                None if area < 0 else cohort.area_names[area],
                score[person],
                *(() if bonus is None else (bonus.decimal(person),)),
                types[int(facts.batch[person]), int(facts.pool[person])],
                int(facts.choice[person]) or None,
            )
        )
    columns = (
        *school_columns(material),
        SheetColumn(translate("Batch"), width=14),
        SheetColumn(translate("Applicant number"), width=16),
        *(() if names is None else (SheetColumn(translate("Name"), width=12),)),
        SheetColumn(translate("Feeder school number"), width=12),
        SheetColumn(translate("Feeder school"), width=26),
        SheetColumn(translate("Area"), width=10),
        SheetColumn(translate("Score"), "number", 9),
        *(() if bonus is None else (SheetColumn(translate("Bonus"), "number", 7),)),
        SheetColumn(translate("Admission type"), width=18),
        SheetColumn(translate("Choice number"), "number", 9),
    )
    heading = translate("Admission roster")
    return Sheet(translate("Roster"), heading, columns, rows, page_breaks(schools), landscape=True)


def public_roster(material: Material) -> Sheet:
    """Masked identifiers and names alone, in their masked order, of the programmes with enough admissions.

    Scores, origins and admission types beside them would say who is who, and who has a reserved seat.
    """
    translate, facts, cohort = material.translate, material.facts, material.scenario.cohort
    ids, names = cohort.applicants.ids.to_list(), applicant_names(cohort)
    small = withheld_alone(facts.of_programmes).tolist()
    found: list[tuple[Value, ...]] = []
    for person in np.flatnonzero(facts.admitted).tolist():
        programme = int(facts.programme[person])
        if not small[programme]:
            name = cohort.programmes.ids[programme]
            school = material.names.school_of[name]
            masked = (masked_identifier(ids[person]), *(() if names is None else (masked_name(names[person] or ""),)))
            found.append((school, material.names.school[school], name, material.names.programme[name], *masked))
    rows = sorted(found, key=lambda row: tuple(map(str, row)))
    columns = (
        *school_columns(material),
        SheetColumn(translate("Applicant number (masked)"), width=20),
        *(() if names is None else (SheetColumn(translate("Name (masked)"), width=14),)),
    )
    breaks = page_breaks([str(row[0]) for row in rows])
    return Sheet(translate("Roster"), translate("Admission roster"), columns, rows, breaks)


def school_columns(material: Material) -> tuple[SheetColumn, ...]:
    """A programme and its school, by number and name."""
    translate = material.translate
    return (
        SheetColumn(translate("School number"), width=12),
        SheetColumn(translate("School"), width=24),
        SheetColumn(translate("Programme number"), width=14),
        SheetColumn(translate("Programme"), width=28),
    )


def page_breaks(schools: list[str]) -> tuple[int, ...]:
    """Where a school other than the one before begins."""
    return tuple(i for i in range(1, len(schools)) if schools[i] != schools[i - 1])


def admission_scores(material: Material, rankings: Rankings) -> Mapping[int, Decimal]:
    """By applicant: the score in the ranking of the programme that admitted them (R2)."""
    facts, cohort = material.facts, material.scenario.cohort
    result: dict[int, Decimal] = {}
    for batch, rule in enumerate(material.scenario.settings.batches):
        here = np.flatnonzero(facts.batch == batch)
        ranking = np.array([own or rule.ranking for own in cohort.programmes.ranking], dtype=object)
        for name, order in rankings.orders.items():
            people = here[ranking[facts.programme[here]] == name]
            row, _ = order.rows(facts.programme[people], people, len(cohort.applicants))
            exact = [Decimal(value).scaleb(-order.scale) for value in order.score[row].tolist()]
            result |= dict(zip(people.tolist(), exact, strict=True))
    return result


def _in_order(material: Material, score: Mapping[int, Decimal]) -> list[int]:
    facts, programmes = material.facts, material.scenario.cohort.programmes.ids
    place_of = sorted(range(len(programmes)), key=lambda p: (material.names.school_of[programmes[p]], programmes[p]))
    place: IntArray = np.empty(len(programmes), dtype=np.int64)
    place[place_of] = np.arange(len(programmes))
    places, batches = place[facts.programme].tolist(), facts.batch.tolist()
    ids = material.scenario.cohort.applicants.ids.to_list()
    return sorted(score, key=lambda person: (places[person], batches[person], -score[person], ids[person]))


def _types(material: Material) -> Mapping[tuple[int, int], str]:
    settings = material.scenario.settings
    return {
        (b, p): admission_type(settings, rule.name, pool, material.translate)
        for b, rule in enumerate(settings.batches)
        for p, pool in enumerate(material.facts.pool_names)
    }
