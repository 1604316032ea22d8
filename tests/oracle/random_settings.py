"""What an office might write in scenario.yaml, at random, over everything that R1 to R9 allow."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Settings = dict[str, Any]  # scenario.yaml, but for its tables

MANY_SCHOOLS = ("J1", "J2", "J3", "J4")
MANY_AREAS = ("A", "B", "C")
TIE_BREAKERS = ("cme", "maths", "chinese", "skill")
FEEDER_POOLS = ("feeder", "weak_feeder")
SPECIAL_POOLS = ("special", "migrant", "county")


@dataclass(frozen=True)
class Scale:
    """The scores that a column can have: few, so that several applicants share one."""

    least: Decimal
    step: Decimal
    num_levels: int

    def at(self, level: int) -> Decimal:
        return self.least + self.step * level

    def draw(self, rng: random.Random) -> Decimal:
        return self.at(max(rng.randrange(self.num_levels), rng.randrange(self.num_levels)))

    def draw_low(self, rng: random.Random) -> Decimal:
        """A least score that most can reach."""
        return self.at(rng.randint(0, self.num_levels // 3))


def random_scale(rng: random.Random, num_levels: int) -> Scale:
    step = Decimal(rng.choice(["1", "1", "5", "10", "0.5", "2.5", "0.25", "0.01", "0.1"]))
    least = Decimal(rng.choice(["0", "0", "30", "400.5", "12.25"])) - (
        step * rng.randint(1, num_levels) if rng.random() < 0.1 else 0
    )
    return Scale(least, step, num_levels)


def random_settings(rng: random.Random, total: Scale, skill: Scale, batches: list[Settings] | None = None) -> Settings:
    """Everything but the tables; with random batches, or the given ones, whose rankings are drawn here."""
    groups = random_groups(rng, total, skill)
    if batches is None:
        batches = random_batches(rng, total)
    guideline = random_guideline(rng)
    rankings = random_rankings(rng)
    if guideline:
        # The scenario's first ranking is the guideline's where it names none, and must not be `priorities`.
        rankings = dict(sorted(rankings.items(), key=lambda item: item[1]["score"] == "priorities"))
        usable = [name for name, rule in rankings.items() if rule["score"] != "priorities"]
        if rng.random() < 0.4:
            guideline["ranking"] = rng.choice(usable)
    for batch in batches:
        batch["ranking"] = "exam" if rng.random() < 0.8 else rng.choice(list(rankings))
    settings: Settings = {
        "version": 1,
        "name": "random",
        "lottery_seed": rng.choice(["seed", "种子", ""]) + str(rng.randrange(1000)),
        "rankings": rankings,
        "groups": groups,
        "pools": random_pools(rng, batches, list(groups), total),
        "batches": batches,
    }
    if guideline:
        settings["guideline"] = guideline
    return settings


def random_rankings(rng: random.Random) -> Settings:
    """R2: chains of 0 to 3 tie-breakers, both kinds of ties."""

    def rule(score: str, admit_all: float) -> Settings:
        chain = rng.sample([c for c in TIE_BREAKERS if c != score], rng.choice([0, 0, 1, 2, 3]))
        ranking: Settings = {"score": score}
        if chain or rng.random() < 0.5:
            ranking["tie_break"] = chain
        if rng.random() < admit_all:
            ranking["ties"] = "admit_all"
        elif rng.random() < 0.5:
            ranking["ties"] = "lottery"
        return ranking

    rankings = [
        ("exam", rule("total", 0.35)),
        ("specialty", rule("skill", 0.35)),
        ("interview", rule("priorities", 0.5)),
    ]
    if rng.random() < 0.3:
        rng.shuffle(rankings)
    return dict(rankings)


def random_groups(rng: random.Random, total: Scale, skill: Scale) -> Settings:
    low = total.draw_low(rng)
    every: Settings = {
        "long_enrolled": {"enrolled_years": {"at_least": 3}, "repeater": False},
        "migrants": {"migrant": True},
        "two_areas": {"area": {"one_of": ["A", "B"]}},
        "area_a": {"area": "A"},
        "two_schools": {"feeder_school_id": {"one_of": ["J1", "J2"]}},
        "skilled": {"skill": {"at_least": skill.draw_low(rng)}},
        "middle": {"total": {"at_least": low, "at_most": low + total.step * (total.num_levels * 2 // 3)}},
        "not_repeating": {"repeater": False},
    }
    return {name: every[name] for name in rng.sample(list(every), rng.randint(3, 6))}


def random_batches(rng: random.Random, total: Scale) -> list[Settings]:
    """R5, R7: pools in any order, with and without `open`; leftover batches anywhere but first."""
    num_batches = rng.choice([1, 1, 2, 2, 2, 3, 3, 4])
    batches: list[Settings] = []
    for i, name in enumerate(rng.sample(["early", "quota", "main", "second", "vocational"], num_batches)):
        if i > 0 and rng.random() < (0.4 if i == num_batches - 1 else 0.1):
            batches.append({"name": f"leftover {name}", "pools": ["open"], "seats": "leftover"})
        else:
            batches.append({"name": name, "pools": random_pool_names(rng, may_lack_open=i < num_batches - 1)})
    for batch in batches:
        order = rng.choice(["score_first", "score_first", "choice_first", "banded"])
        if order != "score_first" or rng.random() < 0.5:
            batch["order"] = order
        if order != "score_first" and rng.random() < 0.4:
            batch["choice_tier"] = rng.randint(1, 3)
        if order == "banded":
            multiple = total.step * rng.choice([1, 2, 3, 5])
            batch["band_width"] = rng.choice([multiple, multiple, Decimal(rng.choice(["0.7", "1", "3", "12.5"]))])
    return batches


def random_pool_names(rng: random.Random, may_lack_open: bool) -> list[str]:
    pools: list[str] = []
    if rng.random() < (0.5 if may_lack_open else 0.9):
        pools.append("open")
    if rng.random() < 0.65:
        pools.append(FEEDER_POOLS[rng.random() < 0.2])
    pools += [name for name in SPECIAL_POOLS if rng.random() < 0.4]
    rng.shuffle(pools)
    return pools or ["open"]


def random_pools(rng: random.Random, batches: list[Settings], groups: list[str], total: Scale) -> Settings:
    """R5, R6: the pools that some batch lists."""
    pools: Settings = {}
    for name in dict.fromkeys(pool for batch in batches for pool in batch["pools"]):
        listing = [i for i, batch in enumerate(batches) if name in batch["pools"]]
        earlier = [batch["name"] for batch in batches[: listing[0]]]
        rule: Settings = {}
        if name in FEEDER_POOLS:
            rule["per"] = "feeder_school"
        if rng.random() < {"open": 0.12, "feeder": 0.5}.get(name, 0.75):
            rule["group"] = rng.choice(groups)
        if rng.random() < 0.6:
            rule["unfilled"] = rng.choice(["open", "lapse"])
        if rng.random() < {"open": 0.15}.get(name, 0.6 if earlier else 0.4):
            rule["floor"] = random_floor(rng, earlier, total)
        if rule or name != "open":
            pools[name] = rule
    return pools


def random_floor(rng: random.Random, earlier: list[str], total: Scale) -> Settings:
    """R6: absolute, below a line of this batch's provisional run or of an earlier batch, or both."""
    floor: Settings = {}
    kind = rng.choice(["score", "line", "line", "both"])
    if kind != "line":
        floor["score"] = total.draw_low(rng)
    if kind != "score":
        floor["below_line"] = total.step * rng.randint(0, max(1, total.num_levels // 4))
        floor["of"] = rng.choice(["provisional", *earlier, *earlier])
    return floor


def random_guideline(rng: random.Random) -> Settings:
    """R8: none, measured only, or with a control line."""
    enforce = rng.choice([None, None, None, "report", "control_line", "control_line", "control_line", "control_line"])
    if enforce is None:
        return {}
    guideline: Settings = {
        "general_share": Decimal(rng.choice(["0.3", "0.4", "0.5", "0.55", "0.6", "0.666", "0", "1"]))
    }
    if rng.random() < 0.5:
        guideline["tolerance"] = Decimal(rng.choice(["0", "0.01", "0.05", "0.125"]))
    if rng.random() < 0.7:
        guideline["basis"] = rng.choice(["admitted", "applicants"])
    if rng.random() < 0.7:
        guideline["scope"] = rng.choice(["city", "area"])
    if enforce == "control_line" or rng.random() < 0.5:
        guideline["enforce"] = enforce
    return guideline
