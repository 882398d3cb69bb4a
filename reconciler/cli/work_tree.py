"""Reads files of the local disk for `validate`: plain files inside one folder, and of each no more than the reader takes."""

import errno
import os
import stat
from itertools import accumulate, islice
from pathlib import Path
from typing import Final

from reconciler.model.errors import Refused

LARGEST: Final = 1 << 20
"""The reader's limit. Two bytes more are read, so that a larger file is told from one that just fits."""


_ABSENT: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP})


def is_folder(path: Path) -> bool:
    """Whether a folder is there; not, where that may not be looked up."""
    try:
        return path.is_dir()
    except OSError:
        return False


def read_below(folder: Path, name: str) -> bytes | None:
    """The file of that path below a repository's folder; `None` where there is none.

    Raises `Refused` for what leads out of the folder, is no plain file, or cannot be read.
    """
    if "\0" in name:
        raise Refused(f"{name!r} is not a path", "write it relative to the repository's root")
    path = folder / name
    try:
        path.lstat()
        inside = _is_straight(folder, name) or path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno in _ABSENT:
            return None
        raise _refused(name, error) from error
    if not inside:
        raise Refused(f"{name} leads out of the repository", "keep the file inside the repository")
    return read_file(path, name)


def _is_straight(folder: Path, name: str) -> bool:
    """Whether a path goes down from the folder without a link and without climbing: nearly all do, and need no resolving."""
    steps = name.split("/")
    below = accumulate(steps, initial=str(folder), func="{}/{}".format)
    return ".." not in steps and not name.startswith("/") and not any(map(os.path.islink, islice(below, 1, None)))


def read_file(path: Path, name: str) -> bytes:
    """A plain file, cut just above the limit, so that a gigabyte is refused and not read; `name` stands in messages.

    Raises `Refused` for what is not there, is no plain file, or cannot be read.
    """
    try:
        status = path.stat()
        mode = status.st_mode
        if not stat.S_ISREG(mode):
            raise Refused(f"{name} is {_kind(mode)}", "name a file in it" if stat.S_ISDIR(mode) else "name a plain file")
        with path.open("rb", buffering=0) as file:
            return file.read(min(status.st_size or LARGEST, LARGEST) + 2)
    except (OSError, ValueError) as error:
        raise _refused(name, error) from error


def _refused(name: str, error: Exception) -> Refused:
    because = _because(error)
    hint = "name a repository's folder, or a file" if isinstance(error, FileNotFoundError) else "check its mode and its links"
    return Refused(f"{name} cannot be read: {because}", hint)


def _because(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or os.strerror(error.errno or 0)
    return "its links lead in a circle" if isinstance(error, RuntimeError) else "it is not a path"


def _kind(mode: int) -> str:
    return "a folder" if stat.S_ISDIR(mode) else "no plain file"
