"""Apply windows: each gate holds back its own part, a hold ends by itself, and a person may go through with a reason."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
END = datetime(2026, 3, 2, 6, tzinfo=UTC)


def closed(gates: str, more: str = "") -> str:
    """A window of `config.yaml` that closes gates from noon to the morning."""
    return (
        f"windows: {{apply: [{{name: freeze, deny: true, from: '2026-03-01T13:00', to: '2026-03-02T06:00', timezone: UTC, "
        f"gates: [{gates}]{more}}}]}}\n"
    )


@pytest.fixture
def deployed(town: "Town") -> "Town":
    """The village deployed at noon; at three in the afternoon it is looked at again."""
    town.sync()
    town.later(hours=3)
    return town


def freeze(town: "Town", gates: str, more: str = "") -> None:
    """Close gates."""
    town.configure(town.village.config.read_text() + closed(gates, more))


def push(town: "Town") -> None:
    """A commit that changes an object of the environment."""
    town.edit("backend", "target_port: '3000'", "target_port: '3001'", branch="feature/login")


def edit_by_hand(town: "Town") -> None:
    """Somebody scales at the target."""
    path = town.village.deployed / town.record(LOGIN).namespace / "deployment-web.yaml"
    path.write_text(path.read_text().replace("replicas: 1", "replicas: 9"))


def test_a_push_waits_until_the_gate_opens(deployed: "Town") -> None:
    freeze(deployed, "apply")
    before = deployed.manifests()
    push(deployed)
    report = deployed.sync(LOGIN)[LOGIN]
    assert report.outcome == "held"
    assert report.plan is not None
    (hold,) = report.plan.holds
    assert (hold.kind, hold.until, hold.gate, hold.partly) == ("time", END, "apply", False)
    assert str(hold.reason).startswith(
        "the operator's deny window freeze holds apply back; it opens Mon 2026-03-02 06:00 +00:00 ("
    )
    assert "config.yaml:" in str(hold.reason)
    assert deployed.manifests() == before
    deployed.clock.at = END
    assert deployed.outcomes(LOGIN)[LOGIN] == "done"
    assert deployed.manifests() != before


def test_a_held_push_ends_the_command_with_four(deployed: "Town") -> None:
    freeze(deployed, "apply", ", scope: {branches: ['feature/**']}")
    text = deployed.village.config.read_text()
    end = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    deployed.configure(text.replace("2026-03-01T13:00", "2020-03-01T13:00").replace("2026-03-02T06:00", end))
    push(deployed)
    answer = deployed.village.run("plan", LOGIN, "--output", "json")
    assert answer.json["environments"][0]["holds"][0]["until"] == f"{end}:00Z"
    assert deployed.village.run("sync", LOGIN).code == 4
    refused = deployed.village.run("sync", LOGIN, "--override-window")
    assert refused.code == 2
    assert "--reason" in refused.err
    assert deployed.village.run("sync", LOGIN, "--override-window", "--reason", "the shop is down").code == 0
    history = deployed.village.run("history", LOGIN, "--output", "json").json
    assert history["runs"][0]["reason"].endswith(": the shop is down")
    assert "windows overridden by" in history["runs"][0]["reason"]


def test_while_a_push_waits_a_hand_edit_is_put_back(deployed: "Town") -> None:
    freeze(deployed, "apply")
    before = deployed.manifests()
    push(deployed)
    edit_by_hand(deployed)
    report = deployed.sync(LOGIN)[LOGIN]
    assert report.outcome == "done"
    assert deployed.manifests() == before
    assert report.plan is not None
    assert [(hold.gate, hold.partly) for hold in report.plan.holds] == [("apply", True)]
    assert deployed.outcomes(LOGIN)[LOGIN] == "held"
    deployed.clock.at = END
    assert deployed.outcomes(LOGIN)[LOGIN] == "done"


def test_a_closed_repair_gate_leaves_a_hand_edit(deployed: "Town") -> None:
    freeze(deployed, "repair")
    before = deployed.manifests()
    edit_by_hand(deployed)
    edited = deployed.manifests()
    report = deployed.sync(LOGIN)[LOGIN]
    assert report.plan is not None
    assert ([hold.gate for hold in report.plan.holds], len(report.plan.held)) == (["repair"], 1)
    assert deployed.manifests() == edited
    deployed.clock.at = END
    assert deployed.outcomes(LOGIN)[LOGIN] == "done"
    assert deployed.manifests() == before


def test_a_closed_repair_gate_lets_a_push_through(deployed: "Town") -> None:
    freeze(deployed, "repair")
    push(deployed)
    edit_by_hand(deployed)
    report = deployed.sync(LOGIN)[LOGIN]
    assert report.plan is not None
    assert [change.key.name for change in report.plan.held] == ["web"]
    folder = deployed.village.deployed / deployed.record(LOGIN).namespace
    assert "3001" in (folder / "deployment-api.yaml").read_text()
    assert "replicas: 9" in (folder / "deployment-web.yaml").read_text()
    deployed.clock.at = END
    assert deployed.outcomes(LOGIN)[LOGIN] == "done"
    assert "replicas: 1" in (folder / "deployment-web.yaml").read_text()


def test_what_is_left_out_by_prune_goes_when_the_gate_opens(deployed: "Town") -> None:
    freeze(deployed, "prune")
    deployed.edit("frontend", "- name: notifier\n", "", branch="feature/login")
    report = deployed.sync(LOGIN)[LOGIN]
    assert report.outcome == "done"
    assert report.plan is not None
    assert {hold.gate for hold in report.plan.holds} == {"prune"}
    left = {change.key for change in report.plan.held}
    assert left
    assert deployed.outcomes(LOGIN)[LOGIN] == "held"
    deployed.clock.at = END
    report = deployed.sync(LOGIN)[LOGIN]
    assert report.plan is not None
    assert {change.key for change in report.plan.effective} == left


def test_a_branch_that_is_gone_keeps_its_environment_until_the_gate_opens(deployed: "Town") -> None:
    freeze(deployed, "teardown")
    deployed.repository("frontend").delete("feature/login")
    deployed.sync()
    deployed.later(minutes=11)
    report = deployed.sync()[LOGIN]
    assert report.plan is not None
    assert (report.outcome, [hold.gate for hold in report.plan.holds]) == ("held", ["teardown"])
    deployed.clock.at = END
    assert deployed.outcomes()[LOGIN] == "done"
    assert LOGIN not in deployed.outcomes()


def test_nothing_is_born_through_a_closed_gate(town: "Town") -> None:
    town.later(hours=3)
    freeze(town, "apply")
    assert set(town.outcomes().values()) == {"held"}
    assert town.manifests() == {}
    town.clock.at = END
    assert set(town.outcomes().values()) == {"done"}


def test_a_change_of_the_configuration_goes_through_the_gate_too(deployed: "Town") -> None:
    freeze(deployed, "apply")
    before = deployed.manifests()
    deployed.settings("domain: preview.example.com", "domain: other.example.com")
    report = deployed.sync(LOGIN)[LOGIN]
    assert report.outcome == "held"
    assert deployed.manifests() == before


def test_environments_sleep_and_wake_through_a_closed_gate(deployed: "Town") -> None:
    freeze(deployed, "apply, prune, teardown")
    text = deployed.village.config.read_text()
    deployed.configure(
        text.replace("windows: {", "windows: {pause: [{name: n, pause: '19:00', resume: '05:00', timezone: UTC}], ")
    )
    before = deployed.manifests()
    push(deployed)
    deployed.sync()
    deployed.clock.at = datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert deployed.outcomes(LOGIN)[LOGIN] == "done"
    folder = deployed.village.deployed / deployed.record(LOGIN).namespace
    assert "replicas: 0" in (folder / "deployment-api.yaml").read_text()
    assert "3000" in (folder / "deployment-api.yaml").read_text()
    assert deployed.outcomes(LOGIN)[LOGIN] == "held"
    deployed.clock.at = datetime(2026, 3, 2, 5, tzinfo=UTC)
    deployed.sync()
    assert deployed.manifests() == before
    deployed.clock.at = END
    assert deployed.outcomes(LOGIN)[LOGIN] == "done"
    assert "3001" in (folder / "deployment-api.yaml").read_text()
