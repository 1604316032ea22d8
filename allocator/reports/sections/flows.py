"""From choices to outcomes: what each batch did with those who took part, and where first choices ended."""

from __future__ import annotations

import numpy as np

from allocator.indicators.dimensions import programme_texts
from allocator.reports.blocks import Chart, Section, Table
from allocator.reports.charts import stacked_counts, stacked_shares
from allocator.reports.material import DEMONSTRATION, GENERAL, UNPLACED, VOCATIONAL, Material, destinations
from allocator.reports.stated_counts import counts_table, drawn_counts, shown_counts
from allocator.scenario.cohort import IntArray


def flows(material: Material) -> Section:
    charts, tables = [], []
    for chart, table in (_batches(material), _first_choices(material)):
        charts.append(chart)
        tables.append(table)
    return Section("flows", material.translate("From choices to outcomes"), charts=tuple(charts), tables=tuple(tables))


def _batches(material: Material) -> tuple[Chart, Table]:
    """Of those who took part in a batch: admitted to choice 1, 2, 3, a later one, without a list, or not."""
    translate, facts = material.translate, material.facts
    parts: tuple[str, ...] = (
        translate("choice 1"),
        translate("choice 2"),
        translate("choice 3"),
        translate("later choice"),
        translate("without a list"),
        translate("not admitted in the batch"),
    )
    names = facts.batches.groups
    counts = np.zeros((len(names), len(parts)), dtype=np.int64)
    for batch in range(len(names)):
        here = facts.batch == batch
        chosen = facts.choice[here]
        for number in (1, 2, 3):
            counts[batch, number - 1] = int((chosen == number).sum())
        counts[batch, 3] = int((chosen > 3).sum())
        counts[batch, 4] = int((chosen == 0).sum())
        counts[batch, 5] = int((facts.took_part(batch) & ~here).sum())
    used = np.flatnonzero(counts.any(axis=0)).tolist()
    counts, parts = counts[:, used], tuple(parts[j] for j in used)
    shown = shown_counts(material, counts)
    rows = drawn_counts(names, parts, counts, shown)
    words = "; ".join(
        f"{name}: {', '.join(f'{part} {n:,}' for group, part, n in rows if group == name)}" for name in names
    )
    title = translate("What each batch did with those who took part")
    spec = stacked_counts(rows, group_order=names, parts=parts, title=translate("applicants"))
    table = counts_table(material, "flow-batches", title, translate("Batch"), names, parts, counts, shown)
    return Chart("flow-batches-chart", title, words, spec), table


def _first_choices(material: Material) -> tuple[Chart, Table]:
    """Where those ended whose first choice, in the first batch where they had a list, was of a kind."""
    translate, kinds = material.translate, destinations(material.translate)
    wanted = first_choice_kind(material)
    asked = wanted >= 0
    counts = np.zeros((len(kinds) - 1, len(kinds)), dtype=np.int64)
    np.add.at(counts, (wanted[asked], material.destination[asked]), 1)
    rows_used = np.flatnonzero(counts.any(axis=1)).tolist()
    columns_used = np.flatnonzero(counts.any(axis=0)).tolist()
    counts = counts[np.ix_(rows_used, columns_used)]
    groups, parts = tuple(kinds[i] for i in rows_used), tuple(kinds[j] for j in columns_used)
    shown = shown_counts(material, counts)
    rows = drawn_counts(groups, parts, counts, shown)
    words = "; ".join(f"{g}: {', '.join(f'{p} {n:,}' for group, p, n in rows if group == g)}" for g in groups)
    title = translate("Where first choices ended, by what was wanted first")
    spec = stacked_shares(rows, group_order=groups, parts=parts, title=translate("share of applicants"))
    head = translate("Wanted first")
    return (
        Chart("flow-first-chart", title, words, spec),
        counts_table(material, "flow-first", title, head, groups, parts, counts, shown),
    )


def first_choice_kind(material: Material) -> IntArray:
    """(applicant,) kind of the first choice in their first batch with a list; -1 without a list."""
    cohort, settings = material.scenario.cohort, material.facts.settings
    kind = np.where(cohort.programmes.is_general, GENERAL, VOCATIONAL)
    tiers = programme_texts(cohort, "tier")
    if tiers is not None:
        best = np.asarray(tiers.is_in(list(settings.demonstration)).fill_null(False).to_numpy(), dtype=np.bool_)
        kind = np.where(best & cohort.programmes.is_general, DEMONSTRATION, kind)
    result = np.full(len(cohort.applicants), -1, dtype=np.int64)
    # Choices are sorted by batch, applicant and number: written backwards, the first of each applicant stays.
    result[cohort.choices.applicant[::-1]] = kind[cohort.choices.programme[::-1]]
    assert UNPLACED not in kind  # nobody wants to be unplaced
    return result
