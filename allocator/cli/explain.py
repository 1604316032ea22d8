"""``allocator explain``: one applicant's result, choice by choice."""

from __future__ import annotations

import json
from pathlib import Path

import click

from allocator.cli.options import json_option, language_option, result_argument
from allocator.language import translator


@click.command(name="explain")
@result_argument
@click.argument("applicant")
@json_option
@language_option
def command(folder: Path, scenario: Path | None, applicant: str, as_json: bool, language: str) -> None:
    """Explain the result of APPLICANT in the result folder DIR: the rule, and the line or objectives, that decided."""
    from allocator.cli.results import read_result
    from allocator.explanation import as_json as explanation_json
    from allocator.explanation import as_text, explain

    loaded, outcome = read_result(folder, scenario)
    explanation = explain(loaded, outcome, applicant)
    if as_json:
        click.echo(json.dumps(explanation_json(explanation), ensure_ascii=False, indent=1))
    else:
        click.echo(as_text(explanation, translator(language)))
