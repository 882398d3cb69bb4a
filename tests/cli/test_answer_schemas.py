"""The schemas of answers: real answers obey them, with all their keys in the order of the schema, and nothing else does."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema_rs import Draft202012Validator

from reconciler.cli.answer_schemas import Answer, answer_schema
from tests.reconcile.conftest import Town

if TYPE_CHECKING:
    from tests.conftest import Village

LOGIN = "frontend/feature/login"
PAGE = Path(__file__).resolve().parent.parent.parent / "docs/json.md"
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


def schema_of(village: "Village", answer: Answer) -> Any:
    """The schema as the command prints it."""
    printed = village.call("schema", answer.value)
    assert printed.code == 0
    return json.loads(printed.out)


def in_order(value: Any, schema: Any, defs: Any) -> None:
    """Every mapping of an answer has the keys of its schema, in that order."""
    if "$ref" in schema:
        return in_order(value, defs[schema["$ref"].removeprefix("#/$defs/")], defs)
    if "anyOf" in schema:
        return None if value is None else in_order(value, schema["anyOf"][0], defs)
    if isinstance(value, dict):
        assert list(value) == list(schema["properties"])
        for key, part in value.items():
            in_order(part, schema["properties"][key], defs)
    if isinstance(value, list):
        for part in value:
            in_order(part, schema["items"], defs)
    return None


@pytest.mark.parametrize("answer", COMMANDS)
def test_an_answer_obeys_its_schema(timed: "Village", answer: Answer) -> None:
    schema = schema_of(timed, answer)
    document = timed.run(*COMMANDS[answer], "--output", "json").json
    Draft202012Validator(schema).validate(document)
    in_order(document, schema, schema["$defs"])


@pytest.mark.parametrize("answer", [Answer.VALIDATE, Answer.WINDOWS_CHECK])
def test_problems_obey_their_schema(village: "Village", answer: Answer, tmp_path: Path) -> None:
    (tmp_path / "windows.yaml").write_text('pause: [{name: n, pause: "19:00", resume: "19:00", timezone: CEST}]\n')
    (tmp_path / ".release.yaml").write_text("schedules: windows.yaml\napplication_template: gone.yaml\n")
    commands = {
        Answer.VALIDATE: ["validate", str(tmp_path)],
        Answer.WINDOWS_CHECK: ["windows", "check", str(tmp_path / "windows.yaml")],
    }
    schema, document = schema_of(village, answer), village.call(*commands[answer], "--output", "json").json
    assert document["problems"]
    Draft202012Validator(schema).validate(document)
    in_order(document, schema, schema["$defs"])


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
    Draft202012Validator(schema_of(village, Answer.WINDOWS_EXPLAIN)).validate(document)


@pytest.mark.parametrize("answer", COMMANDS)
def test_a_missing_or_unknown_key_is_refused(timed: "Village", answer: Answer) -> None:
    schema = schema_of(timed, answer)
    document = timed.run(*COMMANDS[answer], "--output", "json").json
    one = document["environments"][0] if "environments" in document else document
    without = {key: part for key, part in one.items() if key != "application"}
    for spoiled in (without, {**one, "more": 1}, {**one, "id": 1}):
        whole = {**document, "environments": [spoiled]} if "environments" in document else spoiled
        assert not Draft202012Validator(schema).is_valid(whole)


def test_each_schema_stands_alone_and_describes_every_key(village: "Village") -> None:
    for answer in Answer:
        schema = schema_of(village, answer)
        references = set(re.findall(r'"#/\$defs/([^"]+)"', answer_schema(answer)))
        assert references == set(schema["$defs"])
        described = [one for part in (schema, *schema["$defs"].values()) for one in part.get("properties", {}).values()]
        assert all("description" in one or "$ref" in one for one in described)


def test_the_page_names_every_key(village: "Village") -> None:
    page = set(re.findall(r"[a-z_]+", PAGE.read_text()))
    for answer in Answer:
        schema = schema_of(village, answer)
        keys = {key for part in (schema, *schema["$defs"].values()) for key in part.get("properties", {})}
        assert keys <= page
