"""The command ``allocator``: one file per command, loaded when it is called."""

from __future__ import annotations

import importlib
import os
import sys

import click

from allocator.errors import AllocatorError, InputError
from allocator.language import translator

COMMANDS = {
    "run": "read, check, allocate, verify, and write the results",
    "check": "only read and check, and describe what would run",
    "verify": "re-check a result folder against its inputs, without the solvers",
    "explain": "one applicant's result, choice by choice",
    "quota": "the matrix of feeder seats",
    "compare": "outcomes side by side: indicators, and who moved",
    "sweep": "many variants of a scenario",
    "fairness": "what each rule of admission costs, side by side",
    "report": "the page and the workbook of a result",
    "worth": "what more seats would do, programme by programme",
    "expand": "where to add classes for most applicants improved",
    "plan": "seat and school planning over several years",
    "synth": "write a synthetic cohort as ordinary tables",
    "schema": "the JSON Schema of scenario files, for editors",
}
INTERRUPTED = 130  # the shell's own code for a program stopped by Ctrl-C
READER_GONE = 141  # the shell's own code for a program whose reader has closed the pipe


class Commands(click.Group):
    """The group of commands; a command's file is imported only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"allocator.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Call the command; a reader of standard output that has had enough, such as ``head``, is no fault."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return READER_GONE

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="allocator")
def allocator() -> None:
    """Unified general/vocational admissions allocation for a city.

    Exit codes: 0 done; 2 bad input or usage; 3 infeasible; 4 an outcome fails verification;
    5 stopped by a limit; 1 a fault of the program.
    """


def default_language() -> str:
    """Chinese where the system's messages are Chinese, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def main() -> None:
    """Run the command; only the project's own exceptions become messages; a fault keeps its traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a sign must not stop a run
    try:
        code = allocator.main(standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        code = READER_GONE
    except click.exceptions.Abort:
        sys.exit(_interrupted())
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except AllocatorError as error:
        _show(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(_interrupted())
    if code == READER_GONE:
        # What is left in the buffer goes nowhere, instead of failing once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code if isinstance(code, int) else 0)


def _interrupted() -> int:
    translate = translator(_language())
    click.echo(translate("Interrupted; nothing was written."), err=True)
    return INTERRUPTED


def _show(error: AllocatorError) -> None:
    translate = translator(_language())
    click.echo(error.text(translate), err=True)
    if isinstance(error, InputError):
        count = error.num_mistakes
        one = translate("1 problem; nothing was written.")
        many = translate("{count} problems; nothing was written.")
        click.echo(one if count == 1 else many.format(count=count), err=True)


def _language() -> str:
    """The language asked for on the command line, also where the command failed before it could tell."""
    words = sys.argv[1:]
    for i, word in enumerate(words):
        if word == "--lang" and i + 1 < len(words) and words[i + 1] in ("zh", "en"):
            return words[i + 1]
        if word in ("--lang=zh", "--lang=en"):
            return word[-2:]
    return default_language()
