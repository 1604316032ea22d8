"""What the parts of a sweep's page and workbook are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cached_property

import polars as pl

from allocator.errors import Translate
from allocator.indicators import INDICATORS
from allocator.lab.exact import rounded
from allocator.lab.find import written_value
from allocator.lab.pages.differences import share_difference, signed
from allocator.lab.pages.lever_names import lever_title, value_title
from allocator.lab.sweep_results import Results
from allocator.lab.sweep_settings import Figure, SweepSettings
from allocator.lab.values import Value
from allocator.language import translator
from allocator.reports.group_names import group_title
from allocator.reports.names import indicator_title
from allocator.reports.numbers import NOTHING, PLACES, indicator_text

MOST_FIGURES = 8
# What most questions are about; those that the sweep asks for by name come first.
_USUAL = (
    Figure("general_share_flow"),
    Figure("first_choice_rate"),
    Figure("unplaced_rate"),
    Figure("quota_completion"),
    Figure("quota_below_open_line"),
    Figure("demonstration_representation", "setting", "rural"),
    Figure("demonstration_representation", "attribute", "poverty_registered"),
    Figure("feeder_demonstration_gini"),
    Figure("feeder_schools_with_none"),
    Figure("top_three_rate"),
    Figure("demonstration_rate"),
    Figure("unfilled_share"),
)
_BANDS = ("5%", "95%", "least", "most")


@dataclass(frozen=True)
class SweepMaterial:
    """The results of a sweep in the reader's language."""

    results: Results
    language: str

    @property
    def translate(self) -> Translate:
        return translator(self.language)

    @property
    def settings(self) -> SweepSettings:
        return self.results.sweep.settings

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that are shown of every point: those asked for by name, then usual ones that were measured."""
        rows = self.results.rows.filter(pl.col("value").is_not_null())
        known = set(rows.select("indicator", "group_by", "group").unique().iter_rows())
        usual = [figure for figure in _USUAL if (figure.indicator, figure.group_by, figure.group) in known]
        asked = dict.fromkeys(self.settings.figures)
        return tuple(dict.fromkeys([*asked, *usual]))[: max(MOST_FIGURES, len(asked))]

    @cached_property
    def levers_of(self) -> Mapping[int, Mapping[str, Value]]:
        """By point the values of the levers that it moves; the baseline is point 0."""
        return {variant.point: variant.levers for variant in self.results.sweep.variants}

    @cached_property
    def statuses(self) -> Mapping[int, tuple[str, ...]]:
        """By point what became of each repeat."""
        found: dict[int, list[str]] = {}
        for variant, measured in zip(self.results.sweep.variants, self.results.swept.measured, strict=True):
            found.setdefault(variant.point, []).append(measured.status)
        return {point: tuple(of_point) for point, of_point in found.items()}

    @cached_property
    def all_done(self) -> bool:
        """Whether every variant has an outcome, and a proven one."""
        return all(measured.status == "done" for measured in self.results.swept.measured)

    @property
    def num_repeats(self) -> int:
        """How often each point is run."""
        return len(self.statuses[0])

    @cached_property
    def scatter(self) -> Mapping[tuple[Figure, int], Mapping[str, float]]:
        """By figure and point how the repeats of a point lie; empty where nothing is repeated."""
        if self.results.bands is None or self.num_repeats == 1:
            return {}
        found = {}
        for figure in self.figures:
            here = self.results.bands.filter(
                (pl.col("indicator") == figure.indicator)
                & (pl.col("group_by") == figure.group_by)
                & (pl.col("group") == figure.group)
            )
            for row in here.select("point", *_BANDS).iter_rows(named=True):
                found[figure, row["point"]] = {name: row[name] for name in _BANDS}
        return found

    @cached_property
    def moved_levers(self) -> tuple[str, ...]:
        """The levers of the points, those that are only repeated apart."""
        settings = self.settings
        return tuple(dict.fromkeys([*(path for grid in settings.vary for path in grid), *settings.tornado]))

    def figure_title(self, figure: Figure) -> str:
        title = indicator_title(figure.indicator, self.language)
        if not figure.group_by:
            return title
        group = group_title(figure.group_by, figure.group, self.translate)
        return self.translate("{figure} ({group})").format(figure=title, group=group)

    def shown(self, figure: Figure, value: Fraction | None) -> str:
        """A value of a figure as the report shows it."""
        if value is None:
            return NOTHING
        unit = INDICATORS[figure.indicator].unit
        exact = {"numerator": value.numerator, "denominator": value.denominator}
        return indicator_text({"value": float(value), "unit": unit, **exact})

    def difference(self, figure: Figure, point: int) -> Fraction | None:
        """The point's value − the baseline's."""
        points = self.results.points(figure)
        return points[point] - points[0] if point in points and 0 in points else None

    def difference_shown(self, figure: Figure, point: int) -> str:
        difference = self.difference(figure, point)
        return NOTHING if difference is None else self.change_text(figure, difference)

    def change_text(self, figure: Figure, change: Fraction) -> str:
        """A difference with its sign; of shares in percentage points."""
        if INDICATORS[figure.indicator].unit == "share":
            return share_difference(change, self.translate)
        if change.denominator == 1:
            return signed(int(change))
        return f"{Decimal(rounded(change)).quantize(PLACES, ROUND_HALF_EVEN):+,f}"

    def listed(self, names: Iterable[str]) -> str:
        """Names in a row, as the language separates them."""
        return ("、" if self.language == "zh" else ", ").join(names)

    def lever(self, path: str) -> str:
        return lever_title(path, self.translate)

    def value(self, path: str, value: Value) -> str:
        return value_title(path, value, self.translate)

    def values(self, levers: Mapping[str, Value]) -> str:
        """Levers with their values, in a row."""
        return self.listed(f"{self.lever(path)} {self.value(path, value)}" for path, value in levers.items())

    def baseline_value(self, path: str) -> Value:
        return written_value(self.results.sweep.scenario.effective, path)

    def value_at(self, point: int, path: str) -> Value:
        """The value of a lever at a point: the point's own, or the baseline's."""
        levers = self.levers_of[point]
        return levers[path] if path in levers else self.baseline_value(path)
