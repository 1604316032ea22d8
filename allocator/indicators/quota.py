"""What the feeder-school quota (指标到校) and other reserved seats really do."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.indicators.dimensions import Dimension, by_programme, by_track, of_feeder_schools, positions
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, missing, quotient, quotients
from allocator.indicators.lines import NO_QUOTA, open_line
from allocator.indicators.scores import order_of
from allocator.scenario.cohort import BoolArray
from allocator.scenario.settings import OPEN

FAMILY = Family(
    "quota",
    "指标到校",
    message("How many reserved seats are used, and for whom they make a difference."),
    "practice.md, Indicators: quota completion; what the quota does",
)
COMPLETION = Indicator(
    "quota_completion",
    FAMILY.name,
    message("share"),
    message(
        "Admissions through pools per feeder school / their seats. Area, setting, ownership and feeder_school are "
        "those of the cell's feeder school, the track is the programme's."
    ),
    "practice.md, Indicators: quota completion = quota admissions / quota seats",
    "指标完成率",
    "better",
)
RESERVED = Indicator(
    "reserved_completion",
    FAMILY.name,
    message("share"),
    message(
        "Admissions through a pool other than `open` / its seats in force, over all batches. Reverted seats apart."
    ),
    "practice.md, Indicators: quota completion = quota admissions / quota seats",
    "专项计划完成率",
    "better",
)
BELOW = Indicator(
    "quota_below_open_line",
    FAMILY.name,
    message("share"),
    message(
        "Admissions through pools per feeder school with a score below the programme's open line / all such "
        "admissions. The open line is the lowest score admitted through `open`, if all its seats were taken (R6), in "
        "the same batch; where that has none, in the next later batch, else the nearest earlier one, that has one in "
        "the same ranking. Where there is no open line, nobody is below it."
    ),
    "practice.md, Indicators: what the quota does",
    "指标录取中低于统招线者占比",
    "neither",
)
INDICATORS = (COMPLETION, RESERVED, BELOW)


def rows(facts: Facts) -> Iterator[Row]:
    settings, lines = facts.scenario.settings, facts.outcome.lines
    cells = lines.filter(pl.col("feeder_school_id").is_not_null())
    if not any(settings.feeder_pool(batch) for batch in settings.batches):
        yield missing(COMPLETION, NO_QUOTA)
    else:
        admitted, seats = cells["admitted"].to_numpy(), cells["seats"].to_numpy()
        yield from quotients(COMPLETION, _of_cells(facts, cells), admitted, seats)
    for pool in settings.pools:
        rows_of = lines.filter(pl.col("pool") == pool)
        if pool != OPEN and rows_of.height:
            yield quotient(RESERVED, "pool", pool, int(rows_of["admitted"].sum()), int(rows_of["seats"].sum()))
    if not any(settings.feeder_pool(batch) for batch in settings.batches):
        yield missing(BELOW, NO_QUOTA)
        return
    through = through_quota(facts)
    below = _below_open_line(facts, through)
    programme = by_programme(facts.scenario.cohort)
    with_quota = positions(pl.Series(programme.groups, dtype=pl.String), cells["programme_id"].unique().sort())
    yield from quotients(BELOW, (*facts.by_applicant, facts.track), below, through)
    admissions = np.bincount(facts.programme[through], minlength=len(programme.groups))
    num_below = np.bincount(facts.programme[below], minlength=len(programme.groups))
    order = np.argsort(programme.group_of)
    for group, p, has in zip(programme.groups, order.tolist(), with_quota.tolist(), strict=True):
        if has >= 0:
            yield quotient(BELOW, "programme", group, int(num_below[p]), int(admissions[p]))


def _of_cells(facts: Facts, cells: pl.DataFrame) -> Iterator[Dimension]:
    """Cells by the attributes of their feeder school, by track and batch, and by programme."""
    schools = pl.Series(facts.scenario.cohort.feeder_school_ids, dtype=pl.String)
    school = positions(cells["feeder_school_id"], schools)
    for dimension in of_feeder_schools(facts.scenario):
        yield Dimension(dimension.name, dimension.groups, dimension.group_of[school], dimension.absent)
    track = by_track(facts.scenario.cohort)
    programmes = pl.Series(facts.scenario.cohort.programmes.ids, dtype=pl.String)
    yield Dimension(track.name, track.groups, track.group_of[positions(cells["programme_id"], programmes)])
    for name, column in (("batch", "batch"), ("feeder_school", "feeder_school_id"), ("programme", "programme_id")):
        # Batches are told in their written order, which is that of the lines.
        groups = cells[column].unique(maintain_order=True) if name == "batch" else cells[column].unique().sort()
        yield Dimension(name, tuple(groups), positions(cells[column], groups))


def through_quota(facts: Facts) -> BoolArray:
    """(applicant,) admitted through a pool per feeder school."""
    settings = facts.scenario.settings
    per_school = [i for i, name in enumerate(facts.pool_names) if settings.pool(name).per is not None]
    return np.isin(facts.pool, per_school)


def _below_open_line(facts: Facts, through: BoolArray) -> BoolArray:
    """(applicant,) admitted through the quota with a score below the programme's open line."""
    cohort, batches = facts.scenario.cohort, facts.scenario.settings.batches
    result = np.zeros(len(through), dtype=np.bool_)
    for index, batch in enumerate(batches):
        here = np.flatnonzero(through & (facts.batch == index))
        ranking = [own or batch.ranking for own in cohort.programmes.ranking]
        of_here = facts.programme[here]
        different = np.flatnonzero(np.bincount(of_here)).tolist()
        for name in sorted({ranking[p] for p in different}):
            order = order_of(facts.scenario, name)
            least = np.full(len(ranking), -(2**62), dtype=np.int64)
            for p in different:
                line = open_line(facts, p, index) if ranking[p] == name else None
                if line is not None:
                    least[p] = order.least(Decimal(line))
            who = here[np.array([ranking[p] == name for p in of_here.tolist()], dtype=np.bool_)]
            row, _ = order.rows(facts.programme[who], who, len(through))
            result[who] = order.score[row] < least[facts.programme[who]]
    return result
