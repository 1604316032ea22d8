"""What the fields of a scenario file are made of: exact numbers, names, and models that forbid unknown keys."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

MAX_DIGITS = 18  # what an int64 holds whatever the digits are
DECIMAL = r"^[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)$"
WHOLE = r"^[+-]?[0-9]+$"


def _as_decimal(value: Any) -> Any:
    """Text as written must be a plain decimal: `Decimal` alone would also take 1e3, 1_000 and full-width digits."""
    if isinstance(value, str):
        if not re.fullmatch(DECIMAL, value):
            raise PydanticCustomError("decimal_parsing", "expected a number")
        if sum(c.isdigit() for c in value.lstrip("+-0")) > MAX_DIGITS:
            raise PydanticCustomError("decimal_max_digits", "too many digits")
    return value


def _as_whole(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, str) and not re.fullmatch(WHOLE, value)):
        raise PydanticCustomError("int_parsing", "expected a whole number")
    return value


Exact = Annotated[Decimal, BeforeValidator(_as_decimal), Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_as_whole), Field(le=10**MAX_DIGITS)]
Name = Annotated[str, Field(min_length=1)]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Model):
    """A part of the scenario that may say where it comes from."""

    source: str | None = Field(None, description="Where this rule comes from: a regulation, a notice, an assumption.")
