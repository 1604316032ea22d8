"""A result folder: written and read back, refused when it was changed, and never put in the place of anything else."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from allocator.errors import InputError, UsageError
from allocator.outcome import folder as folders
from allocator.outcome.folder import whole_folder, write_file
from allocator.outcome.outcome import Outcome
from tests.unit.outcome.small_outcomes import FILES, content, small_outcome

TABLES = ("assignments", "lines", "feeder_seats", "floors")


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    small_outcome("old").write(folder)
    return folder


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    outcome = small_outcome()
    outcome.write(tmp_path / "results", seconds={"read": 0.12345})
    again = Outcome.read(tmp_path / "results")
    for name in TABLES:
        assert getattr(again, name).equals(getattr(outcome, name))
        assert getattr(again, name).schema == getattr(outcome, name).schema
    assert again.control_line_steps == outcome.control_line_steps
    assert again.optimal == outcome.optimal
    assert again.summary == outcome.summary
    assert again.manifest["seconds"] == {"read": 0.123}
    assert {key: again.manifest[key] for key in outcome.manifest} == outcome.manifest


def test_an_outcome_without_rows_is_read_back(tmp_path: Path) -> None:
    outcome = small_outcome()
    empty = Outcome(
        **{name: getattr(outcome, name).clear() for name in TABLES}, control_line_steps=(), summary={}, manifest={}
    )
    empty.write(tmp_path / "results")
    again = Outcome.read(tmp_path / "results")
    assert all(getattr(again, name).equals(getattr(empty, name)) for name in TABLES)
    assert again.control_line_steps == ()


def test_a_result_written_again_after_reading_has_the_same_bytes(tmp_path: Path) -> None:
    small_outcome().write(tmp_path / "first")
    Outcome.read(tmp_path / "first").write(tmp_path / "second")
    assert content(tmp_path / "first") == content(tmp_path / "second")


def test_a_result_folder_holds_its_files_and_nothing_is_left_beside_it(results: Path) -> None:
    assert set(content(results)) == FILES
    assert os.listdir(results.parent) == ["results"]


def test_files_are_utf_8_with_line_feeds_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    small_outcome("一中").write(tmp_path / "results")
    for name, data in content(tmp_path / "results").items():
        assert b"\r" not in data, name
        assert not data.startswith(b"\xef\xbb\xbf"), name
        assert data.endswith(b"\n"), name
    assert "一中".encode() in (tmp_path / "results" / "lines.csv").read_bytes()


def test_folders_above_are_made_and_a_folder_has_the_usual_permissions(tmp_path: Path) -> None:
    target = tmp_path / "年份 2026" / "运行 1" / "results"
    small_outcome().write(target)
    assert set(content(target)) == FILES
    umask = os.umask(0)
    os.umask(umask)
    assert target.stat().st_mode & 0o777 == 0o777 & ~umask


@pytest.mark.parametrize("name", sorted(FILES - {"manifest.json"}))
def test_a_changed_file_is_refused(results: Path, name: str) -> None:
    data = (results / name).read_bytes()
    (results / name).write_bytes(data.replace(b"old", b"new", 1))
    assert (results / name).read_bytes() != data
    with pytest.raises(InputError, match=f"{name}: this file was changed after it was written"):
        Outcome.read(results)


@pytest.mark.parametrize("name", sorted(FILES - {"manifest.json"}))
def test_a_missing_file_is_named(results: Path, name: str) -> None:
    (results / name).unlink()
    with pytest.raises(InputError, match=f"{name}: this file of the result folder is missing"):
        Outcome.read(results)


def test_all_changed_and_missing_files_are_reported_together(results: Path) -> None:
    (results / "lines.csv").unlink()
    (results / "floors.csv").write_text("")
    (results / "summary.json").unlink()
    with pytest.raises(InputError) as raised:
        Outcome.read(results)
    found = {problem.where.file for problem in raised.value.problems}
    assert found == {str(results / name) for name in ("lines.csv", "floors.csv", "summary.json")}


@pytest.mark.parametrize("name", sorted(FILES - {"manifest.json"}))
def test_a_manifest_that_does_not_vouch_for_a_file_is_refused(results: Path, name: str) -> None:
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    del manifest["outputs"][name]
    (results / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=f'manifest.json: the manifest has no SHA-256 of "{name}"'):
        Outcome.read(results)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"outputs": []}', "{}", "\x00", '{"outputs": {"a": 1}}'])
def test_a_manifest_that_is_none_is_refused(results: Path, text: str) -> None:
    (results / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=r"manifest\.json"):
        Outcome.read(results)


@pytest.mark.parametrize(
    "change", [{"optimal": [3]}, {"optimal": [{"batch": "main"}]}, {"control_line_steps": [{"line": {}}]}]
)
def test_a_summary_that_no_run_writes_is_refused(results: Path, change: dict[str, object]) -> None:
    """Although its SHA-256 is the manifest's."""
    content = json.loads((results / "summary.json").read_text("utf-8")) | change
    (results / "summary.json").write_text(json.dumps(content), encoding="utf-8")
    manifest = json.loads((results / "manifest.json").read_text("utf-8"))
    manifest["outputs"]["summary.json"] = hashlib.sha256((results / "summary.json").read_bytes()).hexdigest()
    (results / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match=r"results/summary\.json: not what a run writes"):
        Outcome.read(results)


def test_a_folder_that_is_not_there_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        Outcome.read(tmp_path / "results")


@pytest.mark.parametrize("make", [lambda p: p.mkdir(), lambda p: p.write_text("x")])
def test_what_is_not_a_result_folder_is_not_read(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "results")
    with pytest.raises(InputError, match=r"not a result folder: it has no manifest\.json"):
        Outcome.read(tmp_path / "results")


def test_a_link_to_the_scenario_survives_moving_both(tmp_path: Path) -> None:
    (tmp_path / "a" / "city").mkdir(parents=True)
    scenario = tmp_path / "a" / "city" / "scenario.yaml"
    scenario.write_text("")
    outcome = small_outcome()
    moved = Outcome(**{**vars(outcome), "manifest": {**outcome.manifest, "scenario_file": str(scenario)}})
    moved.write(tmp_path / "a" / "results")
    assert json.loads((tmp_path / "a" / "results" / "manifest.json").read_text())["scenario_file"] == (
        "../city/scenario.yaml"
    )
    (tmp_path / "a").rename(tmp_path / "b")
    again = Outcome.read(tmp_path / "b" / "results")
    assert Path(again.manifest["scenario_file"]) == (tmp_path / "b" / "city" / "scenario.yaml").resolve()


# What stands at the place already.


def test_an_earlier_result_stays_unless_it_may_be_replaced(results: Path) -> None:
    before = content(results)
    with pytest.raises(UsageError, match="replace it with --overwrite"):
        small_outcome("new").write(results)
    assert content(results) == before
    small_outcome("new").write(results, overwrite=True)
    assert Outcome.read(results).summary["programme"] == "new"
    assert os.listdir(results.parent) == ["results"]


def test_two_renames_replace_a_result_where_one_step_cannot(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_exchanged_in_one_step", lambda first, second: False)
    small_outcome("new").write(results, overwrite=True)
    assert os.listdir(results.parent) == ["results"]
    assert Outcome.read(results).summary["programme"] == "new"


def _a_file(place: Path) -> None:
    place.write_text("notes")


def _a_folder_of_photographs(place: Path) -> None:
    place.mkdir()
    (place / "photo.jpg").write_text("x")


def _a_web_application(place: Path) -> None:
    place.mkdir()
    (place / "manifest.json").write_text('{"name": "app", "icons": []}')


def _a_result_with_notes(place: Path) -> None:
    small_outcome("old").write(place)
    (place / "notes.txt").write_text("call the bureau")


def _a_result_with_the_scenario_in_it(place: Path) -> None:
    small_outcome("old").write(place)
    (place / "scenario").mkdir()
    (place / "scenario" / "scenario.yaml").write_text("version: 1")


def _a_broken_manifest(place: Path) -> None:
    small_outcome("old").write(place)
    (place / "manifest.json").write_text('{"allocator"')


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        _a_file,
        _a_folder_of_photographs,
        _a_web_application,
        _a_result_with_notes,
        _a_result_with_the_scenario_in_it,
        _a_broken_manifest,
    ],
)
def test_what_is_not_a_result_alone_is_never_replaced(
    tmp_path: Path, make: Callable[[Path], None], overwrite: bool
) -> None:
    place = tmp_path / "place"
    make(place)
    before = content(tmp_path)
    with pytest.raises(UsageError, match="exists and is not a result folder"):
        small_outcome("new").write(place, overwrite=overwrite)
    assert content(tmp_path) == before


def test_hidden_files_of_a_file_manager_do_not_keep_a_result_from_being_replaced(results: Path) -> None:
    (results / ".DS_Store").write_bytes(b"\x00")
    small_outcome("new").write(results, overwrite=True)
    assert set(content(results)) == FILES


def test_a_link_to_a_result_folder_stays_a_link(results: Path, tmp_path: Path) -> None:
    link = tmp_path / "latest"
    link.symlink_to("results", target_is_directory=True)
    small_outcome("new").write(link, overwrite=True)
    assert link.is_symlink()
    assert Outcome.read(results).summary["programme"] == "new"
    assert sorted(os.listdir(tmp_path)) == ["latest", "results"]


def test_a_result_that_appears_during_the_run_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "results"

    def write_while_another_does() -> None:
        with whole_folder(target, overwrite=False, is_ours=lambda folder: True) as new:
            (new / "a").write_text("mine")
            target.mkdir()
            (target / "b").write_text("another's")

    with pytest.raises(UsageError, match="exists"):
        write_while_another_does()
    assert content(tmp_path) == {"results/b": b"another's"}


# Places that cannot be written.


def test_a_place_below_a_file_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=r'results" cannot be written: "file" is not a folder'):
        small_outcome().write(tmp_path / "file" / "results")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_place_in_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(UsageError, match="no permission to write"):
            small_outcome().write(tmp_path / "results")
    finally:
        tmp_path.chmod(0o755)


def test_a_name_that_the_system_does_not_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: File name too long"):
        small_outcome().write(tmp_path / ("x" * 300))


def test_a_full_disk_leaves_the_old_result_and_no_remains(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(results)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="cannot be written: the disk is full; free some space"):
        small_outcome("new").write(results, overwrite=True)
    assert content(results) == before
    assert os.listdir(results.parent) == ["results"]


# One file.


def test_one_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "深" / "matrix.csv"
    write_file(target, b"a\n", overwrite=False)
    with pytest.raises(UsageError, match="exists; choose another file"):
        write_file(target, b"b\n", overwrite=False)
    assert target.read_bytes() == b"a\n"
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", _refused)
        with pytest.raises(UsageError, match="cannot be written: refused"):
            write_file(target, b"b\n", overwrite=True)
    assert content(tmp_path) == {"深/matrix.csv": b"a\n"}
    write_file(target, b"b\n", overwrite=True)
    assert content(tmp_path) == {"深/matrix.csv": b"b\n"}


def _refused(*paths: object) -> None:
    raise PermissionError(13, "refused")


def test_one_file_does_not_replace_a_folder(tmp_path: Path) -> None:
    (tmp_path / "matrix.csv").mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        write_file(tmp_path / "matrix.csv", b"a\n", overwrite=True)
    shutil.rmtree(tmp_path / "matrix.csv")
    assert os.listdir(tmp_path) == []
