"""The indicators once more, slowly and plainly, over rows of text: the oracle of the quick ones."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log, sqrt
from pathlib import Path

from allocator.outcome.outcome import Outcome
from tests.oracle.batch import lottery_number, ranking_of, score, unmet
from tests.oracle.reading import TRUE_TEXTS, Applicant, Batch, Programme, Scenario, in_group, read

Key = tuple[str, str, str]  # indicator, group_by, group
Value = Fraction | float | None
Test = Callable[[Applicant], bool]


@dataclass(frozen=True)
class Placed:
    programme: Programme
    batch: str
    pool: str
    choice: int | None


class Slow:
    """A scenario folder and an outcome of it."""

    def __init__(self, folder: Path, outcome: Outcome) -> None:
        self.scenario: Scenario = read(folder)
        self.outcome = outcome
        with (folder / "schools.csv").open(encoding="utf-8") as stream:
            self.tier_of_school = {row["school_id"]: row["tier"] for row in csv.DictReader(stream)}
        self.placed = {
            row["applicant_id"]: Placed(
                self.scenario.programmes[row["programme_id"]], row["batch"], row["pool"], row["choice"]
            )
            for row in outcome.assignments.iter_rows(named=True)
            if row["programme_id"] is not None
        }
        self.people = list(self.scenario.applicants.values())
        self.filed = {a for (_, a), choices in self.scenario.choices.items() if choices}
        self.control_lines = {
            scope: Fraction(line) for step in outcome.control_line_steps[-1:] for scope, line in step.lines.items()
        }
        self.floors = {
            (row["batch"], row["programme_id"], row["pool"]): Fraction(row["floor"])
            for row in outcome.floors.iter_rows(named=True)
        }

    def groups(self) -> Iterator[tuple[str, str, Test]]:
        """The groupings of applicants."""
        yield "", "", lambda a: True
        for area in {a.area for a in self.people} - {""}:
            yield "area", area, lambda a, area=area: a.area == area  # type: ignore[misc]  # bound now
        for column in ("setting", "ownership"):
            for text in {row[column] for row in self.scenario.feeder_schools.values()} - {""}:
                yield column, text, lambda a, c=column, t=text: self.of_school(a, c) == t  # type: ignore[misc]
        for column in ("migrant_child", "special_needs"):
            yield "attribute", column, lambda a, c=column: a.cells[c] in TRUE_TEXTS  # type: ignore[misc]

    def of_school(self, applicant: Applicant, column: str) -> str:
        return self.scenario.feeder_schools.get(applicant.feeder_school, {}).get(column, "")

    def is_demonstration(self, programme: Programme) -> bool:
        tier = programme.cells["tier"] or self.tier_of_school.get(programme.cells["school_id"], "")
        return tier == "demonstration" and programme.track == "general"

    # --- fairness ---

    def envious(self, batch: Batch) -> set[str]:
        """Refused where somebody after them in the ranking was admitted in the batch."""
        return {a for a, _ in self.envy(batch)}

    def envy(self, batch: Batch) -> set[tuple[str, str]]:
        """Who has it, and the track of the programme where."""
        pools = (*batch.pools, "reverted")
        return {(a.id, p.track) for a, p in self.refused(batch) if self.passed_over(a, p, batch, pools)}

    def envious_across(self) -> set[str]:
        found = set()
        for batch in self.scenario.batches:
            for other in self.scenario.batches:
                if other.name != batch.name and "open" in other.pools:
                    for a, p in self.refused(batch):
                        if a.id in self.placed and self.placed[a.id].programme.id == p.id:
                            continue
                        if ranking_of(batch, p) == ranking_of(other, p) and self.passed_over(
                            a, p, other, ("open", "reverted")
                        ):
                            found.add(a.id)
        return found

    def could_gain(self, batch: Batch) -> set[str]:
        if batch.order == "score_first" or batch.mechanism != "stable":
            return set()
        pools = (*batch.pools, "reverted")
        return {a.id for a, p in self.refused(batch) if self.passed_over(a, p, batch, pools, with_tiers=True)}

    def refused(self, batch: Batch) -> Iterator[tuple[Applicant, Programme]]:
        """Who took part in the batch, with each programme listed above what they got in it."""
        order = [b.name for b in self.scenario.batches]
        for applicant in self.people:
            got = self.placed.get(applicant.id)
            if got is not None and order.index(got.batch) < order.index(batch.name):
                continue
            for programme, number in self.scenario.choices.get((batch.name, applicant.id), {}).items():
                if got is None or got.batch != batch.name or number < (got.choice or 0):
                    yield applicant, self.scenario.programmes[programme]

    def passed_over(
        self, applicant: Applicant, programme: Programme, batch: Batch, pools: tuple[str, ...], with_tiers: bool = False
    ) -> bool:
        """Somebody after the applicant was admitted in the batch through one of the pools, open to the applicant."""
        floors = {(p, pool): f for (b, p, pool), f in self.floors.items() if b == batch.name}
        together = self.scenario.rankings[ranking_of(batch, programme)].ties == "admit_all"
        for other in self.people:
            got = self.placed.get(other.id)
            if got is None or got.programme.id != programme.id or got.batch != batch.name or got.pool not in pools:
                continue
            pool = "open" if got.pool == "reverted" else got.pool
            per_school = self.scenario.pools[pool].per_school
            if per_school and (not applicant.feeder_school or applicant.feeder_school != other.feeder_school):
                continue
            if unmet(self.scenario, batch, programme, applicant, pool, floors, self.control_lines):
                continue
            if batch.group and not in_group(applicant, self.scenario.groups[batch.group]):
                continue
            mine = self.merit(applicant, programme, batch, 1 if with_tiers else None)
            theirs = self.merit(other, programme, batch, got.choice if with_tiers else None)
            if theirs < mine or (together and theirs == mine):
                return True
        return False

    def merit(
        self, applicant: Applicant, programme: Programme, batch: Batch, number: int | None
    ) -> tuple[Fraction | int, ...]:
        """R2, and R3 where a choice number is given; larger is better."""
        name = ranking_of(batch, programme)
        ranking = self.scenario.rankings[name]
        points = score(self.scenario, name, programme, applicant)
        assert points is not None
        merit: tuple[Fraction | int, ...] = (points, *(applicant.number(c) or Fraction(0) for c in ranking.tie_break))
        if ranking.ties == "lottery":
            merit = (*merit, -lottery_number(self.scenario.lottery_seed, applicant.id))
        if number is not None:
            merit = (-((number - 1) // batch.choice_tier), *merit)
            if batch.order == "banded":
                assert batch.band_width is not None
                merit = (floor(points / batch.band_width), *merit)
        return merit

    # --- all of them ---

    def values(self) -> dict[Key, Value]:
        found: dict[Key, Value] = {}
        envy = set[str]().union(*(self.envious(batch) for batch in self.scenario.batches))
        gain = set[str]().union(*(self.could_gain(batch) for batch in self.scenario.batches))
        across = self.envious_across()
        below = self.below_open_line()
        all_admitted_to_demonstration = [a for a in self.people if self.at_demonstration(a)]
        for group_by, group, inside in self.groups():
            people = [a for a in self.people if inside(a)]
            filed = [a for a in people if a.id in self.filed]
            got = [self.placed[a.id] for a in people if a.id in self.placed]
            general = [p for p in got if p.programme.track == "general"]
            numbers = [p.choice for p in got if p.choice is not None]
            quota = [a for a in people if self.through_quota(a)]
            at_demonstration = [a for a in people if self.at_demonstration(a)]
            for name, top, bottom in (
                ("general_share_flow", len(general), len(got)),
                ("general_share_of_applicants", len(general), len(people)),
                ("admission_rate", len(got), len(people)),
                ("first_choice_rate", numbers.count(1), len(filed)),
                ("top_three_rate", sum(n <= 3 for n in numbers), len(filed)),
                ("mean_choice", sum(numbers), len(numbers)),
                ("unplaced_rate", sum(a.id not in self.placed for a in filed), len(filed)),
                ("justified_envy", sum(a.id in envy for a in filed), len(filed)),
                ("could_gain", sum(a.id in gain for a in filed), len(filed)),
                ("envy_across_batches", sum(a.id in across for a in filed), len(filed)),
                ("quota_below_open_line", sum(a.id in below for a in quota), len(quota)),
                ("demonstration_rate", len(at_demonstration), len(people)),
            ):
                found[name, group_by, group] = Fraction(top, bottom) if bottom else None
            if group_by:
                both = len(all_admitted_to_demonstration) * len(people)
                found["demonstration_representation", group_by, group] = (
                    Fraction(len(at_demonstration) * len(self.people), both) if both else None
                )
                found |= self.segregation(group_by, group, inside, "")
                found |= self.segregation(group_by, group, inside, "general")
        if any(batch.mechanism == "optimal" for batch in self.scenario.batches):
            found = {key: value for key, value in found.items() if key[0] != "could_gain"}
            found["could_gain", "", ""] = None
        return found | self.by_track() | self.feeder_rates() | self.of_all_groups()

    def by_track(self) -> dict[Key, Value]:
        """Those who listed a programme of a track: who of them is nowhere, and who has envy at one of it."""
        envy = set[tuple[str, str]]().union(*(self.envy(batch) for batch in self.scenario.batches))
        found: dict[Key, Value] = {}
        for track in ("general", "vocational"):
            listed = {
                a
                for (_, a), choices in self.scenario.choices.items()
                if any(self.scenario.programmes[p].track == track for p in choices)
            }
            nowhere, envious = listed - set(self.placed), {a for a, where in envy if where == track}
            found["unplaced_rate", "track", track] = Fraction(len(nowhere), len(listed)) if listed else None
            found["justified_envy", "track", track] = Fraction(len(envious), len(listed)) if listed else None
        return found

    def of_all_groups(self) -> dict[Key, Value]:
        """H of several groups: by the average entropy of schools, in place of the average loss."""
        found: dict[Key, Value] = {}
        for name, group_of in (
            ("areas_information", lambda a: a.area),
            ("settings_information", lambda a: self.of_school(a, "setting")),
        ):
            schools: dict[tuple[str, str], list[str]] = {}
            for a in self.people:
                got = self.placed.get(a.id)
                if got is not None and group_of(a):
                    own = got.programme.cells["school_id"]
                    schools.setdefault(("school", own) if own else ("programme", got.programme.id), []).append(
                        group_of(a)
                    )
            everybody = [group for groups in schools.values() for group in groups]
            inside = sum(len(groups) * entropy(groups) for groups in schools.values())
            found[name, "", ""] = (
                1 - inside / (len(everybody) * entropy(everybody)) if len(set(everybody)) > 1 else None
            )
        return found

    def at_demonstration(self, applicant: Applicant) -> bool:
        got = self.placed.get(applicant.id)
        return got is not None and self.is_demonstration(got.programme)

    def through_quota(self, applicant: Applicant) -> bool:
        got = self.placed.get(applicant.id)
        return got is not None and got.pool != "reverted" and self.scenario.pools[got.pool].per_school

    def below_open_line(self) -> set[str]:
        lines = {
            (row["batch"], row["programme_id"]): Fraction(row["line"])
            for row in self.outcome.lines.iter_rows(named=True)
            if row["pool"] == "open" and row["seats"] > 0 and row["admitted"] >= row["seats"]
        }
        batches = list(self.scenario.batches)
        found = set()
        for applicant in self.people:
            if not self.through_quota(applicant):
                continue
            got = self.placed[applicant.id]
            here = next(i for i, b in enumerate(batches) if b.name == got.batch)
            ranking = ranking_of(batches[here], got.programme)
            for batch in (*batches[here:], *reversed(batches[:here])):
                if (batch.name, got.programme.id) in lines and ranking_of(batch, got.programme) == ranking:
                    points = score(self.scenario, ranking, got.programme, applicant)
                    assert points is not None
                    if points < lines[batch.name, got.programme.id]:
                        found.add(applicant.id)
                    break
        return found

    def segregation(self, group_by: str, group: str, inside: Test, track: str) -> dict[Key, Value]:
        schools: dict[tuple[str, str], list[bool]] = {}
        for a in self.people:
            got = self.placed.get(a.id)
            if got is not None and track in ("", got.programme.track):
                own = got.programme.cells["school_id"]
                schools.setdefault(("school", own) if own else ("programme", got.programme.id), []).append(inside(a))
        counts = [(sum(s), len(s) - sum(s)) for s in schools.values()]
        p_all, q_all = sum(p for p, _ in counts), sum(q for _, q in counts)
        by, name = (f"track+{group_by}", f"{track}+{group}") if track else (group_by, group)
        if p_all == 0 or q_all == 0:
            return {(i, by, name): None for i in ("dissimilarity", "information", "exposure", "isolation")}
        t_all = p_all + q_all

        def of_two(x: Fraction) -> float:
            return -sum(float(y) * log(y) for y in (x, 1 - x) if y)

        whole = of_two(Fraction(p_all, t_all))
        lost = sum((p + q) * (whole - of_two(Fraction(p, p + q))) for p, q in counts)
        exposure = sum(Fraction(p, p_all) * Fraction(q, p + q) for p, q in counts)
        return {
            ("dissimilarity", by, name): sum(abs(Fraction(p, p_all) - Fraction(q, q_all)) for p, q in counts)
            * Fraction(1, 2),
            ("information", by, name): lost / (t_all * whole),
            ("exposure", by, name): float(exposure),
            ("isolation", by, name): float(1 - exposure),
        }

    def feeder_rates(self) -> dict[Key, Value]:
        rates = {}
        for school in self.scenario.feeder_schools:
            people = [a for a in self.people if a.feeder_school == school]
            if people:
                rates[school] = Fraction(sum(self.at_demonstration(a) for a in people), len(people))
        found: dict[Key, Value] = {("feeder_demonstration_rate", "feeder_school", s): r for s, r in rates.items()}
        for setting in ["", *({row["setting"] for row in self.scenario.feeder_schools.values()} - {""})]:
            some = [r for s, r in rates.items() if setting in ("", self.scenario.feeder_schools[s]["setting"])]
            by, n = ("setting" if setting else ""), len(some)
            apart = sum(abs(x - y) for x in some for y in some)
            mean = sum(some) / n if n else Fraction(0)
            found["feeder_demonstration_gini", by, setting] = float(apart / (2 * n * n * mean)) if mean else None
            spread = sum((x - mean) ** 2 for x in some)
            found["feeder_demonstration_variation", by, setting] = sqrt(spread / n) / float(mean) if mean else None
            found["feeder_schools_with_none", by, setting] = Fraction(some.count(Fraction(0)), n) if n else None
        return found


def entropy(groups: list[str]) -> float:
    """Of a list of groups, by how often each stands in it."""
    shares = [groups.count(group) / len(groups) for group in set(groups)]
    return -sum(share * log(share) for share in shares)
