"""The schema of the store: its numbered migrations, who may read which version, and how a store is first made."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from reconciler.model.errors import NoSpace, StoreProblem
from reconciler.store.sqlite import connect_to_write, must_be_sqlite, speaking

APPLICATION_ID: Final = 0x52434E43
"""Stands in the header of every store (`RCNC`), so that another program's database is not taken for ours."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from the version before to `number`."""

    number: int
    name: str
    script: str


def migrations(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """The steps in their order, from files called `NNNN_name.sql`; numbers run from 1 without a gap."""
    source = folder or resources.files("reconciler.store").joinpath("migrations")
    files = sorted((file for file in source.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    steps = tuple(Migration(int(file.name[:4]), file.name[5:-4], file.read_text(encoding="utf-8")) for file in files)
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError(f"migrations are not numbered from 1: {', '.join(file.name for file in files)}")
    return steps


def newest(steps: Sequence[Migration]) -> int:
    """The version that a store has after all steps."""
    return steps[-1].number


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The schema's version. Raises `StoreProblem` for a database of another program."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreProblem(f"{path} is a database of another program", "name another file in `store:` of config.yaml")
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(path: Path, version: int, *, known: int) -> None:
    """Raise `StoreProblem` for a store of a version that this program does not know."""
    if version > known:
        message = f"store {path} has schema version {version}, and this reconciler knows versions up to {known}"
        raise StoreProblem(message, "use the newer reconciler that wrote it, or name another file in `store:` of config.yaml")


def migrate(connection: sqlite3.Connection, steps: Sequence[Migration], *, version: int) -> None:
    """Run the steps after `version`, each in a transaction of its own that moves the version with it."""
    for step in steps:
        if step.number > version:
            script = f"BEGIN IMMEDIATE;\n{step.script}\nPRAGMA user_version = {step.number};\nCOMMIT;"
            try:
                connection.executescript(script)
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.rollback()
                raise


def make(path: Path, steps: Sequence[Migration]) -> None:
    """A new store: made beside its place under another name, and moved there whole; a crash leaves no half of one.

    The caller holds the lock, so a file under that other name is a crash's and is thrown away. Raises `NoSpace`.
    """
    draft = path.with_name(f"{path.name}.new")
    try:
        _clear(draft)
        with speaking(draft), closing(connect_to_write(draft)) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrate(connection, steps, version=0)
        _clear(path)
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise NoSpace(f"store {path} cannot be made: {error.strerror}", "make room, or make its folder writable") from error


def update(path: Path, steps: Sequence[Migration]) -> None:
    """Bring a store up to the newest version. Raises `StoreProblem`, `NoSpace`, `Busy`."""
    must_be_sqlite(path)
    with speaking(path), closing(connect_to_write(path)) as connection:
        version = version_of(connection, path)
        refuse_newer(path, version, known=newest(steps))
        migrate(connection, steps, version=version)


def _clear(path: Path) -> None:
    """Remove the file and its companions: SQLite would replay the journal of a store that was moved away into the new one."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
