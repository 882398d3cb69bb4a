"""Sleep: an environment falls asleep, stays so whatever happens, and wakes as it was."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
NIGHTS = 'windows: {pause: [{name: nights, pause: "19:00", resume: "07:00", timezone: UTC}]}\n'
FIRST_NIGHT = datetime(2026, 3, 1, 20, tzinfo=UTC)
TEMPLATE = ".release/application_template.yaml"


@pytest.fixture
def nightly(town: "Town") -> "Town":
    """The village whose environments sleep from seven to seven, deployed at noon."""
    town.configure(town.village.config.read_text() + NIGHTS)
    town.sync()
    return town


def replicas(town: "Town", label: str) -> dict[str, Any]:
    """What the workloads of an environment ask for, by their names."""
    folder = town.village.deployed / town.record(label).namespace
    manifests = [YAML(typ="safe").load(path.read_text()) for path in sorted(folder.glob("deployment-*.yaml"))]
    return {manifest["metadata"]["name"]: manifest["spec"].get("replicas") for manifest in manifests}


def commit_to_login(town: "Town", old: str, new: str, *, application: str = "backend") -> None:
    """A push to the branch of the environment."""
    town.edit(application, old, new, branch="feature/login")


def test_at_night_everything_has_no_replicas_and_nothing_else_changes(nightly: "Town") -> None:
    before = nightly.manifests()
    nightly.clock.at = FIRST_NIGHT
    report = nightly.sync()[LOGIN]
    assert (report.outcome, report.plan and report.plan.workflow) == ("done", "repair")
    assert set(replicas(nightly, LOGIN).values()) == {0}
    folder = nightly.record(LOGIN).namespace
    changed = {name for name in before if before[name] != nightly.manifests()[name]}
    assert {name.split("/")[1].split("-")[0] for name in changed if name.startswith(folder)} <= {
        "deployment",
        "statefulset",
        "cronjob",
    }
    sleep = nightly.record(LOGIN).sleep
    assert sleep is not None
    assert sleep.since == FIRST_NIGHT
    assert set(nightly.outcomes().values()) == {"nothing"}


def test_a_permanent_environment_stays_awake_unless_its_rule_lets_it_sleep(nightly: "Town") -> None:
    nightly.clock.at = FIRST_NIGHT
    nightly.sync()
    assert 0 not in replicas(nightly, "frontend/production").values()
    nightly.settings("type: permanent}", "type: permanent, may_pause: true}")
    nightly.sync()
    assert set(replicas(nightly, "frontend/production").values()) == {0}


def test_the_reason_is_the_window_at_its_line(nightly: "Town") -> None:
    nightly.clock.at = FIRST_NIGHT
    plan = nightly.sync()[LOGIN].plan
    assert plan is not None
    reasons = {str(change.reason) for change in plan.effective}
    assert len(reasons) == 1
    reason = reasons.pop()
    assert reason.startswith("put to sleep: the operator's binding pause window nights has it asleep (")
    assert "config.yaml:" in reason


@pytest.mark.slow
def test_ten_nights_leave_files_as_if_there_had_been_none(nightly: "Town") -> None:
    before = nightly.manifests()
    for night in range(10):
        nightly.clock.at = FIRST_NIGHT + timedelta(days=night)
        nightly.sync()
        assert nightly.manifests() != before
        nightly.clock.at = FIRST_NIGHT + timedelta(days=night, hours=12)
        assert nightly.outcomes()[LOGIN] == "done"
        assert nightly.manifests() == before
    assert set(nightly.outcomes().values()) == {"nothing"}
    assert nightly.record(LOGIN).sleep is None


def test_a_hand_edit_of_replicas_is_put_back_to_sleep(nightly: "Town") -> None:
    nightly.clock.at = FIRST_NIGHT
    nightly.sync()
    asleep = nightly.manifests()
    path = next((nightly.village.deployed / nightly.record(LOGIN).namespace).glob("deployment-*.yaml"))
    path.write_text(path.read_text().replace("replicas: 0", "replicas: 5"))
    plan = nightly.sync()[LOGIN].plan
    assert plan is not None
    assert [str(change.reason).split(" (")[0] for change in plan.effective] == ["edited by hand, put back"]
    assert nightly.manifests() == asleep


def test_a_commit_at_night_changes_what_sleeps_and_runs_its_workflow_in_the_morning(nightly: "Town") -> None:
    nightly.clock.at = FIRST_NIGHT
    nightly.sync()
    commit_to_login(nightly, "target_port: '3000'", "target_port: '3001'")
    report = nightly.sync()[LOGIN]
    assert report.outcome == "done"
    assert set(replicas(nightly, LOGIN).values()) == {0}
    folder = nightly.village.deployed / nightly.record(LOGIN).namespace
    assert "3001" in (folder / "deployment-api.yaml").read_text()
    assert report.plan is not None
    assert report.plan.workflow == "repair"
    (hold,) = report.plan.holds
    assert (hold.kind, hold.partly, hold.until) == ("time", True, datetime(2026, 3, 2, 7, tzinfo=UTC))
    assert hold.reason.text.startswith("setup of backend waits until it wakes")
    jobs = nightly.record(LOGIN).jobs
    assert nightly.outcomes()[LOGIN] == "held"
    nightly.clock.at = FIRST_NIGHT + timedelta(hours=12)
    plan = nightly.sync()[LOGIN].plan
    assert plan is not None
    assert plan.workflow == "setup"
    assert 0 not in replicas(nightly, LOGIN).values()
    assert len(nightly.record(LOGIN).jobs) > len(jobs)
    assert set(nightly.outcomes().values()) == {"nothing"}


def test_commits_at_night_collapse_to_the_newest(nightly: "Town") -> None:
    nightly.clock.at = FIRST_NIGHT
    nightly.sync()
    for port in range(3001, 3004):
        commit_to_login(nightly, f"target_port: '{port - 1}'", f"target_port: '{port}'")
        nightly.sync()
    nightly.clock.at = FIRST_NIGHT + timedelta(hours=12)
    report = nightly.sync()[LOGIN]
    assert report.run is not None
    assert report.run.workflow == "setup"
    assert set(nightly.outcomes().values()) == {"nothing"}


def test_born_at_night_an_environment_sleeps_and_is_set_up_when_it_wakes(town: "Town") -> None:
    town.configure(town.village.config.read_text() + NIGHTS)
    town.clock.at = FIRST_NIGHT
    town.sync()
    assert set(replicas(town, LOGIN).values()) == {0}
    assert town.record(LOGIN).jobs == ()
    town.clock.at = FIRST_NIGHT + timedelta(hours=12)
    report = town.sync()[LOGIN]
    assert report.run is not None
    assert report.run.workflow == "setup"
    assert town.record(LOGIN).jobs != ()
    assert 0 not in replicas(town, LOGIN).values()


def test_a_broken_template_keeps_nobody_awake_and_nobody_asleep(nightly: "Town") -> None:
    before = nightly.manifests()
    commit_to_login(nightly, "services:", "servises:", application="frontend")
    assert nightly.outcomes()[LOGIN] == "failed"
    nightly.clock.at = FIRST_NIGHT
    report = nightly.sync()[LOGIN]
    assert report.outcome == "done"
    assert report.plan is not None
    assert {hold.kind for hold in report.plan.holds} == {"problem"}
    assert set(replicas(nightly, LOGIN).values()) == {0}
    nightly.clock.at = FIRST_NIGHT + timedelta(hours=12)
    nightly.sync()
    assert nightly.manifests() == before
    assert nightly.outcomes()[LOGIN] == "failed"


def test_members_fall_asleep_in_reverse_and_wake_in_order(nightly: "Town") -> None:
    nightly.clock.at = FIRST_NIGHT
    down = nightly.sync()[LOGIN].plan
    nightly.clock.at = FIRST_NIGHT + timedelta(hours=12)
    up = nightly.sync()[LOGIN].plan
    assert down is not None
    assert up is not None
    members = list(dict.fromkeys(change.member for change in up.effective))
    assert members[-1] == "frontend"
    assert list(dict.fromkeys(change.member for change in down.effective)) == members[::-1]


def test_what_an_autoscaler_rules_remembers_its_number(nightly: "Town") -> None:
    nightly.edit(
        "backend",
        "  has_repo: true\n",
        "  has_repo: true\n  autoscale: {min_replicas: 2, max_replicas: 4}\n",
        branch="feature/login",
    )
    nightly.sync()
    before = nightly.manifests()
    nightly.clock.at = FIRST_NIGHT
    nightly.sync()
    folder = nightly.village.deployed / nightly.record(LOGIN).namespace
    manifest = YAML(typ="safe").load((folder / "deployment-api.yaml").read_text())
    assert manifest["spec"]["replicas"] == 0
    assert manifest["metadata"]["annotations"]["reconciler/awake-replicas"] == "2"
    assert (folder / "horizontalpodautoscaler-api.yaml").exists()
    assert set(nightly.outcomes().values()) == {"nothing"}
    nightly.clock.at = FIRST_NIGHT + timedelta(hours=12)
    nightly.sync()
    assert nightly.manifests() == before
