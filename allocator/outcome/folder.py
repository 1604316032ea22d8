"""A result folder that appears whole or not at all, and is replaced only by a whole one.

The new folder is built beside its place under a hidden name, flushed to the disk, and then put in place by one
rename. Where a folder stands already, the two change places in one step (``renameat2`` with ``RENAME_EXCHANGE``
on Linux, ``renamex_np`` with ``RENAME_SWAP`` on macOS). Where the system has no such step, the old folder is first
renamed to a ``.replaced`` name beside it; a run killed between the two renames leaves both whole, and the next
reading or writing of the folder finishes or takes back the replacement.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from allocator.errors import UsageError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h of macOS


@contextmanager
def whole_folder(target: Path, *, overwrite: bool, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A new folder to write into, which takes the target's place when the block ends without an exception.

    Args:
        overwrite: replace an existing folder.
        is_ours: whether an existing folder is one of results; anything else is never replaced.

    Raises:
        UsageError: if the target exists and may not be replaced.
    """
    check_target(target, overwrite=overwrite, is_ours=is_ours)
    target.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent))
    try:
        yield new
        new.chmod(0o777 & ~_umask())
        _flush(new)
        if target.exists():
            _exchange(new, target)
        else:
            os.rename(new, target)
        _flush_folder(target.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def check_target(target: Path, *, overwrite: bool, is_ours: Callable[[Path], bool]) -> None:
    """Refuse a target that stands already, unless it is an earlier result and may be replaced.

    Raises:
        UsageError: with what to do instead.
    """
    finish_replacement(target)
    if not target.exists():
        return
    if not target.is_dir() or (any(target.iterdir()) and not is_ours(target)):
        raise UsageError('"{path}" exists and is not a result folder; choose another with -o', path=target)
    if not overwrite:
        raise UsageError('"{path}" exists; choose another folder with -o, or replace it with --overwrite', path=target)


def finish_replacement(target: Path) -> None:
    """Take back a replacement that was killed between its two renames: the old folder returns to its place."""
    replaced = _replaced_name(target)
    if replaced.is_dir():
        if target.exists():
            shutil.rmtree(replaced, ignore_errors=True)
        else:
            os.rename(replaced, target)


def _replaced_name(target: Path) -> Path:
    return target.with_name(f".{target.name}.replaced")


def _exchange(new: Path, target: Path) -> None:
    """Put ``new`` in the place of ``target``; what stood there is removed only after that."""
    if _exchanged_in_one_step(new, target):
        return  # the old folder now has the new one's hidden name, and is removed by the caller
    replaced = _replaced_name(target)
    os.rename(target, replaced)
    os.rename(new, target)
    shutil.rmtree(replaced)


def _exchanged_in_one_step(first: Path, second: Path) -> bool:
    names = (os.fsencode(first), os.fsencode(second))
    if sys.platform == "linux":
        call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        return call is not None and call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0
    if sys.platform == "darwin":
        call = getattr(ctypes.CDLL(None, use_errno=True), "renamex_np", None)
        return call is not None and call(names[0], names[1], _RENAME_SWAP) == 0
    return False


def _flush(folder: Path) -> None:
    """Write the folder's files through to the disk before it is put in place."""
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows cannot open a folder to flush it
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def write_file(target: Path, content: bytes, *, overwrite: bool) -> None:
    """Write one file that appears whole or not at all.

    Raises:
        UsageError: if it exists and may not be replaced.
    """
    if target.exists() and not overwrite:
        raise UsageError('"{path}" exists; choose another file with -o, or replace it with --overwrite', path=target)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)
