"""What every target must do, asked through the ports alone."""

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.model.environment import Tombstone
from reconciler.model.errors import Fenced, InTheWay
from reconciler.model.objects import Live, LiveObjects, ObjectKey, applied_of, manifest_digest
from reconciler.model.record import InstallationRecord, KeptRecord, Revision


@pytest.fixture
def env(play: Any) -> Any:
    """An environment."""
    return play.environment()


def things(live: LiveObjects) -> list[Live]:
    """All but the namespace."""
    return [found for found in live.objects.values() if found.key.kind != "Namespace"]


def test_an_empty_target_holds_nothing(play: Any, env: Any) -> None:
    reader = play.target().reader
    records = reader.records()
    assert (records.environments, records.unreadable, records.revision) == ({}, (), None)
    assert records.installation == InstallationRecord(play.main)
    assert reader.live(env, None).objects == {}
    assert reader.key() is None


def test_looking_makes_nothing(play: Any, env: Any) -> None:
    reader = play.target().reader
    for _ in range(2):
        assert reader.records().revision is None
        assert reader.live(env, None).objects == {}
        assert reader.key() is None


def test_a_record_comes_back_as_it_was_saved(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, record = play.target(), play.full_record(env)
    revision = both.writer.save(record, None)
    assert both.reader.records().environments == {env.id: KeptRecord(record, revision)}


def test_a_record_is_swapped_only_at_the_revision_that_was_read(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, record = play.target(), play.record(env)
    first = both.writer.save(record, None)
    second = both.writer.save(replace(record, plan_digest="two"), first)
    assert second != first
    for stale in (None, first):
        with pytest.raises(Fenced):
            both.writer.save(replace(record, plan_digest="three"), stale)
    assert both.reader.records().environments[env.id].record.plan_digest == "two"


def test_saving_the_same_record_again_is_a_new_revision(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, record = play.target(), play.record(env)
    first = both.writer.save(record, None)
    assert both.writer.save(record, first) != first


def test_a_record_that_was_taken_away_is_not_swapped(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, record = play.target(), play.record(env)
    revision = both.writer.save(record, None)
    both.writer.forget(record, revision)
    with pytest.raises(Fenced):
        both.writer.save(record, revision)


def test_another_life_of_the_environment_is_fenced_off(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, old = play.target(), play.record(env)
    new = replace(old, born=old.born + timedelta(hours=1))
    revision = both.writer.save(old, None)
    both.writer.forget(old, revision)
    play.patiently(lambda: both.writer.save(new, None))
    with pytest.raises(Fenced):
        both.writer.save(old, revision)


def test_the_installations_record_is_swapped_too(play: Any, env: Any) -> None:
    both = play.target()
    stone = Tombstone(env.id, env.application, env.ref, None, "expired", datetime(2026, 3, 2, tzinfo=UTC))
    record = InstallationRecord(play.main, (stone,))
    revision = both.writer.save_installation(record, None)
    records = both.reader.records()
    assert (records.installation, records.revision) == (record, revision)
    with pytest.raises(Fenced):
        both.writer.save_installation(record, None)
    with pytest.raises(Fenced):
        both.writer.save_installation(record, Revision("77"))


def test_what_was_put_is_live_and_ours(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, manifest = play.open_namespace(env), play.manifest(env, replicas="2", on="yes")
    before = copy.deepcopy(manifest)
    answer = both.writer.put(build.put(manifest))
    (live,) = things(both.reader.live(env, None))
    assert live.owned
    assert manifest == before
    assert live.manifest == both.reader.held(manifest)
    assert (answer.key, answer.deleted) == (live.key, False)
    applied = applied_of(answer.digest)
    assert applied.wanted == manifest_digest(both.reader.held(manifest))
    assert applied.held == (live.digest or manifest_digest(live.manifest or {}))


def test_putting_twice_is_putting_once(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, change = play.open_namespace(env), build.put(play.manifest(env))
    assert both.writer.put(change) == both.writer.put(change)


def test_an_update_replaces_the_object(play: Any, env: Any, build: SimpleNamespace) -> None:
    both = play.open_namespace(env)
    both.writer.put(build.put(play.manifest(env, replicas="2", paused="yes")))
    both.writer.put(build.put(play.manifest(env, replicas="3")))
    (live,) = things(both.reader.live(env, None))
    assert live.manifest is not None
    assert live.manifest["data"] == {"replicas": "3"}


def test_what_is_deleted_is_gone_and_deleting_twice_is_deleting_once(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, manifest = play.open_namespace(env), play.manifest(env)
    both.writer.put(build.put(manifest))
    (live,) = things(both.reader.live(env, None))
    for _ in range(2):
        assert both.writer.delete(build.gone(live.key, live)).deleted
    assert things(both.reader.live(env, None)) == []


def test_what_another_installation_made_is_neither_changed_nor_deleted(play: Any, env: Any, build: SimpleNamespace) -> None:
    theirs = play.manifest(env, installation=play.other, replicas="9")
    play.open_namespace(env, play.other).writer.put(build.put(theirs))
    both, mine = play.target(), play.manifest(env)
    (live,) = things(both.reader.live(env, None))
    assert (live.owned, live.stranger) == (False, f"made by the installation {play.other}")
    with pytest.raises(InTheWay):
        both.writer.put(build.put(mine))
    with pytest.raises(InTheWay):
        both.writer.delete(build.gone(live.key, live))
    (still,) = things(play.target(play.other).reader.live(env, None))
    assert (still.owned, still.manifest) == (True, theirs)


def test_environments_do_not_see_each_other(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, other = play.open_namespace(env), play.environment("two")
    both.writer.put(build.put(play.manifest(env)))
    assert both.reader.live(other, None).objects == {}


def test_records_of_another_installation_are_not_ours(play: Any, env: Any, build: SimpleNamespace) -> None:
    play.target(play.other).writer.save(play.record(env, installation=play.other), None)
    both = play.target()
    assert both.reader.records().environments == {}
    with pytest.raises(InTheWay):
        both.writer.save(play.record(env), None)


def test_the_key_is_made_once(play: Any) -> None:
    both = play.target()
    key = both.writer.make_key()
    assert len(key) == 32
    assert both.writer.make_key() == key
    assert both.reader.key() == key


def test_a_forgotten_environment_leaves_nothing(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, manifest = play.target(), play.manifest(env)
    record = play.record(env)
    revision = both.writer.save(record, None)
    both.writer.put(build.put(manifest))
    (live,) = things(both.reader.live(env, record))
    both.writer.delete(build.gone(live.key, live))
    for _ in range(2):
        both.writer.forget(record, revision)
    assert both.reader.records().environments == {}
    assert play.patiently(lambda: both.writer.save(record, None))


def test_nothing_is_forgotten_at_another_revision(play: Any, env: Any, build: SimpleNamespace) -> None:
    both, record = play.target(), play.record(env)
    first = both.writer.save(record, None)
    both.writer.save(record, first)
    with pytest.raises(Fenced):
        both.writer.forget(record, first)
    assert env.id in both.reader.records().environments


def test_deleting_what_never_was_is_done(play: Any, env: Any, build: SimpleNamespace) -> None:
    assert play.target().writer.delete(build.gone(ObjectKey("Service", env.namespace, "never"))).deleted
