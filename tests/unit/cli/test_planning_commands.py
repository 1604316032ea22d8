"""The commands ``worth``, ``expand`` and ``plan`` as a console calls them: what they print, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.capacity.small_town import write_town
from tests.unit.cli.console import Call
from tests.unit.cli.test_optimal_runs import BEST
from tests.unit.planning.small_plan import PLAN, write_small_plan


def test_worth_and_expand_end_with_0(call: Call, tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    for arguments in (("worth", town), ("expand", town, "--classes", 1)):
        said = call(*arguments, "-o", tmp_path / f"{arguments[0]}.csv")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("Now: 3 placed")
        assert (tmp_path / f"{arguments[0]}.csv").read_text("utf-8").count("programme_id,") == 1
        assert call(*arguments, "-o", tmp_path / f"{arguments[0]}.csv").code == 2, "it is there already"
        assert json.loads(call(*arguments, "--json").out)["base"]["placed"] == 3
        assert "Now" not in call(*arguments, "--lang", "zh").out


def test_worth_and_expand_take_an_optimal_batch(call: Call, tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    for arguments in (("worth", town), ("expand", town, "--classes", 1)):
        said = call(*arguments, "--set", f"batches={BEST}", "--json")
        assert said.code == 0
        assert json.loads(said.out)["method"] == "run again"


@pytest.mark.parametrize("arguments", [("worth",), ("expand", "--classes", 1)], ids=["worth", "expand"])
def test_worth_and_expand_of_what_is_infeasible_end_with_3(
    arguments: tuple[str, ...], call: Call, tmp_path: Path
) -> None:
    caps = "caps=[{name: A, where: {programme_id: A}, at_least: 9}]"
    said = call(arguments[0], write_town(tmp_path), *arguments[1:], "--set", f"batches={BEST}", "--set", caps)
    assert (said.code, said.out) == (3, "")
    assert '"A at least 9"' in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("worth", "--set", "batches.main.order=best"), "batches.main.order"),
        (("expand",), "--classes"),
        (("expand", "--classes", 1, "--limits", "gone.csv"), "gone.csv"),
    ],
    ids=["worth", "expand", "limits"],
)
def test_bad_input_of_worth_and_expand_ends_with_2(
    arguments: tuple[str | int, ...], said: str, call: Call, tmp_path: Path
) -> None:
    told = call(arguments[0], write_town(tmp_path), *arguments[1:])
    assert (told.code, told.out) == (2, "")
    assert said in told.err
    assert "Traceback" not in told.err


def test_a_plan_ends_with_0_and_without_one_with_3(call: Call, tmp_path: Path) -> None:
    plan = write_small_plan(tmp_path / "plan")
    said = call("plan", plan, "-o", tmp_path / "r")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == f"Results: {tmp_path / 'r'}"
    said = call(
        "plan", plan, "-o", tmp_path / "none", "--set", "limits.money.total=0", "--set", "limits.served={2026: 0.9}"
    )
    assert said.code == 3
    assert "money in all years at most 0" in said.out


def test_a_plan_with_a_mistake_ends_with_2_and_writes_nothing(call: Call, tmp_path: Path) -> None:
    plan = write_small_plan(tmp_path / "plan", PLAN.replace("dropout: 0.1", "dropout: many"))
    said = call("plan", plan, "-o", tmp_path / "r")
    assert (said.code, said.out) == (2, "")
    assert "plan.yaml line 5, dropout" in said.err
    assert not (tmp_path / "r").exists()
