"""What is published about programmes that did not open (R10, `min_open`)."""

from __future__ import annotations

from typing import Any

import polars as pl


def closures_summary(
    closures: pl.DataFrame, *, placed: int, bound: int, proven: bool, simple_placed: int, num_runs: int
) -> dict[str, Any]:
    """The section ``closures`` of the summary: what closed, what is known about better sets, and the simple rule.

    Args:
        closures: CLOSURES_SCHEMA.
        placed: admissions of the stable batches.
        bound: the most that any set of closed candidates could place there; `placed` itself where that is proven.
        proven: no set is better.
        simple_placed: admissions of the stable batches by the simple rule.
        num_runs: runs of the stable batches that it took to find out.
    """
    return {
        "candidates": closures.height,
        "closed": closures.filter("closed")["programme_id"].to_list(),
        "placed": placed,
        "bound": bound,
        "proven": proven,
        "simple_rule": {
            "closed": closures.filter("closed_by_simple_rule")["programme_id"].to_list(),
            "placed": simple_placed,
        },
        "runs": num_runs,
    }
