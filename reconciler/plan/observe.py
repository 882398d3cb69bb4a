"""Observe refs and records, and judge which environments are: one listing per repository, absence never assumed."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from reconciler.lifecycle.judge import judge
from reconciler.lifecycle.refs_in_force import in_force
from reconciler.lifecycle.rules import candidates
from reconciler.model.environment import Environment, Life, LifeState
from reconciler.model.errors import ReconcilerError
from reconciler.model.ids import AppName, Commit, EnvId
from reconciler.model.place import Origin
from reconciler.model.ports import FileReader
from reconciler.model.problem import errors_of
from reconciler.model.reason import Reason
from reconciler.model.record import Record, TargetRecords
from reconciler.model.refs import HeadFacts, KnownRefs, Listing, RefTable
from reconciler.model.settings import Application, Installation
from reconciler.plan.library import POINTER_FILE
from reconciler.plan.sight import Reading, World
from reconciler.spec.release_file import read_release_file

OFFLINE = "remotes were not asked (--offline)"
AT_ONCE = 8
"""How many remotes are asked side by side."""


def observe(installation: Installation, reading: Reading, *, now: datetime, offline: bool = False) -> World:
    """The world at one instant, which is that of its listings, too.

    Nothing is raised for a repository or a target that does not answer: it is said in the world.
    """
    tables, learned = _tables(installation, reading, now=now, offline=offline)
    records, silent = _records(reading)
    lives: list[Life] = []
    for application in installation.applications.values():
        if application.target in silent:
            continue
        lives += _lives(application, tables[application.name], files=reading.files, records=records[application.target], now=now)
    return World(installation, now, tables, learned, records, silent, _distinct(lives), offline)


def _tables(
    installation: Installation, reading: Reading, *, now: datetime, offline: bool
) -> tuple[Mapping[AppName, RefTable], Mapping[AppName, KnownRefs]]:
    known = reading.history.known_refs()
    tables: dict[AppName, RefTable] = {}
    learned: dict[AppName, KnownRefs] = {}
    answers = {} if offline else _listings(reading, tuple(installation.applications))
    for name in installation.applications:
        listing, failure = answers.get(name, (None, OFFLINE))
        seen = replace(listing, at=now) if listing else None
        tables[name], remembered = in_force(known.get(name), seen, failure=failure, now=now)
        if remembered is not None:
            learned[name] = remembered
    return tables, learned


def _listings(reading: Reading, names: Sequence[AppName]) -> Mapping[AppName, tuple[Listing | None, str | None]]:
    """All remotes side by side: one that is slow to answer keeps nobody waiting but itself."""
    reading.lister.begin()
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return dict(zip(names, pool.map(lambda name: _listing(reading, name), names), strict=True))


def _listing(reading: Reading, application: AppName) -> tuple[Listing | None, str | None]:
    try:
        return reading.lister.list(application), None
    except ReconcilerError as error:
        return None, str(error)


def _records(reading: Reading) -> tuple[Mapping[str, TargetRecords], Mapping[str, str]]:
    records: dict[str, TargetRecords] = {}
    silent: dict[str, str] = {}
    for name, target in reading.targets.items():
        try:
            records[name] = target.records()
        except ReconcilerError as error:
            silent[name] = str(error)
    return records, silent


def _lives(
    application: Application, table: RefTable, *, files: FileReader, records: TargetRecords, now: datetime
) -> tuple[Life, ...]:
    mine: dict[EnvId, Record] = {
        env_id: kept.record for env_id, kept in records.environments.items() if kept.record.application == application.name
    }
    unborn = [environment for environment in candidates(application, table) if environment.id not in mine]
    facts = _facts(application.name, {commit for environment in unborn if (commit := table.commit(environment.ref))}, files=files)
    tombstones = [stone for stone in records.installation.tombstones if stone.application == application.name]
    lives = judge(application, table, facts=facts, records=mine, tombstones=tombstones, now=now)
    barred = {unreadable.namespace: unreadable.reason for unreadable in records.unreadable}
    return tuple(_barred(life, barred.get(life.environment.namespace)) for life in lives)


def _barred(life: Life, reason: str | None) -> Life:
    return replace(life, state=LifeState.REFUSED, reason=Reason(f"its record cannot be read: {reason}")) if reason else life


def _facts(application: AppName, commits: set[Commit], *, files: FileReader) -> Mapping[Commit, HeadFacts]:
    if not commits:
        return {}
    try:
        made = files.committed_at(application, commits)
    except ReconcilerError:
        return {}
    return {
        commit: HeadFacts(made[commit], _unreadable(application, commit, files=files)) for commit in commits if commit in made
    }


def _unreadable(application: AppName, commit: Commit, *, files: FileReader) -> str | None:
    try:
        source = files.files(application, commit, paths=[POINTER_FILE])[POINTER_FILE]
    except ReconcilerError as error:
        return str(error)
    if source is None:
        return f"there is no {POINTER_FILE} on the branch"
    pointers, problems = read_release_file(source, Origin(POINTER_FILE, application, commit))
    errors = errors_of(problems)
    if errors:
        return str(errors[0])
    if pointers is None or pointers.foreign:
        return f"{POINTER_FILE} belongs to another tool"
    return None


def _distinct(lives: list[Life]) -> tuple[Life, ...]:
    """Two environments with one id would write over each other: the later is refused (design 5.1)."""
    first: dict[EnvId, Environment] = {}
    return tuple(_refused_twin(life, first.setdefault(life.environment.id, life.environment)) for life in lives)


def _refused_twin(life: Life, holder: Environment) -> Life:
    if holder == life.environment:
        return life
    return replace(life, state=LifeState.REFUSED, reason=Reason(f"its id {holder.id} is taken by {holder}"))
