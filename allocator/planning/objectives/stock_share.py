"""Least distance of the stock from 6:4: |general − share · all| in whole students of the target year, rounded down."""

from __future__ import annotations

from fractions import Fraction

from allocator.planning.enrolment import Expression, all_students, counted_adults, students_in_city
from allocator.planning.model import PlanModel
from allocator.planning.settings import MOST


def expression(model: PlanModel) -> Expression:
    """Adult learners count as vocational students if the targets say so."""
    targets = model.plan.settings.targets
    share = Fraction(targets.general_share)
    scale = model.plan.scale
    everybody = all_students(model, targets.year) + scale * counted_adults(model.plan, targets.year)
    general = students_in_city(model, "general", targets.year)
    over = share.denominator * general - share.numerator * everybody
    one = share.denominator * scale  # student
    distance = model.cp.new_int_var(0, MOST, "stock_share")
    model.define("stock above the share", one * distance - over >= 1 - one)
    model.define("stock below the share", one * distance + over >= 1 - one)
    return distance
