"""Reads what happened, and can do nothing else."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock

from reconciler.model.errors import StoreProblem
from reconciler.model.ids import AppName, EnvId, Namespace, RunNumber
from reconciler.model.objects import ObjectKey
from reconciler.model.ports import History
from reconciler.model.refs import KnownRefs
from reconciler.model.run import Answer, PassLine, Run
from reconciler.store.rows import SELECT_RUNS, PastMember, Row, known_from_rows, member_from_row, pass_from_row, run_from_row
from reconciler.store.schema import migrations, newest, refuse_newer, version_of
from reconciler.store.sqlite import connect_to_read, is_there, must_be_sqlite, speaking, transaction


class EmptyHistory:
    """The history of an installation that has no store yet."""

    def known_refs(self) -> Mapping[AppName, KnownRefs]:
        """None."""
        return {}

    def runs(self, environment: EnvId | None = None, limit: int = 20) -> tuple[Run, ...]:
        """None."""
        return ()

    def passes(self, limit: int = 20) -> tuple[PassLine, ...]:
        """None."""
        return ()


class StoreHistory:
    """The history in a store. Threads may share it: one of them asks at a time. Raises `StoreProblem`, `Busy`, `NoSpace`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = RLock()

    def known_refs(self) -> Mapping[AppName, KnownRefs]:
        """What listings have told so far, all of it as of one instant."""
        with self._lock, speaking(self._path), transaction(self._connection, "DEFERRED"):
            applications = self._connection.execute("SELECT name, listed_at, began, head FROM applications").fetchall()
            refs = self._connection.execute("SELECT application, name, commit_id, missing_since FROM refs").fetchall()
        return known_from_rows(applications, refs)

    def runs(self, environment: EnvId | None = None, limit: int = 20) -> tuple[Run, ...]:
        """Newest first, of one environment or of all."""
        return tuple(run_from_row(row) for row in self._rows(SELECT_RUNS, environment, limit))

    def members(self, environment: EnvId, number: RunNumber) -> tuple[PastMember, ...]:
        """The import plan of one run, in deploy order; nothing where the run is unknown or had none."""
        rows = self._rows(
            "SELECT application, repository, ref, commit_id, rule, aborted FROM import_plans"
            " WHERE run = (SELECT id FROM runs WHERE environment = ? AND number = ?) ORDER BY position",
            environment,
            number,
        )
        return tuple(member_from_row(row) for row in rows)

    def owned(self, environment: EnvId) -> tuple[Answer, ...]:
        """The index of an environment's objects, in the order of their keys, each as the target last answered."""
        rows = self._rows(
            "SELECT kind, namespace, name, uid, digest FROM owned_objects WHERE environment = ? ORDER BY kind, namespace, name",
            environment,
        )
        return tuple(Answer(ObjectKey(kind, Namespace(space), name), uid, digest) for kind, space, name, uid, digest in rows)

    def passes(self, limit: int = 20) -> tuple[PassLine, ...]:
        """Newest first."""
        rows = self._rows("SELECT at, reason, environments, changed, failed FROM passes ORDER BY id DESC LIMIT ?", limit)
        return tuple(pass_from_row(row) for row in rows)

    def _rows(self, select: str, *values: object) -> list[Row]:
        with self._lock, speaking(self._path):
            return self._connection.execute(select, values).fetchall()


@contextmanager
def open_history(path: Path) -> Iterator[History]:
    """The history in the store at `path`; empty where there is none. Nothing is created or changed; a daemon may write meanwhile.

    Raises `StoreProblem` for a file that is no store, a damaged one, or one of another version.
    """
    if not is_there(path):
        yield EmptyHistory()
        return
    must_be_sqlite(path)
    with speaking(path):
        connection = connect_to_read(path)
    with closing(connection):
        with speaking(path):
            _must_be_readable(path, version_of(connection, path))
        yield StoreHistory(connection, path)


def _must_be_readable(path: Path, version: int) -> None:
    known = newest(migrations())
    refuse_newer(path, version, known=known)
    if version < known:
        message = f"store {path} has schema version {version}, and this reconciler reads version {known}"
        raise StoreProblem(message, "`reconciler sync` or `reconciler run` brings it up to date")
