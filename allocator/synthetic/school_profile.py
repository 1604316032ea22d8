"""What a profile says about schools, programmes and seats: made from counts, or taken from a published table."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from allocator.synthetic.fields import Count, Model, Name, Number, Ownership, Positive, Share, Track

TIERS = ("demonstration", "candidate", "ordinary")  # of general schools, best first


class GeneralByArea(Model):
    """General schools of one area; every count is of schools, and the sums must be those of the city."""

    area: Name = Field(description="Code of the area.")
    urban: Count = Field(description="Schools in the urban area.")
    township: Count = Field(description="Schools in townships.")
    private: Count = Field(description="Private ones among all of them.")
    demonstration: Count = Field(description="Demonstration schools, public and urban.")
    candidate: Count = Field(description="Approved candidates, public and urban.")

    @model_validator(mode="after")
    def counts_fit(self) -> GeneralByArea:
        if self.demonstration + self.candidate > self.urban:
            raise ValueError("demonstration + candidate must not exceed urban")
        if self.private + self.demonstration + self.candidate > self.urban + self.township:
            raise ValueError("private + demonstration + candidate must not exceed urban + township")
        return self


class GeneralSchools(Model):
    """General schools by counts: the city's own, and where they lie."""

    types: dict[Literal["stand_alone", "complete", "twelve_year"], Count] = Field(description="Number by type.")
    settings: dict[Literal["urban", "township"], Count] = Field(description="Number by location.")
    ownership: dict[Ownership, Count] = Field(description="Number by ownership.")
    demonstration: Count = Field(description="Number of demonstration schools.")
    candidate: Count = Field(description="Number of approved candidates.")
    by_area: tuple[GeneralByArea, ...] = Field(min_length=1, description="The same schools by area.")
    private_seats: Share = Field(description="Share of the general seats in private schools.")
    size: dict[Name, Positive] = Field(description="Mean seats by tier, relative to each other.")
    size_urban: Positive = Field(description="Seats of an urban school over those of a township school, same tier.")

    @model_validator(mode="after")
    def sums_fit(self) -> GeneralSchools:
        total = sum(self.types.values())
        found = {
            "settings": sum(self.settings.values()),
            "ownership": sum(self.ownership.values()),
            "by_area": sum(row.urban + row.township for row in self.by_area),
        }
        wrong = [f"{name} add up to {number}" for name, number in found.items() if number != total]
        pairs = {
            "urban": (self.settings.get("urban", 0), sum(row.urban for row in self.by_area)),
            "private": (self.ownership.get("private", 0), sum(row.private for row in self.by_area)),
            "demonstration": (self.demonstration, sum(row.demonstration for row in self.by_area)),
            "candidate": (self.candidate, sum(row.candidate for row in self.by_area)),
        }
        for name, (city, areas) in pairs.items():
            if city != areas:
                wrong.append(f"{name}: {city} in the city, {areas} in by_area")
        if wrong:
            raise ValueError(f"types add up to {total}; " + "; ".join(wrong))
        return self


class Major(Model):
    name: Name = Field(description="Name of the major.")
    popularity: Decimal = Field(description="How much families want it, standard deviations from the mean.")


class VocationalByArea(Model):
    area: Name = Field(description="Code of the area.")
    public: Count = Field(description="Public schools.")
    private: Count = Field(description="Private schools.")


class VocationalSchools(Model):
    """Vocational schools by counts, and their majors: a programme is one major of one school."""

    ownership: dict[Ownership, Count] = Field(description="Number by ownership.")
    tiers: dict[Name, Count] = Field(description="Number by tier, best first; public schools come first.")
    by_area: tuple[VocationalByArea, ...] = Field(min_length=1, description="The same schools by area.")
    private_seats: Share = Field(description="Share of the vocational seats in private schools.")
    majors: tuple[Major, ...] = Field(min_length=1, description="Majors; every one is taught at some school.")
    majors_per_school: tuple[Number, Number] = Field(description="Fewest and most majors of a school.")
    min_open: Number | None = Field(
        None, description="Fewest admissions with which a programme opens; all open if not given."
    )

    @model_validator(mode="after")
    def sums_fit(self) -> VocationalSchools:
        wrong = []
        for name in ("public", "private"):
            city, areas = self.ownership.get(name, 0), sum(getattr(row, name) for row in self.by_area)
            if city != areas:
                wrong.append(f"{name}: {city} in the city, {areas} in by_area")
        if sum(self.tiers.values()) != sum(self.ownership.values()):
            wrong.append(f"tiers add up to {sum(self.tiers.values())}, ownership to {sum(self.ownership.values())}")
        least, most = self.majors_per_school
        if not least <= most <= len(self.majors):
            wrong.append(f"majors_per_school: {least} to {most} of {len(self.majors)} majors")
        if sum(self.ownership.values()) * most < len(self.majors):
            wrong.append("too few schools for every major to be taught")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class Reserve(Model):
    """A pool of a programme's plan that is kept for a group; its size is a share of the plan."""

    batch: Name = Field(description="Batch in which the pool stands.")
    pool: Name = Field(description="Name of the pool in the scenario.")
    share: Share | Literal["quota_share"] = Field(description="Share of the plan, rounded half up to whole seats.")
    track: Track = Field(description="Track of the programmes.")
    within_area: bool = Field(
        False, description="One cell for each feeder school of the school's own area, by applicants: a given matrix."
    )
    tiers: tuple[Name, ...] | None = Field(None, description="Only schools of these tiers.")
    ownership: tuple[Ownership, ...] | None = Field(None, description="Only schools of these.")


class OpenBatch(Model):
    batch: Name = Field(description="Batch in which the open seats of the track stand.")
    track: Track = Field(description="Track.")


class GeneratedSchools(Model):
    """Schools and programmes made from counts."""

    class_size: int = Field(
        ge=1, description="Applicants of one class; plans are whole classes, and the largest has what is left."
    )
    general: GeneralSchools = Field(description="General schools.")
    vocational: VocationalSchools | None = Field(None, description="Vocational schools.")
    open_batches: tuple[OpenBatch, ...] = Field(min_length=1, description="Where the open seats stand, by track.")
    reserves: tuple[Reserve, ...] = Field((), description="Pools besides open; the open pool has the rest of the plan.")


class Seats(Model):
    """Seats a year."""

    general: Count = Field(description="Seats of the general track a year, all pools together.")
    vocational: Count = Field(0, description="Full-time seats of the vocational track a year.")


class SeatColumn(Model):
    """Seats of one pool, from columns of the school table."""

    batch: Name = Field(description="Batch in which the pool stands.")
    pool: Name = Field(description="Name of the pool in the scenario.")
    plus: tuple[Name, ...] = Field(min_length=1, description="Columns that are added.")
    minus: tuple[Name, ...] = Field((), description="Columns that are taken off; never below zero.")
    own_programme: bool = Field(
        False, description="These seats are chosen apart (an `adjusted` programme), with a T after the school's code."
    )
    own_juniors: bool = Field(False, description="These seats are for the school's own junior section.")


class CarriedOver(Model):
    """Columns that a table leaves at 0 in every row: taken over from an earlier table, school by school."""

    file: Name = Field(description="The earlier table, a CSV in the data folder with the same columns.")
    columns: tuple[Name, ...] = Field(min_length=1, description="Columns that are taken over.")
    per: Name = Field(description="Column they keep their proportion to, rounded half up to whole seats.")


class SchoolTable(Model):
    """A published table of schools and seats: one row per school."""

    file: Name = Field(description="CSV in the data folder.")
    school_id: Name = Field(description="Column of the school's code.")
    name: Name = Field(description="Column of the school's name.")
    ownership: Name = Field(description="Column of the ownership.")
    private: Name = Field(description="Text that means private in that column.")
    tier: Name = Field(description="Column of the tier: the text is the tier.")
    area_digits: int = Field(ge=1, description="The first digits of the school's code are the area's code.")
    seats: tuple[SeatColumn, ...] = Field(min_length=1, description="Pools and the columns they come from.")
    carried_over: CarriedOver | None = Field(None, description="What an earlier table says and this one leaves out.")
