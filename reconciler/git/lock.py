"""Let one process at a time write a mirror, and name the one that does."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reconciler.model.errors import Busy

_PAUSE: Final = 0.05


@contextmanager
def locked(path: Path, *, patience: float) -> Iterator[None]:
    """Hold the lock file, waiting for it up to `patience` seconds. The kernel gives it back when a process dies.

    Raises `Busy` with the holder's process id.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, path, patience=patience)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, *, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace") or "unknown"
                raise Busy(f"{path.with_suffix('')} is being written by process {holder}", "it is tried again") from error
            time.sleep(_PAUSE)
        else:
            return
