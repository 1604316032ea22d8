"""What a scenario names must exist in it, and its batches must be able to run as written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from allocator.errors import Problem, message
from allocator.scenario.objectives import wrong_objectives
from allocator.scenario.settings import OPEN, PRIORITIES, REVERTED, Batch, Settings
from allocator.scenario.written import Document, KeyPath

PROVISIONAL = "provisional"  # a floor's line from this batch's own first run (R6)

_NO_RANKING = message('no ranking is called "{found}"; the scenario has {known}')
_NO_GROUP = message('no group is called "{found}"; the scenario has {known}')
_NO_POOL = message('no pool is called "{found}"; the scenario has {known}')


def wrong_references(document: Document, settings: Settings) -> Iterable[Problem]:
    """Every reference to nothing, and every rule that contradicts another."""
    if settings.tables is None and settings.cohort is None:
        yield Problem(document.where(()), message("expected `tables` or `cohort`; the scenario has neither"))
    if settings.tables is not None and settings.cohort is not None:
        yield Problem(
            document.where(("cohort",)), message("expected either `tables` or `cohort`; set the other one to null")
        )
    for name, ranking in settings.rankings.items():
        for j, column in enumerate(ranking.tie_break):
            if column == PRIORITIES:
                yield Problem(
                    document.where(("rankings", name, "tie_break", j)),
                    message("the priorities table is a score, not a tie-breaker; remove it here"),
                )
    yield from _wrong_pools(document, settings)
    names = [batch.name for batch in settings.batches]
    for i, batch in enumerate(settings.batches):
        if batch.name in names[:i]:
            yield Problem(
                document.where(("batches", i, "name")),
                message('two batches are called "{found}"; rename one'),
                {"found": batch.name},
            )
        yield from _wrong_batch(document, settings, i, batch)
    yield from _wrong_guideline(document, settings)
    yield from _wrong_indicators(document, settings)
    yield from wrong_objectives(document, settings)


def _unknown(document: Document, path: KeyPath, name: str, known: Iterable[str], template: str) -> Iterable[Problem]:
    names = sorted(known)
    if name not in names:
        # The likeliest name first, where a slip of the pen made the difference.
        close = difflib.get_close_matches(name, names, n=1)
        names = close + [n for n in names if n not in close]
        yield Problem(document.where(path), template, {"found": name, "known": ", ".join(names) or "-"})


def _wrong_pools(document: Document, settings: Settings) -> Iterable[Problem]:
    for name, pool in settings.pools.items():
        if name == REVERTED:
            yield Problem(
                document.where(("pools", name)),
                message("this name is kept for seats that revert to open (R5); rename it"),
            )
        if name == OPEN and pool.per:
            yield Problem(
                document.where(("pools", name, "per")), message("the pool `open` is for everybody and has no cells")
            )
        if pool.apportion is not None and not pool.per:
            yield Problem(
                document.where(("pools", name, "apportion")),
                message("only a pool with `per: feeder_school` is apportioned; remove this, or add that"),
            )
        if pool.group is not None:
            yield from _unknown(document, ("pools", name, "group"), pool.group, settings.groups, _NO_GROUP)


def _wrong_batch(document: Document, settings: Settings, i: int, batch: Batch) -> Iterable[Problem]:
    yield from _unknown(document, ("batches", i, "ranking"), batch.ranking, settings.rankings, _NO_RANKING)
    for j, name in enumerate(batch.pools):
        yield from _unknown(document, ("batches", i, "pools", j), name, {*settings.pools, OPEN}, _NO_POOL)
        if name in batch.pools[:j]:
            yield Problem(
                document.where(("batches", i, "pools", j)), message('the pool "{found}" stands twice'), {"found": name}
            )
    if batch.mechanism == "reassign" and batch.group is not None:
        yield from _unknown(document, ("batches", i, "group"), batch.group, settings.groups, _NO_GROUP)
    if batch.order == "banded" and batch.band_width is None:
        yield Problem(
            document.where(("batches", i)), message("a banded batch needs `band_width`, the points per band (R3)")
        )
    if batch.seats == "leftover" and batch.pools != (OPEN,):
        yield Problem(
            document.where(("batches", i, "pools")), message("a leftover batch has only the pool `open` (R7)")
        )
    if batch.seats == "leftover" and i == 0:
        yield Problem(
            document.where(("batches", i, "seats")),
            message("a leftover batch needs an earlier batch that leaves seats (R7)"),
        )
    per_school = [name for name in batch.pools if settings.pool(name).per]
    if len(per_school) > 1:
        yield Problem(
            document.where(("batches", i, "pools")),
            message("two pools per feeder school in one batch: {found}; the feeder_seats table belongs to one"),
            {"found": ", ".join(per_school)},
        )
    earlier = [b.name for b in settings.batches[:i]]
    for name in batch.pools:
        floor = settings.pool(name).floor
        if floor is not None and floor.of not in (None, PROVISIONAL, *earlier):
            yield Problem(
                document.where(("pools", name, "floor", "of")),
                message('found "{found}"; in batch "{batch}" expected `provisional` or an earlier batch ({known})'),
                {"found": floor.of, "batch": batch.name, "known": ", ".join(earlier) or "-"},
            )


def _wrong_indicators(document: Document, settings: Settings) -> Iterable[Problem]:
    rule = settings.indicators
    for attribute, group in rule.attributes.items():
        yield from _unknown(document, ("indicators", "attributes", attribute), group, settings.groups, _NO_GROUP)
    if rule.super_large_class < rule.large_class:
        yield Problem(
            document.where(("indicators",)),
            message("found large_class {large} above super_large_class {super_large}; correct one of them"),
            {"large": rule.large_class, "super_large": rule.super_large_class},
        )


def _wrong_guideline(document: Document, settings: Settings) -> Iterable[Problem]:
    if settings.guideline is None:
        return
    name, path = settings.guideline_ranking, ("guideline", "ranking")
    yield from _unknown(document, path, name, settings.rankings, _NO_RANKING)
    if name in settings.rankings and settings.rankings[name].score == PRIORITIES:
        yield Problem(
            document.where(path),
            message('the ranking "{found}" comes from the priorities table; name one that gives everybody a score'),
            {"found": name},
        )
