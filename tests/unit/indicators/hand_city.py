"""A city of ten applicants in which every indicator can be worked out by hand, and what each one comes to.

Choice first in `main`: a1, a3 take the two open seats of D1, a4 the seat of N1, a6 the cell of its school at D1, a5
and a9 seats of V1 (choices 2 and 4). a2 is refused by N1 and then by D1, where a3 has ten points less. The cell of F4,
which sends nobody, lapses; in `rest` a10 takes that seat, and a2 a seat of V1. a7 gets nothing, a8 files nothing.
"""

from __future__ import annotations

from math import log2, sqrt
from pathlib import Path

import allocator
from allocator.outcome.outcome import Outcome
from allocator.scenario.indicator_settings import (
    Enrolment,
    IndicatorSettings,
    OtherYears,
    TargetShares,
    TeacherNorm,
)
from allocator.scenario.scenario import Scenario

SCENARIO = """\
version: 1
name: Ten applicants
tables:
  applicants: applicants.csv
  programmes: programmes.csv
  seats: seats.csv
  choices: choices.csv
  feeder_seats: feeder_seats.csv
  feeder_schools: feeder_schools.csv
  schools: schools.csv
rankings: {exam: {score: total}}
pools: {feeder: {per: feeder_school, unfilled: lapse}}
batches:
  - {name: main, ranking: exam, pools: [feeder, open], order: choice_first}
  - {name: rest, ranking: exam, pools: [open], seats: leftover}
"""
TABLES = {
    "applicants": """\
applicant_id,feeder_school_id,area,total,migrant_child,poverty_registered,special_needs
a1,F1,A,100,,,
a2,F1,A,90,,,
a3,F1,A,80,,,
a4,F2,A,95,yes,,
a5,F2,A,70,,yes,
a6,F3,B,60,,,
a7,F3,B,50,,,yes
a8,F3,B,40,,,
a9,F2,A,30,,,
a10,F1,A,20,,,
""",
    "programmes": """\
programme_id,school_id,track,class_size
D1,S1,general,3
N1,S2,general,2
V1,S3,vocational,
""",
    "schools": """\
school_id,area,ownership,tier,students,teachers
S1,A,public,demonstration,10,2
S2,B,private,ordinary,5,1
S3,A,public,other,,
""",
    "feeder_schools": """\
feeder_school_id,area,setting,ownership
F1,A,urban,public
F2,A,rural,private
F3,B,township,public
F4,B,rural,private
""",
    "seats": """\
batch,programme_id,pool,seats
main,D1,open,2
main,N1,open,1
main,V1,open,4
main,D1,feeder,2
""",
    "feeder_seats": """\
batch,programme_id,feeder_school_id,seats
main,D1,F3,1
main,D1,F4,1
""",
    "choices": """\
applicant_id,batch,choice,programme_id
a1,main,1,D1
a2,main,1,N1
a2,main,2,D1
a3,main,1,D1
a4,main,1,N1
a5,main,1,D1
a5,main,2,V1
a6,main,1,D1
a7,main,1,D1
a7,main,2,N1
a9,main,4,V1
a2,rest,1,V1
a10,rest,1,D1
""",
}
SETTINGS = IndicatorSettings(
    large_class=2,
    super_large_class=3,
    enrolment=Enrolment(other_years=OtherYears(general=20, vocational=10, adults=5), population=100, count_adults=True),
    target_shares=TargetShares.model_validate({"all": "0.95", "general": "0.6", "vocational": "0.5"}),
    teacher_norm=TeacherNorm.model_validate({"general": "5"}),
)

# Indicator to grouping and group to numerator and denominator, or to the value where it is no such fraction.
BY_HAND: dict[str, dict[tuple[str, str], tuple[int, int] | float]] = {
    # General: a1, a3, a4, a6, a10. Vocational: a2, a5, a9.
    "general_share_flow": {
        ("", ""): (5, 8),
        ("area", "A"): (4, 7),
        ("area", "B"): (1, 1),
        ("setting", "urban"): (3, 4),
        ("ownership", "private"): (1, 3),
        ("attribute", "migrant_child"): (1, 1),
        ("attribute", "poverty_registered"): (0, 1),
        ("batch", "main"): (4, 6),
        ("batch", "rest"): (1, 2),
    },
    "general_share_of_applicants": {("", ""): (5, 10), ("area", "B"): (1, 3)},
    "general_share_stock": {("", ""): (20 + 5, 20 + 10 + 5 + 8)},
    "admission_rate": {
        ("", ""): (8, 10),
        ("track", "vocational"): (3, 10),
        ("setting", "township"): (1, 3),
        ("attribute", "special_needs"): (0, 1),
    },
    "gross_enrolment": {("", ""): (20 + 10 + 5 + 8, 100)},
    # First choices: a1, a2 (in rest), a3, a4, a6, a10. All but a9 and a8 list a general programme.
    "first_choice_rate": {
        ("", ""): (6, 9),
        ("track", "general"): (5, 8),
        ("track", "vocational"): (1, 3),
        ("batch", "main"): (4, 8),
        ("batch", "rest"): (2, 2),
        ("area", "B"): (1, 2),
    },
    "top_three_rate": {("", ""): (7, 9), ("track", "vocational"): (2, 3), ("batch", "main"): (5, 8)},
    "mean_choice": {("", ""): (6 * 1 + 2 + 4, 8), ("track", "vocational"): (1 + 2 + 4, 3), ("batch", "rest"): (2, 2)},
    "unplaced_rate": {
        ("", ""): (1, 9),
        ("track", "general"): (1, 8),
        ("track", "vocational"): (0, 3),
        ("batch", "main"): (2, 8),
        ("batch", "rest"): (0, 2),
        ("area", "A"): (0, 7),
    },
    # V1 has 4 seats and 3 admissions. At the end of `main`, two seats of V1 and the cell of F4 are empty.
    "unfilled_seats": {
        ("", ""): (1, 1),
        ("track", "general"): (0, 1),
        ("programme_area", "A"): (1, 1),
        ("programme", "V1"): (1, 1),
        ("batch", "main"): (3, 1),
        ("batch", "rest"): (1, 1),
    },
    "unfilled_share": {("", ""): (1, 9), ("programme_ownership", "private"): (0, 1), ("batch", "rest"): (1, 3)},
    "quota_completion": {
        ("", ""): (1, 2),
        ("setting", "township"): (1, 1),
        ("setting", "rural"): (0, 1),
        ("ownership", "public"): (1, 1),
        ("area", "B"): (1, 2),
        ("feeder_school", "F4"): (0, 1),
        ("programme", "D1"): (1, 2),
        ("track", "general"): (1, 2),
        ("track", "vocational"): (0, 0),
        ("batch", "main"): (1, 2),
    },
    "reserved_completion": {("pool", "feeder"): (1, 2)},
    "quota_below_open_line": {
        ("", ""): (1, 1),
        ("setting", "township"): (1, 1),
        ("track", "general"): (1, 1),
        ("programme", "D1"): (1, 1),
    },
    "open_line": {("programme", "D1"): (80, 1), ("programme", "N1"): (95, 1)},
    "quota_line": {("programme", "D1"): (60, 1)},
    # D1 has a1, a3, a10 of F1 (urban, four applicants) and a6 of F3 (township, three).
    "demonstration_rate": {("", ""): (4, 10), ("setting", "urban"): (3, 4), ("setting", "rural"): (0, 3)},
    "demonstration_representation": {("setting", "urban"): (3 * 10, 4 * 4), ("area", "B"): (1 * 10, 4 * 3)},
    "feeder_demonstration_rate": {("feeder_school", "F1"): (3, 4), ("feeder_school", "F2"): (0, 3)},
    # Rates 3/4, 0, 1/3: pairs differ by 9/12 + 5/12 + 4/12 = 3/2, twice; 2 × 9 × mean 13/36 = 13/2.
    "feeder_demonstration_gini": {("", ""): 6 / 13, ("area", "B"): 0.0},
    # Deviations from 13/36 in 36ths: 14, −13, −1.
    "feeder_demonstration_variation": {("", ""): sqrt((14**2 + 13**2 + 1) / 3) / 13},
    "feeder_schools_with_none": {("", ""): (1, 3), ("setting", "rural"): (1, 1), ("area", "A"): (1, 2)},
    # Urban against others: S1 3 and 1, S2 0 and 1, S3 1 and 2; in the general track S1 3 and 1, S2 0 and 1.
    "dissimilarity": {
        ("setting", "urban"): (abs(3 * 4 - 1 * 4) + 4 + abs(1 * 4 - 2 * 4), 2 * 4 * 4),
        ("track+setting", "general+urban"): (abs(3 * 2 - 1 * 3) + 3, 2 * 3 * 2),
    },
    # In bits, 4 h(3/4) = 8 − 3 log 3 and 3 h(1/3) = 3 log 3 − 2: of 8 bits 6 are left.
    "information": {("setting", "urban"): 0.25},
    "exposure": {("setting", "urban"): (3 * 1 / 4 + 1 * 2 / 3) / 4},
    "isolation": {("setting", "urban"): (3 * 3 / 4 + 1 * 1 / 3) / 4},
    # A against B: only a6 is of B, at S1 with three of A: of 8 h(1/8) = 24 − 7 log 7 bits, 4 h(1/4) are left.
    "areas_information": {("", ""): 1 - (8 - 3 * log2(3)) / (24 - 7 * log2(7))},
    # Urban, rural, township: S1 3, 0, 1, S2 0, 1, 0, S3 1, 2, 0 of 4, 3, 1; in the vocational track S3 alone.
    "settings_information": {
        ("", ""): 1 - (8 - 3 * log2(3) + 3 * log2(3) - 2) / (24 - 8 - 3 * log2(3)),
        ("track", "vocational"): 0.0,
    },
    # D1: 4 in classes of at most 3 are 2 and 2; N1: one class of 1; V1 does not say.
    "classes_needed": {("", ""): (3, 1), ("programme_area", "B"): (1, 1)},
    "large_class_share": {("", ""): (2, 3), ("programme_ownership", "public"): (2, 2)},
    "super_large_class_share": {("", ""): (0, 3)},
    # S1 and S2 have 10 + 4 and 5 + 1 students; S3 does not say.
    "students_per_teacher": {("", ""): (20, 3), ("track", "general"): (20, 3)},
    "teacher_gap": {("track", "general"): (20 // 5 - 3, 1)},
    # A: 7 applicants, 8 seats (4 general); B: 3 applicants, 1 seat (general).
    "seat_gap": {("", ""): (37, 20), ("area", "A"): (0, 1), ("area", "B"): (37, 20)},
    "general_seat_gap": {("", ""): (1, 1), ("area", "A"): (1, 5), ("area", "B"): (4, 5)},
    "vocational_seat_gap": {("", ""): (3, 2), ("area", "A"): (0, 1), ("area", "B"): (3, 2)},
    # a2, of a3 at D1; had a2 listed D1 first, the seat would be a2's.
    "justified_envy": {
        ("", ""): (1, 9),
        ("track", "general"): (1, 8),
        ("track", "vocational"): (0, 3),
        ("batch", "main"): (1, 8),
        ("batch", "rest"): (0, 2),
        ("area", "A"): (1, 7),
    },
    "could_gain": {
        ("", ""): (1, 9),
        ("track", "general"): (1, 8),
        ("batch", "main"): (1, 8),
        ("attribute", "migrant_child"): (0, 1),
    },
    # a2, a5, a7 were refused by D1 in `main`, which took a10 in `rest`.
    "envy_across_batches": {("", ""): (3, 9), ("attribute", "poverty_registered"): (1, 1), ("area", "B"): (1, 2)},
}


def write(folder: Path) -> Path:
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def solved(folder: Path) -> tuple[Scenario, Outcome]:
    scenario = allocator.load(write(folder))
    return scenario, outcome_of(scenario)


def outcome_of(scenario: Scenario) -> Outcome:
    """The result of a scenario that has one."""
    outcome = allocator.run(scenario)
    assert isinstance(outcome, Outcome)
    return outcome
