"""A quick check of an outcome by its counts alone: P2 and P6 pool by pool, P7 in the summary and the guideline."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from allocator.errors import message
from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario
from allocator.verification.certificate import Breach, breach
from allocator.verification.claims import read_claims
from allocator.verification.p7_summary import p7_summary

_NOT_COUNTED = message("{count} lines state other admissions than the assignments give (P2).")
_ABOVE = message("{count} pools or cells hold more than their seats, and equals are not admitted together (P2).")
_GUIDELINE = message("The control line leaves {count} scopes above the limit of the guideline (P7).")
_KEY = ("batch", "programme_id", "pool", "feeder_school_id")


def counts_breaches(scenario: Scenario, outcome: Outcome) -> Iterator[Breach]:
    """What the counts of an outcome breach; the full verification looks at every applicant's choices besides."""
    claims = read_claims(scenario, outcome)
    yield from claims.breaches
    yield from p7_summary(scenario, claims, outcome)
    yield from _seats(scenario, outcome)
    guideline = scenario.settings.guideline
    if guideline is not None and guideline.enforce == "control_line":
        last = outcome.control_line_steps[-1]
        over = [scope for scope in last.general if last.general[scope] > guideline.limit * last.basis[scope]]
        if over:
            yield breach("P7", _GUIDELINE, len(over), ({"scope": scope} for scope in over))


def _seats(scenario: Scenario, outcome: Outcome) -> Iterator[Breach]:
    lines = outcome.lines
    per_school = lines.filter(pl.col("feeder_school_id").is_not_null())["pool"].unique()
    cohort = scenario.cohort
    at = pl.Series(cohort.applicants.feeder_school).replace(-1, None)
    schools = pl.Series("feeder_school_id", cohort.feeder_school_ids, dtype=pl.String).gather(at)
    admitted = outcome.assignments.with_columns(
        pl.when(pl.col("pool").is_in(per_school.implode())).then(schools).alias("feeder_school_id")
    ).filter(pl.col("programme_id").is_not_null())
    counted = admitted.group_by(_KEY).len(name="counted")
    both = lines.join(counted, on=_KEY, how="full", coalesce=True, nulls_equal=True)
    differ = both.filter(pl.col("admitted").fill_null(0) != pl.col("counted").fill_null(0))
    if differ.height:
        yield breach("P2", _NOT_COUNTED, differ.height, differ.select("batch", "programme_id", "pool").to_dicts())
    together = {name for name, ranking in scenario.settings.rankings.items() if ranking.ties == "admit_all"}
    if not together:
        above = lines.filter(pl.col("admitted") > pl.col("seats"))
        if above.height:
            yield breach("P2", _ABOVE, above.height, above.select("batch", "programme_id", "pool").to_dicts())
