"""What the journal writes, and that it writes no more."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.configuration import WorkflowName
from reconciler.model.ids import AppName, Commit, EnvId, Namespace, Ref, RunNumber
from reconciler.model.importplan import BranchRule, ImportPlan
from reconciler.model.objects import ObjectKey
from reconciler.model.refs import KnownRefs, Listing, Vanished
from reconciler.model.run import Answer, Outcome, PassLine, Run, Stage, StageState
from reconciler.store.history import open_history
from reconciler.store.journal import KEPT, open_journal
from reconciler.store.rows import known_from_rows, ref_rows, run_from_row, run_row

ENV = EnvId("tabc1234")
FRONTEND = AppName("frontend")
NOON = datetime.fromisoformat("2026-03-02T12:00:00.000250+00:00")


def data_version(watcher: sqlite3.Connection) -> int:
    """Moves with every commit that another connection makes."""
    return int(watcher.execute("PRAGMA data_version").fetchone()[0])


@contextmanager
def open_watcher(store: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(store)) as watcher:
        yield watcher


def line(at: datetime = NOON) -> PassLine:
    return PassLine(at, "tick", 3, 1, 0)


def test_a_run_is_found_again_as_it_ended(store: Path, make_run: Any) -> None:
    run = make_run(counts={"create": 2}, document='{"version": 1}')
    stages = (Stage(FRONTEND, WorkflowName.PATCH, StageState.FAILED, "api never became ready"),)
    ended = replace(run, ended=NOON + timedelta(hours=1), outcome=Outcome.FAILED, stages=stages, error="Deployment api: refused")
    with open_journal(store) as journal:
        journal.intent(run)
        assert journal.runs() == (run,)
        journal.ended(ended)
    with open_history(store) as history:
        assert history.runs() == (ended,)


def test_runs_are_numbered_within_their_environment(store: Path, make_run: Any) -> None:
    with open_journal(store) as journal:
        assert journal.next_number(ENV) == 1
        journal.intent(make_run(1))
        journal.intent(make_run(2))
        assert journal.next_number(ENV) == 3
        assert journal.next_number(EnvId("tother12")) == 1
    with open_journal(store) as journal:
        assert journal.next_number(ENV) == 3


def test_history_shows_the_newest_run_first_even_where_the_clock_went_back(store: Path, make_run: Any) -> None:
    with open_journal(store) as journal:
        journal.intent(make_run(1))
        journal.intent(make_run(1, "tother12"))
        journal.intent(make_run(2, began=NOON - timedelta(days=1)))
        assert [(run.environment, run.number) for run in journal.runs()] == [(ENV, 2), ("tother12", 1), (ENV, 1)]
        assert [run.number for run in journal.runs(ENV)] == [2, 1]
        assert [run.number for run in journal.runs(limit=1)] == [2]


def test_a_run_that_never_ended_is_told_as_interrupted_by_the_next_one(store: Path, make_run: Any) -> None:
    with open_journal(store) as journal:
        journal.intent(make_run(1))
        journal.intent(make_run(1, "tother12"))
        journal.intent(make_run(2))
        second, other, first = journal.runs()
    assert (first.outcome, first.ended) == (Outcome.FAILED, second.began)
    assert "interrupted" in first.error
    assert "run 2" in first.error
    assert other.outcome is Outcome.OPEN


def test_the_import_plan_of_a_run_lies_in_rows(store: Path, make_run: Any, import_plan: ImportPlan) -> None:
    with open_journal(store) as journal:
        journal.intent(make_run(imports=import_plan))
        backend, frontend = journal.members(ENV, RunNumber(1))
        assert (backend.application, backend.rule, backend.aborted) == ("backend", BranchRule.SAME_NAME, "ignored")
        assert (frontend.commit, frontend.ref, frontend.aborted) == ("1" * 40, b"refs/heads/feature-1", None)
        assert journal.members(ENV, RunNumber(2)) == ()


def test_the_index_of_owned_objects_follows_the_answers(store: Path) -> None:
    api = ObjectKey("Deployment", Namespace("ns"), "api")
    config = ObjectKey("ConfigMap", Namespace("ns"), "settings")
    with open_journal(store) as journal:
        journal.answered(ENV, [Answer(api, "u1", "d1"), Answer(config, "u2", "d2")])
        journal.answered(ENV, [Answer(api, "u1", "d3"), Answer(config, "u2", "", deleted=True)])
        journal.answered(ENV, [])
        assert journal.owned(ENV) == (Answer(api, "u1", "d3"),)
        assert journal.owned(EnvId("tother12")) == ()


def test_known_refs_come_back_byte_for_byte(store: Path, make_known: Any) -> None:
    known = make_known(missing={b"refs/heads/\xff\xfe": NOON})
    with open_journal(store) as journal:
        journal.refs_seen(FRONTEND, known)
        assert journal.known_refs() == {FRONTEND: known}
    with open_history(store) as history:
        assert history.known_refs() == {FRONTEND: known}


def test_a_listing_that_brings_only_a_newer_time_writes_nothing_until_the_pass_ends(store: Path, make_known: Any) -> None:
    later = NOON + timedelta(hours=8)
    with open_journal(store) as journal, open_watcher(store) as watcher:
        journal.refs_seen(FRONTEND, make_known())
        journal.passed(line())
        before = data_version(watcher)
        journal.refs_seen(FRONTEND, make_known(later))
        assert data_version(watcher) == before
        assert journal.known_refs()[FRONTEND].listing.at == later
        journal.passed(line(later))
        with open_history(store) as history:
            assert history.known_refs()[FRONTEND].listing.at == later


def test_times_that_wait_long_are_written_though_passes_say_nothing(store: Path, make_known: Any) -> None:
    with open_journal(store) as journal, open_watcher(store) as watcher:
        journal.refs_seen(FRONTEND, make_known())
        before = data_version(watcher)
        for minutes in range(1, 16):
            journal.refs_seen(FRONTEND, make_known(NOON + timedelta(minutes=minutes)))
        assert data_version(watcher) == before
        journal.refs_seen(FRONTEND, make_known(NOON + timedelta(minutes=16)))
        with open_history(store) as history:
            assert history.known_refs()[FRONTEND].listing.at == NOON + timedelta(minutes=16)


def test_times_that_still_wait_are_written_at_the_end(store: Path, make_known: Any) -> None:
    with open_journal(store) as journal:
        journal.refs_seen(FRONTEND, make_known())
        journal.refs_seen(FRONTEND, make_known(NOON + timedelta(minutes=1)))
    with open_history(store) as history:
        assert history.known_refs()[FRONTEND].listing.at == NOON + timedelta(minutes=1)


def test_a_moved_or_vanished_ref_and_another_head_are_written_at_once(store: Path, make_known: Any) -> None:
    news = (
        make_known(NOON, "4" * 40),
        make_known(NOON, "4" * 40, missing={b"refs/heads/x": NOON}),
        make_known(NOON, "4" * 40, head=b"refs/heads/trunk"),
    )
    with open_journal(store) as journal:
        journal.refs_seen(FRONTEND, make_known())
        for known in news:
            journal.refs_seen(FRONTEND, known)
            with open_history(store) as history:
                assert history.known_refs() == {FRONTEND: known}


def test_only_the_newest_runs_and_passes_are_kept(store: Path, make_run: Any, import_plan: ImportPlan) -> None:
    with open_journal(store) as journal:
        journal.intent(make_run(1, imports=import_plan))
        with sqlite3.connect(store) as writer:
            writer.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'runs'", (KEPT,))
            writer.execute("INSERT INTO passes VALUES (1, '2026-01-01T00:00:00+00:00', 'tick', 1, 0, 0)")
            writer.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'passes'", (KEPT,))
        writer.close()
        journal.intent(make_run(2))
        journal.ended(make_run(2))
        journal.passed(line())
        assert [run.number for run in journal.runs()] == [2]
        assert journal.members(ENV, RunNumber(1)) == ()
        assert journal.passes() == (line(),)


def test_words_that_no_text_can_hold_are_escaped(store: Path, make_run: Any) -> None:
    with open_journal(store) as journal:
        journal.intent(make_run(reason="push: caf\udce9"))
        assert journal.runs()[0].reason == "push: caf\\udce9"


def test_threads_share_one_journal(store: Path, make_run: Any, make_known: Any) -> None:
    with open_journal(store) as journal:

        def work(name: str) -> None:
            for number in range(1, 11):
                assert journal.next_number(EnvId(name)) == number
                journal.refs_seen(AppName(name), make_known(NOON, f"{number}" * 40))
                journal.intent(make_run(number, name))
                journal.ended(make_run(number, name))
                journal.passed(line())

        threads = [Thread(target=work, args=(f"t{index}",)) for index in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(journal.runs(limit=100)) == 40
        assert len(journal.passes(limit=100)) == 40


_REFS = st.dictionaries(
    st.binary(min_size=1).map(Ref), st.text("0123456789abcdef", min_size=40, max_size=40).map(Commit), max_size=5
)
_INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(listed=_REFS, missing=_REFS, at=_INSTANTS, began=st.none() | _INSTANTS)
@settings(max_examples=50)
def test_any_known_refs_survive_their_rows(
    *, listed: dict[Ref, Commit], missing: dict[Ref, Commit], at: datetime, began: datetime | None
) -> None:
    vanished = {ref: Vanished(commit, at) for ref, commit in missing.items()}
    known = KnownRefs(Listing(listed, None, at), vanished, began)
    row = (FRONTEND, at.isoformat(), began.isoformat() if began else None, None)
    assert known_from_rows([row], ref_rows(FRONTEND, known)) == {FRONTEND: known}


@given(words=st.text(st.characters(exclude_categories=["Cs"])), counts=st.dictionaries(st.text(), st.integers(), max_size=3))
@settings(max_examples=50)
def test_any_run_survives_its_row(words: str, counts: dict[str, int]) -> None:
    commits = {FRONTEND: Commit("1" * 40)}
    run = Run(ENV, words, RunNumber(1), WorkflowName.SETUP, words, words, commits, NOON, counts=counts, error=words)
    assert run_from_row(run_row(run)) == run
