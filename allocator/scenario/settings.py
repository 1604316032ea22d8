"""What the office wrote in ``scenario.yaml``: pydantic models that forbid unknown keys (formats.md, section 1)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from allocator.scenario.fields import Exact, Model, Name, Rule, Whole
from allocator.scenario.indicator_settings import IndicatorSettings

OPEN = "open"  # the pool for everybody (统招)
REVERTED = "reverted"  # the pool name of admissions to seats that reverted (配转统, R5)
PRIORITIES = "priorities"  # the score of a ranking that is taken from the priorities table


class Tables(Model):
    """Files of the input, relative to the scenario file: CSV (UTF-8 or GB18030), XLSX or Parquet, by suffix."""

    applicants: str = Field(description="One row per applicant: applicant_id and attributes.")
    programmes: str = Field(description="One row per programme: programme_id, track and attributes.")
    seats: str = Field(description="One row per batch, programme and pool: the number of seats.")
    choices: str = Field(description="The choice lists: applicant_id, batch, choice, programme_id.")
    feeder_seats: str | None = Field(None, description="A given matrix of feeder seats; otherwise R9 apportions.")
    feeder_schools: str | None = Field(None, description="Attributes of the feeder schools.")
    schools: str | None = Field(None, description="Attributes of the senior-secondary schools.")
    priorities: str | None = Field(None, description="A programme's own order of applicants.")


def _dotted(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{path}", below) for path, below in _dotted(value))
        else:
            yield key, value


class SyntheticCohort(Model):
    """A synthetic cohort, instead of tables."""

    profile: str = Field(description="The profile's file, relative to the scenario file.")
    seed: Whole = Field(ge=0, description="The seed: the same seed gives the same cohort.")
    applicants: Whole | None = Field(None, ge=1, description="Number of applicants; the profile's own if not given.")
    values: dict[str, str] = Field(default_factory=dict, description="Overrides of values of the profile, by path.")
    data: str | None = Field(None, description="Folder of the published tables that the profile draws on.")

    @field_validator("values", mode="before")
    @classmethod
    def by_dotted_path(cls, values: Any) -> Any:
        """{"seats": {"general": "42700"}} and {"seats.general": "42700"} say the same."""
        return dict(_dotted(values)) if isinstance(values, dict) else values


class MapTo(Model):
    """A number for each text of a column, such as points for grades."""

    column: Name = Field(description="Column of applicants.")
    to: dict[str, Exact] = Field(min_length=1, description="The number that stands for each text.")


class CountOf(Model):
    """How many of some columns equal a text, such as the number of A+."""

    columns: tuple[Name, ...] = Field(min_length=1, description="Columns of applicants.")
    equals: str = Field(description="The text that is counted.")


class Derived(Rule):
    """A new numeric column of applicants: exactly one of sum, max, map or count."""

    sum: dict[Name, Exact] | None = Field(
        None, min_length=1, description="Weighted sum: column to weight. Missing counts as 0."
    )
    max: tuple[Name, ...] | None = Field(None, min_length=1, description="The largest of these columns.")
    map: MapTo | None = Field(None, description="A number for each text of a column.")
    count: CountOf | None = Field(None, description="How many of these columns equal a text.")
    at_most: Exact | None = Field(None, description="The result is cut off at this number.")

    @model_validator(mode="after")
    def exactly_one(self) -> Derived:
        if sum(x is not None for x in (self.sum, self.max, self.map, self.count)) != 1:
            raise PydanticCustomError("one_rule", "exactly one of sum, max, map or count")
        return self


class Ranking(Rule):
    """R2: a score, a chain of tie-breakers (each larger is better), and what happens to what is still equal."""

    score: Name = Field(description="Numeric column of applicants, or `priorities` for the priorities table.")
    tie_break: tuple[Name, ...] = Field((), description="Numeric columns, compared in this order; missing counts as 0.")
    ties: Literal["lottery", "admit_all"] = Field(
        "lottery", description="What happens to what is still equal (R2, R4)."
    )


class Interval(Model):
    """A test on a number: at least, at most, or both."""

    at_least: Exact | None = Field(None, description="Smallest value that passes; a missing value fails.")
    at_most: Exact | None = Field(None, description="Largest value that passes; a missing value fails.")

    @model_validator(mode="after")
    def some_bound(self) -> Interval:
        if self.at_least is None and self.at_most is None:
            raise PydanticCustomError("some_bound", "at_least, at_most, or both")
        return self


class OneOf(Model):
    """A test on a text: one of several."""

    one_of: tuple[str, ...] = Field(min_length=1, description="Texts, one of which the value must equal.")


Test = bool | str | Interval | OneOf
Group = dict[Name, Test]


class Floor(Rule):
    """R6: a least score for a pool; the largest of the parts given."""

    score: Exact | None = Field(None, description="An absolute least score.")
    below_line: Annotated[Exact, Field(ge=0)] | None = Field(
        None, description="Points under the programme's open line."
    )
    of: Name | None = Field(None, description="Whose open line: `provisional`, or the name of an earlier batch.")

    @model_validator(mode="after")
    def parts(self) -> Floor:
        if (self.below_line is None) != (self.of is None):
            raise PydanticCustomError("line_of", "below_line and of go together")
        if self.score is None and self.below_line is None:
            raise PydanticCustomError("some_floor", "score, or below_line with of")
        return self


class Apportion(Rule):
    """R9: how a programme's feeder seats are shared among feeder schools where no matrix is given."""

    method: Literal["largest_remainder", "controlled"] = Field("largest_remainder", description="Rounding method.")
    weight: Name = Field("eligible", description="`eligible` (applicants in the group), or a column of feeder_schools.")
    minimum: Whole = Field(0, ge=0, description="Seats that every feeder school with a weight gets before the sharing.")


class Pool(Rule):
    """One line of seats of a programme in a batch (计划类别)."""

    per: Literal["feeder_school"] | None = Field(None, description="One cell of seats for each feeder school.")
    group: Name | None = Field(None, description="Who may use it; everybody if not given.")
    share: Annotated[Exact, Field(ge=0, le=1)] | None = Field(
        None,
        description="Its part of the seats that the seats table gives a programme in this pool and in `open`, 0 to 1; "
        "as in the table if not given.",
    )
    unfilled: Literal["open", "lapse"] = Field("open", description="What becomes of unfilled seats (R5, R7).")
    floor: Floor | None = Field(None, description="A least score for the pool (R6).")
    apportion: Apportion | None = Field(None, description="How its seats are shared among feeder schools (R9).")


Objective = Literal[
    "placed",
    "guideline",
    "feeder",
    "same_area",
    "choice",
    "choice_squared",
    "worst_choice",
    "profile_greedy",
    "profile_generous",
    "targets",
    "worst_target",
    "score",
]
Mechanism = Literal["stable", "optimal", "reassign"]


class Batch(Rule):
    """A stage of the run (批次); batches run in their written order."""

    # What a reassignment batch leaves out is filled in before the fields are read (see Settings).
    model_config = ConfigDict(
        json_schema_extra={
            "required": ["name"],
            "if": {"properties": {"mechanism": {"const": "reassign"}}, "required": ["mechanism"]},
            "then": {},
            "else": {"required": ["name", "ranking", "pools"]},
        }
    )

    name: Name = Field(description="The batch's name, used in the tables.")
    mechanism: Mechanism = Field(
        "stable",
        description="`stable`: deferred acceptance (R7); `optimal`: the objectives decide (R10); "
        "`reassign`: seats left over go to those who consented (R11).",
    )
    ranking: Name = Field(description="Ranking of the programmes that do not name their own.")
    pools: tuple[Name, ...] = Field(
        min_length=1, max_length=62, description="Pools, in the order in which they are filled (R5)."
    )
    order: Literal["score_first", "choice_first", "banded"] = Field("score_first", description="Priority (R3).")
    choice_tier: Whole = Field(1, ge=1, description="Choices per tier, for choice_first and banded.")
    band_width: Annotated[Exact, Field(gt=0)] | None = Field(None, description="Points per score band, for banded.")
    seats: Literal["leftover"] | None = Field(None, description="`leftover`: the seats that earlier batches left.")
    objectives: tuple[Objective, ...] = Field(
        (), description="What an optimal batch optimises, in this order (R10); the last is always `score`."
    )
    group: Name | None = Field(None, description="Who takes part in a reassignment batch; all unplaced if not given.")

    @property
    def ladder(self) -> tuple[Objective, ...]:
        """R10: the objectives in force; every ladder ends in `score`, written or not."""
        return (*(name for name in self.objectives if name != "score"), "score")


class Cap(Rule):
    """Bounds on the admissions of a set of programmes, in optimal batches (R10); earlier batches count."""

    name: Name = Field(description="What the set is called in reports.")
    where: dict[Name, bool | str | OneOf] = Field(
        min_length=1, description="Column of programmes, or of their schools, to a text to equal or `one_of` texts."
    )
    at_least: Whole | None = Field(None, ge=0, description="Fewest admissions.")
    at_most: Whole | None = Field(None, ge=0, description="Most admissions.")
    target: Whole | None = Field(None, ge=0, description="For the objectives `targets` and `worst_target`.")

    @model_validator(mode="after")
    def some_number(self) -> Cap:
        if self.at_least is None and self.at_most is None and self.target is None:
            raise PydanticCustomError("some_cap", "at_least, at_most or target")
        return self


class Guideline(Rule):
    """R8: the largest share of the general track (普职比)."""

    general_share: Annotated[Exact, Field(ge=0, le=1)] = Field(
        description="Largest share of the general track, 0 to 1."
    )
    tolerance: Annotated[Exact, Field(ge=0, le=1)] = Field(
        Decimal(0), description="Added to the share before it is compared."
    )
    basis: Literal["admitted", "applicants"] = Field("admitted", description="Share of whom.")
    scope: Literal["city", "area"] = Field("city", description="For the city as a whole, or for each area.")
    enforce: Literal["report", "control_line", "constraint"] = Field(
        "report", description="Only measure, find a control line (R8), or bind optimal batches (R10)."
    )
    ranking: Name | None = Field(None, description="Ranking of the control line; the first one if not given.")

    @property
    def limit(self) -> Decimal:
        """s of R8: the share with its tolerance."""
        return self.general_share + self.tolerance


REASSIGNMENT_OBJECTIVES = ("placed", "guideline", "same_area", "score")  # R11, where the batch lists none


def _as_implied(batch: Any, values: dict[str, Any]) -> Any:
    if not isinstance(batch, dict) or batch.get("mechanism") != "reassign":
        return batch
    guideline, rankings = values.get("guideline"), values.get("rankings")
    ranking = guideline.get("ranking") if isinstance(guideline, dict) else None
    if ranking is None and isinstance(rankings, dict):
        ranking = next(iter(rankings), None)
    objectives = [name for name in REASSIGNMENT_OBJECTIVES if name != "guideline" or guideline is not None]
    implied = {"ranking": ranking, "pools": [OPEN], "seats": "leftover", "objectives": objectives}
    return {**{key: value for key, value in implied.items() if value is not None}, **batch}


class Settings(Model):
    """A scenario file, whole and valid in itself; what it says about columns is checked with the tables."""

    version: Whole = Field(ge=1, le=1, description="Version of this format; 1.")
    name: Name = Field(description="What this scenario is called in reports.")
    year: Whole | None = Field(None, description="Year of admission.")
    source: str | None = Field(None, description="Where the rules come from.")
    lottery_seed: str = Field("", description="Text that the lottery numbers are computed from (R2).")
    tables: Tables | None = Field(None, description="The input files.")
    cohort: SyntheticCohort | None = Field(None, description="A synthetic cohort, instead of tables.")
    columns: dict[str, str] = Field(default_factory=dict, description="More headers: as written, to the column's name.")
    derived: dict[Name, Derived] = Field(default_factory=dict, description="New numeric columns of applicants.")
    rankings: dict[Name, Ranking] = Field(min_length=1, description="Rankings by name (R2).")
    groups: dict[Name, Group] = Field(default_factory=dict, description="Sets of applicants; all tests must hold.")
    pools: dict[Name, Pool] = Field(default_factory=dict, description="Pools by name; `open` needs no entry.")
    batches: tuple[Batch, ...] = Field(min_length=1, description="The stages of the run, in order.")
    guideline: Guideline | None = Field(None, description="The guideline on the share of the general track (R8).")
    caps: tuple[Cap, ...] = Field((), description="Bounds on sets of programmes, in optimal batches (R10).")
    indicators: IndicatorSettings = Field(
        default_factory=IndicatorSettings, description="What indicators need and no table holds."
    )

    @model_validator(mode="before")
    @classmethod
    def reassignment_as_implied(cls, values: Any) -> Any:
        """R11 says what a reassignment batch leaves unwritten: leftover seats, the pool `open`, the city's ranking."""
        if not isinstance(values, dict) or not isinstance(values.get("batches"), (list, tuple)):
            return values
        return {**values, "batches": [_as_implied(batch, values) for batch in values["batches"]]}

    def pool(self, name: str) -> Pool:
        """The pool of this name; `open` needs no entry."""
        return self.pools.get(name) or Pool()

    def feeder_pool(self, batch: Batch) -> str | None:
        """The batch's pool per feeder school, if it has one."""
        return next((name for name in batch.pools if self.pool(name).per), None)

    @property
    def guideline_ranking(self) -> str:
        """Name of the ranking whose scores the control line is compared with (R8)."""
        given = self.guideline.ranking if self.guideline else None
        return given or next(iter(self.rankings))
