"""Runs with optimal batches that end otherwise than whole and proven: infeasible is 3, a limit reached is 5."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

import allocator
from allocator import engine
from allocator.mechanisms import closures
from allocator.optimise.assignment.batch import OptimalBatches
from allocator.optimise.assignment.crossing import one_model, search
from allocator.optimise.assignment.crossing.linear_model import Expression, LinearModel
from allocator.optimise.assignment.crossing.optimum import Limits
from allocator.outcome import files
from tests.unit.cli.console import Call
from tests.unit.cli.test_commands import RESULT_FILES, content, names
from tests.unit.verification.small import small_scenario

BEST = "[{name: main, mechanism: optimal, ranking: exam, pools: [open], objectives: [placed]}]"
CAPS = "caps: [{name: both, where: {programme_id: {one_of: [A, B]}}, %s}]"
CONFLICT = "both at least 3"


@pytest.fixture
def feasible(tmp_path: Path) -> Path:
    """Two applicants, two seats, and a cap that three admissions would break."""
    (tmp_path / "town").mkdir()
    small_scenario(
        tmp_path / "town",
        applicants="applicant_id,total 1,90 2,80",
        seats="main,A,open,1 main,B,open,1",
        choices="1,main,1,A 2,main,1,A 2,main,2,B",
        batches=BEST,
        rules=CAPS % "at_most: 3",
    )
    return tmp_path / "town"


@pytest.fixture
def infeasible(feasible: Path) -> Path:
    file = feasible / "scenario.yaml"
    file.write_text(file.read_text("utf-8").replace("at_most: 3", "at_least: 3"), "utf-8")
    return feasible


def crossing(folder: Path, num_rings: int = 2) -> Path:
    """Rings of five programmes, with one applicant each, of which no two neighbours may both admit: at most two of
    five; the relaxation takes half of each."""
    folder.mkdir()
    rings = [[f"{ring}{i}" for i in range(5)] for ring in "PQRS"[:num_rings]]
    programmes = [name for ring in rings for name in ring]
    neighbours = [(ring[i], ring[(i + 1) % 5]) for ring in rings for i in range(5)]
    caps = [f"{{name: {a} {b}, where: {{programme_id: {{one_of: [{a}, {b}]}}}}, at_most: 1}}" for a, b in neighbours]
    small_scenario(
        folder,
        applicants="applicant_id,total " + " ".join(f"a{p},50" for p in programmes),
        seats=" ".join(f"main,{p},open,1" for p in programmes),
        choices=" ".join(f"a{p},main,1,{p}" for p in programmes),
        batches=BEST,
        rules=f"caps: [{', '.join(caps)}]",
    )
    return folder


# infeasible


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", f'Batch "main" is infeasible: no assignment keeps these rules together: "{CONFLICT}".\n'),
        ("zh", f'批次“main”无可行解：没有任何录取方案能同时满足下列规则："{CONFLICT}"。\n'),
    ],
    ids=["en", "zh"],
)
def test_an_infeasible_batch_ends_with_3_and_tells_why(
    language: str, said: str, call: Call, infeasible: Path, tmp_path: Path
) -> None:
    told = call("run", infeasible, "-o", tmp_path / "r", "--lang", language)
    assert (told.code, told.err) == (3, "")
    assert told.out == said


def test_the_reasons_are_written_in_place_of_results(call: Call, infeasible: Path, tmp_path: Path) -> None:
    told = call("run", infeasible, "-o", tmp_path / "r", "--json")
    assert told.code == 3
    assert names(tmp_path / "r") == {"infeasible.json", "manifest.json"}
    reasons = json.loads((tmp_path / "r" / "infeasible.json").read_text("utf-8"))
    assert json.loads(told.out) == reasons == {"infeasible": {"batch": "main", "conflict": [CONFLICT]}}
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text("utf-8"))
    assert set(manifest["outputs"]) == {"infeasible.json"}
    assert manifest["scenario_file"] == "../town/scenario.yaml"
    assert set(manifest["inputs"]) == {path.name for path in infeasible.iterdir()}
    assert "verification" not in manifest


def test_from_python_it_is_a_result_and_no_exception(infeasible: Path, tmp_path: Path) -> None:
    result = allocator.run(allocator.load(infeasible))
    assert isinstance(result, allocator.Infeasible)
    assert (result.batch, result.conflict) == ("main", (CONFLICT,))
    result.write(tmp_path / "r")
    assert names(tmp_path / "r") == {"infeasible.json", "manifest.json"}


@pytest.mark.parametrize("command", [["verify"], ["explain", "1"]])
def test_what_reads_results_says_that_there_are_none(
    command: Sequence[str], call: Call, infeasible: Path, tmp_path: Path
) -> None:
    assert call("run", infeasible, "-o", tmp_path / "r").code == 3
    told = call(command[0], tmp_path / "r", *command[1:])
    assert (told.code, told.out) == (2, "")
    assert "r: this run was infeasible; infeasible.json says why" in told.err


def test_reasons_and_results_replace_each_other_only_if_asked(call: Call, infeasible: Path, tmp_path: Path) -> None:
    place = tmp_path / "r"
    assert call("run", infeasible, "-o", place).code == 3
    reasons = content(place)
    refused = call("run", infeasible, "-o", place, "--set", "caps=[]")
    assert refused.code == 2
    assert "replace it with --overwrite" in refused.err
    assert content(place) == reasons
    assert call("run", infeasible, "-o", place, "--set", "caps=[]", "--overwrite").code == 0
    results = content(place)
    assert results.keys() == RESULT_FILES
    assert call("run", infeasible, "-o", place).code == 2
    assert content(place) == results
    assert call("run", infeasible, "-o", place, "--overwrite").code == 3
    assert content(place) == reasons
    assert names(tmp_path) == {"r", "town"}


@pytest.mark.parametrize("with_results", [False, True])
def test_reasons_appear_whole_or_not_at_all(
    with_results: bool, call: Call, infeasible: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "r"
    if with_results:
        assert call("run", infeasible, "-o", place, "--set", "caps=[]").code == 0
    before = content(place) if with_results else None

    def full(path: Path, value: object) -> None:
        path.write_bytes(b"{")
        if path.name == files.MANIFEST:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_write_json", full)
    told = call("run", infeasible, "-o", place, "--overwrite")
    assert told.code == 2
    assert "the disk is full" in told.err
    assert (content(place) if with_results else None) == before
    assert names(tmp_path) == ({"r", "town"} if with_results else {"town"})


# limits


def stopped_at_once(
    model: LinearModel,
    target: Expression,
    limits: Limits,
    *,
    hint: Sequence[int] | None = None,
    at_least: int | None = None,
) -> search.Found:
    """A search that finds any solution, and then never a better one."""
    if hint is None or at_least is None:
        return search.minimise(model, target, limits, hint=hint)
    return search.Found(list(hint), target.value(hint), at_least, False)


def test_an_optimum_that_is_not_proven_ends_with_5_and_is_written(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_model, "minimise", stopped_at_once)
    told = call("run", crossing(tmp_path / "town"), "-o", tmp_path / "r")
    assert told.code == 5
    assert "all properties hold" in told.out
    outcome = allocator.Outcome.read(tmp_path / "r")
    (claim,) = outcome.optimal
    assert not outcome.is_proven
    assert claim.bounds == {"placed": 5}, "half of each of ten"
    assert claim.values["placed"] == outcome.assignments["programme_id"].count() <= 4
    assert call("verify", tmp_path / "r").code == 0, "it is what it claims to be"


def test_the_same_run_without_the_limit_is_proven(call: Call, tmp_path: Path) -> None:
    assert call("run", crossing(tmp_path / "town"), "-o", tmp_path / "r").code == 0
    outcome = allocator.Outcome.read(tmp_path / "r")
    assert outcome.is_proven
    assert outcome.optimal[0].values["placed"] == 4


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", 'Batch "main": the search reached its limits before any assignment was found.\n'),
        ("zh", "批次“main”：在找到任何录取方案之前，搜索已到达限制。\n"),
    ],
    ids=["en", "zh"],
)
def test_a_search_that_finds_nothing_ends_with_5_and_writes_nothing(
    language: str, said: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "OptimalBatches", partial(OptimalBatches, limits=Limits(deterministic_time=0)))
    town = crossing(tmp_path / "town")
    told = call("run", town, "-o", tmp_path / "r", "--lang", language)
    assert (told.code, told.out, told.err) == (5, said, "")
    told = call("run", town, "-o", tmp_path / "r", "--json")
    assert json.loads(told.out) == {"unfinished": {"batch": "main"}}
    assert names(tmp_path) == {"town"}


def only_the_first(
    model: LinearModel,
    target: Expression,
    limits: Limits,
    *,
    hint: Sequence[int] | None = None,
    at_least: int | None = None,
) -> search.Found:
    """A search that finds any solution, and then, for an objective, none within its limits."""
    if hint is None:
        return search.minimise(model, target, limits)
    return search.Found(None, 0, 0, False)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            'Batch "main": there are assignments, but the search for the best by placed reached its limits before it '
            "had found one.\n",
        ),
        ("zh", "批次“main”：存在录取方案，但按目标 placed 求最优的搜索在找到方案之前已到达限制。\n"),
    ],
    ids=["en", "zh"],
)
def test_a_search_that_ends_after_something_was_found_does_not_say_that_nothing_was(
    language: str, said: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_model, "minimise", only_the_first)
    town = crossing(tmp_path / "town")
    told = call("run", town, "-o", tmp_path / "r", "--lang", language)
    assert (told.code, told.out, told.err) == (5, said, "")
    told = call("run", town, "-o", tmp_path / "r", "--json")
    assert json.loads(told.out) == {"unfinished": {"batch": "main", "objective": "placed"}}
    assert names(tmp_path) == {"town"}


def test_classes_that_open_without_proof_end_with_5(call: Call, tmp_path: Path) -> None:
    """Equals are admitted together, so that all sets of candidates would have to be tried, and there are too many.

    The simple rule closes A, which has 1 of 2, and then B; but A can open once B is closed, and is opened again.
    """
    town = tmp_path / "town"
    town.mkdir()
    empty = [f"D{i}" for i in range(closures.MOST_TRIED)]
    small_scenario(
        town,
        applicants="applicant_id,total 1,90 2,80 3,70 4,60",
        ranking="{score: total, ties: admit_all}",
        seats=" ".join(f"main,{p},open,5" for p in ("A", "B", "C", *empty)),
        choices="1,main,1,A 2,main,1,B 2,main,2,A 3,main,1,B 3,main,2,C 4,main,1,C",
    )
    rows = ["A,vocational,2", "B,vocational,3", "C,vocational,", *(f"{p},vocational,1" for p in empty)]
    (town / "programmes.csv").write_text("\n".join(["programme_id,track,min_open", *rows, ""]), "utf-8")
    assert call("run", town, "-o", tmp_path / "r").code == 5
    told = json.loads((tmp_path / "r" / "summary.json").read_text("utf-8"))["closures"]
    assert (told["proven"], told["closed"], told["placed"]) == (False, ["B", *empty], 4)
    assert (told["simple_rule"]["closed"], told["simple_rule"]["placed"]) == (["A", "B", *empty], 2)
    assert call("verify", tmp_path / "r").code == 0
