"""R4, R5 and the deferred acceptance of R7: whole sets are chosen from again and again, nothing is updated in place."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass

OPEN, REVERTED = "open", "reverted"


@dataclass(frozen=True)
class Offer:
    """What a programme brings to a batch."""

    seats: Mapping[
        str, Mapping[str, int]
    ]  # pools in written order: cell to seats; the one cell "" where not per school
    reverting: frozenset[str]  # pools whose unfilled seats are offered once more
    standing: Mapping[str, int]  # applicant to place in the priority order, smaller is better; equals share one
    usable: Mapping[str, frozenset[str]]  # applicant to the pools that they are eligible for (R1)
    feeder_school: Mapping[str, str]  # applicant to feeder school, "" for none


def fill(candidates: Collection[str], seats: int, standing: Mapping[str, int]) -> list[str]:
    """R4: who has fewer than that number of candidates of strictly higher priority."""
    ordered = sorted(candidates, key=lambda a: standing[a])
    if seats == 0 or not ordered:
        return []
    last = standing[ordered[min(seats, len(ordered)) - 1]]
    return [a for a in ordered if standing[a] <= last]


def programme_choice(offer: Offer, proposers: Collection[str]) -> dict[str, str]:
    """R5: the applicants that a programme takes from a set, and the pool of each."""
    taken: dict[str, str] = {}
    num_reverting = 0
    for pool, cells in offer.seats.items():
        for cell, seats in cells.items():
            candidates = [
                a
                for a in proposers
                if a not in taken and pool in offer.usable[a] and cell in ("", offer.feeder_school[a])
            ]
            winners = fill(candidates, seats, offer.standing)
            taken.update(dict.fromkeys(winners, pool))
            if pool in offer.reverting:
                num_reverting += max(0, seats - len(winners))
    if OPEN in offer.seats:
        left_over = [a for a in proposers if a not in taken and OPEN in offer.usable[a]]
        taken.update(dict.fromkeys(fill(left_over, num_reverting, offer.standing), REVERTED))
    return taken


def deferred_acceptance(
    lists: Mapping[str, Collection[str]], offers: Mapping[str, Offer], rng: random.Random | None = None
) -> tuple[dict[str, tuple[str, str]], set[tuple[str, str]]]:
    """R7: applicant to programme and pool; and who was refused by whom.

    Proposals are handled one at a time, in the order of a last-in-first-out pile, or in a random order.
    """
    to_do = {a: list(programmes) for a, programmes in lists.items()}
    proposers: dict[str, set[str]] = {programme: set() for programme in offers}
    held: dict[str, dict[str, str]] = {programme: {} for programme in offers}
    refusals: set[tuple[str, str]] = set()
    pile = [a for a in lists if to_do[a]]
    while pile:
        applicant = pile.pop(rng.randrange(len(pile)) if rng else -1)
        programme = to_do[applicant].pop(0)
        proposers[programme].add(applicant)
        held[programme] = programme_choice(offers[programme], sorted(proposers[programme]))
        refused = {(a, programme) for a in proposers[programme] - held[programme].keys()}
        # Section 4: whoever a set refuses, every larger set refuses.
        assert refusals.isdisjoint((a, programme) for a in held[programme])
        pile += [a for a, _ in sorted(refused - refusals) if to_do[a]]
        refusals |= refused
    return {a: (programme, pool) for programme, taken in held.items() for a, pool in taken.items()}, refusals
