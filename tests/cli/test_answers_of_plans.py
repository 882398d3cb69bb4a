"""Answers about plans and what came of them obey their schemas, whatever there is to tell."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema_rs import Draft202012Validator

from reconciler.cli.answer_schemas import Answer
from reconciler.model.change import Change
from reconciler.model.errors import Refused
from tests.answers import obeys, schema_of
from tests.reconcile.conftest import Front, Town

if TYPE_CHECKING:
    from tests.conftest import Village

LOGIN = "frontend/feature/login"
pytestmark = pytest.mark.slow
COMMANDS = {
    Answer.IMPORTS_SHOW: ["imports", "show"],
    Answer.PLAN: ["plan"],
    Answer.STATUS: ["status"],
    Answer.EXPLAIN: ["explain", LOGIN],
    Answer.SYNC: ["sync"],
    Answer.HISTORY: ["history", "--passes"],
    Answer.TEARDOWN: ["teardown", LOGIN, "--yes"],
}


@dataclass(frozen=True)
class Story:
    """What happens to a village, and what its answers show then."""

    happens: Callable[[Town], None]
    shows: tuple[str, ...]


def closed(gate: str, *, begins: str, ends: str) -> str:
    """A window of `config.yaml` that closes a gate and stops runs."""
    when = f"from: '{begins}', to: '{ends}', timezone: UTC"
    return f"windows: {{apply: [{{name: freeze, deny: true, {when}, gates: [{gate}], interrupt: true}}]}}\n"


def nothing_yet(town: Town) -> None:
    """Nothing is deployed, and one rule admits nobody."""
    town.settings("type: ephemeral}", "type: ephemeral, at_most: 1}")
    town.repository("frontend").branch("feature/other", "feature/login")


def changes(town: Town) -> None:
    """A commit changes an object and has a key without effect; files of one branch cannot be read, another imports nobody."""
    town.village.run("sync")
    town.edit("backend", "postgres:17", "postgres:18", branch="feature/login")
    town.edit("backend", "app: backend\n", "app: backend\ncharts:\n- name: redis\n", branch="feature/login")
    town.repository("frontend").branch("feature/wrong", "feature/login")
    town.edit("frontend", "- name: notifier\n", "- name: nobody\n", branch="feature/wrong")
    town.repository("frontend").commit({".release.yaml": None}, branch="feature/broken")


def asleep(town: Town) -> None:
    """A person put an environment to sleep that expires."""
    town.settings("type: ephemeral}", "type: ephemeral, expires_after: 3d}")
    town.village.run("sync")
    town.village.run("pause", LOGIN, "--for", "1h", "--reason", "a test")


def held_by_a_person(town: Town) -> None:
    """A push waits to be asked for."""
    town.edit("frontend", "auto_deploy: true", "auto_deploy: false", branch="feature/login")
    town.village.run("sync")
    town.repository("frontend").commit({"README": "hello\n"}, branch="feature/login")


def held_by_time(town: Town) -> None:
    """An object would go, and the gate of deletions is closed."""
    town.village.run("sync")
    town.edit("frontend", "- name: notifier\n", "", branch="feature/login")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    town.configure(
        town.village.config.read_text() + closed("prune", begins="2020-01-01T00:00", ends=f"{tomorrow:%Y-%m-%dT%H:%M}")
    )


def aborted(town: Town) -> None:
    """A member is ignored, and a service of another is left out."""
    town.edit(
        "frontend", "- name: notifier\n", "- name: notifier\n  exclude_services: [{name: mailer}]\n", branch="feature/login"
    )
    ignored = '- name: backend\n  ignore_deployment_refs: ["feature/**"]\n'
    town.edit("frontend", "- name: backend\n", ignored, branch="feature/login")
    town.village.run("sync")


def stale(town: Town) -> None:
    """A repository does not answer."""
    town.village.run("sync")
    path = town.repository("backend").path
    path.rename(path.with_name("away"))


def in_the_way(town: Town) -> None:
    """A file stands where a namespace is to be, so that no plan can be made."""
    town.village.deployed.mkdir()
    plan = town.village.run("plan", "frontend/production", "--output", "json").json
    (town.village.deployed / plan["environments"][0]["namespace"]).write_text("mine\n")


def fails(change: Change) -> None:
    """The target refuses what runs."""
    if change.key.kind == "Deployment":
        raise Refused(f"{change.key} is refused")


def failed(town: Town) -> None:
    """A run failed on its way."""
    with town.behind(lambda writer: Front(writer, fails)) as passes:
        assert passes.world is not None
        for life in passes.world.lives:
            assert passes.over(life.environment.id, "test").outcome == "failed"


def stopped(town: Town) -> None:
    """A gate closed while a run was on its way."""
    town.sync()
    town.edit("backend", "target_port: '3000'", "target_port: '3001'", branch="feature/login")
    town.edit("frontend", "replicas: 1", "replicas: 2", branch="feature/login")
    town.configure(town.village.config.read_text() + closed("apply", begins="2026-03-01T13:00", ends="2026-03-02T06:00"))

    def strike(change: Change) -> None:
        del change
        town.clock.at = datetime(2026, 3, 1, 13, tzinfo=UTC)

    with town.behind(lambda writer: Front(writer, strike)) as passes:
        for key in passes.look("test"):
            passes.over(key, "test")


def cut(change: Change) -> None:
    """Somebody interrupts the process."""
    raise KeyboardInterrupt(str(change.key))


def cut_off(town: Town) -> None:
    """A run was cut off on its way."""
    with town.behind(lambda writer: Front(writer, cut)) as passes, pytest.raises(KeyboardInterrupt):
        passes.over(passes.look("test")[0], "test")


STORIES = {
    "nothing yet": Story(nothing_yet, ('"state": "birth"', '"state": "refused"', '"time": null', '"born": null', '"runs": []')),
    "changes": Story(
        changes, ('"before": "postgres:17"', '"key": "charts"', '"digest": null', '"code": "R', '"application": null')
    ),
    "asleep": Story(asleep, ('"standing": "asleep"', '"asleep_since": "2', '"expires": "2', '"declaration": "')),
    "held by a person": Story(held_by_a_person, ('"kind": "person"', '"outcome": "held"')),
    "held by time": Story(held_by_time, ('Z", "gate": "prune"', '"partly": true', '"held": [{')),
    "aborted": Story(
        aborted, ('"aborted": true', '"aborted_reason": "', '"excluded_services": ["mailer"]', '"state": "aborted"')
    ),
    "stale": Story(stale, ('"stale": "',)),
    "in the way": Story(in_the_way, ('makes an environment of it", "outcome": "failed"',)),
    "failed": Story(failed, ('"outcome": "failed"', '"state": "failed"')),
    "stopped": Story(stopped, ('"outcome": "stopped"', '"state": "open"')),
    "cut off": Story(cut_off, ('"outcome": "open"', '"ended": null')),
}


@pytest.mark.parametrize("name", STORIES)
def test_answers_obey_their_schemas(village: "Village", name: str) -> None:
    STORIES[name].happens(Town(village))
    told = ""
    for answer, command in COMMANDS.items():
        document = village.run(*command, "--output", "json").json
        obeys(document, schema_of(village, answer))
        told += json.dumps(document)
    assert [text for text in STORIES[name].shows if text not in told] == []


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping of an answer whose keys a schema names."""
    if isinstance(value, dict):
        yield value
        value = [part for key, part in value.items() if key not in {"commits", "counts"}]
    if isinstance(value, list):
        for part in value:
            yield from mappings(part)


def test_an_answer_with_a_key_too_few_or_too_many_is_refused(village: "Village") -> None:
    village.run("sync")
    schema = Draft202012Validator(schema_of(village, Answer.STATUS))
    document = village.run("status", "--output", "json").json
    for mapping in list(mappings(document)):
        mapping["more"] = 1
        assert not schema.is_valid(document)
        del mapping["more"]
        first, value = next(iter(mapping.items()))
        del mapping[first]
        assert not schema.is_valid(document)
        mapping[first] = value
    assert schema.is_valid(document)
