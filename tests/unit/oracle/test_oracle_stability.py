"""R7 by brute force: of all outcomes of a tiny market, the oracle's is stable and everybody's best."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

from tests.oracle.choice import OPEN, Offer, deferred_acceptance, programme_choice

Lists = dict[str, list[str]]
Outcome = dict[str, str]  # applicant to programme; the unplaced are left out
NUM_MARKETS = 400
APPLICANTS = ("a", "b", "c", "d")
PROGRAMMES = ("P", "Q", "R")


def random_market(rng: random.Random, open_only: bool) -> tuple[Lists, dict[str, Offer]]:
    """Four applicants with lists, and three programmes; `score_first` with lottery ties where open only."""
    lists = {a: rng.sample(PROGRAMMES, rng.randint(1, 3)) for a in APPLICANTS}
    scores = {a: rng.randint(0, 3) for a in APPLICANTS}
    tickets = {a: rng.random() for a in APPLICANTS}
    feeder_school = {a: rng.choice(["J1", "J2", ""]) for a in APPLICANTS}
    offers: dict[str, Offer] = {}
    for programme in PROGRAMMES:
        keys = {a: (-scores[a], tickets[a]) for a in APPLICANTS}
        if not open_only and rng.random() < 0.5:
            keys = {a: (-rng.randint(0, 2), 0) for a in APPLICANTS}  # a ranking of its own, with admit_all
        places = sorted(set(keys.values()))
        pools = [OPEN] if open_only else rng.sample([OPEN, "feeder", "special"], rng.randint(1, 3))
        cells = {"feeder": ("J1", "J2")}
        offers[programme] = Offer(
            seats={pool: {cell: rng.randint(0, 2) for cell in cells.get(pool, ("",))} for pool in pools},
            reverting=frozenset(pool for pool in pools if pool != OPEN and rng.random() < 0.7),
            standing={a: places.index(keys[a]) for a in APPLICANTS},
            usable={a: frozenset(pool for pool in pools if rng.random() < 0.8) for a in APPLICANTS},
            feeder_school=feeder_school,
        )
    return lists, offers


def every_outcome(lists: Lists) -> Iterator[Outcome]:
    for programmes in product(*(["", *lists[a]] for a in APPLICANTS)):
        yield {a: p for a, p in zip(APPLICANTS, programmes, strict=True) if p}


def place(lists: Lists, outcome: Outcome, applicant: str) -> int:
    """The position on the applicant's list, past its end for the unplaced: smaller is better."""
    return lists[applicant].index(outcome[applicant]) if applicant in outcome else len(lists[applicant])


def better(lists: Lists, outcome: Outcome, applicant: str) -> list[str]:
    return lists[applicant][: place(lists, outcome, applicant)]


def stable_by_choice(lists: Lists, offers: dict[str, Offer], outcome: Outcome) -> bool:
    """Every programme would choose whom it has, and nobody in addition who would rather be there."""
    for programme, offer in offers.items():
        here = {a for a in outcome if outcome[a] == programme}
        if programme_choice(offer, here).keys() != here:
            return False
        rather = {a for a in APPLICANTS if programme in better(lists, outcome, a)}
        if any(a in programme_choice(offer, here | {a}) for a in rather):
            return False
    return True


def stable_by_envy_and_waste(lists: Lists, offers: dict[str, Offer], outcome: Outcome) -> bool:
    """P1 to P4 of an open pool: eligible, within the seats, no justified envy, no seat empty that somebody wants."""
    for programme, offer in offers.items():
        here = [a for a in outcome if outcome[a] == programme]
        if len(here) > offer.seats[OPEN][""] or not all(OPEN in offer.usable[a] for a in here):
            return False
        for a in APPLICANTS:
            if programme in better(lists, outcome, a) and OPEN in offer.usable[a]:
                envied = [b for b in here if offer.standing[b] > offer.standing[a]]
                if envied or len(here) < offer.seats[OPEN][""]:
                    return False
    return True


def test_open_pools_give_the_best_outcome_without_envy_and_waste() -> None:
    num_refused = 0
    for seed in range(NUM_MARKETS):
        lists, offers = random_market(random.Random(seed), open_only=True)
        admitted, refusals = deferred_acceptance(lists, offers)
        outcome = {a: programme for a, (programme, _) in admitted.items()}
        stable = [o for o in every_outcome(lists) if stable_by_envy_and_waste(lists, offers, o)]
        assert outcome in stable
        assert all(place(lists, outcome, a) <= place(lists, other, a) for other in stable for a in APPLICANTS)
        num_refused += len(refusals)
    assert num_refused > NUM_MARKETS


def test_any_pools_and_ties_give_the_applicants_best_stable_outcome() -> None:
    pools_used: set[str] = set()
    num_above = 0
    for seed in range(NUM_MARKETS):
        lists, offers = random_market(random.Random(seed), open_only=False)
        admitted, _ = deferred_acceptance(lists, offers)
        outcome = {a: programme for a, (programme, _) in admitted.items()}
        stable = [o for o in every_outcome(lists) if stable_by_choice(lists, offers, o)]
        assert outcome in stable
        assert all(place(lists, outcome, a) <= place(lists, other, a) for other in stable for a in APPLICANTS)
        pools_used |= {pool for _, pool in admitted.values()}
        for programme, offer in offers.items():
            through = [pool for p, pool in admitted.values() if p == programme]
            num_above += any(through.count(pool) > sum(cells.values()) for pool, cells in offer.seats.items())
    assert pools_used == {"open", "feeder", "special", "reverted"}
    assert num_above > 10, "too few markets had ties above the seats"


def test_whom_a_set_refuses_every_larger_set_refuses() -> None:
    for seed in range(NUM_MARKETS):
        _, offers = random_market(random.Random(seed), open_only=False)
        subsets = [
            {a for a, inside in zip(APPLICANTS, chosen, strict=True) if inside} for chosen in product([0, 1], repeat=4)
        ]
        for offer in offers.values():
            refused = {frozenset(s): s - programme_choice(offer, s).keys() for s in subsets}
            assert all(refused[frozenset(s)] <= refused[frozenset(t)] for s in subsets for t in subsets if s <= t)
