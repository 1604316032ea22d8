"""A sweep gives the same bytes whoever runs it and however often it is stopped; what it finds is right."""

from __future__ import annotations

import errno
import io
import json
import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import allocator
from allocator.errors import InputError, UsageError
from allocator.indicators import indicators
from allocator.lab.journal import Journal
from allocator.lab.sweep import read_sweep, run_sweep
from allocator.lab.sweep_folder import journal_beside, unfinished
from allocator.lab.workers import LostWorkersError, cluster_workers, local_workers
from tests.unit.cli.console import EXAMPLE
from tests.unit.lab.dying import dies
from tests.unit.lab.sweeps import FILES, SWEEP, at, content, swept, threads, write_sweep


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweep")


@pytest.fixture(scope="module")
def expected(place: Path) -> dict[str, bytes]:
    return swept(write_sweep(place), place / "one", threads())


def table(files: dict[str, bytes], name: str) -> pl.DataFrame:
    read = pl.read_parquet if name.endswith("parquet") else pl.read_csv
    return read(io.BytesIO(files[name]))


def test_every_variant_has_the_indicators_of_its_own_run(expected: dict[str, bytes]) -> None:
    assert expected.keys() == FILES
    variants, rows = table(expected, "variants.parquet"), table(expected, "indicators.parquet")
    told = json.loads(expected["sweep.json"])
    assert variants.height == told["variants"] == 3 * told["points"]
    assert set(variants["status"]) == {"done"}
    assert variants["verified"].to_list() == ["all" if i % 5 == 0 else "counts" for i in range(variants.height)]
    levers = ("guideline.general_share", "batches.main.order", "lottery_seed")
    checked = 0
    for row in variants.filter(pl.col("guideline.enforce").is_null()).iter_rows(named=True):
        overrides = {lever: row[lever] for lever in levers if row[lever] is not None}
        if row["pools.feeder.floor.below_line"] is not None:
            continue
        scenario = allocator.load(EXAMPLE, overrides)
        outcome = allocator.run(scenario)
        assert isinstance(outcome, allocator.Outcome)
        assert row["control_lines"] == json.dumps(outcome.summary["control_lines"])
        own = indicators(scenario, outcome).filter(
            pl.col("group_by").is_in(["", "area"]) & (pl.col("family") != "fairness")
        )
        here = rows.filter(pl.col("variant") == row["variant"])
        assert here.drop("variant").equals(own.select(here.drop("variant").columns))
        checked += 1
    assert checked >= 14


def test_bands_hold_the_repeats_of_a_point(expected: dict[str, bytes]) -> None:
    variants, rows, bands = (table(expected, f"{name}.parquet") for name in ("variants", "indicators", "bands"))
    joined = rows.join(variants.select("variant", "point"), on="variant")
    checked = 0
    for band in bands.iter_rows(named=True):
        key = {name: band[name] for name in ("point", "indicator", "group_by", "group")}
        values = joined.filter(*(pl.col(name) == value for name, value in key.items()))["value"].drop_nulls().to_list()
        assert (band["repeats"], band["least"], band["most"]) == (len(values), min(values), max(values))
        assert band["5%"] == min(values)
        assert band["95%"] == max(values)
        checked += min(values) < max(values)
    assert checked > 10


def test_the_frontier_is_what_no_point_beats(expected: dict[str, bytes]) -> None:
    rows = table(expected, "frontier.csv").to_dicts()

    def beats(one: dict[str, float], other: dict[str, float]) -> bool:
        first, share = (one[name] - other[name] for name in ("first_choice_rate", "general_share"))
        return first >= 0 and share <= 0 and (first > 0 or share < 0)

    assert {row["dominated"] for row in rows} == {True, False}
    for row in rows:
        assert row["dominated"] == any(beats(other, row) for other in rows)
        if row["dominated"]:
            dominator = next(other for other in rows if other["point"] == row["dominated_by"])
            assert not dominator["dominated"]
            assert beats(dominator, row)


def test_the_tornado_shows_each_lever_alone(expected: dict[str, bytes]) -> None:
    bars = table(expected, "tornado.csv").filter(pl.col("indicator") == "general_share_flow")
    assert set(bars["lever"]) == {"guideline.general_share", "pools.feeder.floor.below_line"}
    assert bars["swing"].to_list() == sorted(bars["swing"].to_list(), reverse=True)
    share = bars.row(by_predicate=pl.col("lever") == "guideline.general_share", named=True)
    assert (str(share["lowest_at"]), str(share["highest_at"])) == ("0.5", "0.7")
    assert share["lowest"] < share["baseline"] < share["highest"]


def test_the_smallest_change_is_found_or_it_is_said_that_there_is_none(expected: dict[str, bytes]) -> None:
    first, second = table(expected, "find.csv").iter_rows(named=True)
    shares = {}
    for hundredths in range(40, 61):
        outcome = allocator.run(allocator.load(EXAMPLE, {"guideline.general_share": f"0.{hundredths}"}))
        assert isinstance(outcome, allocator.Outcome)
        shares[hundredths] = outcome.summary["general"] / outcome.summary["admitted"]
    nearest = max(h for h, share in shares.items() if share <= 0.55)
    assert first["value"] == nearest / 100
    assert first["tried"] == 60 - nearest + 1
    assert (second["value"], second["tried"]) == (None, 2)


def test_a_stopped_sweep_goes_on_where_it_was(expected: dict[str, bytes], tmp_path: Path) -> None:
    path, output = write_sweep(tmp_path), tmp_path / "out"

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        swept(path, output, threads(), at(7, stop))
    assert not output.exists(), "results appear whole"
    with (unfinished(output) / "journal").open("ab") as journal:
        journal.write(b"a record that was cut sho")
    begun: list[int] = []
    assert swept(path, output, threads(), lambda done, total: begun.append(done)) == expected
    assert begun[0] == 7
    assert not unfinished(output).exists()


def test_what_is_left_of_another_sweep_is_not_used(tmp_path: Path) -> None:
    path, output = write_sweep(tmp_path), tmp_path / "out"
    sweep = read_sweep(path)
    with journal_beside(output, sweep, anew=False):
        pass
    other = read_sweep(write_sweep(tmp_path, SWEEP.replace("groups: [area]", "groups: [track]")))
    with pytest.raises(UsageError, match="--anew"), journal_beside(output, other, anew=False):
        pass
    with journal_beside(output, other, anew=True) as journal:
        assert not journal.measured


def test_a_journal_keeps_whole_records_only(place: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    sweep = read_sweep(write_sweep(tmp_path))
    with Journal(tmp_path / "journal") as journal:
        run_sweep(sweep, threads(), journal, lambda done, total: None)
        whole = dict(journal.measured)
    data = (tmp_path / "journal").read_bytes()
    for cut in (len(data) - 1, len(data) // 2, 5):
        (tmp_path / "cut").write_bytes(data[:cut])
        with Journal(tmp_path / "cut") as journal:
            assert len(journal.measured) < len(whole)
            assert journal.measured.items() <= whole.items()
    assert whole.keys()


def test_a_killed_local_worker_costs_its_variants_only(expected: dict[str, bytes], tmp_path: Path) -> None:
    killed: list[int] = []

    def kill() -> None:
        process = multiprocessing.active_children()[0]
        assert process.pid is not None
        killed.append(process.pid)
        os.kill(process.pid, signal.SIGKILL)

    with local_workers(2) as workers:
        assert swept(write_sweep(tmp_path), tmp_path / "out", workers, at(6, kill)) == expected
    assert len(killed) == 1


def test_workers_that_always_die_end_the_sweep() -> None:
    with local_workers(1) as workers, pytest.raises(LostWorkersError):
        list(workers.run(dies, {1: 1}))


@pytest.fixture
def cluster() -> Iterator[object]:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed (the extra `cluster`)")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL"
    ) as found:
        yield found


def test_a_dask_cluster_that_loses_a_worker_gives_the_same_bytes(
    expected: dict[str, bytes], cluster: object, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill() -> None:
        worker = next(iter(cluster.workers.values()))  # type: ignore[attr-defined]  # Dask has no type hints
        killed.append(worker.process.process.pid)
        os.kill(killed[0], signal.SIGKILL)

    with cluster_workers(cluster.scheduler_address) as workers:  # type: ignore[attr-defined]  # as above
        assert workers.num_workers == 2
        assert swept(write_sweep(tmp_path), tmp_path / "out", workers, at(6, kill)) == expected
    assert len(killed) == 1


def test_a_variant_without_outcome_is_told_and_the_others_are_measured(tmp_path: Path) -> None:
    text = f"""\
name: Bounds
baseline: {EXAMPLE.as_posix()}
set:
  batches: [{{name: early, ranking: exam, pools: [talent, open], mechanism: optimal, objectives: [placed]}},
    {{name: main, ranking: exam, pools: [open, feeder, poor]}},
    {{name: vocational, ranking: exam, pools: [open, poor]}},
    {{name: supplementary, ranking: exam, pools: [open], seats: leftover}}]
vary:
  caps: [[], [{{name: too many, where: {{track: general}}, at_least: 1000}}]]
  pools.feeder.apportion.minimum: [0, 99]
"""
    files = swept(write_sweep(tmp_path, text), tmp_path / "out", threads())
    variants = table(files, "variants.parquet")
    assert variants["status"].to_list() == ["done", "done", "invalid", "infeasible", "invalid"]
    assert "too many" in variants["why"][3]
    assert "minimum" in variants["why"][2]
    assert set(table(files, "indicators.parquet")["variant"]) == {0, 1}


def test_all_mistakes_of_a_sweep_are_told_together(tmp_path: Path) -> None:
    text = SWEEP.replace("to: 0.6, step: 0.05", "to: 1.2, step: 0.35").replace("below_line: 100", "belowline: 100")
    with pytest.raises(InputError) as mistakes:
        read_sweep(write_sweep(tmp_path, text))
    told = str(mistakes.value)
    assert "guideline.general_share" in told
    assert "belowline" in told
    for old, new, said in (
        ("step: 0.05", "step: 0", "never gets there"),
        ("general_share: lower", "general_chair: lower", "an indicator"),
        ("<= 0.55", "is small", "<= or >="),
        ("verify_every", "verify", "verify"),
    ):
        with pytest.raises(InputError, match=said):
            read_sweep(write_sweep(tmp_path, SWEEP.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("indicators: [choice]", "indicators.0", "families of indicators"),
        ("groups: [nothing]", "groups.0", "grouped by"),
        ("frontier: {general_share: up}", "frontier.general_share", "'higher' or 'lower'"),
        ("frontier: {chioce: higher}", "frontier.chioce", '"chioce"'),
        ("verify_every: 0", "verify_every", "≥ 1"),
        ('vary: {"": [3]}', "vary.", "not empty"),
        ("repeat: {lottery_seed: {seeds: 0}}", "repeat.lottery_seed", "at least one seed"),
        ("vary: {guideline.general_share: {from: 0.5}}", "vary.guideline.general_share", "`from`, `to`"),
        ("vary: [{guideline.general_share: [1.5]}]", "vary.0.guideline.general_share", "≤ 1"),
        ("vary: {lottery_seed: [a]}\nrepeat: {lottery_seed: {seeds: 2}}", "vary.lottery_seed", "set twice"),
        (
            "vary: {guideline.general_share: [0.5], guideline: [{general_share: 0.4}]}",
            "vary.guideline",
            "one would undo the other",
        ),
        (
            "find: [{reach: general_share <= 0.6, by: guideline.general_share, within: [2]}]",
            "find.0.within",
            "≤ 1",
        ),
        (
            "find: {reach: general_share <= 0.6, by: guideline.general_share, within: {from: 1}}",
            "find.within",
            "`from`, `to`",
        ),
        (
            "find: [{reach: general_share <= 0.6, by: guideline.general_share, within: [1], set: {guideline: {}}}]",
            "find.0.set.guideline",
            "one would undo the other",
        ),
    ],
)
def test_a_mistake_is_told_at_its_lever(tmp_path: Path, text: str, key: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as mistakes:
        read_sweep(write_sweep(tmp_path, f"name: x\nbaseline: {EXAMPLE.as_posix()}\n{text}\n"))
    places = [problem.where for problem in mistakes.value.problems]
    assert [(place.line, place.key) for place in places] == [(3, key)]


def test_a_full_disk_is_told_and_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    sweep = read_sweep(write_sweep(tmp_path))
    with Journal(tmp_path / "journal") as journal:
        run_sweep(sweep, threads(), journal, lambda done, total: None)
        key, measured = next(iter(journal.measured.items()))
        monkeypatch.setattr(os, "fsync", refuse)
        with pytest.raises(UsageError, match="the disk is full"):
            journal.add(key, measured)
        monkeypatch.undo()


def test_no_cluster_at_the_address_is_a_usage_error() -> None:
    pytest.importorskip("distributed", reason="Dask is not installed (the extra `cluster`)")
    with pytest.raises(UsageError, match="cluster"), cluster_workers("nonsense://x"):
        pass


def test_files_of_a_sweep_are_replaced_only_by_a_sweep(expected: dict[str, bytes], place: Path) -> None:
    assert content(place / "one") == expected
    (place / "one" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds more than a result"):
        swept(write_sweep(place), place / "one", threads())
    (place / "one" / "notes.txt").unlink()
