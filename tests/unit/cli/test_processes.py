"""The command as a process: quick help, exit codes, Ctrl-C, a closed pipe, terminals."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import allocator
from tests.unit.cli.console import EXAMPLE, call_apart, call_on_a_terminal, environment

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, pipes and terminals as on Linux and macOS")

HELP = [
    ["--help"],
    ["--version"],
    ["run", "--help"],
    ["check", "-h"],
    ["verify", "--help"],
    ["explain", "--help"],
    ["quota", "--help"],
    ["synth", "--help"],
    ["schema", "--help"],
]


def start(program: str, *arguments: str | Path, stderr: int | None = subprocess.PIPE) -> subprocess.Popen[str]:
    """A process in which a short program calls the command with these arguments."""
    whole = f"import sys\nsys.argv = ['allocator', *sys.argv[1:]]\n{textwrap.dedent(program)}"
    return subprocess.Popen(
        [sys.executable, "-c", whole, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=environment(),
        text=True,
    )


# Help


@pytest.mark.parametrize("arguments", HELP, ids=" ".join)
def test_help_needs_no_solver(arguments: list[str]) -> None:
    program = """
        from allocator.cli.main import main
        try:
            main()
        except SystemExit as ended:
            print("code", ended.code)
        print("loaded", sorted({"numba", "ortools", "pandas", "llvmlite"} & sys.modules.keys()))
    """
    out, err = start(program, *arguments).communicate(timeout=60)
    assert out.splitlines()[-2:] == ["code 0", "loaded []"]
    assert err == ""


def test_help_takes_less_than_half_a_second() -> None:
    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert call_apart("--help").code == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Processor time, so that what else the machine is doing does not count.
    assert min(seconds() for _ in range(3)) < 0.5


def test_help_names_every_command() -> None:
    out = call_apart("--help").out
    for name in ("run", "check", "verify", "explain", "quota", "synth", "schema"):
        assert f"\n  {name} " in out
        assert call_apart(name, "--help").out.startswith("Usage:")


# Exit codes


@pytest.mark.parametrize(
    "arguments",
    [["nope"], ["run"], ["run", "--nope", "x"], ["explain", "x"], ["run", "x", "--lang", "fr"], ["synth", "x"], []],
    ids=" ".join,
)
def test_bad_usage_ends_with_2(arguments: list[str]) -> None:
    said = call_apart(*arguments)
    assert said.code == 2
    assert said.err.startswith("Usage:")
    assert "Traceback" not in said.err


def test_a_fault_of_the_program_keeps_its_traceback_and_ends_with_1(tmp_path: Path) -> None:
    program = """
        from allocator import engine
        from allocator.cli.main import main
        def fault(*arguments, **options):
            raise ZeroDivisionError("a fault")
        engine.run = fault
        main()
    """
    child = start(program, "run", EXAMPLE, "-o", tmp_path / "results")
    _, err = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "Traceback" in err
    assert "ZeroDivisionError: a fault" in err
    assert list(tmp_path.iterdir()) == []


def test_an_outcome_that_fails_verification_is_not_written_and_ends_with_4(tmp_path: Path) -> None:
    program = """
        from allocator import engine
        from allocator.cli.main import main
        from dataclasses import replace
        publish = engine.publish
        def wrong(*arguments):
            outcome = publish(*arguments)
            return replace(outcome, assignments=outcome.assignments.reverse())
        engine.publish = wrong
        main()
    """
    child = start(program, "run", EXAMPLE, "-o", tmp_path / "results")
    out, err = child.communicate(timeout=60)
    assert child.returncode == 4
    assert "The outcome fails verification; nothing was written." in err
    assert "P1" in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


# Ctrl-C


def test_ctrl_c_during_a_run_ends_with_130_and_writes_nothing(tmp_path: Path) -> None:
    program = """
        import time
        from allocator import engine
        from allocator.cli.main import main
        def long_run(scenario, progress):
            print("running", flush=True)
            time.sleep(60)
        engine.run = long_run
        main()
    """
    child = start(program, "run", EXAMPLE, "-o", tmp_path / "results")
    assert child.stdout is not None
    assert child.stdout.readline() == "running\n"
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert err.strip() == "Interrupted; nothing was written."
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_the_results_are_written_comes_too_late(tmp_path: Path) -> None:
    program = """
        import time
        from allocator.cli.main import main
        from allocator.outcome import files
        write = files.write
        def slow_write(*arguments, **options):
            print("writing", flush=True)
            time.sleep(0.5)
            write(*arguments, **options)
        files.write = slow_write
        main()
    """
    child = start(program, "run", EXAMPLE, "-o", tmp_path / "results")
    assert child.stdout is not None
    assert child.stdout.readline() == "writing\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (0, "")
    assert out.endswith(f"Results: {tmp_path / 'results'}\n")
    allocator.Outcome.read(tmp_path / "results")


def test_ctrl_c_at_any_moment_leaves_nothing_or_everything(tmp_path: Path) -> None:
    program = """
        from allocator.cli.main import main
        print("started", flush=True)
        main()
    """
    clock = random.Random(2026)
    codes = []
    duration = 1.0
    for i in range(8):
        place = tmp_path / str(i)
        child = start(program, "run", EXAMPLE, "-o", place / "results")
        assert child.stdout is not None
        assert child.stdout.readline() == "started\n"
        began = time.perf_counter()
        if i > 0:
            time.sleep(clock.uniform(0, duration))
            child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
        if i == 0:
            duration = time.perf_counter() - began
        codes.append(child.returncode)
        assert child.returncode in (0, 130), err
        if child.returncode == 130:
            assert "Interrupted; nothing was written." in err
            assert not place.exists() or list(place.iterdir()) == []
        else:
            allocator.Outcome.read(place / "results")
    assert codes[0] == 0
    assert 130 in codes


# Pipes and terminals


@pytest.mark.parametrize("command", ["schema", "check", "quota", "run", "--help"])
def test_a_reader_that_has_gone_is_no_fault(command: str, tmp_path: Path) -> None:
    arguments: list[str | Path] = [] if command in ("schema", "--help") else [EXAMPLE]
    arguments += ["-o", tmp_path / "results"] if command == "run" else []
    child = subprocess.Popen(
        [sys.executable, "-m", "allocator", command, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()  # before the command has said anything
    err = child.stderr.read()
    assert child.wait(timeout=60) == (1 if command == "--help" else 141)
    assert err == b""
    if command == "run":
        allocator.Outcome.read(tmp_path / "results")


def test_progress_is_shown_on_a_terminal_and_only_there(tmp_path: Path) -> None:
    said = call_on_a_terminal("run", EXAMPLE, "-o", tmp_path / "results")
    assert said.code == 0
    assert "reading and checking" in said.err
    assert "reading" not in said.out


def test_a_console_that_lacks_chinese_signs_does_not_stop_a_command() -> None:
    said = call_apart("check", EXAMPLE, "--lang", "zh", env={"PYTHONIOENCODING": "latin-1"})
    assert said.code == 0
    assert "?" in said.out
