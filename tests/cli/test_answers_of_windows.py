"""Answers about windows and people's words over them obey their schemas."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from jsonschema_rs import Draft202012Validator

from reconciler.cli.answer_schemas import Answer
from reconciler.cli.wire import hands
from tests.answers import obeys, schema_of
from tests.reconcile.conftest import Town

if TYPE_CHECKING:
    from tests.conftest import Village

LOGIN = "frontend/feature/login"
NIGHTS = """\
pause:
- {name: nights, pause: "19:00", resume: "07:00", timezone: Europe/Berlin, scope: {applications: [backend]}}
- {name: hours, cron: "0 * * * *", duration: 30m, timezone: UTC}
apply:
- {name: freeze, deny: true, cron: "0 12 * * *", duration: 2h, timezone: UTC, gates: [teardown]}
"""
COMMANDS = {
    Answer.PAUSE: ["pause", LOGIN, "--for", "2h", "--reason", "a test"],
    Answer.RESUME: ["resume", LOGIN, "--reason", "a test"],
    Answer.EXTEND: ["extend", LOGIN, "--for", "7d", "--reason", "the demo"],
    Answer.WINDOWS_EXPLAIN: ["windows", "explain", LOGIN],
    Answer.WINDOWS_NEXT: ["windows", "next"],
    Answer.WINDOWS_CALENDAR: ["windows", "calendar", "--days", "2"],
}


@pytest.fixture
def timed(village: "Village") -> "Village":
    """The village with windows of every kind, an end, a person's word, and everything deployed."""
    text = village.config.read_text().replace("type: ephemeral}", "type: ephemeral, expires_after: 3d}")
    village.configure(text + "windows:\n" + "".join(f"  {line}\n" for line in NIGHTS.splitlines()))
    village.run("sync")
    village.run("pause", LOGIN, "--for", "1h", "--reason", "before")
    return village


@pytest.mark.parametrize("answer", COMMANDS)
def test_an_answer_obeys_its_schema(timed: "Village", answer: Answer) -> None:
    document = timed.run(*COMMANDS[answer], "--output", "json").json
    obeys(document, schema_of(timed, answer))


def test_what_waits_for_its_turn_obeys_its_schema(village: "Village") -> None:
    town = Town(village)
    town.settings("directory: deployed", "directory: deployed, waking: {at_once: 1}")
    town.repository("frontend").branch("feature/other", "feature/login")
    before = village.config.read_text()
    village.configure(f'{before}windows: {{pause: [{{name: n, cron: "0 * * * *", duration: 1h, timezone: UTC}}]}}\n')
    village.run("sync")
    village.configure(before)
    town.say("frontend/feature/other", lambda record: replace(record, waking=datetime.now(UTC).replace(microsecond=0)))
    document = village.run("windows", "explain", LOGIN, "--output", "json").json
    assert document["waits"]["reason"].startswith("it sleeps on until it is its turn to wake")
    obeys(document, schema_of(village, Answer.WINDOWS_EXPLAIN))


@pytest.mark.parametrize("answer", COMMANDS)
def test_a_missing_or_unknown_key_is_refused(timed: "Village", answer: Answer) -> None:
    schema = schema_of(timed, answer)
    document = timed.run(*COMMANDS[answer], "--output", "json").json
    one = document["environments"][0] if "environments" in document else document
    without = {key: part for key, part in one.items() if key != "application"}
    for spoiled in (without, {**one, "more": 1}, {**one, "id": 1}):
        whole = {**document, "environments": [spoiled]} if "environments" in document else spoiled
        assert not Draft202012Validator(schema).is_valid(whole)


def test_a_word_beside_a_daemon_obeys_its_schema(village: "Village") -> None:
    village.run("sync")
    with hands(village.config):
        document = village.run(*COMMANDS[Answer.RESUME], "--output", "json").json
    assert document["environments"][0]["outcome"] is None
    obeys(document, schema_of(village, Answer.RESUME))
