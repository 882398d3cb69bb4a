"""One lock for a target's directory, held while a record is swapped; the system lets go of it when its holder dies."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from reconciler.model.errors import Busy
from reconciler.target.directory.files import Folder

LOCK: Final = "lock"
_PATIENCE: Final = 10.0
_PAUSE: Final = 0.01


@contextmanager
def locked(folder: Folder, *, patience: float = _PATIENCE) -> Iterator[None]:
    """Holds the lock file of a `.reconciler` folder. Raises `Busy`, naming the holder, after `patience` seconds."""
    handle = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=folder.handle)
    try:
        _wait(handle, folder, until=time.monotonic() + patience)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, folder: Folder, *, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                raise
        else:
            return
        if time.monotonic() >= until:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise Busy(f"{folder.path / LOCK} is held by process {holder}", "wait for it, or look why it does not end")
        time.sleep(_PAUSE)
