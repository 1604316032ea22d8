"""An instance as an office would file it: a scenario folder of CSV tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.instances import NUM_CHOICES, NUM_PROGRAMMES, NUM_SCHOOLS, Instance, make_instance

# Seven of ten programmes are general, so the guideline binds and a control line is searched (R8).
# The floor leaves about a quarter of the feeder seats in use, and the rest revert (R5, R6).
SCENARIO = """\
version: 1
name: Benchmark city
year: 2026
source: "made up by benchmarks/scenario_folder.py"
lottery_seed: "benchmark"
tables:
  applicants: applicants.csv
  programmes: programmes.csv
  seats: seats.csv
  choices: choices.csv
  feeder_schools: feeder_schools.csv
  feeder_seats: feeder_seats.csv
rankings:
  exam: {score: total, tie_break: [cme], ties: lottery}
groups:
  long_enrolled: {enrolled_years: {at_least: 3}}
pools:
  feeder:
    per: feeder_school
    group: long_enrolled
    unfilled: open
    floor: {below_line: 120, of: provisional}
batches:
  - {name: main, ranking: exam, pools: [open, feeder]}
guideline: {general_share: 0.6, tolerance: 0.01, enforce: control_line, ranking: exam}
"""


def write_scenario(num_applicants: int, folder: str) -> None:
    """Write the scenario of so many applicants into an existing folder."""
    instance = make_instance(num_applicants, own_rankings=False)
    place = Path(folder)
    (place / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    _feeder_schools().write_csv(place / "feeder_schools.csv")
    _programmes().write_csv(place / "programmes.csv")
    _seats(instance).write_csv(place / "seats.csv")
    _feeder_seats(instance).write_csv(place / "feeder_seats.csv")
    _applicants(instance).write_csv(place / "applicants.csv")
    _choices(instance).write_csv(place / "choices.csv")


def _numbered(prefix: str, index: NDArray[Any], digits: int) -> pl.Series:
    return prefix + pl.Series(index).cast(pl.String).str.zfill(digits)


def _applicants(instance: Instance) -> pl.DataFrame:
    num_applicants = instance.num_applicants
    rng = np.random.default_rng(num_applicants)
    return pl.DataFrame(
        {
            "applicant_id": _numbered("", np.arange(num_applicants), 10),
            "feeder_school_id": _numbered("S", instance.applicant_school, 3),
            "total": instance.score,
            "cme": instance.score * 9 // 20 + rng.integers(0, 30, num_applicants),
            "enrolled_years": np.where(rng.integers(0, 20, num_applicants) > 0, 3, 1),
        }
    )


def _feeder_schools() -> pl.DataFrame:
    return pl.DataFrame({"feeder_school_id": _numbered("S", np.arange(NUM_SCHOOLS), 3)})


def _programmes() -> pl.DataFrame:
    index = np.arange(NUM_PROGRAMMES)
    tracks = np.where(index % 10 < 7, "general", "vocational")
    return pl.DataFrame({"programme_id": _numbered("P", index, 3), "track": tracks})


def _seats(instance: Instance) -> pl.DataFrame:
    programmes = _numbered("P", np.arange(NUM_PROGRAMMES), 3)
    rows = [
        pl.DataFrame({"batch": "main", "programme_id": programmes, "pool": pool, "seats": seats})
        for pool, seats in (("open", instance.open_seats), ("feeder", instance.feeder_seats.sum(axis=1)))
    ]
    return pl.concat(rows)


def _feeder_seats(instance: Instance) -> pl.DataFrame:
    programme, school = np.indices(instance.feeder_seats.shape)
    return pl.DataFrame(
        {
            "batch": "main",
            "programme_id": _numbered("P", programme.ravel(), 3),
            "feeder_school_id": _numbered("S", school.ravel(), 3),
            "seats": instance.feeder_seats.ravel(),
        }
    )


def _choices(instance: Instance) -> pl.DataFrame:
    num_applicants = instance.num_applicants
    return pl.DataFrame(
        {
            "applicant_id": _numbered("", np.repeat(np.arange(num_applicants), NUM_CHOICES), 10),
            "batch": "main",
            "choice": np.tile(np.arange(1, NUM_CHOICES + 1), num_applicants),
            "programme_id": _numbered("P", instance.choice_programme.ravel(), 3),
        }
    )
