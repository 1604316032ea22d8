"""Maps of who gets what: feeder schools as tiles in their areas, coloured by the share of their applicants.

In a public notice a tile states its school's share if the table by feeder school states the counts behind it, and an
area's head its figures if those may be stated beside the other areas' and the city's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from allocator.errors import Translate, message
from allocator.reports.blocks import Chart
from allocator.reports.feeder_outcomes import FeederOutcomes
from allocator.reports.material import DEMONSTRATION, GENERAL, Material
from allocator.reports.names import titled
from allocator.reports.stated_counts import shown_counts
from allocator.reports.tile_map import Block, Tile, tile_map
from allocator.scenario.cohort import BoolArray, IntArray

MAP_NOTE = message(
    "In the maps each tile is a feeder school and each block an area. In a tile stand the school's name or the end of "
    "its number, and below it the percentage of its applicants who got such a seat: the darker, the more. Tiles stand "
    "in the order of the table by feeder school, all of one size; they do not show where a school lies."
)
_GENERAL_MAP = message("Map: share of each feeder school's applicants admitted to a general school")
_DEMONSTRATION_MAP = message("Map: share of each feeder school's applicants admitted to a demonstration general school")


def school_maps(material: Material, found: FeederOutcomes) -> Iterator[Chart]:
    """General seats, and those of demonstration schools where tiers name them; no map of which nothing is stated."""
    translate = material.translate
    yield from _map(material, found, "map-general", translate(_GENERAL_MAP), [DEMONSTRATION, GENERAL])
    if material.of_demonstration is not None:
        yield from _map(material, found, "map-demonstration", translate(_DEMONSTRATION_MAP), [DEMONSTRATION])


def _map(material: Material, found: FeederOutcomes, name: str, caption: str, of: list[int]) -> Iterator[Chart]:
    translate = material.translate
    blocks = list(_blocks(material, found, of))
    if all(tile.percent is None for block in blocks for tile in block.tiles):
        return
    spec = tile_map(
        blocks, title=translate("percentage of the school's applicants"), not_stated=translate("not stated")
    )
    yield Chart(name, caption, "; ".join(_in_words(translate, blocks)), spec)


def _blocks(material: Material, found: FeederOutcomes, of: list[int]) -> Iterator[Block]:
    """A block for each area, in the order in which the schools name them."""
    translate, names = material.translate, material.names
    areas = list(dict.fromkeys(found.areas))
    members = [[i for i, area in enumerate(found.areas) if area == one] for one in areas]
    totals = np.array([found.counts[rows].sum(axis=0) for rows in members], dtype=np.int64)
    totals = totals.reshape(len(areas), found.counts.shape[1])
    stated = _stated_of_areas(material, totals)
    percents, shares = _percents(found.counts, found.shown, of), _percents(totals, stated, of)
    for i, area in enumerate(areas):
        title = area or (translate("area not stated") if len(areas) > 1 else translate("whole city"))
        note = translate("schools: {schools:,}").format(schools=len(members[i]))
        if stated[i].any():
            both = translate("schools: {schools:,}, applicants: {applicants:,}")
            note = both.format(schools=len(members[i]), applicants=int(totals[i].sum()))
        yield Block(
            title if shares[i] is None else f"{title} {shares[i]}%",
            note,
            tuple(Tile(found.schools[j], names.feeder_school[found.schools[j]], percents[j]) for j in members[i]),
        )


def _percents(counts: IntArray, shown: BoolArray, of: list[int]) -> list[int | None]:
    """(row,) the share of some destinations, rounded; None where one of their counts is not stated."""
    return [
        round(Fraction(100 * int(row[of].sum()), int(row.sum()))) if is_shown[of].all() else None
        for row, is_shown in zip(counts, shown, strict=True)
    ]


def _stated_of_areas(material: Material, counts: IntArray) -> BoolArray:
    """(area, destination) which counts are stated, also against what the whole city's counts tell about the rest."""
    city = np.bincount(material.destination, minlength=counts.shape[1])
    return shown_counts(material, np.vstack([counts, city - counts.sum(axis=0)]))[:-1]


def _in_words(translate: Translate, blocks: Sequence[Block]) -> Iterator[str]:
    """The lowest and the highest school of each area."""
    extremes = translate("{area}: from {low} ({lowest}) to {high} ({highest})")
    for block in blocks:
        stated = [(tile.percent, titled(tile.school, tile.name)) for tile in block.tiles if tile.percent is not None]
        if stated:
            (low, lowest), (high, highest) = min(stated), max(stated)
            yield extremes.format(area=block.title, low=f"{low}%", lowest=lowest, high=f"{high}%", highest=highest)
