"""CSV: every cell as written, rows numbered as a spreadsheet does, the encoding found out from the bytes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator.errors import Problem, Problems
from allocator.scenario.csv_rows import csv_rows
from allocator.scenario.encoding import as_utf8
from allocator.scenario.mistakes import ROW
from allocator.scenario.tables import ReadTable, read_table

texts = st.text(st.sampled_from('ab,"\n 是0#;'), max_size=6)
grids = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=6)
)
HEADERS = ["school_id", "b", "c", "d"]


def read(folder: Path, content: bytes, table: str = "schools") -> tuple[ReadTable | None, list[str]]:
    (folder / "t.csv").write_bytes(content)
    problems = Problems()
    found = read_table(folder / "t.csv", table, "t.csv", {}, problems)
    return found, [problem.text() for problem in problems]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grid=grids, quote_all=st.booleans(), line_end=st.sampled_from(["\n", "\r\n"]), bom=st.booleans())
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path: Path, grid: list[list[str]], quote_all: bool, line_end: str, bom: bool
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, lineterminator=line_end)
    writer.writerow(HEADERS[: len(grid[0])])
    writer.writerows(grid)
    content = out.getvalue().encode("utf-8-sig" if bom else "utf-8")
    found, problems = read(tmp_path, content)
    expected = [(i + 2, tuple(c or None for c in row)) for i, row in enumerate(grid) if any(row)]
    if not expected:
        assert problems == ["t.csv: the table has no rows below its header"]
        return
    assert problems == []
    assert found is not None
    frame = found.frame
    assert list(zip(frame[ROW], frame.drop(ROW).rows(), strict=True)) == expected


@given(st.text(st.sampled_from('ab,"\n'), max_size=30))
def test_rows_and_cells_are_counted_as_the_csv_module_reads_them(text: str) -> None:
    rows = csv_rows(f"{text}\n".encode(), "t.csv")
    if isinstance(rows, Problem):
        assert '"' in text
        return
    read_rows = list(csv.reader(io.StringIO(f"{text}\n"), strict=True))
    assert [0 if blank else n for n, blank in zip(rows.num_cells, rows.is_blank, strict=True)] == [
        len(row) for row in read_rows
    ]


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 64])
def test_the_pieces_in_which_a_file_is_looked_at_make_no_difference(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = b'a,"b\n,""c""",d\n\n1,2,3\n"x",,""\n'
    whole = csv_rows(text, "t.csv")
    monkeypatch.setattr("allocator.scenario.csv_rows._PIECE", piece)
    pieces = csv_rows(text, "t.csv")
    assert not isinstance(whole, Problem)
    assert not isinstance(pieces, Problem)
    assert pieces.end.tolist() == whole.end.tolist() == [14, 15, 21, 29]
    assert pieces.num_cells.tolist() == whole.num_cells.tolist() == [3, 1, 3, 3]
    for wrong, row in ((b'a,b\n\n1,2\n3,x"y\n', 4), (b'a\n"b\nc\nd"e\n', 2), (b'a\nb\n"c\n', 3)):
        problem = csv_rows(wrong, "t.csv")
        assert isinstance(problem, Problem)
        assert problem.where.row == row


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_blank_lines_count_as_rows_and_line_breaks_in_cells_do_not(tmp_path: Path, line_end: str) -> None:
    text = '\nschool_id,name\n\n\nS1,"one\ntwo"\n,\n\nS2,x\n\n\n'.replace("\n", line_end)
    found, problems = read(tmp_path, text.encode())
    assert problems == []
    assert found is not None
    assert found.frame[ROW].to_list() == [5, 8]
    assert found.frame["name"].to_list() == ["one\ntwo", "x"]


def test_identifiers_keep_their_zeros_and_signs(tmp_path: Path) -> None:
    found, _ = read(tmp_path, b"school_id\n0101\n1e5\n+7\n1.50\ntrue\nnull\nNaN\n")
    assert found is not None
    assert found.frame["school_id"].to_list() == ["0101", "1e5", "+7", "1.50", "true", "null", "NaN"]


FOUR_BYTES = "榆林市龯\U00020087𠮷ᠠ"  # with characters that GB18030 writes in four bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_is_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    found, problems = read(tmp_path, f"学校代码,学校名称\nS1,{FOUR_BYTES}\nS2,中学\n".encode(encoding))
    assert problems == []
    assert found is not None
    assert found.frame.rows() == [("S1", FOUR_BYTES, 2), ("S2", "中学", 3)]
    assert found.headers == {"school_id": "学校代码", "name": "学校名称"}


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), min_size=1))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    content = text.encode()
    assert as_utf8(content, "t.csv") == content.removeprefix(b"\xef\xbb\xbf") or content.startswith((b"PK", b"PAR1"))


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=3, max_size=8)


@given(st.lists(chinese, min_size=3, max_size=12), st.integers(0, 11))
def test_a_damaged_utf_8_file_is_never_read_as_gb18030(names: list[str], position: int) -> None:
    lines = [f"S{i},{name}".encode() for i, name in enumerate(names)]
    lines[position % len(lines)] = lines[position % len(lines)][:-1]  # cut inside a character
    found = as_utf8(b"\n".join(lines) + b"\n", "t.csv")
    assert isinstance(found, Problem)


@given(st.lists(st.tuples(st.sampled_from("王李张刘陈"), chinese), min_size=2, max_size=12))
def test_gb18030_is_read_whatever_rare_characters_a_name_has(names: list[tuple[str, str]]) -> None:
    text = "代码,名称\n" + "".join(f"S{i},{surname}{rest}\n" for i, (surname, rest) in enumerate(names))
    assert as_utf8(text.encode("gb18030"), "t.csv") == text.encode()
