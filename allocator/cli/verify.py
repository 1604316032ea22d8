"""``allocator verify``: re-check a result folder against its inputs, without the solvers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.options import json_option, language_option, result_argument
from allocator.errors import Translate, VerificationError
from allocator.language import translator

if TYPE_CHECKING:
    from allocator.verification import Certificate


@click.command(name="verify")
@result_argument
@json_option
@language_option
def command(folder: Path, scenario: Path | None, as_json: bool, language: str) -> None:
    """Re-check the result folder DIR against its inputs (P1 to P10); exit code 4 if a property is breached."""
    from allocator.cli.results import read_result
    from allocator.verification import verify

    translate = translator(language)
    loaded, outcome = read_result(folder, scenario)
    certificate = verify(loaded, outcome)
    if as_json:
        click.echo(json.dumps(certificate.as_json(), ensure_ascii=False, indent=1))
    else:
        _print(certificate, translate)
    click.get_current_context().exit(VerificationError.exit_code if certificate.breaches else 0)


def _print(certificate: Certificate, translate: Translate) -> None:
    words = {True: translate("holds"), False: translate("BREACHED")}
    for name, holds in certificate.verdicts.items():
        click.echo(f"{name}: {words[holds]}")
    for breach in certificate.breaches:
        click.echo(f"  {breach.text(translate)}")
