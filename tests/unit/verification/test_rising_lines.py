"""The independent run equals deferred acceptance proposed one applicant at a time, with R5 recomputed from scratch."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from allocator.verification import rerun
from allocator.verification.standing import BARRED

Market = dict[str, Any]


def random_market(rng: random.Random) -> Market:
    """Programmes with two reserved pools, an open one and reverted seats; some equal keys and barred slots."""
    num_applicants, num_programmes = rng.randint(1, 14), rng.randint(1, 4)
    cells = [(p, pool) for p in range(num_programmes) for pool in ("a", "b", "open", "reverted")]
    num_seats = {"a": [0, 1, 2, 3], "b": [0, 1, 2], "open": [0, 0, 0, 1], "reverted": [0]}
    seats = [rng.choice(num_seats[pool]) for _, pool in cells]
    reverts = [cells.index((p, "reverted")) if pool in rng.choice(["a", "ab", ""]) else -1 for p, pool in cells]
    together = rng.random() < 0.4
    slots = []
    for applicant in range(num_applicants):
        listed = rng.sample(range(num_programmes), rng.randint(0, num_programmes))
        mine = []
        for programme in listed:
            key = rng.randint(0, 3) if together else rng.randint(0, 50) * num_applicants + applicant
            usable = [pool for pool, often in (("a", 0.3), ("b", 0.3), ("open", 0.8)) if rng.random() < often]
            for pool in [*usable, *(["reverted"] if "open" in usable else [])]:
                mine.append((cells.index((programme, pool)), BARRED if rng.random() < 0.05 else key))
        slots.append(mine)
    return {"cells": cells, "seats": seats, "reverts": reverts, "slots": slots}


def run(market: Market) -> list[int]:
    """The cells that the independent run gives."""
    setting: Any = SimpleNamespace(
        tables=SimpleNamespace(num_cells=len(market["cells"])), seats=np.array(market["seats"], dtype=np.int64)
    )
    start = np.cumsum([0, *(len(mine) for mine in market["slots"])])
    flat = [slot for mine in market["slots"] for slot in mine]
    cell = np.array([c for c, _ in flat], dtype=np.int32)
    key = np.array([k for _, k in flat], dtype=np.int32)
    packed = rerun._packed(cell, key)
    cells, _ = rerun._rise(setting, start, packed, np.array(market["reverts"], dtype=np.int64))
    return [int(cell) for cell in cells]


def by_proposals(market: Market, rng: random.Random) -> list[int]:
    """Deferred acceptance: one proposal at a time, and a programme's choice (R5) from all who ever proposed to it."""
    programme_of = {i: p for i, (p, _) in enumerate(market["cells"])}
    lists = [list(dict.fromkeys(programme_of[c] for c, _ in mine)) for mine in market["slots"]]
    proposed: dict[int, list[int]] = {p: [] for p, _ in market["cells"]}
    taken: dict[int, dict[int, int]] = {p: {} for p in proposed}
    waiting = list(range(len(lists)))
    while waiting:
        applicant = waiting.pop(rng.randrange(len(waiting)))
        if lists[applicant]:
            programme = lists[applicant].pop(0)
            before = set(taken[programme])
            proposed[programme].append(applicant)
            taken[programme] = choice_of(market, programme, proposed[programme])
            waiting += [a for a in {*before, applicant} if a not in taken[programme]]
    held = [-1] * len(lists)
    for seats in taken.values():
        for applicant, cell in seats.items():
            held[applicant] = cell
    return held


def choice_of(market: Market, programme: int, applicants: list[int]) -> dict[int, int]:
    """R5 with R4: pool after pool from those not yet taken, and the unfilled seats that revert last."""
    result: dict[int, int] = {}
    back = 0
    for cell, (p, pool) in enumerate(market["cells"]):
        if p != programme:
            continue
        seats = back if pool == "reverted" else market["seats"][cell]
        keys = {a: k for a in applicants if a not in result for c, k in market["slots"][a] if c == cell and k != BARRED}
        chosen = [a for a, k in keys.items() if sum(other < k for other in keys.values()) < seats]
        result |= dict.fromkeys(chosen, cell)
        if market["reverts"][cell] >= 0:
            back += max(0, seats - len(chosen))
    return result


@pytest.mark.parametrize("seed", range(20))
def test_rising_lines_are_deferred_acceptance(seed: int) -> None:
    interesting = 0
    for i in range(60):
        rng = random.Random(seed * 1000 + i)
        market = random_market(rng)
        expected = by_proposals(market, rng)
        assert run(market) == expected, market
        interesting += any(cell >= 0 and market["cells"][cell][1] == "reverted" for cell in expected)
    assert interesting >= 15, "hardly any reverted seat was used"


def test_a_market_of_nobody_or_without_choices_ends_at_once() -> None:
    assert run({"cells": [(0, "open")], "seats": [1], "reverts": [-1], "slots": []}) == []
    assert run({"cells": [(0, "open")], "seats": [1], "reverts": [-1], "slots": [[], []]}) == [-1, -1]


def test_a_long_chain_of_displacements_is_followed_to_its_end() -> None:
    """Each applicant but the first pushes the next out of the seat that it took first."""
    size = 300
    slots = [[(0, 0)], *([(i - 1, i), (i, i)] for i in range(1, size))]
    market = {"cells": [(i, "open") for i in range(size)], "seats": [1] * size, "reverts": [-1] * size, "slots": slots}
    assert run(market) == list(range(size))
