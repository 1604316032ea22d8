"""Scenario files: values as written and located, `extends`, overrides; a variant equals a fresh load."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator.errors import InputError, Where
from allocator.scenario.document import override, parse_override, plain, read
from allocator.scenario.scenario import Scenario, load
from tests.unit.scenario.small_town import SCENARIO, TABLES, same, write_town


def written(folder: Path, **files: str) -> Path:
    """Scenario files by their names, dots for underscores, in folders for double ones."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_plain_values_stay_as_they_are_written(tmp_path: Path) -> None:
    plain_values = ["0101", "6:4", "0.10", "yes", "2026-06-01", "1e3", "'007'", "true", "'true'", "~", "", "''", "0x1F"]
    text = "".join(f"key{i}: {value}\n" for i, value in enumerate(plain_values))
    value = read(written(tmp_path, scenario=text) / "scenario.yaml").value
    assert list(value.values()) == [
        "0101", "6:4", "0.10", "yes", "2026-06-01", "1e3", "007", True, "true", None, None, "", "0x1F",
    ]  # fmt: skip


def test_every_value_has_the_line_of_its_key(tmp_path: Path) -> None:
    text = "a:\n  b:\n  - x\n  - c: 1\n    d: 2\ne: {f: 3,\n  g: 4}\n"
    document = read(written(tmp_path, scenario=text) / "scenario.yaml")
    lines = {
        path: document.where(path).line
        for path in (("a",), ("a", "b", 0), ("a", "b", 1, "c"), ("a", "b", 1, "d"), ("e", "f"), ("e", "g"))
    }
    assert list(lines.values()) == [1, 3, 4, 5, 6, 7]
    assert document.where(("a", "b", 1, "missing")) == Where("scenario.yaml", line=4, key="a.b.1.missing")


def test_an_alias_stands_for_its_value_and_changing_one_leaves_the_other(tmp_path: Path) -> None:
    document = read(written(tmp_path, scenario="a: &x {b: [1]}\nc: *x\n") / "scenario.yaml")
    override(document, "c.b", ["2"])
    assert document.value == {"a": {"b": ["1"]}, "c": {"b": ["2"]}}


def test_extends_merges_keys_and_replaces_lists(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        scenario="extends: middle.yaml\na: {x: 9, w: [5]}\nd: null\n",
        middle="extends: base\na: {y: [7], z: {q: 1}}\ne: 3\n",
        base__scenario="a: {x: 1, y: [1, 2], z: {p: 0}, w: [1, 2, 3]}\nd: {k: 1}\ne: 2\nf: 1\n",
    )
    document = read(folder / "scenario.yaml")
    assert document.value == {
        "a": {"x": "9", "y": ["7"], "z": {"p": "0", "q": "1"}, "w": ["5"]},
        "d": None,
        "e": "3",
        "f": "1",
    }
    places = [document.where(path).text() for path in (("a", "x"), ("a", "y", 0), ("a", "z", "p"), ("a", "z", "q"))]
    assert places == [
        "scenario.yaml line 2, a.x",
        "middle.yaml line 2, a.y.0",
        "base/scenario.yaml line 1, a.z.p",
        "middle.yaml line 2, a.z.q",
    ]
    assert document.where(("f",)).text() == "base/scenario.yaml line 4, f"
    assert [path.relative_to(tmp_path.resolve()).as_posix() for path in document.files] == [
        "scenario.yaml", "middle.yaml", "base/scenario.yaml",
    ]  # fmt: skip


def test_files_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        variants__deep__scenario="extends: ../other.yaml\ntables: {seats: seats.csv}\n",
        variants__other="extends: ../scenario.yaml\ntables: {choices: choices.csv}\ncohort: {data: d}\n",
        scenario="tables: {applicants: data/a.csv, seats: s.csv}\ncohort: {profile: /abs/p.yaml}\n",
    )
    value = read(folder / "variants" / "deep" / "scenario.yaml").value
    assert value == {
        "tables": {"applicants": "../../data/a.csv", "seats": "seats.csv", "choices": "../choices.csv"},
        "cohort": {"profile": "/abs/p.yaml", "data": "../d"},
    }


def test_a_variant_in_another_folder_reads_the_tables_of_its_base(tmp_path: Path) -> None:
    write_town(tmp_path / "base")
    written(tmp_path, variant__scenario="extends: ../base\nguideline: {general_share: 0.4}\n")
    base, variant = load(tmp_path / "base"), load(tmp_path / "variant")
    assert same(variant.cohort, base.cohort)
    assert variant.settings.guideline is not None
    assert variant.settings.guideline.limit == Decimal("0.45")
    assert set(variant.rule_hashes) == {"scenario.yaml", "../base/scenario.yaml"}
    assert set(variant.table_hashes) == {f"../base/{name}.csv" for name in TABLES}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("a.b", "1", {"a": {"b": "1"}, "l": [{"name": "x"}, {"name": "1"}]}),
        ("n.m", "1", {"a": None, "l": [{"name": "x"}, {"name": "1"}], "n": {"m": "1"}}),
        ("l.x.k", 0.5, {"a": None, "l": [{"name": "x", "k": "0.5"}, {"name": "1"}]}),
        ("l.1.k", "v", {"a": None, "l": [{"name": "x"}, {"name": "1", "k": "v"}]}),
        ("l.0", {"name": "z"}, {"a": None, "l": [{"name": "z"}, {"name": "1"}]}),
        ("l", [1, True], {"a": None, "l": ["1", True]}),
    ],
)
def test_an_override_names_list_items_by_name_and_by_position(
    key: str, value: object, expected: dict[str, Any], tmp_path: Path
) -> None:
    document = read(written(tmp_path, scenario="a:\nl: [{name: x}, {name: '1'}]\n") / "scenario.yaml")
    override(document, key, value)
    assert document.value == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b=0.55", ("a.b", "0.55")),
        ("a=", ("a", None)),
        ("a=null", ("a", None)),
        ("a=true", ("a", True)),
        ("a='true'", ("a", "true")),
        ("a=[x, 0101]", ("a", ["x", "0101"])),
        ("a={b: 1, c: [2]}", ("a", {"b": "1", "c": ["2"]})),
        ("a=b=c", ("a", "b=c")),
        (" a =1", ("a", "1")),
    ],
)
def test_the_value_of_an_override_is_read_as_yaml(text: str, expected: tuple[str, object]) -> None:
    assert parse_override(text) == expected


def test_numbers_from_python_are_written_out() -> None:
    values = [0.1, 1e-7, 1e20, Decimal("1E+3"), Decimal("0.50"), 7, True, None, "x"]
    assert plain(values) == ["0.1", "0.0000001", "100000000000000000000", "1000", "0.50", "7", True, None, "x"]


OVERRIDES: dict[str, list[object]] = {
    "name": ["Other"],
    "lottery_seed": ["", "x"],
    "guideline": [None, {"general_share": "0.5"}],
    "guideline.general_share": ["0.4", 0.55, Decimal("1")],
    "guideline.scope": ["city", "area"],
    "derived.bonus.at_most": ["1.5", None],
    "derived.points.sum.pe": ["0.25", "1"],
    "rankings.exam.tie_break": [[], ["total"], ["pe", "maths"]],
    "rankings.exam.ties": ["admit_all"],
    "groups.long_enrolled": [{"enrolled_years": {"at_most": 2}}, {"repeater": True}],
    "pools.feeder.apportion.weight": ["eligible", "graduates"],
    "pools.special.unfilled": ["open"],
    "batches.main.order": ["choice_first"],
    "batches.late.band_width": ["10"],
    "batches.3": [{"name": "rest", "ranking": "exam", "pools": ["open"], "seats": "leftover", "source": "x"}],
    "tables.feeder_seats": [None, "other_cells.csv"],
    "tables.choices": ["none.csv"],
    "columns": [{"name": "given_name"}],
    "year": ["2027", "x"],
    "batches.main.ranking": ["none"],
}
overrides = st.dictionaries(st.sampled_from(sorted(OVERRIDES)), st.none(), max_size=4).flatmap(
    lambda chosen: st.fixed_dictionaries({key: st.sampled_from(OVERRIDES[key]) for key in chosen})
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_town(tmp_path_factory.mktemp("town"))
    (folder / "other_cells.csv").write_text(TABLES["feeder_seats"].replace("01,1", "01,0").replace("02,1", "02,2"))
    (folder / "none.csv").write_text("applicant_id,batch,choice,programme_id\n")
    return folder


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(chosen=overrides, num_first=st.integers(0, 4))
def test_a_variant_is_what_a_fresh_load_with_the_same_overrides_gives(
    town: Path, chosen: dict[str, object], num_first: int
) -> None:
    keys = list(chosen)
    first, rest = ({key: chosen[key] for key in part} for part in (keys[:num_first], keys[num_first:]))
    fresh, variant = outcome(lambda: load(town, chosen)), outcome(lambda: load(town).replace(chosen))
    steps = outcome(lambda: load(town).replace(first).replace(rest))
    for other in (variant, steps) if outcome(lambda: load(town, first)) else (variant,):
        assert (other is None) == (fresh is None)
        if other is not None and fresh is not None:
            for field in ("settings", "effective", "rule_hashes", "table_hashes", "path", "headers"):
                assert getattr(other, field) == getattr(fresh, field), field
            assert same(dict(other.frames), dict(fresh.frames))
            assert same(other.cohort, fresh.cohort)


def outcome(make: Callable[[], Scenario]) -> Scenario | None:
    """A scenario, None if it has mistakes."""
    try:
        return make()
    except InputError:
        return None


def test_a_variant_of_the_rules_alone_reads_no_file(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load(town)
    monkeypatch.setattr(Path, "read_bytes", None)
    variant = scenario.replace({"guideline.general_share": "0.5", "batches.main.order": "choice_first"})
    assert variant.settings.batches[1].order == "choice_first"
    assert same(variant.cohort, scenario.cohort)
    assert scenario.settings.batches[1].order == "score_first"


def test_a_wrong_variant_is_refused_with_its_key(town: Path) -> None:
    with pytest.raises(InputError, match=r"--set guideline\.general_share: found \"1.5\""):
        load(town).replace({"guideline.general_share": "1.5"})


def test_the_small_town_is_read_as_it_is_written(town: Path) -> None:
    cohort = load(town).cohort
    points = cohort.applicants.numbers["points"]
    # total + the larger bonus, at most 15, + half of pe; who has none of them has no points.
    assert [points.decimal(i) for i in range(8)] == [
        Decimal("680.5"), Decimal("654.75"), Decimal(670), Decimal("630.25"), Decimal("592.5"), None,
        Decimal(515), Decimal("495.75"),
    ]  # fmt: skip
    assert [int(n) for n in cohort.applicants.numbers["num_a"].unscaled] == [2, 1, 1, 0, 0, 0, 1, 0]
    assert cohort.feeder_weights["graduates"].tolist() == [3, 4]
    assert "extends" not in SCENARIO
