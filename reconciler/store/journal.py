"""Writes what happens, in one process at a time."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from reconciler.model.errors import NoSpace
from reconciler.model.ids import AppName, EnvId, RunNumber
from reconciler.model.refs import KnownRefs
from reconciler.model.run import Answer, Outcome, PassLine, Run
from reconciler.store.history import StoreHistory
from reconciler.store.lock import held
from reconciler.store.rows import INSERT_RUN, end_row, instant_row, member_rows, pass_row, ref_rows, run_row, text_row
from reconciler.store.schema import Migration, make, migrations, update
from reconciler.store.sqlite import connect_to_write, is_there, speaking, transaction

KEPT: Final = 10_000
"""So many runs and so many passes are kept, the newest ones."""

TIME_LAG: Final = timedelta(minutes=15)
"""How far the stored time of a listing may fall behind while passes have nothing to say."""

_INSERT_PASS: Final = "INSERT INTO passes (at, reason, environments, changed, failed) VALUES (?, ?, ?, ?, ?)"
_FORGET_RUNS: Final = "DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?"
_FORGET_PASSES: Final = "DELETE FROM passes WHERE id <= (SELECT max(id) FROM passes) - ?"


class StoreJournal(StoreHistory):
    """The journal of an open store, which can be read, too. Raises `StoreProblem`, `Busy`, `NoSpace`.

    Where a listing brings nothing but a newer time, that time waits and is written together with the pass's own line, so that
    a pass with nothing to do is one small transaction or none.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, path)
        self._known = dict(super().known_refs())
        self._stored = {name: known.listing.at for name, known in self._known.items()}

    def known_refs(self) -> Mapping[AppName, KnownRefs]:
        """What listings have told so far, the newest times included."""
        with self._lock:
            return dict(self._known)

    def refs_seen(self, application: AppName, known: KnownRefs) -> None:
        """Remember a successful listing; where nothing but its time changed, the time waits for the pass's own line."""
        with self._lock:
            before = self._known.get(application)
            overdue = before is not None and self._waits(application) and known.listing.at - self._stored[application] > TIME_LAG
            if before is None or _apart_from_time(before) != _apart_from_time(known):
                self._write_refs(application, known)
            self._known[application] = known
            if overdue:
                self._write_times()

    def next_number(self, environment: EnvId) -> RunNumber:
        """One more than the newest run of the environment, or 1; a number is never given twice."""
        rows = self._rows("SELECT last_run FROM environments WHERE id = ?", environment)
        return RunNumber(rows[0][0] + 1 if rows else 1)

    def intent(self, run: Run) -> None:
        """A run begins; on the disk before this returns. An earlier run of the environment that never ended was interrupted."""
        with self._writing(durable=True) as connection:
            connection.execute(
                "INSERT INTO environments (id, label, last_run) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET label = excluded.label, last_run = excluded.last_run",
                (run.environment, text_row(run.label), run.number),
            )
            connection.execute(
                "UPDATE runs SET outcome = ?, ended = ?, error = ? WHERE environment = ? AND outcome = ?",
                (Outcome.FAILED, instant_row(run.began), _interrupted(run), run.environment, Outcome.OPEN),
            )
            cursor = connection.execute(INSERT_RUN, run_row(run))
            if run.imports is not None:
                members = member_rows(run.imports, cursor.lastrowid or 0)
                connection.executemany("INSERT INTO import_plans VALUES (?, ?, ?, ?, ?, ?, ?, ?)", members)

    def answered(self, environment: EnvId, answers: Sequence[Answer]) -> None:
        """A wave was answered: the index of owned objects follows."""
        if not answers:
            return
        with self._writing() as connection:
            for answer in answers:
                key = (environment, answer.key.kind, answer.key.namespace, answer.key.name)
                if answer.deleted:
                    connection.execute("DELETE FROM owned_objects WHERE (environment, kind, namespace, name) = (?, ?, ?, ?)", key)
                else:
                    connection.execute(
                        "INSERT OR REPLACE INTO owned_objects VALUES (?, ?, ?, ?, ?, ?)", (*key, answer.uid, answer.digest)
                    )

    def ended(self, run: Run) -> None:
        """A run ended; on the disk before this returns."""
        with self._writing(durable=True) as connection:
            connection.execute(
                "UPDATE runs SET ended = ?, outcome = ?, stages = ?, counts = ?, error = ? WHERE environment = ? AND number = ?",
                (*end_row(run), run.environment, run.number),
            )
            connection.execute(_FORGET_RUNS, (KEPT,))

    def passed(self, line: PassLine) -> None:
        """A pass's own line, and the times of the listings it made."""
        with self._lock:
            with self._writing() as connection:
                connection.execute(_INSERT_PASS, pass_row(line))
                connection.execute(_FORGET_PASSES, (KEPT,))
                self._put_times()
            self._times_are_stored()

    def rest(self) -> None:
        """Write what still waits."""
        with self._lock:
            if any(self._waits(name) for name in self._known):
                self._write_times()

    @contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        with self._lock, speaking(self._path), transaction(self._connection, durable=durable):
            yield self._connection

    def _write_refs(self, application: AppName, known: KnownRefs) -> None:
        listing = known.listing
        began = instant_row(known.began) if known.began else None
        with self._writing() as connection:
            connection.execute("DELETE FROM applications WHERE name = ?", (application,))
            connection.execute(
                "INSERT INTO applications (name, listed_at, began, head) VALUES (?, ?, ?, ?)",
                (application, instant_row(listing.at), began, listing.head),
            )
            connection.executemany(
                "INSERT INTO refs (application, name, commit_id, missing_since) VALUES (?, ?, ?, ?)", ref_rows(application, known)
            )
        self._stored[application] = listing.at

    def _waits(self, application: AppName) -> bool:
        return self._known[application].listing.at != self._stored[application]

    def _write_times(self) -> None:
        with self._writing():
            self._put_times()
        self._times_are_stored()

    def _put_times(self) -> None:
        waiting = [(instant_row(known.listing.at), name) for name, known in self._known.items() if self._waits(name)]
        self._connection.executemany("UPDATE applications SET listed_at = ? WHERE name = ?", waiting)

    def _times_are_stored(self) -> None:
        self._stored = {name: known.listing.at for name, known in self._known.items()}


def _apart_from_time(known: KnownRefs) -> KnownRefs:
    return replace(known, listing=replace(known.listing, at=known.listing.at.min))


def _interrupted(run: Run) -> str:
    return f"interrupted before it ended; run {run.number} went on from what it had left"


@contextmanager
def open_journal(path: Path) -> Iterator[StoreJournal]:
    """The journal at `path`, made or brought up to date where need be, and held by this process alone until the block ends.

    Raises `Busy` where another process holds it, `StoreProblem` for a file that is no store, damaged, or newer than this
    program, and `NoSpace` where it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoSpace(f"folder {path.parent} cannot be made: {error.strerror}", "name another file in `store:`") from error
    with held(path):
        _prepare(path, migrations())
        with closing(connect_to_write(path)) as connection:
            with speaking(path):
                connection.execute("PRAGMA journal_mode = WAL")
            journal = StoreJournal(connection, path)
            try:
                yield journal
            finally:
                journal.rest()
                _close_for_readers(connection)


def _prepare(path: Path, steps: Sequence[Migration]) -> None:
    if is_there(path):
        update(path, steps)
    else:
        make(path, steps)


def _close_for_readers(connection: sqlite3.Connection) -> None:
    """Leave one file without companions, so that reading it needs no folder to be writable and leaves no traces.

    While somebody reads it stays as it is, which is as good for all but a folder that may not be written.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return
