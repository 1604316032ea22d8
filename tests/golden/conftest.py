"""A browser for the pages, one for each module of tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from tests.golden.browser import launched  # skips a module where there is no browser

    with launched() as found:
        yield found
