"""How a store is found, made, held, refused and brought up to date."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.errors import Busy, NoSpace, StoreProblem
from reconciler.model.ids import AppName
from reconciler.store.history import open_history
from reconciler.store.journal import open_journal
from reconciler.store.lock import held
from reconciler.store.schema import APPLICATION_ID, Migration, make, migrate, migrations, newest, update, version_of
from reconciler.store.sqlite import connect_to_write

PASSABLE = stat.S_IXGRP | stat.S_IXOTH

HOLD = """
import sys
from pathlib import Path
from reconciler.store.journal import open_journal
from reconciler.store.lock import held
with open_journal(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

DIE_WHILE_MAKING = """
import os, signal, sqlite3, sys
from pathlib import Path
from reconciler.store.schema import Migration, make
path = Path(sys.argv[1])
path.parent.mkdir()
steps = [Migration(1, "half", "CREATE TABLE half (a); INSERT INTO half SELECT * FROM generate_series;")]
real = sqlite3.connect
class Dying(sqlite3.Connection):
    def executescript(self, script):
        super().executescript("BEGIN IMMEDIATE; CREATE TABLE half (a);")
        os.kill(os.getpid(), signal.SIGKILL)
sqlite3.connect = lambda *a, **k: real(*a, factory=Dying, **k)
make(path, steps)
"""

AS_A_GUEST = """
import os, sys
from pathlib import Path
from reconciler.model.errors import NoSpace
from reconciler.store.history import open_history
from reconciler.store.journal import open_journal
from reconciler.store.lock import held
from reconciler.store.schema import migrations
migrations()
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.seteuid(65534)
with open_history(Path("store.db")) as history:
    print(len(history.passes()), len(os.listdir()))
try:
    with open_journal(Path("store.db")):
        pass
except NoSpace as error:
    print(error)
"""

FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from datetime import UTC, datetime
from reconciler.model.errors import NoSpace
from reconciler.model.run import PassLine
from reconciler.store.journal import open_journal
from reconciler.store.lock import held
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
line = PassLine(datetime(2026, 1, 1, tzinfo=UTC), "x" * 4000, 1, 0, 0)
try:
    with open_journal(Path(sys.argv[1])) as journal:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
        for _ in range(100):
            journal.passed(line)
except NoSpace as error:
    print(error)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_there_is_an_empty_history_where_there_is_no_store_and_none_is_made(store: Path) -> None:
    with open_history(store) as history:
        assert (history.known_refs(), history.runs(), history.passes()) == ({}, (), ())
    assert not store.parent.exists()


def test_a_store_is_one_file_with_its_lock_beside_it_when_nobody_writes(store: Path) -> None:
    with open_journal(store):
        pass
    assert names(store.parent) == ["store.db", "store.db.lock"]
    with open_history(store) as history:
        assert history.runs() == ()
    assert names(store.parent) == ["store.db", "store.db.lock"]


def test_history_cannot_write(store: Path) -> None:
    with open_journal(store):
        pass
    with open_history(store) as history, pytest.raises(sqlite3.OperationalError, match="readonly"):
        history._connection.execute("DELETE FROM runs")  # type: ignore[attr-defined]  # the proof that SQLite itself refuses


def test_history_is_read_while_a_daemon_writes(store: Path, make_known: Any) -> None:
    with open_journal(store) as journal, open_history(store) as history:
        assert history.known_refs() == {}
        journal.refs_seen(AppName("frontend"), make_known())
        assert list(history.known_refs()) == ["frontend"]
        journal._connection.execute("BEGIN IMMEDIATE")
        assert list(history.known_refs()) == ["frontend"]
        journal._connection.execute("ROLLBACK")


def test_a_second_writer_is_told_who_holds_the_store(store: Path, script: Any) -> None:
    holder = script(HOLD, store)
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Busy, match=rf"store.db is being written by process {holder.pid} \(-c ") as caught, open_journal(store):
        pass
    assert "only look" in caught.value.hint


def test_two_writers_in_one_process_are_two_writers(store: Path) -> None:
    with open_journal(store), pytest.raises(Busy, match=str(os.getpid())), open_journal(store):
        pass


def test_a_writer_that_is_killed_lets_go_of_the_store_and_loses_nothing(store: Path, script: Any) -> None:
    holder = script(HOLD, store)
    assert holder.stdout.readline() == "held\n"
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with open_history(store) as history:
        assert history.runs() == ()
    with open_journal(store) as journal:
        assert journal.runs() == ()


def test_a_crash_while_the_store_is_made_leaves_no_half_of_one(store: Path, script: Any) -> None:
    maker = script(DIE_WHILE_MAKING, store)
    assert maker.wait() == -signal.SIGKILL
    assert "store.db.new" in names(store.parent)
    assert not store.exists()
    with open_history(store) as history:
        assert history.runs() == ()
    with open_journal(store) as journal:
        assert journal.runs() == ()
    assert names(store.parent) == ["store.db", "store.db.lock"]


def test_what_a_store_that_was_moved_away_left_beside_it_is_not_taken_into_the_new_one(store: Path, make_run: Any) -> None:
    with open_journal(store) as journal:
        journal.intent(make_run())
        wal = store.with_name("store.db-wal").read_bytes()
    store.rename(store.with_name("old.db"))
    store.with_name("store.db-wal").write_bytes(wal)
    with open_journal(store) as journal:
        assert journal.runs() == ()


@contextmanager
def open_to_guests(path: Path) -> Iterator[None]:
    """Let others pass through the folders above, which pytest makes for their owner alone; root needs another to be refused."""
    closed = {folder: mode for folder in path.parents if (mode := stat.S_IMODE(folder.stat().st_mode)) & PASSABLE != PASSABLE}
    for folder, mode in closed.items():
        folder.chmod(mode | PASSABLE)
    yield
    for folder, mode in closed.items():
        folder.chmod(mode)


def test_a_folder_that_may_not_be_written_is_read_all_the_same(store: Path, script: Any) -> None:
    with open_journal(store):
        pass
    for path, mode in ((store, 0o444), (store.with_name("store.db.lock"), 0o444), (store.parent, 0o555)):
        path.chmod(mode)
    with open_to_guests(store.parent):
        out, err = script(AS_A_GUEST, store.parent).communicate()
    assert err == ""
    assert out.splitlines()[0] == "0 2"
    assert "store.db.lock cannot be written: Permission denied" in out
    store.parent.chmod(0o755)


def test_a_full_disk_is_told_as_such(store: Path, script: Any) -> None:
    out, err = script(FULL_DISK, store).communicate()
    assert err == ""
    assert "cannot be written" in out
    assert "make room" in out
    with open_journal(store) as journal:
        assert len(journal.passes(limit=200)) < 100


def test_a_parent_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(NoSpace, match=r"folder .*state cannot be made"), open_journal(tmp_path / "state" / "store.db"):
        pass


@pytest.mark.parametrize("content", [b"", b"applications: {}\n", b"\x00" * 5000])
def test_a_file_of_another_sort_is_not_touched(store: Path, content: bytes) -> None:
    store.parent.mkdir()
    store.write_bytes(content)
    with pytest.raises(StoreProblem, match="is not a store"), open_journal(store):
        pass
    with pytest.raises(StoreProblem, match="is not a store"), open_history(store):
        pass
    assert store.read_bytes() == content


def test_a_database_of_another_program_is_not_touched(store: Path) -> None:
    store.parent.mkdir()
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    before = store.read_bytes()
    with pytest.raises(StoreProblem, match="another program"), open_journal(store):
        pass
    with pytest.raises(StoreProblem, match="another program"), open_history(store):
        pass
    assert store.read_bytes() == before


def test_a_damaged_store_says_what_to_do(store: Path) -> None:
    with open_journal(store):
        pass
    store.write_bytes(store.read_bytes()[:6000])
    for opening in (open_journal, open_history):
        with pytest.raises(StoreProblem, match="damaged") as caught, opening(store) as history:
            history.known_refs()
        assert "move the file away" in caught.value.hint


def test_a_store_from_tomorrow_is_refused_by_both_and_left_alone(store: Path) -> None:
    with open_journal(store):
        pass
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = store.read_bytes()
    for opening in (open_journal, open_history):
        with pytest.raises(StoreProblem, match=r"store\.db has schema version 99.*up to \d") as caught, opening(store):
            pass
        assert "newer reconciler" in caught.value.hint
    assert store.read_bytes() == before


@pytest.mark.parametrize("version", range(newest(migrations())))
def test_a_store_of_any_older_version_is_brought_up_to_date_by_a_writer_alone(store: Path, version: int) -> None:
    store.parent.mkdir()
    with closing(connect_to_write(store)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(connection, migrations()[:version], version=0)
    with pytest.raises(StoreProblem, match="brings it up to date"), open_history(store):
        pass
    with open_journal(store) as journal:
        assert journal.runs() == ()
    with open_history(store) as history:
        assert history.runs() == ()


def step(number: int, script: str) -> Migration:
    return Migration(number, "step", script)


def test_each_step_runs_once_and_keeps_what_was_there(store: Path) -> None:
    first, second = step(1, "CREATE TABLE a (x); INSERT INTO a VALUES (1);"), step(2, "ALTER TABLE a ADD COLUMN y DEFAULT 7;")
    store.parent.mkdir()
    make(store, [first])
    update(store, [first, second])
    update(store, [first, second])
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("SELECT x, y FROM a").fetchall() == [(1, 7)]
        assert version_of(connection, store) == 2


def test_a_step_that_fails_leaves_the_version_before_it(store: Path) -> None:
    first, bad = step(1, "CREATE TABLE a (x);"), step(2, "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);")
    store.parent.mkdir()
    make(store, [first])
    with pytest.raises(StoreProblem, match="nowhere"):
        update(store, [first, bad])
    with closing(sqlite3.connect(store)) as connection:
        assert version_of(connection, store) == 1
        assert connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall() == [("a",)]


def test_steps_have_no_gap_in_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("")
    (tmp_path / "0003_b.sql").write_text("")
    with pytest.raises(ValueError, match="0003_b"):
        migrations(tmp_path)


def test_a_child_that_a_dead_writer_was_starting_is_waited_for(tmp_path: Path) -> None:
    store = tmp_path / "state.db"
    program = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from reconciler.store.lock import held\n"
        "with held(Path(sys.argv[1])):\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(1)\n"
        "        os._exit(0)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(store)], check=False)
    with held(store):
        assert "process" in store.with_name("state.db.lock").read_text()
