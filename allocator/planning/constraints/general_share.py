"""The general share of a year's admissions has a limit that no plan may pass, beside the target that it aims at."""

from __future__ import annotations

from fractions import Fraction

from allocator.planning.enrolment import admitted_in_city, all_admitted, in_force
from allocator.planning.exact_text import decimal
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule


def add(model: PlanModel) -> None:
    limits = model.plan.settings.limits.general_share_of_admissions
    by_year = {year: Fraction(share) for year, share in limits.items()}
    for year in model.plan.years:
        share = in_force(by_year, year)
        if share is None:
            continue
        general, everybody = admitted_in_city(model, "general", year), all_admitted(model, year)
        kept = rule("general_share", year=year, share=decimal(share))
        model.require(kept, share.denominator * general - share.numerator * everybody <= 0)
