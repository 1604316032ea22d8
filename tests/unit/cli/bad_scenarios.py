"""Mistakes in scenario files and overrides: what is broken, where the message must point, and what it must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mistake:
    """One way to break the small town."""

    name: str
    breaks: Callable[[Path], object]  # given the scenario's folder
    place: str  # how a line of the report begins
    says: tuple[str, ...]  # what that line says
    arguments: tuple[str, ...] = ()  # of the command, besides the scenario


def edit(file: str, old: str, new: str) -> Callable[[Path], object]:
    """Replace text that stands once in a file."""

    def change(folder: Path) -> None:
        text = (folder / file).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (folder / file).write_text(text.replace(old, new), "utf-8")

    return change


def put(file: str, content: str | bytes) -> Callable[[Path], object]:
    """Replace a whole file."""
    return lambda folder: (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)


def both(*changes: Callable[[Path], object]) -> Callable[[Path], object]:
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
    _yaml("caps", "guideline: {", "caps: []\nguideline: {", 37, "caps", "does not have"),
    _yaml(
        "an optimal batch",
        "{name: rest, ranking: exam, pools: [open], seats: leftover}",
        "{name: rest, mechanism: optimal}",
        36,
        "batches.3.mechanism",
        "deferred acceptance",
    ),
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
