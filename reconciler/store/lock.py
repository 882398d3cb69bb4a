"""One writing process per store: a lock on a file beside it that says who holds it, and that ends with its holder."""

import fcntl
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reconciler.model.errors import Busy, NoSpace

_COMMAND_LENGTH: Final = 200


@contextmanager
def held(store: Path) -> Iterator[None]:
    """Hold `<store>.lock` until the block ends; the kernel lets go of it when the process dies, however it dies.

    Raises `Busy`, which names the holder, and `NoSpace` where the file cannot be written. The file stays: taking a lock
    away while another process waits for it would leave two holders.
    """
    path = store.with_name(f"{store.name}.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise NoSpace(f"{path} cannot be written: {error.strerror}", "make the store's folder writable") from error
    try:
        _take(descriptor, store)
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, store: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 1000, 0).decode("utf-8", "replace").strip() or "another process"
        hint = "wait until it has ended or stop it; commands that only look work meanwhile"
        raise Busy(f"store {store} is being written by {holder}", hint) from error


def _sign(descriptor: int) -> None:
    """Say who holds it: `process 4711 (reconciler run)`."""
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])[:_COMMAND_LENGTH]
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} ({command})\n".encode("utf-8", "backslashreplace"), 0)
    except OSError as error:
        raise NoSpace(f"the lock of the store cannot be written: {error.strerror}", "make room on the disk") from error
