"""Cron jobs over sleep: they start nothing asleep, and make up for nothing on waking."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from reconciler.reconcile.passes import Report
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
CRON_JOBS: Final = """\
cron_jobs:
- {name: tick, image: acme/tick, command: [tick], schedule: "* * * * *"}
- {name: report, image: acme/report, command: [report], schedule: "0 3 * * *"}
"""
NIGHTS: Final = 'windows: {pause: [{name: nights, pause: "19:00", resume: "07:00", timezone: UTC}]}\n'
NIGHT: Final = datetime(2026, 3, 1, 20, tzinfo=UTC)
MORNING: Final = datetime(2026, 3, 2, 7, tzinfo=UTC)


@pytest.fixture
def woken(town: "Town") -> "Town":
    """The village with two cron jobs, after a night, at the very instant at which it is to wake."""
    text = town.repository("backend").git("show", "feature/login:.release/application_template.yaml") + "\n"
    town.repository("backend").commit({".release/application_template.yaml": text + CRON_JOBS}, branch="feature/login")
    town.configure(town.village.config.read_text() + NIGHTS)
    town.sync()
    town.clock.at = NIGHT
    town.sync()
    assert suspended(town) == {"backend-report": True, "backend-tick": True}
    town.clock.at = MORNING
    return town


def suspended(town: "Town") -> dict[str, Any]:
    """What the cron jobs say of being suspended, by their names."""
    folder = town.village.deployed / town.record(LOGIN).namespace
    manifests = [YAML(typ="safe").load(path.read_text()) for path in sorted(folder.glob("cronjob-*.yaml"))]
    return {manifest["metadata"]["name"]: manifest["spec"].get("suspend") for manifest in manifests}


def holds(report: "Report") -> list[tuple[str, datetime | None]]:
    """What it waits for, and until when."""
    assert report.plan is not None
    assert all(hold.partly for hold in report.plan.holds)
    return [(hold.reason.text, hold.until) for hold in report.plan.holds]


def test_a_start_of_the_last_minute_asleep_is_waited_out(woken: "Town") -> None:
    report = woken.sync(LOGIN)[LOGIN]
    assert suspended(woken) == {"backend-report": None, "backend-tick": True}
    ((words, until),) = holds(report)
    assert words.endswith(
        "backend-tick stays suspended until nobody makes up for its start of 2026-03-02T06:59:00Z, when it slept"
    )
    assert until == report.due == MORNING + timedelta(seconds=5)


def test_the_last_cron_job_wakes_as_a_part_of_waking(woken: "Town") -> None:
    woken.sync(LOGIN)
    assert woken.record(LOGIN).sleep is None
    woken.later(seconds=4)
    assert woken.outcomes(LOGIN)[LOGIN] == "held"
    woken.later(seconds=1)
    report = woken.sync(LOGIN)[LOGIN]
    assert suspended(woken) == {"backend-report": None, "backend-tick": None}
    assert report.plan is not None
    assert [(str(change.key.name), change.reason.text.split(":")[0]) for change in report.plan.effective] == [
        ("backend-tick", "woken")
    ]
    assert holds(report) == []
    assert woken.outcomes(LOGIN)[LOGIN] == "nothing"


def test_who_wakes_it_later_waits_for_nothing(woken: "Town") -> None:
    woken.later(seconds=5)
    assert holds(woken.sync(LOGIN)[LOGIN]) == []
    assert suspended(woken) == {"backend-report": None, "backend-tick": None}


def test_a_closed_gate_does_not_keep_it_suspended(woken: "Town") -> None:
    freeze = '{name: freeze, deny: true, from: "2026-03-02T00:00", to: "2026-03-09T00:00", timezone: UTC, gates: [apply]}'
    windows = NIGHTS.replace("]}\n", f"], apply: [{freeze}]}}\n")
    woken.configure(woken.village.config.read_text().replace(NIGHTS, windows))
    woken.sync(LOGIN)
    assert suspended(woken) == {"backend-report": None, "backend-tick": True}
    woken.later(seconds=5)
    woken.sync(LOGIN)
    assert suspended(woken) == {"backend-report": None, "backend-tick": None}


def test_a_hand_that_suspends_it_awake_is_undone_at_once(woken: "Town") -> None:
    woken.later(minutes=1)
    woken.sync(LOGIN)
    path = woken.village.deployed / woken.record(LOGIN).namespace / "cronjob-backend-tick.yaml"
    path.write_text(path.read_text().replace("spec:\n", "spec:\n  suspend: true\n", 1))
    woken.later(minutes=1)
    report = woken.sync(LOGIN)[LOGIN]
    assert report.plan is not None
    assert [change.reason.text.split(" (")[0] for change in report.plan.effective] == ["edited by hand, put back"]
    assert suspended(woken) == {"backend-report": None, "backend-tick": None}
