"""Folders held open, so that no symbolic link and nothing put in their place in between is ever followed."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from reconciler.model.errors import InTheWay, NoSpace, ReconcilerError, Refused, Unreachable

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of the largest file that is read; an object of Kubernetes has at most about 1.5 MiB."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_OCCUPIED: Final = frozenset({errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EEXIST, errno.ENOTEMPTY})


@dataclass(frozen=True, slots=True)
class Entry:
    """What a name in a folder stands for: the bytes of a regular file, or in words what else it is."""

    content: bytes | None
    oddity: str | None = None


class Folder:
    """A folder held open. Use it in a `with` statement."""

    def __init__(self, handle: int, path: Path) -> None:
        self.handle = handle
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.handle)

    def folder(self, name: str) -> "Folder | None":
        """The folder of that name, `None` where there is none.

        Raises `InTheWay` where the name stands for something else, a symbolic link among it.
        """
        try:
            handle = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=self.handle)
        except FileNotFoundError:
            return None
        return Folder(handle, self.path / name)

    def names(self) -> list[str]:
        """All names in the folder, sorted."""
        with os.scandir(self.handle) as entries:
            return sorted(entry.name for entry in entries)

    def folders(self) -> list[str]:
        """The names of real folders in it, sorted; symbolic links are none."""
        with os.scandir(self.handle) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))

    def read(self, name: str) -> Entry | None:
        """What the name stands for, `None` for nothing. At most `LARGEST` bytes are read; a pipe is not waited for."""
        try:
            handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self.handle)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.EMLINK}:
                return Entry(None, "a symbolic link")
            if error.errno == errno.ENXIO:
                return Entry(None, "no regular file")
            raise
        try:
            return _entry(handle)
        finally:
            os.close(handle)


def _entry(handle: int) -> Entry:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        return Entry(None, "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file")
    if status.st_size > LARGEST:
        return Entry(None, f"a file of {status.st_size} bytes")
    with os.fdopen(handle, "rb", closefd=False) as file:
        return Entry(file.read(LARGEST))


def open_root(directory: Path) -> Folder | None:
    """The target's directory, which an operator may have made a link; `None` where there is none yet."""
    try:
        return Folder(os.open(directory, _FOLDER), directory)
    except FileNotFoundError:
        return None


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what the system says about reading into `Refused`, `InTheWay` or `Unreachable`, naming the path."""
    try:
        yield
    except OSError as error:
        raise _typed(error, path, full_or_forbidden=Refused) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns what the system says about writing into `NoSpace`, `InTheWay`, `Refused` or `Unreachable`, naming the path."""
    try:
        yield
    except OSError as error:
        raise _typed(error, path, full_or_forbidden=NoSpace) from error


def _typed(error: OSError, path: Path, *, full_or_forbidden: type[ReconcilerError]) -> ReconcilerError:
    said = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in _FULL:
        return full_or_forbidden(f"{path} cannot be written: {said}", "make room on that disk; nothing is left half written")
    if error.errno in _FORBIDDEN:
        hint = "give the user that runs the reconciler the right to read and write there"
        return full_or_forbidden(f"{path} cannot be used: {said}", hint)
    if error.errno in _OCCUPIED:
        return InTheWay(f"{path} is in the way: {said}", "look whose it is and move it away")
    if error.errno == errno.ENAMETOOLONG:
        return Refused(f"{path} cannot be written: {said}", "give the object a shorter name")
    return Unreachable(f"{path} cannot be reached: {said}")
