"""P9 where bounds cross: prices prove a bound, and never more than is true."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from allocator.outcome.outcome import PRICES_SCHEMA, OptimalBatch
from allocator.scenario.scenario import Scenario
from allocator.verification import verify
from allocator.verification.objective_values import Value, given, value
from allocator.verification.optimal_counts import counts_of
from allocator.verification.optimal_tables import in_own_area, optimal_tables
from allocator.verification.p9_bound import UNPRICED, PricedBatch, as_minimised, bound
from allocator.verification.p9_ladder import levels
from tests.unit.verification.optimal_outcomes import Tried, tried
from tests.unit.verification.small import small_scenario
from tests.unit.verification.test_false_optimal_batches import Placed, outcome_of, texts

GOT: dict[str, Placed] = {"a": ("X", "main", "open", 1), "c": ("Z", "main", "open", 1)}
CLAIM = OptimalBatch(
    "main",
    "crossing bounds",
    {"placed": 2, "choice": 2},
    counts=tuple({"programmes": [p], "count": n} for p, n in (("X", 1), ("Y", 0), ("Z", 1))),
)
PROOF = [("placed", "at_most", "XY", 1), ("placed", "at_most", "YZ", 1), ("choice", "value", "placed", 1)]


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """One seat each at X, Y and Z, and at most one admission at X and Y together, and at Y and Z together."""
    return small_scenario(
        tmp_path_factory.mktemp("crossing"),
        applicants="applicant_id,total a,90 b,80 c,70 d,60",
        seats="main,X,open,1 main,Y,open,1 main,Z,open,1",
        choices="a,main,1,X b,main,1,Y c,main,1,Z d,main,1,Z",
        rules="caps:\n  - {name: XY, where: {programme_id: {one_of: [X, Y]}}, at_most: 1}\n"
        "  - {name: YZ, where: {programme_id: {one_of: [Y, Z]}}, at_most: 1, at_least: 1}",
        batches="[{name: main, mechanism: optimal, ranking: exam, pools: [open], objectives: [placed, choice]}]",
    )


def prices(*rows: tuple[str, str, str | None, int]) -> pl.DataFrame:
    full = [("main", objective, kind, name, None, None, None, price) for objective, kind, name, price in rows]
    return pl.DataFrame(full, schema=PRICES_SCHEMA, orient="row")


def test_prices_that_reach_the_values_prove_them(crossing: Scenario) -> None:
    certificate = verify(crossing, outcome_of(crossing, GOT, CLAIM, prices=prices(*PROOF)))
    assert certificate.breaches == (), texts(certificate)
    assert certificate.checked["P9"] == {"batches": 1, "objectives proven": 2, "objectives recomputed": 0}


def test_without_prices_the_search_is_taken_at_its_word_and_counted_so(crossing: Scenario) -> None:
    certificate = verify(crossing, outcome_of(crossing, GOT, CLAIM))
    assert certificate.breaches == ()
    assert certificate.checked["P9"] == {"batches": 1, "objectives proven": 0, "objectives recomputed": 2}


def test_a_stated_bound_is_as_good_as_its_prices(crossing: Scenario) -> None:
    """With one of the two caps priced, in half units, three admissions look possible, and no fewer."""
    weak = prices(("placed", "at_most", "XY", 2))
    for stated, holds in ((4, True), (3, True), (2, False), (1, False)):
        claim = replace(CLAIM, bounds={"placed": stated}, price_scale=2)
        certificate = verify(crossing, outcome_of(crossing, GOT, claim, prices=weak))
        assert certificate.verdicts["P9"] == holds, f"{stated}: {texts(certificate)}"


SENSELESS = {
    "a negative price of a cap": ("placed", "at_most", "XY", -1),
    "a cap that does not exist": ("placed", "at_most", "ZZ", 1),
    "a bound that the cap does not have": ("placed", "at_least", "XY", 1),
    "an objective before it that is not": ("placed", "value", "choice", 1),
    "a kind that does not exist": ("placed", "wish", "XY", 1),
    "a term without a target": ("placed", "term", "targets/XY", 0),
    "an objective that is not in the ladder": ("feeder", "at_most", "XY", 1),
    "a cell of nothing": ("placed", "cell", None, 1),
}


@pytest.mark.parametrize("name", SENSELESS)
def test_prices_that_stand_for_nothing_are_caught(crossing: Scenario, name: str) -> None:
    false = outcome_of(crossing, GOT, CLAIM, prices=prices(*PROOF, SENSELESS[name]))
    assert not verify(crossing, false).verdicts["P9"]


def test_a_row_of_prices_that_stands_twice_is_caught(crossing: Scenario) -> None:
    assert not verify(crossing, outcome_of(crossing, GOT, CLAIM, prices=prices(*PROOF, PROOF[0]))).verdicts["P9"]


def test_within_the_counts_score_still_decides(crossing: Scenario) -> None:
    false: dict[str, Placed] = {"a": GOT["a"], "d": ("Z", "main", "open", 1)}
    certificate = verify(crossing, outcome_of(crossing, false, CLAIM, prices=prices(*PROOF)))
    assert "before them in the ranking" in texts(certificate)


def test_bounds_that_cross_are_no_network(crossing: Scenario) -> None:
    claim = replace(CLAIM, structure="network", counts=())
    assert "which it is not" in texts(verify(crossing, outcome_of(crossing, GOT, claim)))


def random_prices(rng: random.Random, batch: Tried, priced: PricedBatch, objective: str) -> pl.DataFrame:
    """Prices of the right signs, of what there is; the scale is 2."""
    before = batch.problem.ladder[: batch.problem.ladder.index(objective)]
    rows: dict[tuple[str | None, ...], int] = {}
    weight = {objective: 2}
    for name in before:
        if name not in (*UNPRICED, "worst_target"):
            weight[name] = rows["value", name, None, None, None] = rng.randint(0, 4)
    cohort, tables = batch.scenario.cohort, priced.tables.batch
    for cell in range(tables.num_cells):
        if rng.random() < 0.5 and tables.cell_pool[cell] < tables.width - 1:
            school = int(tables.cell_school[cell])
            where = (
                cohort.programmes.ids[int(tables.cell_programme[cell])],
                tables.pool_names[int(tables.cell_pool[cell])],
                cohort.feeder_school_ids[school] if school >= 0 else None,
            )
            rows["cell", None, *where] = rng.randint(0, 3)
    caps = priced.counts.caps
    for cap in caps:
        rule = cap.of.rule
        for kind, limit in (("at_most", rule.at_most), ("at_least", rule.at_least)):
            if limit is not None:
                rows[kind, rule.name, None, None, None] = rng.randint(0, 3)
    guideline = priced.counts.guideline
    for scope in guideline.scopes if guideline is not None else ():
        if guideline is not None and guideline.is_constraint:
            rows["at_most", f"guideline/{scope.name}", None, None, None] = rng.randint(0, 3)
        if "guideline" in weight:
            most = weight["guideline"]
            rows["term", f"guideline/{scope.name}", None, None, None] = rng.randint(-most, most)
    goals = [cap.of.rule.name for cap in caps if cap.of.rule.target is not None]
    for name in goals:
        if "targets" in weight:
            rows["term", f"targets/{name}", None, None, None] = rng.randint(-weight["targets"], weight["targets"])
        if "worst_target" in before:
            rows["term", f"worst_target/{name}", None, None, None] = rng.randint(-3, 3)
    if objective == "worst_target" and goals:
        rows["term", f"worst_target/{rng.choice(goals)}", None, None, None] = rng.randint(-2, 2)
    full = [(batch.batch, objective, *key, price) for key, price in rows.items()]
    return pl.DataFrame(full, schema=PRICES_SCHEMA, orient="row")


def test_no_prices_prove_more_than_is_true(tmp_path_factory: pytest.TempPathFactory) -> None:
    seen: Counter[str] = Counter()
    for seed in range(40):
        for batch in tried(seed, tmp_path_factory.mktemp("tiny")):
            rng = random.Random(seed)
            tables, claims, standing, of_guideline = batch.restated(
                batch.outcome(batch.optimum, batch.claim(batch.optimum))
            )
            optimal = optimal_tables(standing)
            own_area = in_own_area(batch.scenario, optimal)
            counts = counts_of(tables, claims, of_guideline, standing.tables.position)
            got = given(optimal, own_area)
            ladder = [name for name in batch.problem.ladder if name != "score"]
            values: dict[str, Value] = {name: value(name, got, counts) for name in ladder}
            costs = {
                name: one
                for name in ladder
                if name not in (*UNPRICED, "worst_target")
                for one in levels(name, optimal, own_area, counts, got.largest)
            }
            priced = PricedBatch(batch.scenario, optimal, counts, values, ladder, costs, 2)
            for name in ladder:
                true = values[name]
                for _ in range(0 if isinstance(true, tuple) or name in UNPRICED else 4):
                    least = bound(priced, name, random_prices(rng, batch, priced, name))
                    assert least is not None, f"seed {seed}: {name}"
                    assert not isinstance(true, tuple)
                    assert least <= as_minimised(name, true), f"seed {seed}: {name}"
                    seen[name] += 1
                    seen["reached"] += least == as_minimised(name, true)
    for name in ("placed", "choice", "guideline", "targets", "worst_target", "feeder", "reached"):
        assert seen[name] >= 5, seen
