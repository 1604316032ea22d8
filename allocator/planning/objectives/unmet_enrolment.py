"""Least unmet enrolment: students that the target year lacks, of the number and of gross enrolment, the larger."""

from __future__ import annotations

from fractions import Fraction

from allocator.planning.enrolment import Expression, all_students, counted_adults
from allocator.planning.model import PlanModel


def expression(model: PlanModel) -> Expression:
    targets = model.plan.settings.targets
    population = sum(model.plan.cohort[area, targets.year].population for area in model.plan.areas)
    share = Fraction(targets.gross_enrolment)
    wanted = max(targets.students, -(-share.numerator * population // share.denominator))
    unmet = model.cp.new_int_var(0, wanted, "unmet_enrolment")
    lacking = wanted - counted_adults(model.plan, targets.year)
    scale = model.plan.scale
    model.define("unmet enrolment", scale * unmet + all_students(model, targets.year) >= scale * lacking)
    return unmet
