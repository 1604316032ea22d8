"""What verification says: the breaches it found, each with witnesses, and what it looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from allocator.errors import Translate, english, message

PROPERTIES = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10")
SHOWN_WITNESSES = 20  # of each breach; the count is always whole

Witness = Mapping[str, str]  # identifiers only: applicant_id, batch, programme_id, pool, feeder_school_id, scope

_AND_MORE = message("{said} For instance: {witnesses}")


@dataclass(frozen=True)
class Breach:
    """One way in which an outcome breaches a property."""

    property: str
    message: str  # English template; the key of the catalogue
    values: Mapping[str, object] = field(default_factory=dict)  # with `count`, the number of all witnesses
    witnesses: tuple[Witness, ...] = ()  # the first of them

    def text(self, translate: Translate = english) -> str:
        said = translate(self.message).format(**self.values)
        if self.witnesses:
            shown = "; ".join(" ".join(f"{k}={v}" for k, v in w.items()) for w in self.witnesses[:3])
            said = translate(_AND_MORE).format(said=said, witnesses=shown)
        return f"{self.property}: {said}"

    def as_json(self, translate: Translate = english) -> dict[str, object]:
        return {
            "property": self.property,
            "message": translate(self.message).format(**self.values),
            "values": dict(self.values),
            "witnesses": [dict(w) for w in self.witnesses],
        }


def breach(prop: str, template: str, count: int, witnesses: Iterable[Witness] = (), **values: object) -> Breach:
    """A breach with ``count`` witnesses, of which the first are kept."""
    return Breach(prop, template, {"count": count, **values}, tuple(islice(witnesses, SHOWN_WITNESSES)))


@dataclass(frozen=True)
class Certificate:
    """The verdict on an outcome, property by property."""

    breaches: tuple[Breach, ...]
    checked: Mapping[str, Mapping[str, int]]  # by property, how many of what were checked

    @property
    def verdicts(self) -> dict[str, bool]:
        """Whether each property holds."""
        breached = {b.property for b in self.breaches}
        return {name: name not in breached for name in PROPERTIES}

    def as_json(self, translate: Translate = english) -> dict[str, object]:
        return {
            "verdicts": self.verdicts,
            "checked": {name: dict(counts) for name, counts in self.checked.items()},
            "breaches": [b.as_json(translate) for b in self.breaches],
        }
