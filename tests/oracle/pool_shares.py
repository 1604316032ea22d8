"""Decision 024: a pool with a share, and `open`, deal out their seats of a programme anew."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor

from tests.oracle.apportionment import largest_remainder
from tests.oracle.reading import Scenario


def dealt_out(scenario: Scenario) -> Scenario:
    """The scenario with the seats in force."""
    seats, cells = dict(scenario.seats), dict(scenario.feeder_seats)
    for batch in scenario.batches:
        given = any(b == batch.name for b, _, _ in cells)
        for programme in scenario.programmes:
            pools = [
                pool
                for pool in batch.pools
                if scenario.pools[pool].share is not None and (batch.name, programme, pool) in seats
            ]
            if not pools:
                continue
            total = sum(scenario.seats[batch.name, programme, pool] for pool in [*pools, "open"])
            bounds = [Fraction(0)]
            for pool in pools:
                bounds.append(bounds[-1] + (scenario.pools[pool].share or 0))
            counts = [floor(bound * total + Fraction(1, 2)) for bound in bounds]
            for pool, begin, end in zip(pools, counts, counts[1:], strict=False):
                seats[batch.name, programme, pool] = end - begin
                if scenario.pools[pool].per_school and given:
                    own = sorted(key for key in cells if key[:2] == (batch.name, programme))
                    parts = largest_remainder(end - begin, [scenario.feeder_seats[key] for key in own], 0)
                    cells.update(zip(own, parts, strict=True))
            seats[batch.name, programme, "open"] = total - counts[-1]
    return replace(scenario, seats=seats, feeder_seats=cells)
