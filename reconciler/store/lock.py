"""One writing process per store: a lock on a file beside it that says who holds it, and that ends with its holder."""

import fcntl
import os
import re
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reconciler.model.errors import Busy, NoSpace

_COMMAND_LENGTH: Final = 200
_PATIENCE_SECONDS: Final = 10.0
_LOOK_AGAIN_SECONDS: Final = 0.02
_SIGNED: Final = re.compile(r"process ([0-9]{1,9}) ")


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
    patience = time.monotonic() + _PATIENCE_SECONDS
    while not _taken(descriptor):
        holder = os.pread(descriptor, 1000, 0).decode("utf-8", "replace").strip()
        if not _ended(holder) or time.monotonic() > patience:
            hint = "wait until it has ended or stop it; commands that only look work meanwhile"
            raise Busy(f"store {store} is being written by {holder or 'another process'}", hint)
        time.sleep(_LOOK_AGAIN_SECONDS)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _ended(holder: str) -> bool:
    """Whether the process that signed is no more. A child that it was just starting has the lock for a moment longer: until it
    is git, and what it inherited is closed.
    """
    signed = _SIGNED.match(holder)
    if signed is None:
        return False
    try:
        os.kill(int(signed[1]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _sign(descriptor: int) -> None:
    """Say who holds it: `process 4711 (reconciler run)`."""
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])[:_COMMAND_LENGTH]
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} ({command})\n".encode("utf-8", "backslashreplace"), 0)
    except OSError as error:
        raise NoSpace(f"the lock of the store cannot be written: {error.strerror}", "make room on the disk") from error
