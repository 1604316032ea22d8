"""What a profile says: the assumptions of a synthetic cohort, each with its unit (pydantic models, no unknown keys).

Numbers are read as exact decimals. Where a number is an assumption and not a source's figure, the profile says so in a
comment or in a `source`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from allocator.synthetic.fields import Exact, Kind, Model, Name, Number, Positive, Setting, Share
from allocator.synthetic.school_profile import GeneratedSchools, SchoolTable, Seats

BySetting = dict[Setting, Share]


class Area(Model):
    """A county or district."""

    code: Name = Field(description="Code, text; begins the identifiers of its schools and applicants.")
    name: Name = Field(description="Name, as it stands in the column area.")
    share: Share = Field(description="Share of the applicants; all areas together 1. 0: schools but no applicants.")
    x: Exact = Field(description="Kilometres east of the city's centre.")
    y: Exact = Field(description="Kilometres north of the city's centre.")
    radius: Positive = Field(Decimal(20), description="Kilometres; schools lie in a square of twice this side.")


class FeederSchools(Model):
    """Feeder schools: how many, how large, where, and how they differ in mean score."""

    number: int = Field(ge=1, description="Number of feeder schools, shared among areas by applicants.")
    size_spread: Share = Field(description="Standard deviation of size over mean size.")
    settings: BySetting = Field(description="Share of feeder schools by setting; together 1.")
    size_by_setting: dict[Setting, Positive] = Field(description="Mean size by setting, relative to each other.")
    private_share: BySetting = Field(description="Share of private schools, by setting.")
    spread: Share = Field(description="Standard deviation of school means, in standard deviations of an applicant.")
    effect_of_setting: dict[Setting, Exact] = Field(description="Added to a school's mean, same unit.")
    effect_of_private: Exact = Field(description="Added to a private school's mean, same unit.")


class Subject(Model):
    """One subject: full marks, mean, spread, and how it hangs together with the others."""

    name: Name = Field(description="Column of applicants.")
    full_marks: int = Field(ge=1, description="Highest score, points.")
    mean: Annotated[Decimal, Field(gt=0, lt=1)] = Field(description="Score of a middling applicant / full marks.")
    spread: Positive = Field(description="Steepness: how far one standard deviation moves a score; about 0.2 to 0.8.")
    general: Share = Field(description="Correlation with general ability.")
    factor: Name = Field(description="Name of a second ability that it shares with other subjects.")
    specific: Share = Field(description="Correlation with that second ability.")

    @model_validator(mode="after")
    def loadings_fit(self) -> Subject:
        if self.general**2 + self.specific**2 > 1:
            raise ValueError("general² + specific² must not exceed 1")
        return self


class Grades(Model):
    """Grades by rank: the first share of the applicants gets the first grade, equal scores always the same."""

    shares: dict[Name, Share] = Field(min_length=1, description="Share of applicants by grade, best first; together 1.")
    columns: tuple[Name, ...] = Field(description="Subjects, or total, that get a column `<name>_grade`.")


class ScoreTable(Model):
    """A published score distribution (一分一段表): the totals are exactly it."""

    file: Name = Field(description="CSV in the data folder.")
    score: Name = Field(
        description="Column of the score. A first row that stands for all higher scores too counts as its own score."
    )
    number: Name = Field(description="Column of the number of applicants at the score.")
    cumulative: Name | None = Field(None, description="Column of the number at the score or above; checked if given.")


class Scores(Model):
    subjects: tuple[Subject, ...] = Field(min_length=1, description="Subjects; total is their sum.")
    sums: dict[Name, tuple[Name, ...]] = Field(default_factory=dict, description="More columns: sums of subjects.")
    table: ScoreTable | None = Field(None, description="A published distribution of totals, which they then have.")
    grades: Grades | None = Field(None, description="Grade columns.")


class Flag(Model):
    """A true/false column of applicants."""

    column: Name = Field(description="Column of applicants.")
    share: BySetting = Field(description="Share of true, by the feeder school's setting.")


class Bonus(Model):
    """Points that some applicants get on top (照顾分)."""

    column: Name = Field(description="Column of applicants; empty for those without.")
    share: Share = Field(description="Share of applicants who get it.")
    points: int = Field(ge=1, description="Points.")


class Attributes(Model):
    """What the office keeps about an applicant besides scores."""

    flags: tuple[Flag, ...] = Field((), description="True/false columns, drawn independently.")
    bonuses: tuple[Bonus, ...] = Field((), description="Bonus columns, drawn independently.")
    specialty_share: Share = Field(description="Share of applicants with a specialty score, in the column skill.")
    specialty_mean: Exact = Field(description="Mean specialty score, points of 100.")
    specialty_spread: Positive = Field(description="Its standard deviation, points.")
    enrolled_years: int = Field(ge=1, description="Years of enrolment in the feeder school of a regular applicant.")
    short_enrolment: Share = Field(description="Share of applicants enrolled for fewer years.")


class Taste(Model):
    """What a family wants: the utility of a programme. Its scale is free: only differences count."""

    quality: dict[Name, Exact] = Field(description="Merit by the school's tier.")
    setting: dict[Setting, Exact] = Field(default_factory=dict, description="Added, by the school's setting.")
    private: Exact = Field(description="Added for a private school (fees).")
    unseen: Exact = Field(description="Standard deviation of a school's merit that nothing here explains.")
    per_seat: dict[Name, Exact] = Field(
        default_factory=dict, description="Added per seat that the school table has in the column."
    )
    by_school: dict[Name, Exact] = Field(default_factory=dict, description="Added, by school_id: for fitting.")
    fitted: Name | None = Field(
        None,
        description="CSV beside the profile with school_code and attractiveness, whole thousandths, added like "
        "by_school; a school that is not in it has the median of its tier and ownership.",
    )
    home_area: Exact = Field(description="Added for a school in the applicant's own area.")
    own_school: Exact = Field(description="Added for the senior section of the applicant's own school.")
    per_10_km: Exact = Field(description="Added per ten kilometres between feeder school and school; negative.")
    noise: Exact = Field(description="Standard deviation between applicants, per school.")
    major_popularity: Exact = Field(Decimal(0), description="Weight of a major's popularity.")
    major_noise: Exact = Field(Decimal(0), description="Standard deviation between applicants, per major.")


class KnownLines(Model):
    """Published lines that families go by (the year before's), instead of a guess from a sample."""

    batch: Name = Field(description="The batch whose lines they are.")
    file: Name = Field(description="CSV in the data folder, with the school table's column of codes.")
    columns: dict[Kind, Name] = Field(min_length=1, description="Column of the line by kind of programme; 0: none.")
    scores: Name = Field(description="Score table of that year, a CSV in the data folder: lines are known as ranks.")


class Filing(Model):
    """Who files lists, and what families expect."""

    dropouts: Share = Field(description="Share of applicants who file nothing.")
    vocational_only: Share = Field(description="Share who file for the vocational track alone.")
    general_only: Share = Field(description="Share who file for the general track alone.")
    relenting: Share = Field(
        Decimal(0),
        description="Share of those who file for the general track alone, but take leftover vocational seats.",
    )
    ability_weight: Share = Field(description="Correlation of the taste for the general track with ability.")
    rank_error: Share = Field(
        description="Standard deviation of a family's error about the own rank, as a share of the cohort."
    )
    reach: Share = Field(description="A school whose expected line is at most this much above the own rank is a reach.")
    safety: Share = Field(description="A school whose expected line is at least this much below the own rank is safe.")
    adjusted_flag: Name | None = Field(
        None, description="Column that is true for those who may choose adjusted programmes; nobody if not given."
    )
    last_year: int = Field(ge=100, description="Applicants of the sample from which the expected lines are guessed.")
    known_lines: KnownLines | None = Field(None, description="Published lines that families know of a batch.")


class Slots(Model):
    numbers: tuple[Number, ...] = Field(min_length=1, description="Choice numbers of the form.")
    kinds: tuple[Kind, ...] = Field(min_length=1, description="Kinds of programmes that may stand there.")
    reach: int = Field(ge=0, description="Programmes that a careful family lists above its expectation.")
    match: int = Field(ge=0, description="Programmes about as expected.")
    safety: int = Field(ge=0, description="Programmes that it expects to get.")
    least: int = Field(1, ge=0, description="Fewest programmes listed, if there are so many; the most is all numbers.")


class FiledList(Model):
    """One batch's choice list."""

    slots: tuple[Slots, ...] = Field(min_length=1, description="Parts of the form; no programme stands twice.")
    who: dict[Name, str] = Field(default_factory=dict, description="Only applicants whose columns equal these texts.")
    has: Name | None = Field(None, description="Only applicants with a value in this column.")
    least_total: int = Field(0, ge=0, description="Only applicants with this total: others know that it is no use.")
    rank: Literal["city", "school"] = Field(
        "city", description="Where applicants compete: in the city, or for cells of seats in their own school."
    )
    best_rank: Share = Field(Decimal(0), description="Not for this best share of the cohort, sure of a general seat.")
    instead_of: Name | None = Field(
        None, description="A later batch: only programmes wanted at least as much as the best one expected there."
    )
    only_better: bool = Field(False, description="With `instead_of`: only programmes wanted more than that one.")
    own_school: bool = Field(False, description="Only the senior section of the applicant's own school.")
    leftover: bool = Field(False, description="The batch offers the leftover seats of the batches before.")


class Profile(Model):
    """A city for a synthetic cohort."""

    version: Annotated[int, Field(ge=1, le=1)] = Field(description="Version of this format.")
    name: Name = Field(description="What the city is called.")
    applicants: int | None = Field(None, ge=1, description="Number of applicants; the score table's own if not given.")
    identifier: str = Field(
        pattern=r"^[0-9]*$", description="Digits that begin every applicant_id, for instance the year."
    )
    quota_share: Share = Field(description="Share of a programme's plan that is given to feeder schools (指标到校).")
    areas: tuple[Area, ...] = Field(min_length=1, description="Counties and districts.")
    feeder_schools: FeederSchools = Field(description="Feeder schools.")
    scores: Scores = Field(description="Subjects and grades.")
    attributes: Attributes = Field(description="Attributes of applicants.")
    seats: Seats | None = Field(None, description="Seats a year, with `schools`.")
    schools: GeneratedSchools | None = Field(None, description="Schools made from counts; or else school_table.")
    school_table: SchoolTable | None = Field(None, description="Schools and seats as published; or else schools.")
    taste: Taste = Field(description="What families want.")
    filing: Filing = Field(description="Who files, and expectations.")
    lists: dict[Name, FiledList] = Field(
        min_length=1, description="Choice lists by batch, in the order of the run; not filed for a batch without seats."
    )
