"""What people are told of windows, and what they say over them, through the command line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

LOGIN = "frontend/feature/login"
AT_NOON, AT_NIGHT = "2026-06-10T12:00:00Z", "2026-06-10T20:00:00Z"
NIGHTS = 'pause: "19:00", resume: "07:00", timezone: UTC'
WINDOWS = (
    f"windows: {{pause: [{{name: nights, {NIGHTS}}}], "
    "apply: [{name: freeze, deny: true, from: '2026-06-10T00:00', to: '2026-06-11T00:00', timezone: UTC}]}\n"
)


@pytest.fixture
def nightly(village: "Village") -> "Village":
    """The village whose environments sleep at night."""
    village.configure(village.config.read_text() + WINDOWS)
    return village


def record(village: "Village") -> dict[str, Any]:
    """The record of the branch's environment."""
    (path,) = (
        path
        for path in village.deployed.glob("frontend-*/.reconciler/record.json")
        if json.loads(path.read_text())["record"]["type"] == "ephemeral"
    )
    found: dict[str, Any] = json.loads(path.read_text())["record"]
    return found


def test_explain_tells_the_state_at_an_instant_and_who_decides(nightly: "Village") -> None:
    answer = nightly.run("windows", "explain", LOGIN, "--at", AT_NIGHT)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0] == f"{LOGIN} at {AT_NIGHT}"
    assert lines[1].startswith("  asleep since Wed 2026-06-10 19:00 +00:00 until Thu 2026-06-11 07:00 +00:00:")
    assert lines[2].startswith("  → operator's binding pause window nights (")
    assert any(line.startswith("  apply closed") for line in lines)


def test_explain_as_json_says_it_at_the_top(nightly: "Village") -> None:
    found = nightly.run("windows", "explain", LOGIN, "--at", AT_NIGHT, "--output", "json").json
    assert (found["state"], found["since"], found["until"]) == ("asleep", "2026-06-10T19:00:00Z", "2026-06-11T07:00:00Z")
    assert (found["declaration"], [one["decides"] for one in found["considered"]]) == ("nights", [True])
    assert {gate["gate"]: gate["open"] for gate in found["gates"]} == {
        "apply": False,
        "repair": True,
        "prune": False,
        "teardown": False,
    }


@pytest.mark.parametrize("at", ["soon", "2026-06-10T12:00", "2026-13-01T00:00:00Z"])
def test_an_instant_that_is_none_is_wrong_usage(at: str, nightly: "Village") -> None:
    answer = nightly.run("windows", "explain", LOGIN, "--at", at)
    assert answer.code == 2
    assert "write it like" in answer.err


def test_next_lists_what_turns(nightly: "Village") -> None:
    found = nightly.run("windows", "next", LOGIN, "--output", "json").json["environments"][0]["next"]
    assert found[0]["to"] in {"asleep", "awake"}
    assert datetime.fromisoformat(found[0]["at"]) > datetime.now(UTC)
    assert LOGIN in nightly.run("windows", "next").out


def test_the_calendar_has_a_row_for_each_day(nightly: "Village") -> None:
    answer = nightly.run("windows", "calendar", LOGIN, "--days", "3", "--timezone", "Europe/Berlin")
    rows = answer.out.splitlines()
    assert rows[0] == f"{LOGIN}  (Europe/Berlin)"
    assert rows[-1].startswith("█ asleep")
    assert len(rows) in {6, 7}
    assert nightly.run("windows", "calendar", "--timezone", "CEST").code == 2


def test_the_picture_of_the_calendar_is_a_document_with_a_span_for_each_night(nightly: "Village") -> None:
    picture = nightly.run("windows", "calendar", "--output", "svg", "--days", "3")
    nights = [one for one in ET.fromstring(picture.out).iter() if one.get("class") == "asleep"]
    assert len(nights) in {3, 4}
    spans = nightly.run("windows", "calendar", LOGIN, "--output", "json", "--days", "3").json["environments"][0]["asleep"]
    assert len(spans) == len(nights)


def test_check_doubts_a_file_and_refuses_a_wrong_one(tmp_path: Path, village: "Village") -> None:
    file = tmp_path / "schedules.yaml"
    file.write_text("pause: [{name: always, cron: '0 0 * * *', duration: 1d, timezone: UTC}]\n")
    doubted = village.call("windows", "check", str(file))
    assert doubted.code == 0
    assert "R821" in doubted.out
    file.write_text("pause: [{name: never, pause: '19:00', resume: '19:00', timezone: UTC}]\n")
    assert village.call("windows", "check", str(file)).code == 1
    assert village.call("windows", "check", str(tmp_path / "none.yaml")).code == 1


def test_pause_and_resume_are_carried_out_at_once_and_kept(village: "Village") -> None:
    village.run("sync")
    before = village.manifests()
    answer = village.run("pause", LOGIN, "--for", "2h", "--reason", "lunch")
    assert answer.code == 0
    assert "paused until" in answer.out
    assert village.manifests() != before
    assert "asleep" in village.run("status").out
    (override,) = record(village)["window_overrides"]
    assert (override["state"], override["reason"]) == ("asleep", "lunch")
    assert village.run("resume", LOGIN).code == 0
    assert village.manifests() == before
    (override,) = record(village)["window_overrides"]
    assert override["withdrawn"]


def test_what_a_window_has_asleep_is_woken_until_the_window_is_over(village: "Village") -> None:
    now = datetime.now(UTC)
    begin, end = (now - timedelta(hours=2)).strftime("%H:%M"), (now + timedelta(hours=2)).strftime("%H:%M")
    village.configure(
        f'{village.config.read_text()}windows: {{pause: [{{name: now, pause: "{begin}", resume: "{end}", timezone: UTC}}]}}\n'
    )
    village.run("sync")
    assert record(village)["sleep"]
    answer = village.run("resume", LOGIN, "--reason", "a late test", "--output", "json")
    (override,) = answer.json["environments"][0]["overrides"]
    assert override["until"].endswith(f"T{end}:00Z")
    assert record(village)["sleep"] is None


@pytest.mark.parametrize(
    "options",
    [("--for", "2h", "--until", "2090-01-01T00:00:00Z"), ("--until", "2020-01-01T00:00:00Z"), ("--for", "0s"), ("--for", "-2h")],
)
def test_an_end_that_cannot_be_is_wrong_usage(options: tuple[str, ...], village: "Village") -> None:
    village.run("sync")
    assert village.run("pause", LOGIN, "--reason", "x", *options).code == 2
    assert record(village)["window_overrides"] == []


def test_who_cannot_sleep_or_end_is_told_so(village: "Village") -> None:
    village.run("sync")
    refused = village.run("pause", "frontend/production", "--reason", "x")
    assert (refused.code, "may_pause" in refused.err) == (1, True)
    assert (village.run("extend", LOGIN).code, village.run("pause", LOGIN).code) == (1, 2)
    assert village.run("pause", "frontend/nowhere", "--reason", "x").code == 1


def test_an_extension_puts_the_end_off(village: "Village") -> None:
    village.configure(village.config.read_text().replace("type: ephemeral}", "type: ephemeral, expires_after: 1h}"))
    village.run("sync")
    assert "R931" in village.run("plan", LOGIN).out
    answer = village.run("extend", LOGIN, "--for", "3d", "--reason", "the demo")
    assert answer.code == 0
    (extension,) = record(village)["extensions"]
    assert extension["until"] in answer.out
    assert "R931" not in village.run("plan", LOGIN).out
    assert extension["until"] in village.run("status", LOGIN).out
