"""Shares of the pools of a random scenario."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal

from tests.oracle.random_feeder_seats import count_weights
from tests.oracle.random_settings import Settings
from tests.oracle.random_tables import Row, SeatRows


def random_shares(
    rng: random.Random, settings: Settings, seats: SeatRows, matrix: list[Row], tables: Mapping[str, list[Row]]
) -> None:
    """Give pools a share where one may stand: beside `open` in every row, with something to share its cells by."""
    left = Decimal(1)
    for name, rule in settings["pools"].items():
        share = Decimal(rng.choice(["0", "0.25", "0.333", "0.5", "0.6", "1"]))
        rows = [(batch, programme) for batch, programme, pool in seats if pool == name]
        batches = [batch for batch in settings["batches"] if name in batch["pools"] and batch.get("seats") is None]
        if (
            name != "open"
            and rng.random() < 0.5
            and share <= left
            and all("open" in batch["pools"] for batch in batches)
            and all((*row, "open") in seats for row in rows)
            and ("per" not in rule or _can_be_shared(settings, rule, rows, matrix, tables))
        ):
            rule["share"] = share
            left -= share


def _can_be_shared(
    settings: Settings,
    rule: Settings,
    rows: list[tuple[str, str]],
    matrix: list[Row],
    tables: Mapping[str, list[Row]],
) -> bool:
    """Where a matrix is given, every row has a cell with seats; elsewhere a feeder school has a weight."""
    given = {row["batch"] for row in matrix}
    filled = {(row["batch"], row["programme_id"]) for row in matrix if row["seats"] != "0"}
    has_weight = count_weights(settings, rule, tables) > 0 and rule.get("apportion", {}).get("minimum", 0) == 0
    return all(row in filled if row[0] in given else has_weight for row in rows)
