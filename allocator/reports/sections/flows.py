"""From choices to outcomes: what each batch did with those who took part, and where first choices ended."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.reports.blocks import Chart, Section, Table
from allocator.reports.material import UNPLACED, Material, programme_kinds
from allocator.reports.stated_counts import counts_chart, counts_table, shown_counts
from allocator.scenario.cohort import IntArray


def flows(material: Material) -> Section:
    found = (_batches(material), _first_choices(material))
    return Section(
        "flows",
        material.translate("From choices to outcomes"),
        charts=tuple(chart for charts, _ in found for chart in charts),
        tables=tuple(table for _, table in found),
    )


def _batches(material: Material) -> tuple[Iterator[Chart], Table]:
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
    title, axis = translate("What each batch did with those who took part"), translate("applicants")
    charts = counts_chart("flow-batches-chart", title, axis, names, parts, counts, shown, as_shares=False)
    return charts, counts_table(material, "flow-batches", title, translate("Batch"), names, parts, counts, shown)


def _first_choices(material: Material) -> tuple[Iterator[Chart], Table]:
    """Where those ended whose first choice, in the first batch where they had a list, was of a kind."""
    translate, kinds = material.translate, material.destination_titles
    wanted = first_choice_kind(material)
    asked = wanted >= 0
    counts = np.zeros((len(kinds) - 1, len(kinds)), dtype=np.int64)
    np.add.at(counts, (wanted[asked], material.destination[asked]), 1)
    rows_used = np.flatnonzero(counts.any(axis=1)).tolist()
    columns_used = np.flatnonzero(counts.any(axis=0)).tolist()
    counts = counts[np.ix_(rows_used, columns_used)]
    groups, parts = tuple(kinds[i] for i in rows_used), tuple(kinds[j] for j in columns_used)
    shown = shown_counts(material, counts)
    title = translate("Where first choices ended, by what was wanted first")
    axis, head = translate("share of applicants"), translate("Wanted first")
    charts = counts_chart("flow-first-chart", title, axis, groups, parts, counts, shown, as_shares=True)
    return charts, counts_table(material, "flow-first", title, head, groups, parts, counts, shown)


def first_choice_kind(material: Material) -> IntArray:
    """(applicant,) kind of the first choice in their first batch with a list; -1 without a list."""
    cohort, kind = material.scenario.cohort, programme_kinds(material.scenario)
    result = np.full(len(cohort.applicants), -1, dtype=np.int64)
    # Choices are sorted by batch, applicant and number: written backwards, the first of each applicant stays.
    result[cohort.choices.applicant[::-1]] = kind[cohort.choices.programme[::-1]]
    assert UNPLACED not in kind  # nobody wants to be unplaced
    return result
