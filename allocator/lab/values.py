"""The values of a lever: a list, an exact range, seeds, or one value."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from allocator.errors import message
from allocator.outcome.decimals import decimal_text
from allocator.scenario.fields import DECIMAL

MOST_VALUES = 1_000_000  # of one lever

Value = str | bool | None | list[Any] | dict[str, Any]  # as a scenario file would hold it: numbers are text


class WrongValuesError(ValueError):
    """What is wrong with a lever's values; the template of a message and its values."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template)
        self.template, self.values = template, values


def values_of(written: Any) -> list[Value]:
    """The values that a lever takes, in order.

    A list is its items; ``{from, to, step}`` all the steps that are at most ``to``, exact; ``{seeds: n}`` the numbers
    1 to n (or from ``first``); anything else is one value.

    Raises:
        WrongValuesError: if a range leads nowhere.
    """
    if isinstance(written, list):
        if not written:
            raise WrongValuesError(message("found an empty list, expected at least one value"))
        return list(written)
    if isinstance(written, dict) and "from" in written:  # no value of a scenario has such a key
        if not {"from", "to"} <= written.keys() <= {"from", "to", "step"}:
            raise WrongValuesError(message("a range has `from`, `to` and, where it is not 1, `step`"))
        return _range(*(_number(written.get(key, "1"), key) for key in ("from", "to", "step")))
    if isinstance(written, dict) and "seeds" in written and written.keys() <= {"seeds", "first"}:
        first, count = _number(written.get("first", "1"), "first"), _number(written["seeds"], "seeds")
        if count < 1 or count != count.to_integral_value() or first != first.to_integral_value():
            raise WrongValuesError(message("`seeds` and `first` are whole numbers, and there is at least one seed"))
        return _range(first, first + count - 1, Decimal(1))
    return [written]


def number_of(value: Any) -> Decimal | None:
    """The value as an exact number; None where it is none."""
    return Decimal(value) if isinstance(value, str) and re.search(DECIMAL, value) else None


def _number(written: Any, key: str) -> Decimal:
    found = number_of(written)
    if found is None:
        raise WrongValuesError(
            message('`{key}`: found "{found}", expected a number in plain digits, such as 0.55'), key=key, found=written
        )
    return found


def _range(start: Decimal, end: Decimal, step: Decimal) -> list[Value]:
    if step == 0 or (end - start) * step < 0:
        raise WrongValuesError(
            message(
                "a range from {start} to {end} in steps of {step} never gets there; "
                "give a step that leads from the one to the other"
            ),
            start=start,
            end=end,
            step=step,
        )
    count = int((end - start) / step) + 1
    if count > MOST_VALUES:
        raise WrongValuesError(message("more than {most:,} values; take larger steps"), most=MOST_VALUES)
    return [plain_text(start + i * step) for i in range(count)]


def plain_text(number: Decimal) -> str:
    """A number in plain digits without trailing zeros, so that equal values are equal texts."""
    exponent = int(number.as_tuple().exponent)
    scale = max(0, -exponent)
    return decimal_text(int(number.scaleb(scale)), scale)
