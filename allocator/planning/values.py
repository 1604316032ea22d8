"""The objectives of a plan, recomputed from its account; each says what its file in `objectives` minimises."""

from __future__ import annotations

import math
from fractions import Fraction

from allocator.planning.account import Account
from allocator.planning.settings import TRACKS, Objective


def objective_values(account: Account) -> dict[Objective, int]:
    """Every objective's value, whether the plan asks for it or not."""
    plan, decisions = account.plan, account.decisions
    targets = plan.settings.targets
    share = Fraction(targets.general_share)
    population = sum(cohort.population for cohort in plan.cohorts if cohort.year == targets.year)
    wanted = max(targets.students, math.ceil(Fraction(targets.gross_enrolment) * population))
    there = account.counted_students(targets.year)
    standard = {s.school_id: plan.settings.tracks[s.track].class_size for s in plan.schools}
    above = sum(
        max(0, number - standard[key[0]] * decisions.classes[key]) for key, number in decisions.students.items()
    )
    flows = [(account.admitted("general", y), sum(account.admitted(t, y) for t in TRACKS)) for y in plan.years]
    built = [(p, decisions.begun[p.project_id]) for p in plan.projects if p.project_id in decisions.begun]
    return {
        "unmet_enrolment": max(0, math.ceil(wanted - there)),
        "stock_share": math.floor(abs(account.students("general", targets.year) - share * there)),
        "flow_share": sum(math.floor(abs(general - share * everybody)) for general, everybody in flows),
        "super_large_classes": sum(n for (_, _, size), n in decisions.classes.items() if size == "super_large"),
        "large_classes": sum(n for (_, _, size), n in decisions.classes.items() if size == "large"),
        "above_standard": above,
        "money": sum(project.cost for project, _ in built),
        "recruits": sum(decisions.recruits.values()),
        "rooms_late": sum(p.rooms * (begun + p.building_years - plan.years[0]) for p, begun in built),
        "recruits_early": sum((plan.years[-1] - year) * n for (_, _, year), n in decisions.recruits.items()),
        "classes": sum(decisions.classes.values()),
    }
