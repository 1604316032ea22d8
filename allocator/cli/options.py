"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from allocator.cli.main import default_language
from allocator.scenario.document import parse_override

F = TypeVar("F", bound=Callable[..., Any])


def _overrides(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, Any]:
    return dict(parse_override(text) for text in value)


def scenario_argument(function: F) -> F:
    """SCENARIO: a folder or a YAML file; and --set."""
    function = click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="KEY=VALUE",
        callback=_overrides,
        help="Override a value of the scenario, such as guideline.general_share=0.55.",
    )(function)
    return click.argument("scenario", type=click.Path(path_type=Path))(function)


def result_argument(function: F) -> F:
    """DIR: a result folder; and --scenario, where the scenario is not at the place it was."""
    function = click.option(
        "--scenario",
        "scenario",
        type=click.Path(path_type=Path),
        default=None,
        help="The scenario, if it is no longer where the run found it.",
    )(function)
    return click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))(function)


def language_option(function: F) -> F:
    return click.option(
        "--lang", "language", type=click.Choice(["zh", "en"]), default=default_language, help="Language of messages."
    )(function)


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(function)
