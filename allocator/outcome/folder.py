"""A result folder that appears whole or not at all, and is replaced only by a whole one.

The new folder is built beside its place under a hidden name, flushed to the disk, and then put in place by one
rename. Where a folder stands already, the two change places in one step (``renameat2`` with ``RENAME_EXCHANGE``
on Linux, ``renamex_np`` with ``RENAME_SWAP`` on macOS). Where the system has no such step, the old folder is first
renamed to a ``.replaced`` name beside it; a run killed between the two renames leaves both whole, and the next
reading or writing of the folder takes the replacement back.

A run that is killed can leave its hidden ``.NAME.*.new`` folder. Nothing ever reads one, and the next run that
writes to the same place removes those that no running process holds a lock on.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from allocator.errors import UsageError

if sys.platform != "win32":
    import fcntl

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h of macOS
_NEW = ".new"
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def whole_folder(target: Path, *, overwrite: bool, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A new folder to write into, which takes the target's place when the block ends without an exception.

    Args:
        overwrite: replace an existing folder.
        is_ours: whether an existing folder is one of results; anything else is never replaced.

    Raises:
        UsageError: if the target exists and may not be replaced, or cannot be written.
    """
    check_target(target, overwrite=overwrite, is_ours=is_ours)
    place = _real(target)
    with writing_to(target), _new_beside(place) as new:
        yield new
        new.chmod(0o777 & ~_umask())
        _flush(new)
        check_target(target, overwrite=overwrite, is_ours=is_ours)  # another run may have finished in the meantime
        if place.exists():
            _exchange(new, place)
        else:
            os.rename(new, place)
        _flush_folder(place.parent)


def check_target(target: Path, *, overwrite: bool, is_ours: Callable[[Path], bool]) -> None:
    """Refuse a target that stands already, unless it is an earlier result and may be replaced, and one that cannot
    be written, before any work is done.

    Raises:
        UsageError: with what to do instead.
    """
    finish_replacement(target)
    with writing_to(target):
        place = _real(target)
        if not place.exists():
            _check_writable(target, place.parent)
            return
        if not place.is_dir() or (any(place.iterdir()) and not is_ours(place)):
            raise UsageError(
                '"{path}" exists and is not a result folder, or holds more than a result; choose another with -o',
                path=target,
            )
        if not overwrite:
            raise UsageError(
                '"{path}" exists; choose another folder with -o, or replace it with --overwrite', path=target
            )
        _check_writable(target, place.parent)


def finish_replacement(target: Path) -> None:
    """Take back a replacement that was killed between its two renames: the old folder returns to its place."""
    place = _real(target)
    replaced = _replaced_name(place)
    if not os.path.isdir(replaced):
        return
    with writing_to(target):
        if place.exists():  # killed after the second rename: the new folder is in place
            _remove(replaced)
        else:
            os.rename(replaced, place)


def _real(target: Path) -> Path:
    """The place that a path means: links followed, so that a link to a result folder stays a link."""
    return Path(os.path.realpath(target))


def _replaced_name(place: Path) -> Path:
    return place.with_name(f".{place.name}.replaced")


def _check_writable(target: Path, parent: Path) -> None:
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise UsageError('"{path}" cannot be written: "{parent}" is not a folder', path=target, parent=parent.name)
    if not os.access(parent, os.W_OK | os.X_OK):
        raise UsageError(
            '"{path}" cannot be written: no permission to write in "{parent}"', path=target, parent=parent.name
        )


@contextmanager
def writing_to(target: Path) -> Iterator[None]:
    """What the system refuses is reported with the place that the user named."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error).partition(" (os error")[0]
        if error.errno in _FULL or reason in map(os.strerror, _FULL):  # what polars raises has no number
            raise UsageError(
                '"{path}" cannot be written: the disk is full; free some space, or choose another place with -o',
                path=target,
            ) from error
        raise UsageError('"{path}" cannot be written: {reason}', path=target, reason=reason) from error


@contextmanager
def _new_beside(place: Path) -> Iterator[Path]:
    """A new hidden folder, locked while this process lives, and removed at the end if it still has that name."""
    place.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(place)
    while True:
        new = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=_NEW, dir=place.parent))
        with _locked(new) as mine:
            if not mine or not new.exists():
                continue  # another run took it for a stale one before it was locked
            try:
                yield new
            finally:
                shutil.rmtree(new, ignore_errors=True)
            return


def _remove_stale(place: Path) -> None:
    """Remove what killed runs have left beside the place."""
    for path in place.parent.iterdir():
        if path.name.startswith(f".{place.name}.") and path.name.endswith(_NEW) and path.is_dir():
            with _locked(path) as stale:
                if stale:
                    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether this process alone holds the folder; a lock ends with its process, however that ends.

    Where the system cannot lock a folder, a run takes its own for its own, and no other is taken for stale.
    """
    if sys.platform == "win32":
        yield not any(folder.iterdir())
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mine = False
        except OSError:  # some network file systems lock only files
            mine = not any(folder.iterdir())
        else:
            mine = True
        yield mine
    finally:
        os.close(handle)


def _exchange(new: Path, place: Path) -> None:
    """Put ``new`` in its place; what stood there then has the hidden name, and is removed by the caller."""
    if _exchanged_in_one_step(new, place):
        return
    replaced = _replaced_name(place)
    os.rename(place, replaced)
    os.rename(new, place)
    # Under its own name an old folder is always whole: if it is removed only in part, nobody puts it back.
    os.rename(replaced, new)


def _remove(replaced: Path) -> None:
    """Remove an old folder that a killed run has left; first its name goes, in one step."""
    gone = tempfile.mkdtemp(prefix=f"{replaced.name}.", suffix=_NEW, dir=replaced.parent)
    os.rename(replaced, Path(gone) / "old")
    shutil.rmtree(gone, ignore_errors=True)


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


def check_file(target: Path, *, overwrite: bool) -> None:
    """Refuse a file that exists, or cannot be written, before any work is done.

    Raises:
        UsageError: with what to do instead.
    """
    with writing_to(target):
        place = _real(target)
        if place.exists() and not overwrite:
            raise UsageError(
                '"{path}" exists; choose another file with -o, or replace it with --overwrite', path=target
            )
        _check_writable(target, place.parent)


def write_file(target: Path, content: bytes, *, overwrite: bool) -> None:
    """Write one file that appears whole or not at all.

    Raises:
        UsageError: if it exists and may not be replaced, or cannot be written.
    """
    check_file(target, overwrite=overwrite)
    with writing_to(target):
        place = _real(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=_NEW, dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, place)
        finally:
            Path(name).unlink(missing_ok=True)
