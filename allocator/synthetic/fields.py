"""The kinds of fields that a profile is made of: exact numbers, shares, names."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Exact = Annotated[Decimal, Field(allow_inf_nan=False)]
Share = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(min_length=1)]
Setting = Literal["urban", "township", "rural"]
Ownership = Literal["public", "private"]
Track = Literal["general", "vocational"]
Kind = Literal["public", "private", "adjusted", "vocational"]  # of a programme, as the forms tell them apart


class Model(BaseModel):
    """A part of a profile; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str | None = Field(None, description="Where these figures come from, or that they are assumptions.")
