"""One year of the city, run by the engine: scenario, synthetic cohort, all batches, and the lines that come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl

from allocator.market.compile import compile_market
from allocator.market.market import NO_LINE
from allocator.mechanisms import control_line
from allocator.optimise.feeder_seats import feeder_seats
from allocator.scenario import scenario as scenarios
from allocator.scenario.settings import SyntheticCohort
from allocator.synthetic.fitted import PER_UNIT
from allocator.synthetic.generate import tables_of
from allocator.synthetic.known_lines import known_lines
from allocator.synthetic.profile import Profile
from allocator.synthetic.reading import read_profile
from allocator.synthetic.streams import Streams
from allocator.synthetic.table_offer import table_offer

CITY = Path(__file__).resolve().parents[2] / "scenarios" / "chengdu"
SCENARIOS = {2023: CITY / "scenario.yaml", 2024: CITY / "variants" / "2024.yaml"}
BATCH = "second"


@dataclass(frozen=True)
class Year:
    """What a run of the year needs: its scenario, the profile as the scenario sets it, and its control line."""

    path: Path
    profile: Profile
    folder: Path  # the profile's
    data: Path
    control_line: int
    num_seats: int  # of the second batch


@dataclass(frozen=True)
class Result:
    """Of the second batch, by programme: the line, and the share of the seats that were taken."""

    line: Mapping[str, Fraction]  # points; the control line where seats stay empty
    taken: Mapping[str, Fraction]


def read_year(year: int, data: Path) -> Year:
    """The year as its scenario file has it, with the published tables of the folder."""
    cohorts: list[SyntheticCohort] = []
    tables: dict[str, pl.DataFrame] = {}

    def note(cohort: SyntheticCohort, folder: Path) -> tuple[dict[str, pl.DataFrame], list[Path]]:
        cohorts.append(cohort)
        profile = _without_merits(read_profile(folder / cohort.profile, cohort.values))
        tables.update(tables_of(profile, CITY, seed=cohort.seed, applicants=None, data=data))
        return tables, []

    scenarios.load(SCENARIOS[year], None, note)
    profile = read_profile(CITY / Path(cohorts[0].profile).name, cohorts[0].values)
    num_seats = int(tables["seats"].filter(pl.col("batch") == BATCH)["seats"].sum())
    return Year(SCENARIOS[year], profile, CITY, data, profile.lists[BATCH].least_total, num_seats)


def _without_merits(profile: Profile) -> Profile:
    return profile.model_copy(update={"taste": profile.taste.model_copy(update={"fitted": None})})


def with_merits(year: Year, merits: Mapping[str, int]) -> Year:
    """The year with these merits, thousandths by school code, instead of the stored ones."""
    by_school = {code: Decimal(merit) / PER_UNIT for code, merit in merits.items()}
    profile = _without_merits(year.profile)
    taste = profile.taste.model_copy(update={"by_school": by_school})
    return replace(year, profile=profile.model_copy(update={"taste": taste}))


def known_at_first(year: Year) -> Mapping[str, float]:
    """What families know before the plan: last year's lines as rank shares, by programme_id."""
    return known_lines(year.profile, table_offer(year.profile, year.folder, year.data, Streams(0)), year.data)


def run(year: Year, seed: int, known: Mapping[str, float] | None = None) -> Result:
    """The lines of one cohort. known: what families expect, if not what the profile says."""
    tables = tables_of(year.profile, year.folder, seed=seed, applicants=None, data=year.data, known=known)
    scenario = scenarios.load(year.path, {"cohort.seed": seed}, lambda cohort, folder: (tables, []))
    market = compile_market(scenario, feeder_seats(scenario))
    solution, _ = control_line.run(market, scenario.settings.guideline)
    batch, solved = market.batches[-1], solution.batches[-1]
    admitted_index = np.flatnonzero(solved.held_choice >= 0)
    choice_index = solved.held_choice[admitted_index]
    programme_index = batch.choice_programme[choice_index]
    lowest = np.full(market.num_programmes, NO_LINE)
    np.minimum.at(lowest, programme_index, batch.choice_score[choice_index])
    num_admitted = np.bincount(programme_index, minlength=market.num_programmes)
    num_seats = np.zeros(market.num_programmes, dtype=np.int64)
    for pool in range(len(batch.pools)):
        there = np.flatnonzero(batch.cell_first[:, pool] >= 0)
        num_seats[there] += solved.cell_seats[batch.cell_first[there, pool]]
    programme_ids = scenario.cohort.programmes.ids
    offered = np.flatnonzero(num_seats > 0)
    line = np.where(num_admitted >= num_seats, lowest, year.control_line)
    return Result(
        line={programme_ids[i]: Fraction(int(line[i])) for i in offered},
        taken={programme_ids[i]: Fraction(int(num_admitted[i]), int(num_seats[i])) for i in offered},
    )


def mean_result(year: Year, seeds: Sequence[int], known: Mapping[str, float] | None = None) -> Result:
    """The mean over cohorts of several seeds."""
    results = [run(year, seed, known) for seed in seeds]
    return Result(
        line={code: sum((r.line[code] for r in results), Fraction(0)) / len(results) for code in results[0].line},
        taken={code: sum((r.taken[code] for r in results), Fraction(0)) / len(results) for code in results[0].taken},
    )
