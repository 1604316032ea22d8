"""A document's stated figures and the relations between them, read from YAML with exact numbers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from allocator.errors import InputError, Problem, Problems, Where, message
from allocator.planning.mistakes import expected_of
from allocator.planning.plan import StatedFigures
from allocator.scenario.document import read
from allocator.scenario.fields import Exact, Model, Name
from allocator.scenario.model_mistakes import mistakes_of


class StatedFigure(Model):
    """A figure as the document states it."""

    value: Exact = Field(description="The number, in the unit.")
    unit: Name = Field(description="What is counted.")
    item: Name = Field(description="What the figure is.")
    section: Name = Field(description="Where the document states it.")
    quote: Name = Field(description="The words that state it, short.")


class Relation(Model):
    """What ought to hold: a weighted sum of figures, divided by another if there is one, is what a figure says."""

    name: Name = Field(description="What is compared.")
    terms: dict[Name, Exact] = Field(min_length=1, description="Figure to weight.")
    over: dict[Name, Exact] | None = Field(None, min_length=1, description="The divisor: figure to weight.")
    compare: Literal["equals", "at_most"] = Field("equals", description="How the result ought to be to the figure.")
    to: Name = Field(description="The figure that it is compared with.")
    places: Annotated[int, Field(ge=0, le=6)] | None = Field(
        None, description="Decimals to which the result is rounded, half up; exact if not given."
    )
    remark: str = Field("", description="What follows where it does not hold.")


class StatedDocument(Model):
    """The file of a document's figures."""

    source: Name = Field(description="The document, and where it was read.")
    figures: dict[Name, StatedFigure] = Field(min_length=1, description="By name.")
    relations: tuple[Relation, ...] = Field((), description="What ought to hold.")
    remarks: tuple[Name, ...] = Field((), description="What does not add up and is no arithmetic.")


def read_stated(path: Path, file: str, problems: Problems) -> StatedFigures:
    """The figures and relations of a document; mistakes go to the problems."""
    try:
        document = read(path, None, problems)
    except InputError as error:
        problems.extend(error.problems)
        return StatedFigures()
    try:
        stated = StatedDocument.model_validate(document.value)
    except ValidationError as mistakes:
        problems.extend(Problem(document.where(m["loc"]), *expected_of(m)) for m in mistakes_of(mistakes))
        return StatedFigures()
    for number, relation in enumerate(stated.relations):
        _check(relation, document.where(("relations", number)), stated, file, problems)
    return StatedFigures(
        {name: Fraction(figure.value) for name, figure in stated.figures.items()},
        {
            name: {"item": figure.item, "unit": figure.unit, "section": figure.section, "quote": figure.quote}
            for name, figure in stated.figures.items()
        },
        tuple(relation.model_dump() for relation in stated.relations),
        stated.remarks,
    )


def _check(relation: Relation, where: Where, stated: StatedDocument, file: str, problems: Problems) -> None:
    unknown = [name for name in (*relation.terms, *(relation.over or {}), relation.to) if name not in stated.figures]
    for name in unknown:
        problems.add(where, message('"{found}" is not one of the figures of {file}'), found=name, file=file)
    if relation.over is not None and not unknown:
        divisor = sum(weight * stated.figures[name].value for name, weight in relation.over.items())
        if not divisor:
            problems.add(where, message("the divisor `over` is 0"))
