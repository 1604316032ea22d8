"""Mistakes in scenario files and overrides: what is broken, where the message must point, and what it must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Change = Callable[[Path], object]


@dataclass(frozen=True)
class Mistake:
    """One way to break the small town."""

    name: str
    breaks: Change  # given the scenario's folder
    place: str  # how a line of the report begins
    says: tuple[str, ...]  # what that line says
    arguments: tuple[str, ...] = ()  # of the command, besides the scenario


def edit(file: str, old: str, new: str) -> Change:
    """Replace text that stands once in a file."""

    def change(folder: Path) -> None:
        text = (folder / file).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (folder / file).write_text(text.replace(old, new), "utf-8")

    return change


def put(file: str, content: str | bytes) -> Change:
    """Replace a whole file."""
    return lambda folder: (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)


def both(*changes: Change) -> Change:
    return lambda folder: [change(folder) for change in changes]


def nothing(folder: Path) -> None:
    """The files are fine; the command's arguments are not."""


def _yaml(name: str, old: str, new: str, line: int, key: str, *says: str) -> Mistake:
    place = f"scenario.yaml line {line}" + (f", {key}" if key else "")
    return Mistake(name, edit("scenario.yaml", old, new), place, says)


def _set(name: str, written: str, *says: str) -> Mistake:
    key = written if "=" not in written or not says[0].startswith("=") else written.partition("=")[0]
    return Mistake(name, nothing, f"--set {key}", tuple(s.removeprefix("=") for s in says), ("--set", written))


_DEEP = "name: " + "[" * 5000 + "\n"
_ALIASES = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
    for a, b in zip("abcdefg", "bcdefgh", strict=True)
)
_LOOP = both(
    put("a.yaml", "extends: b.yaml\n"),
    put("b.yaml", "name: b\nextends: scenario.yaml\n"),
    edit("scenario.yaml", "version: 1\n", "version: 1\nextends: a.yaml\n"),
)

YAML_MISTAKES = [
    Mistake("no scenario file", lambda f: (f / "scenario.yaml").unlink(), "town/scenario.yaml", ("no such file",)),
    _yaml("a key twice", "year: 2026", "year: 2026\nname: Again", 4, "name", "stands twice, first in line 2"),
    _yaml("a tab for indentation", "  programmes: prog", "\tprogrammes: prog", 7, "", "a tab", "spaces"),
    _yaml(
        "6:4 for a share",
        "general_share: 0.6,",
        "general_share: 6:4,",
        37,
        "guideline.general_share",
        '"6:4"',
        "number",
    ),
    _yaml("0101 for a version", "version: 1", "version: 0101", 1, "version", '"0101"', "≤ 1"),
    _yaml("1e3 for a number", "band_width: 5", "band_width: 1e3", 35, "batches.2.band_width", '"1e3"', "plain digits"),
    _yaml("full-width digits", "band_width: 5", "band_width: ５", 35, "batches.2.band_width", '"５"', "plain digits"),
    _yaml(
        "an underscore in a number", "at_most: 15", "at_most: 1_5", 15, "derived.bonus.at_most", '"1_5"', "plain digits"
    ),
    _yaml(
        "a comma in a number", "score: 100}", 'score: "1,00"}', 29, "pools.feeder.floor.score", '"1,00"', "plain digits"
    ),
    _yaml("nan", "at_most: 15", "at_most: nan", 15, "derived.bonus.at_most", '"nan"', "plain digits"),
    _yaml("too many digits", "at_most: 15", "at_most: 0.1234567890123456789", 15, "derived.bonus.at_most", "18 digits"),
    _yaml("a share above 1", "general_share: 0.6,", "general_share: 60,", 37, "guideline.general_share", '"60"', "≤ 1"),
    _yaml("a negative number", "below_line: 20", "below_line: -20", 29, "pools.feeder.floor.below_line", "≥ 0"),
    _yaml("a band of no width", "band_width: 5", "band_width: 0", 35, "batches.2.band_width", "> 0"),
    _yaml("a whole number with a fraction", "year: 2026", "year: 2026.5", 3, "year", '"2026.5"', "whole number"),
    _yaml("true for a number", "at_most: 15", "at_most: true", 15, "derived.bonus.at_most", '"true"', "plain digits"),
    _yaml("an unknown key", "year: 2026", "yaer: 2026", 3, "yaer", 'did you mean "year"?'),
    _yaml("an unknown key far from any", "year: 2026", "zzz: 2026", 3, "zzz", "the keys here are", "batches"),
    _yaml(
        "an unknown key in a batch", "order: banded", "ordre: banded", 35, "batches.2.ordre", 'did you mean "order"?'
    ),
    Mistake(
        "a missing key",
        edit("scenario.yaml", "name: Small town\n", ""),
        "scenario.yaml, name",
        ('the key "name" is missing',),
    ),
    _yaml(
        "a missing key in a batch",
        "{name: early, ranking: interview,",
        "{name: early,",
        33,
        "batches.0.ranking",
        "missing",
    ),
    _yaml(
        "a text for a list",
        "name: early, ranking: interview, pools: [open]",
        "name: early, ranking: interview, pools: open",
        33,
        "batches.0.pools",
        '"open"',
        "a list",
    ),
    _yaml("a list for a mapping", "groups:\n", "groups: [a]\nignored:\n", 22, "groups", "a list", "`key: value`"),
    _yaml("nothing for a mapping", "guideline: {", "guideline:\nsource: {", 38, "source", "a mapping", "a text"),
    _yaml("an unknown word", "order: banded", "order: band", 35, "batches.2.order", '"band"', "'banded'"),
    _yaml("a key that is no word", "year: 2026", "? [a, b]\n: 2026", 3, "", "a key must be a plain word"),
    _yaml("a merge key", "year: 2026", "<<: {year: 2026}", 3, "", "merge keys", "extends"),
    _yaml("an alias inside itself", "year: 2026", "source: &x [*x]", 3, "source.0", "stands inside what it stands for"),
    _yaml("an alias to nothing", "year: 2026", "year: *y", 3, "", "not written above"),
    _yaml("a tag", "year: 2026", "year: !!python/object:os.system 1", 3, "year", "tags"),
    _yaml("two documents", "year: 2026", "---\nyear: 2026", 3, "", "a second document"),
    _yaml("a text not closed", 'lottery_seed: "seed"', 'lottery_seed: "seed', 4, "", "opened and not closed"),
    _yaml("two colons", "name: Small town", "name: Small: town", 2, "", "a colon where none can stand"),
    _yaml("a line without colon", "year: 2026", "year 2026", 3, "", "a key without its colon"),
    _yaml("a line out of its column", "  seats: seats.csv", "   seats: seats.csv", 8, "", "not valid YAML"),
    Mistake("a control character", edit("scenario.yaml", "Small", "Sm\x07all"), "scenario.yaml line 2", ("U+0007",)),
    Mistake("nested too deeply", put("scenario.yaml", _DEEP), "scenario.yaml", ("nested too deeply",)),
    Mistake("aliases of aliases", put("scenario.yaml", _ALIASES), "scenario.yaml line 1", ("100,000 values",)),
    Mistake("an empty file", put("scenario.yaml", ""), "scenario.yaml line 1", ("expected a mapping",)),
    Mistake("only a comment", put("scenario.yaml", "# nothing\n"), "scenario.yaml line 1", ("expected a mapping",)),
    Mistake("a list for the whole", put("scenario.yaml", "- 1\n"), "scenario.yaml line 1", ("expected a mapping",)),
    Mistake(
        "GB18030 YAML",
        put("scenario.yaml", "version: 1\nname: 榆林".encode("gb18030")),
        "scenario.yaml line 2",
        ("UTF-8",),
    ),
    Mistake("UTF-16 YAML", put("scenario.yaml", "version: 1".encode("utf-16")), "scenario.yaml line 1", ("UTF-8",)),
    Mistake(
        "extends nothing",
        edit("scenario.yaml", "year: 2026", "extends: ../gone.yaml"),
        "scenario.yaml line 3, extends",
        ('"../gone.yaml"', "no such file"),
    ),
    Mistake(
        "extends a list",
        edit("scenario.yaml", "year: 2026", "extends: [a]"),
        "scenario.yaml line 3, extends",
        ("one scenario file",),
    ),
    Mistake(
        "extends in a circle", _LOOP, "b.yaml line 2, extends", ("extends itself: scenario.yaml → a.yaml → b.yaml",)
    ),
    Mistake(
        "a mistake in what is extended",
        both(put("base.yaml", "source: [x]\n"), edit("scenario.yaml", "year: 2026", "extends: base.yaml")),
        "base.yaml line 1, source",
        ("a list", "a text"),
    ),
]

RULE_MISTAKES = [
    _yaml(
        "an undefined ranking",
        "{name: main, ranking: exam",
        "{name: main, ranking: exams",
        34,
        "batches.1.ranking",
        '"exams"',
        "exam, interview",
    ),
    _yaml(
        "an undefined group", "group: long_enrolled", "group: long", 28, "pools.feeder.group", '"long"', "long_enrolled"
    ),
    _yaml(
        "an undefined pool",
        "[open, feeder, special]",
        "[open, feeder, special, talent]",
        34,
        "batches.1.pools.3",
        '"talent"',
        "special",
    ),
    _yaml(
        "a pool twice in a batch",
        "[open, feeder, special]",
        "[open, feeder, open]",
        34,
        "batches.1.pools.2",
        '"open" stands twice',
    ),
    _yaml("the reserved pool name", "special: {group", "reverted: {group", 31, "pools.reverted", "seats that revert"),
    _yaml(
        "cells in the open pool",
        "  special: {",
        "  open: {per: feeder_school}\n  special: {",
        31,
        "pools.open.per",
        "for everybody",
    ),
    _yaml(
        "apportioning without cells",
        "unfilled: lapse",
        "unfilled: lapse, apportion: {minimum: 1}",
        31,
        "pools.special.apportion",
        "per: feeder_school",
    ),
    _yaml(
        "two pools per feeder school",
        "special: {group",
        "special: {per: feeder_school, group",
        34,
        "batches.1.pools",
        "feeder, special",
        "one",
    ),
    _yaml("two batches of one name", "name: late", "name: main", 35, "batches.2.name", 'called "main"'),
    _yaml("a banded batch without width", ", band_width: 5", "", 35, "batches.2", "band_width"),
    _yaml(
        "a leftover batch with other pools",
        "pools: [open], seats: left",
        "pools: [open, special], seats: left",
        36,
        "batches.3.pools",
        "only the pool `open`",
    ),
    _yaml(
        "a leftover batch first",
        "{name: early, ranking: interview, pools: [open]",
        "{name: early, ranking: interview, pools: [open], seats: leftover",
        33,
        "batches.0.seats",
        "an earlier batch",
    ),
    _yaml(
        "a floor below a later batch",
        "of: provisional",
        "of: late",
        29,
        "pools.feeder.floor.of",
        '"late"',
        "provisional",
        "early",
    ),
    _yaml("a floor without its line", ", of: provisional", "", 29, "pools.feeder.floor", "`below_line` and `of`"),
    _yaml(
        "an empty floor",
        "{below_line: 20, of: provisional, score: 100}",
        "{source: x}",
        29,
        "pools.feeder.floor",
        "`score`",
    ),
    _yaml(
        "a guideline by priorities",
        "tolerance: 0.05, ranking: exam",
        "tolerance: 0.05, ranking: interview",
        37,
        "guideline.ranking",
        "priorities table",
    ),
    _yaml(
        "a guideline on no ranking",
        "tolerance: 0.05, ranking: exam",
        "tolerance: 0.05, ranking: exm",
        37,
        "guideline.ranking",
        '"exm"',
        "exam",
    ),
    _yaml(
        "priorities as a tie-breaker",
        "tie_break: [total]",
        "tie_break: [priorities]",
        21,
        "rankings.interview.tie_break.0",
        "not a tie-breaker",
    ),
    _yaml(
        "a derived column of two kinds",
        "{max: [minority_bonus",
        "{count: {columns: [a], equals: b}, max: [minority_bonus",
        15,
        "derived.bonus",
        "exactly one",
    ),
    _yaml(
        "a sum of nothing", "sum: {total: 1, bonus: 1, pe: 0.5}", "sum: {}", 16, "derived.points.sum", "at least one"
    ),
    _yaml(
        "a test of no known kind",
        "{enrolled_years: {at_least: 3}",
        "{enrolled_years: {over: 3}",
        23,
        "groups.long_enrolled.enrolled_years",
        "one_of",
    ),
    _yaml("neither tables nor cohort", "tables:\n", "tables:\nignore:\n", 6, "ignore", "unknown key"),
    _yaml("tables and cohort", "tables:\n", "cohort: {profile: p.yaml, seed: 1}\ntables:\n", 5, "cohort", "either"),
    Mistake(
        "a column that is not there",
        edit("scenario.yaml", "num_a, maths]", "num_a, math]"),
        "scenario.yaml line 20, rankings.exam",
        ('"math" is not in applicants.csv', 'did you mean "maths"?'),
    ),
    Mistake(
        "a header that is read as another",
        edit("scenario.yaml", "two_areas: {area:", "two_areas: {所属区县:"),
        "scenario.yaml line 24, groups.two_areas.所属区县",
        ('"所属区县"', 'read as "area"'),
    ),
    Mistake(
        "a derived column used above itself",
        edit(
            "scenario.yaml",
            "  bonus: {max: [minority_bonus, martyr_bonus], at_most: 15}\n",
            "  early: {sum: {late: 1}}\n  late: {max: [total]}\n  bonus: {max: [total]}\n",
        ),
        "scenario.yaml line 15, derived.early",
        ('"late"', "write it above"),
    ),
    Mistake(
        "a derived column that is there already",
        edit("scenario.yaml", "  num_a:", "  area:"),
        "scenario.yaml line 18, derived.area",
        ("rename",),
    ),
    Mistake(
        "a text test of a derived number",
        edit("scenario.yaml", "two_areas: {area: {one_of: [A, B]}}", 'two_areas: {grade: "3"}'),
        "scenario.yaml line 24, groups.two_areas.grade",
        ('"grade"', "at_least"),
    ),
    Mistake(
        "derived numbers with too many digits",
        edit("scenario.yaml", "sum: {total: 1, bonus", "sum: {total: 100000000000000000, bonus"),
        "scenario.yaml line 16, derived.points",
        ("too many digits",),
    ),
    Mistake(
        "a weight that is no column",
        edit("scenario.yaml", "weight: graduates", "weight: pupils"),
        "scenario.yaml line 30, pools.feeder.apportion.weight",
        ('"pupils"', "feeder_schools"),
    ),
    Mistake(
        "priorities without their table",
        edit("scenario.yaml", "  priorities: priorities.csv\n", ""),
        "scenario.yaml line 20, rankings.interview.score",
        ("`priorities` table",),
    ),
    Mistake(
        "an area guideline without areas",
        both(
            edit("scenario.yaml", "tolerance: 0.05", "tolerance: 0.05, scope: area"),
            edit("scenario.yaml", "two_areas: {area: {one_of: [A, B]}}", "two_areas: {conduct: A}"),
            edit("applicants.csv", ",area,", ",county,"),
        ),
        "applicants.csv",
        ('"area" is missing',),
    ),
]

_REST = "{name: rest, ranking: exam, pools: [open], seats: leftover}"
_BEST = "{name: rest, mechanism: optimal, ranking: exam, pools: [open], seats: leftover, objectives: [placed]}"
_NO_LISTS = edit("choices.csv", "0004,rest,1,P4\n0007,rest,1,P1\n", "")  # a reassignment batch has none


def _best(name: str, old: str, new: str, key: str, *says: str, line: int = 36) -> Mistake:
    """The small town with an optimal last batch, and a mistake in it."""
    change = edit("scenario.yaml", _REST, _BEST.replace(old, new))
    return Mistake(name, change, f"scenario.yaml line {line}, {key}", says)


def _reassigned(name: str, more: str, key: str, *says: str) -> Mistake:
    """The small town with a last batch that reassigns, and a mistake in it."""
    change = edit("scenario.yaml", _REST, f"{{name: rest, mechanism: reassign{more}}}")
    return Mistake(name, both(change, _NO_LISTS), f"scenario.yaml line 36, {key}", says)


def _cap(name: str, written: str, key: str, *says: str, line: int = 37) -> Mistake:
    """The small town with an optimal last batch and caps, and a mistake in one of these."""
    change = both(
        edit("scenario.yaml", _REST, _BEST), edit("scenario.yaml", "guideline: {", f"caps: {written}\nguideline: {{")
    )
    return Mistake(name, change, f"scenario.yaml line {line}, {key}", says)


def _indicators(name: str, written: str, key: str, *says: str) -> Mistake:
    change = edit("scenario.yaml", "guideline: {", f"indicators: {written}\nguideline: {{")
    return Mistake(name, change, f"scenario.yaml line 37, indicators{key}", says)


_ONE_CAP = "[{name: a, where: {area: A}, at_most: 1}]"

OBJECTIVE_MISTAKES = [
    _best("an unknown mechanism", "optimal", "optimum", "batches.3.mechanism", '"optimum"', "'reassign'"),
    _best("an unknown objective", "[placed]", "[places]", "batches.3.objectives.0", '"places"', "'profile_greedy'"),
    _best("a text for objectives", "[placed]", "placed", "batches.3.objectives", '"placed"', "a list"),
    _best("an objective twice", "[placed]", "[placed, choice, placed]", "batches.3.objectives.2", "stands twice"),
    _best("an objective after score", "[placed]", "[score, placed]", "batches.3.objectives.0", "put it last"),
    _best("targets without a target", "[placed]", "[placed, targets]", "batches.3.objectives.1", "no cap", "`target`"),
    _best("a worst target without one", "[placed]", "[worst_target]", "batches.3.objectives.0", "no cap", "`target`"),
    _best("an own area with lists", "[placed]", "[same_area]", "batches.3.objectives.0", "reassignment", "R11"),
    _best("a group of an optimal batch", "[placed]", "[placed], group: two_areas", "batches.3.group", "the pools have"),
    _best("an optimal batch without ranking", "ranking: exam, ", "", "batches.3.ranking", "missing"),
    Mistake(
        "a guideline to optimise that is not there",
        both(
            edit("scenario.yaml", _REST, _BEST.replace("placed", "guideline")),
            edit("scenario.yaml", "guideline: {general_share: 0.6, tolerance: 0.05, ranking: exam}\n", ""),
        ),
        "scenario.yaml line 36, batches.3.objectives.0",
        ("no `guideline`",),
    ),
    _yaml(
        "objectives of a stable batch",
        "pools: [open], seats: left",
        "pools: [open], objectives: [placed], seats: left",
        36,
        "batches.3.objectives",
        "`mechanism: optimal`",
    ),
    _yaml(
        "a group of a stable batch",
        "pools: [open], seats: left",
        "pools: [open], group: two_areas, seats: left",
        36,
        "batches.3.group",
        "the pools have one",
    ),
    _yaml(
        "an order in an optimal batch", "order: banded", "mechanism: optimal, order: banded", 35, "batches.2", "`order`"
    ),
    _yaml(
        "tiers in an optimal batch",
        "order: banded, band_width: 5",
        "mechanism: optimal, choice_tier: 2",
        35,
        "batches.2",
        "`choice_tier`",
    ),
    _yaml("bands in an optimal batch", "order: banded", "mechanism: optimal", 35, "batches.2", "`band_width`"),
    _yaml(
        "an optimal batch by priorities",
        "{name: early,",
        "{name: early, mechanism: optimal,",
        33,
        "batches.0.ranking",
        '"interview"',
        "orders everybody",
    ),
    _yaml(
        "a provisional line of an optimal batch",
        "{name: main,",
        "{name: main, mechanism: optimal,",
        29,
        "pools.feeder.floor.of",
        '"main" is not stable',
    ),
    _yaml(
        "a constraint on no optimal batch",
        "tolerance: 0.05,",
        "tolerance: 0.05, enforce: constraint,",
        37,
        "guideline.enforce",
        "has none",
    ),
    _reassigned("an undefined group to reassign", ", group: two_area", "batches.3.group", '"two_area"', "two_areas"),
    _reassigned("seats of their own to reassign", ", seats: null", "batches.3.seats", "left over"),
    _reassigned("pools to reassign", ", pools: [open, special]", "batches.3.pools", "only the pool `open`"),
    _reassigned("an unknown key to reassign", ", pool: [open]", "batches.3.pool", 'did you mean "pools"?'),
    _cap("caps that are no list", "{a: 1}", "caps", "a mapping", "a list"),
    _cap("a cap that is no mapping", "[a]", "caps.0", '"a"', "`key: value`"),
    _cap("a cap without a name", "[{where: {area: A}, at_most: 1}]", "caps.0.name", "missing"),
    _cap("a cap without a set", "[{name: a, at_most: 1}]", "caps.0.where", "missing"),
    _cap("a cap of no tests", "[{name: a, where: {}, at_most: 1}]", "caps.0.where", "at least one"),
    _cap("a cap without a number", "[{name: a, where: {area: A}}]", "caps.0", "`at_least`, `at_most` or `target`"),
    _cap("a cap below nothing", "[{name: a, where: {area: A}, at_most: -1}]", "caps.0.at_most", "≥ 0"),
    _cap("half a seat for a cap", "[{name: a, where: {area: A}, at_least: 1.5}]", "caps.0.at_least", "whole number"),
    _cap("a word for a target", "[{name: a, where: {area: A}, target: many}]", "caps.0.target", "whole number"),
    _cap(
        "a cap below its own least",
        "[{name: a, where: {area: A}, at_least: 2, at_most: 1}]",
        "caps.0",
        "at_least 2 above at_most 1",
    ),
    _cap("an unknown key of a cap", "[{name: a, where: {area: A}, most: 1}]", "caps.0.most", '"at_most"?'),
    _cap("two caps of one name", f"[{_ONE_CAP[1:-1]}, {_ONE_CAP[1:-1]}]", "caps.1.name", 'called "a"'),
    _cap("a cap on a number", "[{name: a, where: {area: {at_least: 3}}, at_most: 1}]", "caps.0.where.area", "`one_of`"),
    _cap("a cap on none of", "[{name: a, where: {area: {one_of: []}}, at_most: 1}]", "caps.0.where.area", "`one_of`"),
    _cap(
        "a cap on a column of nothing",
        "[{name: a, where: {aera: A}, at_most: 1}]",
        "caps.0.where.aera",
        "neither programmes.csv nor schools.csv",
        '"aera"',
    ),
    _cap(
        "a cap on a header that is read as another",
        "[{name: a, where: {办学性质: public}, at_most: 1}]",
        "caps.0.where.办学性质",
        "of schools.csv",
        'read as "ownership"',
    ),
    Mistake(
        "a cap on schools without their table",
        both(
            edit("scenario.yaml", _REST, _BEST),
            edit("scenario.yaml", "guideline: {", "caps: [{name: a, where: {ownership: x}, target: 1}]\nguideline: {"),
            edit("scenario.yaml", "  schools: schools.csv\n", ""),
        ),
        "scenario.yaml line 36, caps.0.where.ownership",
        ('programmes.csv has no column "ownership"', "schools table"),
    ),
    _yaml("caps without an optimal batch", "guideline: {", f"caps: {_ONE_CAP}\nguideline: {{", 37, "caps", "has none"),
]

_OPTIMAL = edit("scenario.yaml", _REST, _BEST)
_REASSIGNED = edit("scenario.yaml", _REST, "{name: rest, mechanism: reassign}")
_OPTIMAL_LATE = edit("scenario.yaml", "order: banded, band_width: 5", "mechanism: optimal, objectives: [placed]")


def _in_table(name: str, scenario: Change, file: str, old: str, new: str, place: str, *says: str) -> Mistake:
    """A mistake in a table that is one because of what the scenario's batches are."""
    return Mistake(name, both(scenario, edit(file, old, new)), f"{file} {place}", says)


OPTIMAL_TABLE_MISTAKES = [
    Mistake(
        "a choice in a reassignment batch",
        both(_REASSIGNED, edit("choices.csv", "0007,rest,1,P1\n", "")),
        "choices.csv row 19, column batch",
        ('"rest" reassigns', "no choice lists"),
    ),
    Mistake(
        "seats for a reassignment batch",
        both(_REASSIGNED, _NO_LISTS, edit("seats.csv", "late,P4,open,2", "late,P4,open,2\nrest,P4,open,1")),
        "seats.csv row 10, column batch",
        ('"rest" is given what earlier batches leave',),
    ),
    _in_table(
        "a choice number twice before an optimal batch",
        _OPTIMAL,
        "choices.csv",
        "0001,main,2,P2",
        "0001,main,1,P2",
        "row 5, column choice",
        '"1" stands twice',
    ),
    _in_table(
        "a choice number of nothing in an optimal batch",
        _OPTIMAL,
        "choices.csv",
        "0004,rest,1,P4",
        "0004,rest,0,P4",
        "row 19, column choice",
        '"0"',
        "≥ 1",
    ),
    _in_table(
        "a programme twice in an optimal list",
        _OPTIMAL,
        "choices.csv",
        "0004,rest,1,P4",
        "0004,rest,1,P4\n0004,rest,2,P4",
        "row 20, column programme_id",
        '"P4" stands twice',
    ),
    _in_table(
        "a choice that an optimal batch does not offer",
        _OPTIMAL_LATE,
        "choices.csv",
        "0008,late,1,P4",
        "0008,late,1,P2",
        "row 18, column programme_id",
        '"P2" has no row',
    ),
    Mistake(
        "a least size in stable and optimal batches",
        both(
            _OPTIMAL_LATE,
            edit("programmes.csv", "ranking,min_score,area", "ranking,min_open,area"),
            edit("programmes.csv", "general,,450,A", "general,,,A"),
            edit("programmes.csv", "vocational,,300.5,B", "vocational,,30,B"),
        ),
        "programmes.csv row 4, column min_open",
        ("a least size of 30", "both in stable and in optimal"),
    ),
    Mistake(
        "a least size of nobody",
        both(
            edit("programmes.csv", "ranking,min_score,area", "ranking,min_open,area"),
            edit("programmes.csv", "general,,450,A", "general,,0,A"),
            edit("programmes.csv", "vocational,,300.5,B", "vocational,,30,B"),
        ),
        "programmes.csv row 2, column min_open",
        ('"0"', "≥ 1"),
    ),
    Mistake(
        "a programme of no school",
        edit("programmes.csv", "P4,S2", "P4,S9"),
        "programmes.csv row 5, column school_id",
        ('"S9" is not in the schools table',),
    ),
]

INDICATOR_MISTAKES = [
    _indicators("a list for indicators", "[]", "", "a list", "`key: value`"),
    _indicators("an unknown key of indicators", "{large: 56}", ".large", '"large_class"?'),
    _indicators(
        "an attribute of no kind", "{attributes: {migrant: two_areas}}", ".attributes.migrant", "'migrant_child'"
    ),
    _indicators(
        "an undefined group for an attribute",
        "{attributes: {migrant_child: migrants}}",
        ".attributes.migrant_child",
        'no group is called "migrants"',
        "two_areas",
    ),
    _indicators("a class of nobody", "{large_class: 0}", ".large_class", "≥ 1"),
    _indicators("large classes above super-large ones", "{large_class: 70}", "", "70 above super_large_class 66"),
    _indicators("part of an enrolment", "{enrolment: {population: 3}}", ".enrolment.other_years", "missing"),
    _indicators("teachers for nobody", "{teacher_norm: {general: 0}}", ".teacher_norm.general", "> 0"),
]

OVERRIDE_MISTAKES = [
    _set("no value", "guideline.general_share", "key=value"),
    _set("a number that is none", "guideline.general_share=6:4", '=found "6:4"', "number"),
    _set("a key of nothing", "guideline.generalshare=0.5", "=unknown key", "general_share"),
    _set("an item of nothing", "batches.mian.order=banded", '="mian"', "early, main, late, rest"),
    _set("a position of nothing", "batches.9.order=banded", '="9"', "early"),
    _set("below a single value", "name.first=x", '="name" is a single value'),
    _set("a value that is no YAML", "batches=[a", "not valid YAML"),
    _set("another base", "extends=other.yaml", "=cannot be overridden"),
    _set("a reference to nothing", "batches.main.ranking=none", '="none"', "exam"),
    Mistake(
        "a file that is not there",
        nothing,
        "gone.csv",
        ("no such file", "`tables`"),
        ("--set", "tables.seats=gone.csv"),
    ),
]
