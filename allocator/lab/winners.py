"""Winners and losers by group: of the whole city, of areas, of feeder schools' settings, of attributes."""

from __future__ import annotations

import numpy as np
import polars as pl

from allocator.indicators.dimensions import count, of_applicants, positions
from allocator.lab.side_by_side import Side
from allocator.scenario.cohort import BoolArray

GROUPS_SCHEMA = pl.Schema(
    {
        "group_by": pl.String,  # "" is the whole city
        "group": pl.String,
        "applicants": pl.Int64,  # that are in both outcomes
        "moved": pl.Int64,
        "better": pl.Int64,
        "worse": pl.Int64,
        "newly_placed": pl.Int64,
        "no_longer_placed": pl.Int64,
        "to_general": pl.Int64,  # admitted to the general track, and not before
        "from_general": pl.Int64,
    }
)


def winners(moves: pl.DataFrame, before: Side, after: Side) -> pl.DataFrame:
    """Counts of movers in each group that the first outcome's tables tell; GROUPS_SCHEMA."""
    cohort = before.scenario.cohort
    who = positions(moves["applicant_id"], cohort.applicants.ids)
    in_both = cohort.applicants.ids.is_in(after.scenario.cohort.applicants.ids.implode())
    was_placed, is_placed = (moves[f"{side}_programme_id"].is_not_null() for side in ("from", "to"))
    was_general = _general(moves["from_programme_id"], before)
    is_general = _general(moves["to_programme_id"], after)

    def of_applicants_who(chosen: pl.Series | BoolArray) -> BoolArray:
        marked = np.zeros(len(cohort.applicants), dtype=np.bool_)
        marked[who[np.asarray(chosen, dtype=np.bool_)]] = True
        return marked

    columns = {
        "applicants": np.asarray(in_both.to_numpy(), dtype=np.bool_),
        "moved": of_applicants_who(np.ones(moves.height, dtype=np.bool_)),
        "better": of_applicants_who(moves["change"] == "better"),
        "worse": of_applicants_who(moves["change"] == "worse"),
        "newly_placed": of_applicants_who(~was_placed & is_placed),
        "no_longer_placed": of_applicants_who(was_placed & ~is_placed),
        "to_general": of_applicants_who(~was_general & is_general),
        "from_general": of_applicants_who(was_general & ~is_general),
    }
    parts = [GROUPS_SCHEMA.to_frame()]
    for dimension in of_applicants(before.scenario, before.scenario.settings.indicators):
        if dimension.absent is None:
            counts = {name: count(dimension, marked) for name, marked in columns.items()}
            names = {"group_by": [dimension.name] * len(dimension.groups), "group": list(dimension.groups)}
            parts.append(pl.DataFrame({**names, **counts}, schema=GROUPS_SCHEMA))
    return pl.concat(parts)


def _general(programme_id: pl.Series, side: Side) -> BoolArray:
    """(move,) whether it is a programme of the general track."""
    programmes = side.scenario.cohort.programmes
    general = np.append(programmes.is_general, False)
    found: BoolArray = general[positions(programme_id, pl.Series(programmes.ids, dtype=pl.String))]
    return found
