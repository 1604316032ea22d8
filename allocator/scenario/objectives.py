"""What batches that objectives decide may say, and the caps that bind them (R10, R11)."""

from __future__ import annotations

from collections.abc import Iterable

from allocator.errors import Problem, message
from allocator.scenario.settings import PRIORITIES, Batch, Settings
from allocator.scenario.written import Document

OF_TARGETS = ("targets", "worst_target")


def wrong_objectives(document: Document, settings: Settings) -> Iterable[Problem]:
    """Every contradiction in optimal and reassignment batches, and in caps."""
    for i, batch in enumerate(settings.batches):
        if batch.mechanism != "reassign" and batch.group is not None:
            yield Problem(
                document.where(("batches", i, "group")),
                message("only a batch with `mechanism: reassign` has a `group`; elsewhere the pools have one"),
            )
        if batch.mechanism == "stable":
            yield from _wrong_stable(document, i, batch)
        else:
            yield from _wrong_optimal(document, settings, i, batch)
            yield from _wrong_ladder(document, settings, i, batch)
    yield from _wrong_caps(document, settings)
    bound = settings.guideline is not None and settings.guideline.enforce == "constraint"
    if bound and all(batch.mechanism == "stable" for batch in settings.batches):
        yield Problem(
            document.where(("guideline", "enforce")),
            message("`constraint` binds optimal batches, and the scenario has none; use `control_line` or `report`"),
        )


def _wrong_stable(document: Document, i: int, batch: Batch) -> Iterable[Problem]:
    if batch.objectives:
        yield Problem(
            document.where(("batches", i, "objectives")),
            message("objectives belong to batches with `mechanism: optimal` or `reassign`; remove them, or name one"),
        )


def _wrong_optimal(document: Document, settings: Settings, i: int, batch: Batch) -> Iterable[Problem]:
    if batch.mechanism == "reassign" and batch.seats != "leftover":
        yield Problem(
            document.where(("batches", i, "seats")),
            message("a reassignment batch gives seats that are left over (R11)"),
        )
    if batch.order != "score_first" or batch.choice_tier != 1 or batch.band_width is not None:
        yield Problem(
            document.where(("batches", i)),
            message("the objectives decide this batch; remove `order`, `choice_tier` and `band_width` (R10)"),
        )
    ranking = settings.rankings.get(batch.ranking)
    if ranking is not None and ranking.score == PRIORITIES:
        yield Problem(
            document.where(("batches", i, "ranking")),
            message(
                'the ranking "{found}" comes from the priorities table; an optimal batch needs one that orders '
                "everybody, for `score` (R10)"
            ),
            {"found": batch.ranking},
        )
    for name in batch.pools:
        floor = settings.pool(name).floor
        if floor is not None and floor.of == "provisional":
            yield Problem(
                document.where(("pools", name, "floor", "of")),
                message(
                    'batch "{batch}" is not stable, so it has no provisional line (R6); name an earlier batch, or give '
                    "a score"
                ),
                {"batch": batch.name},
            )


def _wrong_ladder(document: Document, settings: Settings, i: int, batch: Batch) -> Iterable[Problem]:
    path = ("batches", i, "objectives")
    for j, name in enumerate(batch.objectives):
        where = document.where((*path, j))
        if name in batch.objectives[:j]:
            yield Problem(where, message('the objective "{found}" stands twice'), {"found": name})
        if name == "score" and j + 1 < len(batch.objectives):
            yield Problem(where, message("`score` decides everything that is left; put it last (R10)"))
        if name == "guideline" and settings.guideline is None:
            yield Problem(where, message("the scenario has no `guideline`; add one, or remove this objective"))
        if name in OF_TARGETS and all(cap.target is None for cap in settings.caps):
            yield Problem(where, message("no cap has a `target`; add one, or remove this objective"))
        if name == "same_area" and batch.mechanism == "optimal":
            yield Problem(where, message("`same_area` is an objective of reassignment batches (R11); remove it"))


def _wrong_caps(document: Document, settings: Settings) -> Iterable[Problem]:
    if settings.caps and all(batch.mechanism == "stable" for batch in settings.batches):
        yield Problem(
            document.where(("caps",)),
            message("caps bind batches with `mechanism: optimal` or `reassign`, and the scenario has none (R10)"),
        )
    names = [cap.name for cap in settings.caps]
    for i, cap in enumerate(settings.caps):
        if cap.name in names[:i]:
            yield Problem(
                document.where(("caps", i, "name")),
                message('two caps are called "{found}"; rename one'),
                {"found": cap.name},
            )
        if cap.at_least is not None and cap.at_most is not None and cap.at_least > cap.at_most:
            yield Problem(
                document.where(("caps", i)),
                message("found at_least {least} above at_most {most}; correct one of them"),
                {"least": cap.at_least, "most": cap.at_most},
            )
