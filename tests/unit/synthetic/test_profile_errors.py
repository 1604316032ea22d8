from pathlib import Path

import pytest

from allocator.synthetic import ProfileError, generate
from allocator.synthetic.reading import read_profile


def problems(path: Path, values: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        read_profile(path, values)
    return [problem.text() for problem in caught.value.problems]


def changed(profile: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of a profile with some texts replaced, each of which must be there."""
    text = profile.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "changed.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_profiles_of_the_scenarios_are_without_mistakes(yulin_profile: Path, chengdu_profile: Path) -> None:
    assert read_profile(yulin_profile).applicants == 96_000
    assert read_profile(chengdu_profile).school_table is not None


def test_all_mistakes_are_reported_together_each_with_its_line(yulin_profile: Path, tmp_path: Path) -> None:
    path = changed(
        yulin_profile,
        tmp_path,
        ("number: 300", "number: many"),
        ("spread: 0.40", "sprad: 0.40"),
        ("dropouts: 0.04", "dropouts: 1.4"),
        ("types: {stand_alone: 34", "types: {stand_alone: 33"),
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    found = problems(path)
    assert len(found) == 5  # the misspelt key is both unknown and missing
    for text in ("number: many", "sprad:", "dropouts: 1.4"):
        row = next(i for i, line in enumerate(lines, 1) if text in line)
        assert any(said.startswith(f"changed.yaml line {row},") for said in found), (text, found)
    assert any("types add up to 54; settings add up to 55" in said for said in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("share: 0.1566", "share: 0.1567", "expected shares that add up to 1"),
        ("name: 福绵区", "name: 玉州区", "expected every one once"),
        ("urban: 0.22, township: 0.53, rural: 0.25", "urban: 0.75, rural: 0.25", "expected a share for township"),
        ("rural: 0.5}", "country: 0.5}", "Input should be 'urban', 'township' or 'rural'"),
        ("cme: [chinese, maths, english]", "cme: [chinese, math]", "expected one of chinese, maths"),
        ("columns: [total, chinese,", "columns: [totals, chinese,", 'found "totals"'),
        ("column: repeater,", "column: maths,", 'found "maths"; expected every one once'),
        ("has: skill", "has: skills", 'found "skills"; expected one of applicant_id'),
        ("instead_of: main", "instead_of: early", 'found "early"; expected one of main'),
        ("  supplementary:\n    leftover: true", "  main:\n    leftover: true", "this key stands twice"),
        ("numbers: [1, 2, 3], kinds: [public, private]", "numbers: [4, 2, 3], kinds: [public]", "every one once"),
        ("reach: 2, match: 2, safety: 2, least: 5", "reach: 4, match: 3, safety: 2, least: 5", "4 + 3 + 2"),
        ("  vocational:\n    best_rank", "  vocatinal:\n    best_rank", "expected a list for the batch vocational"),
        ("    candidate: 2.0\n", "", "expected a value for the tier candidate"),
        ("size: {demonstration: 1.7,", "size: {demo: 1.7,", "expected a value for demonstration"),
        ("- {area: \"0903\", urban", "- {area: \"0904\", urban", 'found "0904"; expected one of 0902'),
        ("demonstration: 3, candidate: 0", "demonstration: 8, candidate: 0", "must not exceed urban"),
        ("majors_per_school: [4, 10]", "majors_per_school: [4, 1]", "4 to 1 of 26 majors"),
        ("private_seats: 0.18", "private_seats: 1.8", "less than or equal to 1"),
        ("general: 0.84, factor", "general: 0.99, factor", "must not exceed 1"),
        ("vocational_only: 0.08", "vocational_only: 0.88", "of at most 1"),
        ("applicants: 96000", "applicants:", "expected a number of applicants, or a score table"),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_said(yulin_profile: Path, tmp_path: Path, old: str, new: str, said: str) -> None:
    found = problems(changed(yulin_profile, tmp_path, (old, new)))
    assert any(said in line for line in found), found
    assert all(line.startswith("changed.yaml line ") for line in found), found


def test_an_override_of_a_value_that_does_not_exist_is_a_mistake(yulin_profile: Path) -> None:
    assert any("quota_shar" in said for said in problems(yulin_profile, {"quota_shar": "0.7"}))
    assert any("0.7x" in said for said in problems(yulin_profile, {"quota_share": "0.7x"}))


def test_overrides_take_effect(yulin_profile: Path) -> None:
    profile = read_profile(yulin_profile, {"quota_share": "0.7", "areas.0.share": "0.1566", "seats.general": "42700"})
    assert (str(profile.quota_share), profile.seats and profile.seats.general) == ("0.7", 42_700)


def test_a_profile_that_is_not_there_or_not_yaml_is_a_located_mistake(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"none\.yaml"):
        generate(tmp_path / "none.yaml", seed=1, applicants=10)
    broken = tmp_path / "broken.yaml"
    broken.write_text("version: 1\nareas: [\n", encoding="utf-8")
    with pytest.raises(ProfileError, match=r"broken\.yaml line"):
        read_profile(broken)
