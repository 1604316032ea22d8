"""``allocator schema``: the JSON Schema of scenario files."""

from __future__ import annotations

import json

import click


@click.command(name="schema")
def command() -> None:
    """Print the JSON Schema of scenario files, for completion and checks in an editor."""
    from allocator.scenario.schema import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=1))
