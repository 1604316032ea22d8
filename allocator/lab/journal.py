"""What a sweep has measured so far, on the disk: one record after another, so that stopping loses nothing finished.

A record is its length, its checksum and its content. A record that was cut short, when the power or the process went,
is dropped when the journal is opened again.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path
from types import TracebackType

from allocator.lab.measure import Measured
from allocator.outcome.folder import writing_to

_HEAD = struct.Struct("<QI")  # length, CRC-32


class Journal:
    """Measured variants by their key; appending and reading."""

    def __init__(self, path: Path) -> None:
        self.measured: dict[str, Measured] = {}
        self._path = path
        with writing_to(path):
            self._file = path.open("a+b")
            self._file.seek(0)
            self._file.truncate(self._read())

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with writing_to(self._path):
            self._file.close()

    def add(self, key: str, measured: Measured) -> None:
        """Keep a variant's result, through to the disk."""
        told = {name: value for name, value in vars(measured).items() if name != "rows"}
        head = json.dumps({"key": key, **told}, ensure_ascii=False).encode()
        content = struct.pack("<Q", len(head)) + head + measured.rows
        with writing_to(self._path):
            self._file.write(_HEAD.pack(len(content), zlib.crc32(content)) + content)
            self._file.flush()
            os.fsync(self._file.fileno())
        self.measured[key] = measured

    def _read(self) -> int:
        """Read all whole records; where they end."""
        end, whole = 0, os.fstat(self._file.fileno()).st_size
        while len(head := self._file.read(_HEAD.size)) == _HEAD.size:
            length, checksum = _HEAD.unpack(head)
            if self._file.tell() + length > whole:  # cut short, or no record at all
                break
            content = self._file.read(length)
            if zlib.crc32(content) != checksum:
                break
            (size,) = struct.unpack_from("<Q", content)
            told = json.loads(content[8 : 8 + size])
            key = told.pop("key")
            self.measured[key] = Measured(**told, rows=content[8 + size :])
            end = self._file.tell()
        return end
