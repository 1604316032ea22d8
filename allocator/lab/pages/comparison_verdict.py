"""The verdict of a comparison: how many moved, won and lost, and whether each outcome meets the guideline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from allocator.lab.pages.compared import Change, Compared, titled_of
from allocator.lab.pages.differences import share_difference, signed, signed_decimal
from allocator.lab.side_by_side import Side
from allocator.reports.blocks import Cell, Column, Defined, Figure, Section, Statement, Table
from allocator.reports.names import indicator_title
from allocator.reports.numbers import NOTHING, percent, published_share
from allocator.reports.sections.verdict import SYNTHETIC, guideline_statement


def verdict(compared: Compared) -> Section:
    is_one, in_both = len(compared.changes) == 1, compared.changes[0].city["applicants"]
    return Section(
        "verdict",
        compared.translate("Verdict"),
        statements=tuple(_statements(compared)),
        figures=tuple(_figures(compared, compared.changes[0])) if is_one and in_both else (),
        notes=tuple(_notes(compared)),
        tables=(*(() if is_one else (_who_moved(compared),)), outcomes(compared)),
    )


def _statements(compared: Compared) -> Iterator[Statement]:
    translate = compared.translate
    for change in compared.changes:
        yield Statement(change.title, _moved(compared, change))
    for side in compared.sides:
        said = guideline_statement(side.scenario.settings.guideline, side.outcome.summary, translate)
        yield replace(said, title=titled_of(translate("Guideline"), side.name, translate))
    yield Statement(
        translate("Internal paper"),
        translate(
            "Counts of few persons are stated as they are, so this paper is not a public notice and not for "
            "publication. It names no applicant."
        ),
    )


def _moved(compared: Compared, change: Change) -> str:
    translate, city = compared.translate, change.city
    if not city["applicants"]:
        return translate("The outcomes have no applicant in common, so nobody can have moved; compare their figures.")
    if not city["moved"]:
        said = translate("None of the {applicants:,} applicants who are in both outcomes moved.")
        return said.format(**city)
    said = translate(
        "{moved:,} of the {applicants:,} applicants who are in both outcomes moved: {better:,} better off, {worse:,} "
        "worse off, {neither:,} neither. {newly_placed:,} are newly placed, {no_longer_placed:,} no longer; "
        "{to_general:,} came to the general track, {from_general:,} left it."
    )
    return said.format(**city, neither=city["moved"] - city["better"] - city["worse"])


def _figures(compared: Compared, change: Change) -> Iterator[Figure]:
    of_all = compared.translate("{share} of the applicants")
    for title, number in _counts(compared, change).items():
        share = percent(number, change.city["applicants"])
        yield Figure(title, f"{number:,}", note=of_all.format(share=share) if number else "")
    yield Figure(compared.translate("Lines that moved"), f"{change.pair.lines.height:,}")


def _counts(compared: Compared, change: Change) -> dict[str, int]:
    translate, city = compared.translate, change.city
    return {
        translate("Moved"): city["moved"],
        translate("Better off"): city["better"],
        translate("Worse off"): city["worse"],
        translate("Same programme in another way"): change.of_change("same"),
        translate("With another list"): change.of_change("other_list"),
        translate("Newly placed"): city["newly_placed"],
        translate("No longer placed"): city["no_longer_placed"],
        translate("Came to the general track"): city["to_general"],
        translate("Left the general track"): city["from_general"],
    }


def _who_moved(compared: Compared) -> Table:
    """One column for each outcome after the first."""
    translate = compared.translate
    found = [
        {
            translate("In both"): change.city["applicants"],
            **_counts(compared, change),
            translate("Lines that moved"): change.pair.lines.height,
        }
        for change in compared.changes
    ]
    rows = tuple((title, *(of_pair[title] for of_pair in found)) for title in found[0])
    columns = (Column(translate("Item")), *(Column(change.title, "number") for change in compared.changes))
    return Table("who-moved", translate("Who moved, from the first outcome to each of the others"), columns, rows)


def _notes(compared: Compared) -> Iterator[str]:
    translate = compared.translate
    yield translate(
        "Better off is whoever is admitted to an earlier choice of the same batch, in an earlier batch, or at all; "
        "worse off is the opposite. Whoever filed another list is counted apart, since the numbers of different lists "
        "cannot be compared."
    )
    for change in compared.changes:
        if change.pair.only_before or change.pair.only_after:
            said = translate(
                "{before:,} applicants are only in {first}, {after:,} only in {second}; they count in the figures of "
                "their outcome and not among those who moved."
            )
            counts = {"before": change.pair.only_before, "after": change.pair.only_after}
            yield said.format(**counts, first=change.before.name, second=change.after.name)
    if any(side.scenario.settings.cohort is not None for side in compared.sides):
        yield translate(SYNTHETIC)


def outcomes(compared: Compared) -> Table:
    """The main figures of the outcomes beside each other, with the differences from the first."""
    translate, sides = compared.translate, compared.sides
    verified = [_verified(side, compared) for side in sides]
    rows: list[tuple[Cell, ...]] = [
        (translate("Verified when it was run"), verified[0], *(cell for said in verified[1:] for cell in (said, None)))
    ]
    counts = {
        translate("Applicants"): "applicants",
        translate("Filed choices"): "filed",
        translate("Seats"): "seats",
        translate("Admitted"): "admitted",
        translate("General track"): "general",
        translate("Vocational track"): "vocational",
        translate("Unplaced"): "unplaced",
    }
    for title, name in counts.items():
        numbers = [int(side.outcome.summary[name]) for side in sides]
        rows.append((title, numbers[0], *(c for n in numbers[1:] for c in (n, signed(n - numbers[0])))))
    for name, indicator in (("general_share", "general_share_flow"), ("first_choice", "first_choice_rate")):
        shares = [side.outcome.summary[name] for side in sides]
        cells: list[Cell] = [published_share(shares[0])]
        for share in shares[1:]:
            cells += [published_share(share), _between(shares[0], share, compared)]
        rows.append((Defined(indicator_title(indicator, compared.language), indicator), *cells))
    rows += _control_lines(compared)
    heads = [Column(sides[0].name, "number")]
    for side in sides[1:]:
        heads += [
            Column(side.name, "number"),
            Column(compared.difference_title(side, translate("Difference")), "number"),
        ]
    columns = (Column(translate("Item")), *heads)
    return Table("outcomes", translate("The outcomes beside each other"), columns, tuple(rows))


def _between(before: Mapping[str, Any], after: Mapping[str, Any], compared: Compared) -> str:
    numerators, denominators = zip(*(map(int, str(s["fraction"]).split("/")) for s in (before, after)), strict=True)
    if not all(denominators):
        return NOTHING
    was, now = (Fraction(n, d) for n, d in zip(numerators, denominators, strict=True))
    return share_difference(now - was, compared.translate)


def _verified(side: Side, compared: Compared) -> str:
    """What the manifest of the run says."""
    verdicts = side.outcome.manifest.get("verification", {}).get("verdicts", {})
    if not verdicts:
        return NOTHING
    return compared.translate("yes") if all(verdicts.values()) else compared.translate("no")


def _control_lines(compared: Compared) -> Iterator[tuple[Cell, ...]]:
    """The lines of the last round (R8), of the whole city or of each area."""
    found: list[Mapping[str, str]] = [side.outcome.summary["control_lines"] for side in compared.sides]
    title = compared.translate("Control line")
    for scope in dict.fromkeys(scope for lines in found for scope in lines):
        first, *others = (lines.get(scope) for lines in found)
        cells: list[Cell] = [first]
        for line in others:
            cells += [line, None if first is None or line is None else signed_decimal(Decimal(line) - Decimal(first))]
        yield titled_of(title, scope, compared.translate) if scope else title, *cells
