"""A gate closes while a run is between two waves: it is finished, or it stops there and is finished when the gate opens."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reconciler.model.change import Change
from reconciler.model.run import Outcome
from reconciler.plan.holds import Asked
from reconciler.reconcile.passes import Report
from tests.reconcile.conftest import Front

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
CLOSES = datetime(2026, 3, 1, 13, tzinfo=UTC)
OPENS = datetime(2026, 3, 2, 6, tzinfo=UTC)


@pytest.fixture
def deployed(town: "Town") -> "Town":
    """One environment, deployed at noon; its members were changed a minute before the gate closes."""
    town.settings("    - {name: production, branch: main, type: permanent}\n", "")
    town.sync()
    town.edit("backend", "target_port: '3000'", "target_port: '3001'", branch="feature/login")
    town.edit("frontend", "replicas: 1", "replicas: 2", branch="feature/login")
    town.clock.at = CLOSES - timedelta(minutes=1)
    return town


def declare(town: "Town", gates: str, *, interrupt: bool, more: str = "") -> None:
    """A window that closes gates at one o'clock."""
    says = f"gates: [{gates}], interrupt: {str(interrupt).lower()}"
    deny = f"{{name: freeze, deny: true, from: '2026-03-01T13:00', to: '2026-03-02T06:00', timezone: UTC, {says}}}"
    town.configure(f"{town.village.config.read_text()}windows: {{apply: [{deny}]{more}}}\n")


def overtaken(town: "Town", *, asked: Asked | None = None) -> Report:
    """A pass during whose first request the clock strikes one."""

    def strike(change: Change) -> None:
        del change
        town.clock.at = max(town.clock.at, CLOSES)

    with town.behind(lambda writer: Front(writer, strike)) as passes:
        assert passes.world is not None
        (key,) = (life.environment.id for life in passes.world.lives if str(life.environment) == LOGIN)
        return passes.over(str(key), "test", asked=asked)


def file(town: "Town", name: str) -> str:
    """One manifest of the environment."""
    (text,) = (text for path, text in town.manifests().items() if path.endswith(f"/{name}.yaml"))
    return text.decode()


def test_a_run_that_has_begun_is_finished(deployed: "Town") -> None:
    declare(deployed, "apply", interrupt=False)
    report = overtaken(deployed)
    assert (report.outcome, report.run and report.run.outcome) == ("done", Outcome.DONE)
    assert "3001" in file(deployed, "deployment-api")
    assert "replicas: 2" in file(deployed, "deployment-web")


def test_it_stops_before_its_next_wave_and_is_finished_when_the_gate_opens(deployed: "Town") -> None:
    declare(deployed, "apply", interrupt=True)
    before = deployed.manifests()
    report = overtaken(deployed)
    assert (report.outcome, report.due) == ("held", CLOSES)
    assert report.run is not None
    assert report.run.outcome is Outcome.STOPPED
    assert report.detail.startswith("stopped between two waves: the operator's deny window freeze holds apply back; it opens")
    assert report.plan is not None
    assert [(hold.gate, hold.until, hold.partly) for hold in report.plan.holds] == [("apply", OPENS, False)]
    sent = deployed.changed(before)
    assert sent
    assert "replicas: 1" in file(deployed, "deployment-web")
    half = deployed.manifests()
    deployed.later(hours=1)
    assert deployed.outcomes()[LOGIN] == "held"
    assert deployed.manifests() == half
    deployed.clock.at = OPENS
    assert deployed.outcomes()[LOGIN] == "done"
    assert "3001" in file(deployed, "deployment-api")
    assert "replicas: 2" in file(deployed, "deployment-web")
    assert sent < deployed.changed(before)
    assert deployed.outcomes()[LOGIN] == "nothing"
    history = deployed.village.run("history", LOGIN, "--output", "json").json["runs"]
    assert [run["outcome"] for run in history][:2] == ["done", "stopped"]


def test_jobs_that_ran_before_it_stopped_do_not_run_again(deployed: "Town") -> None:
    declare(deployed, "apply", interrupt=True)
    overtaken(deployed)
    ran = deployed.record(LOGIN).jobs
    deployed.clock.at = OPENS
    deployed.sync()
    assert [run for run in deployed.record(LOGIN).jobs if run in ran] == list(ran)
    assert len({run.name for run in deployed.record(LOGIN).jobs}) == len(deployed.record(LOGIN).jobs)


def test_a_hand_edit_of_what_was_sent_is_put_back_while_the_rest_waits(deployed: "Town") -> None:
    declare(deployed, "apply", interrupt=True)
    overtaken(deployed)
    half = deployed.manifests()
    path = deployed.village.deployed / deployed.record(LOGIN).namespace / "deployment-web.yaml"
    path.write_text(path.read_text().replace("replicas: 1", "replicas: 9"))
    assert deployed.outcomes()[LOGIN] == "done"
    assert deployed.manifests() == half


def test_an_override_is_not_interrupted(deployed: "Town") -> None:
    declare(deployed, "apply", interrupt=True)
    assert overtaken(deployed, asked=Asked(override_window="ada: the shop is down")).outcome == "done"
    assert "replicas: 2" in file(deployed, "deployment-web")


def test_where_only_deletions_are_interrupted_the_rest_goes_on(deployed: "Town") -> None:
    deployed.edit("frontend", "- name: notifier\n", "", branch="feature/login")
    declare(deployed, "prune", interrupt=True)
    report = overtaken(deployed)
    assert report.outcome == "done"
    assert report.plan is not None
    assert [(hold.gate, hold.partly) for hold in report.plan.holds] == [("prune", True)]
    assert "replicas: 2" in file(deployed, "deployment-web")
    before = deployed.manifests()
    assert deployed.outcomes()[LOGIN] == "held"
    assert deployed.manifests() == before
    deployed.clock.at = OPENS
    deployed.sync()
    assert len(deployed.manifests()) < len(before)


def test_a_birth_that_is_interrupted_is_finished_later(town: "Town") -> None:
    declare(town, "apply", interrupt=True)
    town.clock.at = CLOSES - timedelta(minutes=1)
    assert overtaken(town).outcome == "held"
    begun = town.manifests()
    assert town.outcomes()[LOGIN] == "held"
    assert town.manifests() == begun
    town.clock.at = OPENS
    assert town.outcomes()[LOGIN] == "done"
    assert town.outcomes()[LOGIN] == "nothing"
    assert set(begun) < set(town.manifests())


def test_a_teardown_that_is_interrupted_is_finished_later(deployed: "Town") -> None:
    scaled = "  has_repo: true\n  autoscale: {min_replicas: 2, max_replicas: 4}\n"
    deployed.edit("backend", "  has_repo: true\n", scaled, branch="feature/login")
    deployed.sync()
    declare(deployed, "teardown", interrupt=True)
    deployed.repository("frontend").delete("feature/login")
    deployed.clock.at = CLOSES - timedelta(minutes=12)
    deployed.sync()
    deployed.later(minutes=11)
    before = deployed.manifests()
    report = overtaken(deployed)
    assert (report.outcome, report.run and report.run.outcome) == ("held", Outcome.STOPPED)
    assert 0 < len(deployed.manifests()) < len(before)
    assert deployed.outcomes()[LOGIN] == "held"
    deployed.clock.at = OPENS
    assert deployed.outcomes()[LOGIN] == "done"
    assert LOGIN not in deployed.outcomes()


def test_falling_asleep_stops_whole_and_is_finished_later(deployed: "Town") -> None:
    deployed.sync()
    awake = deployed.manifests()
    declare(deployed, "repair", interrupt=True, more=", pause: [{name: n, pause: '12:30', resume: '11:00', timezone: UTC}]")
    assert overtaken(deployed).outcome == "held"
    half = deployed.manifests()
    assert awake != half
    assert deployed.record(LOGIN).sleep is None
    assert deployed.outcomes()[LOGIN] == "held"
    assert deployed.manifests() == half
    deployed.clock.at = OPENS
    assert deployed.outcomes()[LOGIN] == "done"
    assert deployed.record(LOGIN).sleep is not None
    deployed.clock.at = datetime(2026, 3, 2, 11, tzinfo=UTC)
    deployed.sync()
    assert deployed.manifests() == awake


def test_a_pause_that_begins_lets_the_run_finish_and_then_puts_to_sleep(deployed: "Town") -> None:
    text = deployed.village.config.read_text()
    deployed.configure(f"{text}windows: {{pause: [{{name: n, pause: '13:00', resume: '07:00', timezone: UTC}}]}}\n")
    assert overtaken(deployed).outcome == "done"
    assert "replicas: 2" in file(deployed, "deployment-web")
    assert deployed.outcomes()[LOGIN] == "done"
    assert "replicas: 0" in file(deployed, "deployment-web")
