"""What is on offer: schools, programmes and seats, however the profile describes them."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.synthetic.fields import Kind, Track


@dataclass(frozen=True)
class School:
    """A senior-secondary school."""

    school_id: str
    name: str
    area: int  # position in Profile.areas
    ownership: str
    setting: str
    type: str  # stand_alone, complete, twelve_year, vocational; empty if not known
    tier: str
    x: float  # kilometres east of the city's centre
    y: float  # kilometres north
    merit: float  # what every family sees in it
    own_juniors: int  # least size of its own junior section; 0 if it has none, or none of a given size
    has_juniors: bool  # it has a junior section, which is a feeder school


@dataclass(frozen=True)
class Programme:
    """A school's programme: all of a general school, its adjusted seats, or a major of a vocational school."""

    programme_id: str
    name: str
    school: int  # position in Offer.schools
    track: Track
    kind: Kind
    major: int  # position in Offer.popularity, -1 if none
    plan: int  # seats a year, all pools and batches together
    class_size: int  # applicants of one class; 0 if not known
    min_open: int = 0  # fewest admissions with which it opens; 0 if it always does


@dataclass(frozen=True)
class SeatRow:
    """Seats of one pool of a programme in a batch."""

    batch: str
    programme: int  # position in Offer.programmes
    pool: str
    seats: int
    within_area: bool = False  # shared among the feeder schools of the school's own area


@dataclass(frozen=True)
class Offer:
    schools: tuple[School, ...]
    programmes: tuple[Programme, ...]
    seats: tuple[SeatRow, ...]
    popularity: tuple[float, ...] = ()  # (major,) standard deviations from the mean major

    def in_batch(self, batch: str | None) -> list[int]:
        """Programmes with a row in the seats table for the batch, or for any batch if None; in order."""
        return sorted({row.programme for row in self.seats if batch in (None, row.batch)})
