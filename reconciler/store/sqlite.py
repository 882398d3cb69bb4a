"""Connections to an SQLite file, and its errors in our words."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from reconciler.model.errors import Busy, NoSpace, StoreProblem

_MAGIC: Final = b"SQLite format 3\x00"
_PATIENCE_SECONDS: Final = 10.0

_NO_SPACE: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
}
_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

MOVE_AWAY: Final = "move the file away: a new store is made, and only history is lost (environments live at their targets)"


@contextmanager
def speaking(path: Path) -> Iterator[None]:
    """Turn what SQLite says into `NoSpace`, `Busy` or `StoreProblem`; a broken constraint is a bug and stays what it is."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if primary in _NO_SPACE:
            raise NoSpace(
                f"store {path} cannot be written: {error}", "make room on the disk, or make the file writable"
            ) from error
        if primary in _BUSY:
            raise Busy(f"store {path} is locked by another process", "try again in a moment") from error
        raise StoreProblem(f"store {path} is damaged: {error}", MOVE_AWAY) from error


def connect_to_write(path: Path) -> sqlite3.Connection:
    """A connection that begins transactions only when told to; threads share it and take turns."""
    connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write: SQLite itself refuses."""
    address = f"file:{quote(os.fsencode(path))}?mode=ro"
    return sqlite3.connect(address, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False, uri=True)


def is_there(path: Path) -> bool:
    """Whether there is a store. Raises `NoSpace` where that cannot be known."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _unreadable(path, error) from error
    return True


def must_be_sqlite(path: Path) -> None:
    """Raise `StoreProblem` for a file of another program, `NoSpace` for one that may not be read."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise NoSpace(
            f"store {path} cannot be read: {error.strerror}", "make it readable, or name another in `store:`"
        ) from error
    if start != _MAGIC:
        raise StoreProblem(f"{path} is not a store of the reconciler", "name another file in `store:` of config.yaml")


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str = "IMMEDIATE", *, durable: bool = False) -> Iterator[None]:
    """One transaction. A `durable` one is on the disk when the block ends; others may be lost with the power, never torn."""
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute(f"BEGIN {begin}")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.rollback()


def _unreadable(path: Path, error: OSError) -> NoSpace:
    return NoSpace(f"store {path} cannot be read: {error.strerror}", "make it readable, or name another file in `store:`")
