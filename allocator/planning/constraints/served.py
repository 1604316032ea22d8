"""Every area is served: at least a share of its own graduates is admitted."""

from __future__ import annotations

from fractions import Fraction

from allocator.planning.constraints.graduates import all_of_area
from allocator.planning.enrolment import in_force
from allocator.planning.exact_text import decimal
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule


def add(model: PlanModel) -> None:
    served = {year: Fraction(share) for year, share in model.plan.settings.limits.served.items()}
    for year in model.plan.years:
        share = in_force(served, year)
        if share is None:
            continue
        for area in model.plan.areas:
            graduates = model.plan.cohort[area, year].graduates
            least = -(-share.numerator * graduates // share.denominator)
            kept = rule("served", area=area, year=year, share=decimal(share))
            model.require(kept, all_of_area(model, area, year) >= least)
