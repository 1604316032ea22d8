"""The text of a table's bytes: UTF-8 or GB18030, found out from the bytes and never guessed beyond these two.

What is valid UTF-8 is UTF-8. Of the rest, GB18030 can read almost anything, also text that is UTF-8 but for a few
damaged bytes, and would turn it into other characters. So every line of such a file is looked at.
"""

from __future__ import annotations

import codecs

from allocator.errors import Problem, Where, message

_WORKBOOK = message("this is an Excel workbook, not CSV; name it .xlsx (an old .xls file: save it as .xlsx first)")
_PARQUET = message("this is a Parquet file, not CSV; name it .parquet")
_UTF_16 = message("this is UTF-16 text; save it as CSV UTF-8")
_NUL = message("a NUL character stands here, so the file is damaged or not text; save it as CSV UTF-8 again")
_NEITHER = message("neither UTF-8 nor GB18030 text; save the file as CSV UTF-8")
_MIXED = message("this row is not {encoding} text, but the rest of the file is; save the whole file as CSV UTF-8")


def as_utf8(content: bytes, file: str) -> bytes | Problem:
    """The file's text in UTF-8 with line feeds alone between lines, or why there is none."""
    for start, template in (
        (b"PK\x03\x04", _WORKBOOK),
        (b"\xd0\xcf\x11\xe0", _WORKBOOK),
        (b"PAR1", _PARQUET),
        (codecs.BOM_UTF16_LE, _UTF_16),
        (codecs.BOM_UTF16_BE, _UTF_16),
    ):
        if content.startswith(start):
            return Problem(Where(file=file), template)
    content = content.removeprefix(codecs.BOM_UTF8)
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\x00" in content:
        # Half of the bytes of Latin text in UTF-16 are NUL; a damaged file has a few.
        if content.count(b"\x00") * 4 > len(content):
            return Problem(Where(file=file), _UTF_16)
        return Problem(Where(file=file, row=_row(content, content.index(b"\x00"))), _NUL)
    if content.isascii():
        return content
    try:
        content.decode("utf-8")
        return content
    except UnicodeDecodeError:
        pass
    mixed = _mixed(content, file)
    if mixed is not None:
        return mixed
    try:
        return content.decode("gb18030").encode("utf-8")
    except UnicodeDecodeError as error:
        return Problem(Where(file=file, row=_row(content, error.start)), _NEITHER)


def _row(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _mixed(content: bytes, file: str) -> Problem | None:
    """Lines of UTF-8 in a file that as a whole is not, or the other way round; the fewer are the mistake.

    Almost all Chinese text is within GB2312, a part of GB18030, and the bytes of Chinese in UTF-8 hardly ever are. So
    a line that is UTF-8 and outside GB2312 is no line of a GB18030 file.
    """
    if _decodes(content, "gb2312"):
        return None
    num_utf8, others, foreign = 0, [], []
    for row, line in enumerate(content.split(b"\n"), start=1):
        if line.isascii():
            continue
        if not _decodes(line, "utf-8"):
            others.append(row)
            continue
        num_utf8 += 1
        # One character could be chance: two characters of Chinese are not.
        if not _decodes(line, "gb2312") and sum(c >= "\u2e80" for c in line.decode("utf-8")) >= 2:
            foreign.append(row)
    if not foreign:
        return None
    row, encoding = (others[0], "UTF-8") if num_utf8 > len(others) else (foreign[0], "GB18030")
    return Problem(Where(file=file, row=row), _MIXED, {"encoding": encoding})


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
