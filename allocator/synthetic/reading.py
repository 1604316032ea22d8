"""Reading a profile: YAML with exact numbers and the line of every value, overrides, and all mistakes in one go."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from allocator.errors import InputError, Problem, grouped, message
from allocator.scenario.document import read
from allocator.synthetic.cross_checks import cross_checks
from allocator.synthetic.profile import Profile


class ProfileError(InputError):
    """The profile, or a published table that it draws on, has mistakes: all of them, each located."""


def read_profile(path: Path, values: Mapping[str, str] | None = None) -> Profile:
    """The profile in a file, with overrides of values by dotted path such as {"quota_share": "0.7"}.

    Raises ProfileError with every mistake found, each with its line.
    """
    try:
        document = read(path, values)
    except InputError as error:
        raise ProfileError(error.problems) from None
    said = message('found "{found}"; {expected}')
    try:
        profile = Profile.model_validate(document.value)
    except ValidationError as mistakes:
        problems = []
        for mistake in mistakes.errors():
            value = mistake["input"]
            found = value if isinstance(value, (str, bool)) else type(value).__name__
            expected = mistake["msg"].removeprefix("Value error, ")
            problems.append(Problem(document.where(mistake["loc"]), said, {"found": found, "expected": expected}))
        raise ProfileError(grouped(problems)) from None
    checked = [
        Problem(document.where(place), said, {"found": found, "expected": expected})
        for place, expected, found in cross_checks(profile)
    ]
    if checked:
        raise ProfileError(grouped(checked))
    return profile
