"""A plan's result as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from allocator.errors import Translate, message
from allocator.planning.account import Account
from allocator.planning.discrepancies import discrepancies
from allocator.planning.exact_text import decimal
from allocator.planning.indicators import indicators
from allocator.planning.plan import Plan
from allocator.planning.result import status_of, summary_of
from allocator.planning.solution import Infeasible, Solved, Stopped

_STATUS = {
    "solved": message("solved as far as the plan asks; every rule was checked again"),
    "stopped": message("stopped by the limit of work before it was proven; raise solver.deterministic_time"),
    "infeasible": message("infeasible: no plan keeps all rules"),
}


def plan_text(plan: Plan, solved: Solved | Infeasible | Stopped, translate: Translate) -> str:
    """A short account: status, the target year, projects, teachers, what is not proven, what does not add up."""
    lines = [translate(_STATUS[status_of(plan, solved)])]
    if isinstance(solved, Infeasible):
        lines += _conflict(solved, translate)
    if isinstance(solved, Solved):
        lines += _reached(Account(plan, solved.decisions), translate)
        lines += _built(plan, solved, translate)
        lines += _unproven(plan, solved, translate)
    found = discrepancies(plan.stated)
    if found:
        said = translate("{count} relations between the document's own figures do not hold:")
        lines.append(said.format(count=len(found)))
        lines += [f"  {d.name}: {d.expression} = {decimal(d.computed)}; {decimal(d.stated)}" for d in found]
    return "\n".join([plan.settings.name, *(f"  {line}" for line in lines)])


def _conflict(solved: Infeasible, translate: Translate) -> Iterator[str]:
    if solved.is_smallest:
        yield translate("These rules cannot be kept together, and without any one of them the others can:")
    else:
        yield translate("These rules cannot be kept together; the limit of work kept it from being proven for fewer:")
    for rule in solved.conflict:
        yield f"  {rule.text(translate)}"


def _reached(account: Account, translate: Translate) -> Iterator[str]:
    """The target year's figures."""
    year = account.plan.settings.targets.year
    value = {i.name: i.value for i in indicators(account) if i.year == year}
    target = account.plan.settings.targets
    yield translate("Students in {year}: {students:,} (target {target:,})").format(
        year=year, students=int(value["students"]), target=target.students
    )
    shares = {
        message("Gross enrolment with adult learners: {share}"): "gross_enrolment_with_adults",
        message("Gross enrolment, full-time: {share}"): "gross_enrolment_full_time",
        message("General share of students, with adult learners: {share}"): "general_share_of_students_with_adults",
        message("General share of students, full-time: {share}"): "general_share_of_students_full_time",
        message("General share of admissions: {share}"): "general_share_of_admissions",
    }
    for template, name in shares.items():
        if name in value:
            yield translate(template).format(share=_percent(value[name]))


def _built(plan: Plan, solved: Solved, translate: Translate) -> Iterator[str]:
    summary = summary_of(plan, solved)
    projects, seats = summary["projects"], summary["indicators"]["new_seats"]
    yield translate("New schools: {new}, for {cost:,} (10,000 yuan)").format(
        new=projects["new"]["number"], cost=projects["new"]["cost"]
    )
    yield translate("Enlargements: {enlargement}, for {cost:,} (10,000 yuan)").format(
        enlargement=projects["enlargement"]["number"], cost=projects["enlargement"]["cost"]
    )
    yield translate("New seats: {seats:,}").format(seats=int(seats))
    yield translate("Teachers recruited: {general:,} general, {vocational:,} vocational").format(**summary["recruited"])


def _unproven(plan: Plan, solved: Solved, translate: Translate) -> Iterator[str]:
    """The plan's own values: what a gap left free, the objectives after it may have used."""
    for step in summary_of(plan, solved)["objectives"]:
        if step["bound"] is None:
            yield translate("{objective}: {value:,}, not yet made least").format(**step)
        elif step["bound"] != step["value"]:
            yield translate("{objective}: {value:,}, and no plan has less than {bound:,}").format(**step)


def _percent(share: Fraction) -> str:
    return f"{decimal(share * 100, 2)}%"
