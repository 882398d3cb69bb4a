"""What every target must do, asked through the ports alone."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.model.environment import Tombstone
from reconciler.model.errors import Fenced, InTheWay
from reconciler.model.objects import ObjectKey, manifest_digest
from reconciler.model.record import InstallationRecord, KeptRecord, Revision

Targets = Callable[..., Any]


@pytest.fixture
def env(build: SimpleNamespace) -> Any:
    """An environment."""
    return build.environment()


def test_an_empty_target_holds_nothing(target: Targets, env: Any) -> None:
    reader = target().reader
    records = reader.records()
    assert (records.environments, records.unreadable, records.revision) == ({}, (), None)
    assert records.installation == InstallationRecord("main")
    assert reader.live(env, None).objects == {}
    assert reader.key() is None


def test_looking_makes_nothing(target: Targets, env: Any) -> None:
    reader = target().reader
    for _ in range(2):
        assert reader.records().revision is None
        assert reader.live(env, None).objects == {}
        assert reader.key() is None


def test_a_record_comes_back_as_it_was_saved(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, record = target(), build.full_record(env)
    revision = both.writer.save(record, None)
    assert both.reader.records().environments == {env.id: KeptRecord(record, revision)}


def test_a_record_is_swapped_only_at_the_revision_that_was_read(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, record = target(), build.record(env)
    first = both.writer.save(record, None)
    second = both.writer.save(replace(record, plan_digest="two"), first)
    assert second != first
    for stale in (None, first):
        with pytest.raises(Fenced):
            both.writer.save(replace(record, plan_digest="three"), stale)
    assert both.reader.records().environments[env.id].record.plan_digest == "two"


def test_saving_the_same_record_again_is_a_new_revision(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, record = target(), build.record(env)
    first = both.writer.save(record, None)
    assert both.writer.save(record, first) != first


def test_a_record_that_was_taken_away_is_not_swapped(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, record = target(), build.record(env)
    revision = both.writer.save(record, None)
    both.writer.forget(record, revision)
    with pytest.raises(Fenced):
        both.writer.save(record, revision)


def test_another_life_of_the_environment_is_fenced_off(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, old = target(), build.record(env)
    new = replace(old, born=old.born + timedelta(hours=1))
    both.writer.forget(old, both.writer.save(old, None))
    revision = both.writer.save(new, None)
    with pytest.raises(Fenced):
        both.writer.save(old, revision)


def test_the_installations_record_is_swapped_too(target: Targets, env: Any) -> None:
    both = target()
    stone = Tombstone(env.id, env.application, env.ref, None, "expired", datetime(2026, 3, 2, tzinfo=UTC))
    record = InstallationRecord("main", (stone,))
    revision = both.writer.save_installation(record, None)
    records = both.reader.records()
    assert (records.installation, records.revision) == (record, revision)
    with pytest.raises(Fenced):
        both.writer.save_installation(record, None)
    with pytest.raises(Fenced):
        both.writer.save_installation(record, Revision("77"))


def test_what_was_put_is_live_and_ours(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, manifest = target(), build.manifest(env, spec={"replicas": 2, "on": "yes"})
    before = copy.deepcopy(manifest)
    answer = both.writer.put(build.put(manifest))
    (live,) = both.reader.live(env, None).owned()
    assert manifest == before
    assert live.manifest == both.reader.held(manifest)
    assert (answer.key, answer.deleted) == (live.key, False)
    assert answer.digest == manifest_digest(live.manifest)


def test_putting_twice_is_putting_once(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, change = target(), build.put(build.manifest(env))
    assert both.writer.put(change) == both.writer.put(change)


def test_an_update_replaces_the_object(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both = target()
    both.writer.put(build.put(build.manifest(env, spec={"replicas": 2, "paused": True})))
    both.writer.put(build.put(build.manifest(env, spec={"replicas": 3})))
    (live,) = both.reader.live(env, None).owned()
    assert live.manifest is not None
    assert live.manifest["spec"] == {"replicas": 3}


def test_what_is_deleted_is_gone_and_deleting_twice_is_deleting_once(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, manifest = target(), build.manifest(env)
    both.writer.put(build.put(manifest))
    (live,) = both.reader.live(env, None).owned()
    for _ in range(2):
        assert both.writer.delete(build.gone(live.key, live)).deleted
    assert both.reader.live(env, None).objects == {}


def test_what_another_installation_made_is_neither_changed_nor_deleted(target: Targets, env: Any, build: SimpleNamespace) -> None:
    theirs = build.manifest(env, installation="other", spec={"replicas": 9})
    target("other").writer.put(build.put(theirs))
    both, mine = target("main"), build.manifest(env)
    (live,) = both.reader.live(env, None).objects.values()
    assert (live.owned, live.stranger) == (False, "made by the installation other")
    with pytest.raises(InTheWay):
        both.writer.put(build.put(mine))
    with pytest.raises(InTheWay):
        both.writer.delete(build.gone(live.key, live))
    (still,) = target("other").reader.live(env, None).owned()
    assert still.manifest == theirs


def test_environments_do_not_see_each_other(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, other = target(), build.environment("two")
    both.writer.put(build.put(build.manifest(env)))
    assert both.reader.live(other, None).objects == {}


def test_records_of_another_installation_are_not_ours(target: Targets, env: Any, build: SimpleNamespace) -> None:
    target("other").writer.save(build.record(env, installation="other"), None)
    both = target("main")
    assert both.reader.records().environments == {}
    with pytest.raises(InTheWay):
        both.writer.save(build.record(env), None)


def test_the_key_is_made_once(target: Targets) -> None:
    both = target()
    key = both.writer.make_key()
    assert len(key) == 32
    assert both.writer.make_key() == key
    assert both.reader.key() == key


def test_a_forgotten_environment_leaves_nothing(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, manifest = target(), build.manifest(env)
    record = build.record(env)
    revision = both.writer.save(record, None)
    both.writer.put(build.put(manifest))
    (live,) = both.reader.live(env, record).owned()
    both.writer.delete(build.gone(live.key, live))
    for _ in range(2):
        both.writer.forget(record, revision)
    assert both.reader.records().environments == {}
    assert both.writer.save(record, None)


def test_nothing_is_forgotten_at_another_revision(target: Targets, env: Any, build: SimpleNamespace) -> None:
    both, record = target(), build.record(env)
    first = both.writer.save(record, None)
    both.writer.save(record, first)
    with pytest.raises(Fenced):
        both.writer.forget(record, first)
    assert env.id in both.reader.records().environments


def test_deleting_what_never_was_is_done(target: Targets, env: Any, build: SimpleNamespace) -> None:
    assert target().writer.delete(build.gone(ObjectKey("Service", env.namespace, "never"))).deleted
