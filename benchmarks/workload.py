"""A workload is one function, ``size → figures``; it registers itself by being decorated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Figures = dict[str, str | int | float | None]
Measure = Callable[[int, bool], Figures]  # number of applicants, and whether to be short

WORKLOADS: dict[str, Workload] = {}


@dataclass(frozen=True)
class Workload:
    name: str
    title: str
    measure: Measure
    largest: int  # no more applicants than this
    in_smoke: bool
    growth: bool  # whether the growth exponent says something: not where start-up is most of the time
    extra_sizes: tuple[int, ...] = ()  # measured besides the sizes asked for, when those reach as far


class Unavailable(Exception):  # noqa: N818 - not a fault: the workload needs something that is not installed here
    """Why a workload cannot be measured on this machine."""


def workload(
    name: str,
    title: str,
    *,
    largest: int = 1_000_000,
    in_smoke: bool = True,
    growth: bool = False,
    extra_sizes: tuple[int, ...] = (),
) -> Callable[[Measure], Measure]:
    """Register a measure under its name."""

    def register(measure: Measure) -> Measure:
        WORKLOADS[name] = Workload(name, title, measure, largest, in_smoke, growth, extra_sizes)
        return measure

    return register
