"""The levers of a sweep with their values, and what was tried for each target."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.pages.sweep_points import MOST_POINTS, cut
from allocator.lab.sweep_settings import Find
from allocator.lab.values import values_of
from allocator.reports.blocks import Column, Section, Table

MOST_VALUES = 12  # of a lever that are written out


def levers(material: SweepMaterial) -> Section:
    translate = material.translate
    table = levers_table(material)
    notes = () if table.rows else (translate("The sweep moves nothing: the baseline alone was run."),)
    return Section("levers", translate("Levers and their values"), notes=notes, tables=(table,) if table.rows else ())


def levers_table(material: SweepMaterial) -> Table:
    """Every lever, how it is moved, the baseline's value, and the values that it takes."""
    translate, settings = material.translate, material.settings
    moved = [
        (path, translate("all combinations, grid {number}").format(number=number), written)
        for number, grid in enumerate(settings.vary, start=1)
        for path, written in grid.items()
    ]
    moved += [
        (path, translate("one at a time, for the tornado"), written) for path, written in settings.tornado.items()
    ]
    moved += [(path, translate("repeated, for the bands"), written) for path, written in settings.repeat.items()]
    moved += [(find.by, _searched(material, find), find.within) for find in settings.find]
    moved += [(path, translate("set in all variants"), [value]) for path, value in settings.set.items()]
    rows = tuple(
        (
            material.lever(path),
            how,
            material.value(path, material.baseline_value(path)),
            _values(material, path, written),
            path,
        )
        for path, how, written in moved
    )
    columns = (
        Column(translate("Lever")),
        Column(translate("How it is moved")),
        Column(translate("Baseline")),
        Column(translate("Values")),
        Column(translate("Path in the scenario")),
    )
    return Table("levers-table", translate("What was moved"), columns, rows)


def _searched(material: SweepMaterial, find: Find) -> str:
    """That a lever is searched, and what is set besides."""
    translate, searched = material.translate, material.translate("searched for the smallest change")
    if not find.set:
        return searched
    return translate("{chart}; held: {levers}").format(chart=searched, levers=material.values(find.set))


def _values(material: SweepMaterial, path: str, written: object) -> str:
    values = values_of(written)
    titles = [material.value(path, value) for value in values[:MOST_VALUES]]
    if len(values) <= MOST_VALUES:
        return material.listed(titles)
    said = material.translate("{first} … {last} ({count:,} values)")
    return said.format(first=material.listed(titles[:2]), last=material.value(path, values[-1]), count=len(values))


def searches(material: SweepMaterial) -> Section | None:
    """What was tried for each target; None where nothing was searched for."""
    translate = material.translate
    if not material.settings.find:
        return None
    return Section(
        "searches",
        translate("Smallest changes that were looked for"),
        notes=tuple(_notes(material)),
        tables=tuple(cut(material, table, MOST_POINTS) for table in _tried(material)),
    )


def _notes(material: SweepMaterial) -> Iterator[str]:
    translate = material.translate
    yield translate(
        "Values are tried in the order of their distance from the baseline's, until one meets the target: no nearer "
        "value of those given does."
    )
    if material.num_repeats > 1:
        yield translate("A search is not repeated: its figures are of one run each, those of the points are means.")


def _tried(material: SweepMaterial) -> Iterator[Table]:
    """What was tried for each target, the nearest first."""
    translate = material.translate
    for number, found in enumerate(material.results.swept.found, start=1):
        target = found.find.target
        rows = tuple(
            (
                material.value(found.find.by, value),
                material.shown(target.figure, reached),
                tried_text(material, found.find, reached),
            )
            for value, reached in found.tried
        )
        columns = (
            Column(material.lever(found.find.by), "number"),
            Column(material.figure_title(target.figure), "number", target.figure.indicator),
            Column(translate("Target")),
        )
        caption = translate("Tried for: {target}").format(target=target_text(material, found.find))
        yield Table(f"tried-{number}", caption, columns, rows, folded=True)


def tried_text(material: SweepMaterial, find: Find, reached: Fraction | None) -> str:
    """Whether a value meets the target."""
    translate = material.translate
    if reached is None:
        return translate("no outcome")
    return translate("met") if find.target.is_met(reached) else translate("not met")


def target_text(material: SweepMaterial, find: Find) -> str:
    """``General share at most 60.00%``."""
    target = find.target
    at_most, at_least = material.translate("{figure} at most {bound}"), material.translate("{figure} at least {bound}")
    bound = material.shown(target.figure, target.bound)
    return (at_most if target.at_most else at_least).format(figure=material.figure_title(target.figure), bound=bound)
