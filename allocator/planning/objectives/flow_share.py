"""Least distance of the flow from 6:4: Σ over years |general − share · all| in whole admissions, rounded down."""

from __future__ import annotations

from fractions import Fraction

from allocator.planning.enrolment import Expression, admitted_in_city, all_admitted, total
from allocator.planning.model import PlanModel
from allocator.planning.settings import MOST


def expression(model: PlanModel) -> Expression:
    share = Fraction(model.plan.settings.targets.general_share)
    distances = []
    for year in model.plan.years:
        general, everybody = admitted_in_city(model, "general", year), all_admitted(model, year)
        over = share.denominator * general - share.numerator * everybody
        distance = model.cp.new_int_var(0, MOST, f"flow_share[{year}]")
        model.define(f"flow of {year} above the share", share.denominator * distance - over >= 1 - share.denominator)
        model.define(f"flow of {year} below the share", share.denominator * distance + over >= 1 - share.denominator)
        distances.append(distance)
    return total(distances)
