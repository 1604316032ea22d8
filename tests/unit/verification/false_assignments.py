"""False assignments: each breaks one rule, and is published as carefully as a true outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import polars as pl

from allocator.outcome.outcome import Outcome
from tests.unit.verification.town import Chance, Town

UNPLACED = (None, None, None, None)


def rows(place: Town, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Outcome:
    assignments = change(place.outcome.assignments)
    assert not assignments.equals(place.outcome.assignments)
    return replace(place.outcome, assignments=assignments)


def cell_of_an_admitted(column: str, value: object) -> Callable[[Town], Outcome]:
    """One admission with another value in one column, and everything else as it was."""
    return _cell_of_the_first(pl.col("programme_id").is_not_null(), column, value)


def cell_of_an_unplaced(column: str, value: object) -> Callable[[Town], Outcome]:
    """One of the unplaced with a value in one column."""
    return _cell_of_the_first(pl.col("programme_id").is_null(), column, value)


def _cell_of_the_first(who: pl.Expr, column: str, value: object) -> Callable[[Town], Outcome]:
    def change(place: Town) -> Outcome:
        at = pl.int_range(pl.len()) == who.arg_max()
        return rows(
            place, lambda frame: frame.with_columns(pl.when(at).then(pl.lit(value)).otherwise(column).alias(column))
        )

    return change


def held(place: Town, batch: str, pool: str | None = None) -> Iterator[Chance]:
    return (c for c in place.chances(batch) if c.is_held and pool in (None, c.pool))


def to_a_programme_that_is_not_listed(place: Town) -> Outcome:
    listed = {(a, b, p) for a, b, _, p in place.lists()}
    a = next(a for a in place.admitted(batch="main") if (a, "main", "V2") not in listed)
    return place.with_assignment(a, "V2", "main", "open", 1)


def through_a_pool_of_another_programme(place: Town) -> Outcome:
    c = next(c for c in held(place, "main", "open") if c.programme == "V1")
    return place.with_assignment(c.applicant, "V1", "main", "poor", c.choice)


def through_a_cell_without_a_feeder_school(place: Town) -> Outcome:
    schools = dict(
        zip(place.scenario.cohort.applicants.ids, place.scenario.cohort.applicants.feeder_school, strict=True)
    )
    c = next(c for c in held(place, "quota") if schools[c.applicant] < 0 and c.programme in ("G1", "G2"))
    return place.with_assignment(c.applicant, c.programme, "quota", "feeder", c.choice)


def not_eligible(place: Town, batch: str, programme: str, pool: str, *, least: int, below: int) -> Outcome:
    """Somebody who lists the programme, whose score is in a range, and whom R1 keeps out of the pool."""
    could = {(c.applicant, c.programme, c.pool) for c in place.chances(batch)}
    for a, b, number, p in place.lists():
        score = place.score(a)
        free = place.row(a)[2] in (None, batch)
        wanted = (b, p) == (batch, programme) and free and (a, p, pool) not in could
        if wanted and score is not None and least <= score < below:
            return place.with_assignment(a, p, b, pool, number)
    raise AssertionError("nobody of this kind")


def out_of_the_group(place: Town) -> Outcome:
    return not_eligible(place, "main", "V3", "poor", least=12, below=100)


def below_the_least_score(place: Town) -> Outcome:
    return not_eligible(place, "quota", "G1", "open", least=0, below=35)


def without_a_score(place: Town) -> Outcome:
    for a, b, number, p in place.lists():
        if place.score(a) is None and place.row(a)[1] is None and b == "late":
            return place.with_assignment(a, p, b, "open", number)
    raise AssertionError("everybody has a score")


def below_the_floor(place: Town) -> Outcome:
    floor = place.outcome.floors.row(
        by_predicate=(pl.col("batch") == "quota") & (pl.col("programme_id") == "G2"), named=True
    )
    could = {(c.applicant, c.programme) for c in place.chances("quota") if c.pool == "open"}
    cells = {(c.applicant, c.programme) for c in place.chances("quota") if c.pool == "feeder"}
    long = {a for a in place.scenario.cohort.applicants.ids if (place.score(a, "years") or 0) >= 3}
    schools = dict(
        zip(place.scenario.cohort.applicants.ids, place.scenario.cohort.applicants.feeder_school, strict=True)
    )
    for c in place.chances("quota"):
        key = (c.applicant, "G2")
        if (
            c.programme == "G2"
            and key in could
            and key not in cells
            and c.applicant in long
            and schools[c.applicant] >= 0
        ):
            assert (place.score(c.applicant) or 0) < int(floor["floor"])
            return place.with_assignment(c.applicant, "G2", "quota", "feeder", c.choice)
    raise AssertionError("nobody is below the floor")


def below_the_control_line(place: Town) -> Outcome:
    lines = place.outcome.summary["control_lines"]
    cohort = place.scenario.cohort
    area = {a: cohort.area_names[i] for a, i in zip(cohort.applicants.ids, cohort.applicants.area, strict=True)}
    free = {a for a in cohort.applicants.ids if place.row(a)[2] in (None, "late", "last")}
    for a, b, number, p in place.lists():
        score = place.score(a)
        if (b, p) == ("late", "G2") and a in free and score is not None and score < int(lines[area[a]]):
            return place.with_assignment(a, p, b, "open", number)
    raise AssertionError("nobody is below the control line")


def one_too_many(place: Town, batch: str, pool: str) -> Outcome:
    """Somebody who was refused there is admitted on top of a full pool."""
    for c in place.chances(batch):
        if c.pool == pool and not c.is_held and c.seats <= c.admitted and c.key > c.last:
            return place.with_assignment(c.applicant, *c.seat)
    raise AssertionError("nobody was refused")


def one_for_another(place: Town, batch: str, pool: str) -> Outcome:
    """Somebody of lower priority has the seat of somebody else, who gets nothing."""
    return _instead(place, [batch], pool, lambda loser, winner: True)


def lower_tie_breaker(place: Town) -> Outcome:
    """The score is the same, and the tie-breaker is lower."""

    def fits(loser: Chance, winner: Chance) -> bool:
        return _score(place, loser) == _score(place, winner) and _tie(place, loser) > _tie(place, winner)

    return _instead(place, ["quota", "main"], None, fits)


def larger_lottery_number(place: Town) -> Outcome:
    """Score and tie-breaker are the same, and choices too; only the lottery put the other first."""

    def fits(loser: Chance, winner: Chance) -> bool:
        same_chain = _score(place, loser) == _score(place, winner) and _tie(place, loser) == _tie(place, winner)
        return same_chain and loser.choice == winner.choice

    return _instead(place, ["quota", "main"], None, fits)


def score_before_tier(place: Town) -> Outcome:
    """In a choice-first batch somebody with a better score and a worse choice has the seat."""

    def fits(loser: Chance, winner: Chance) -> bool:
        return _score(place, winner) > _score(place, loser)

    return _instead(place, ["late"], "open", fits)


def _instead(place: Town, batches: list[str], pool: str | None, fits: Callable[[Chance, Chance], bool]) -> Outcome:
    for chances in map(place.chances, batches):
        for loser in (c for c in chances if c.is_held and pool in (None, c.pool) and c.pool != "feeder"):
            for winner in chances:
                same_pool = (winner.programme, winner.pool) == (loser.programme, loser.pool)
                if same_pool and not winner.is_held and winner.key > loser.key and fits(loser, winner):
                    return place.with_assignments({loser.applicant: UNPLACED, winner.applicant: winner.seat})
    raise AssertionError("no such two")


def _score(place: Town, chance: Chance) -> int:
    return place.score(chance.applicant) or 0


def _tie(place: Town, chance: Chance) -> int:
    return place.score(chance.applicant, "cme") or 0


def one_of_two_equals(place: Town) -> Outcome:
    """Of equals that are admitted together, one is refused."""
    c = next(c for c in held(place, "late") if c.admitted > c.seats and c.key == c.last)
    return place.with_assignment(c.applicant, *UNPLACED)


def nobody_instead_of(batch: str, pool: str) -> Callable[[Town], Outcome]:
    def change(place: Town) -> Outcome:
        return place.with_assignment(next(held(place, batch, pool)).applicant, *UNPLACED)

    return change


def through_another_pool(place: Town) -> Outcome:
    """At the same programme, through reverted seats instead of the own cell: nobody is worse off, but P10 is not so."""
    chances = place.chances("quota")
    for c in (c for c in chances if c.is_held and c.pool == "feeder"):
        for other in chances:
            if (other.applicant, other.programme, other.pool) == (c.applicant, c.programme, "reverted"):
                return place.with_assignment(c.applicant, *other.seat)
    raise AssertionError("nobody")
