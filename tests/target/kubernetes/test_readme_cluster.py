"""The README's way to a cluster: its config, in the home where a kubeconfig lies, and its commands."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

README = (Path(__file__).resolve().parents[3] / "README.md").read_text()


def _shown() -> tuple[str, list[list[str]]]:
    """The config, and the arguments of each command."""
    found = re.search(r"<!-- cluster: begin -->\n```yaml\n(.*?)```\n\n```\n(.*?)```\n<!-- cluster: end -->", README, re.DOTALL)
    assert found is not None
    commands = [line.split("#")[0].split() for line in found[2].splitlines()]
    assert {command[0] for command in commands} == {"reconciler"}
    return found[1], [command[1:] for command in commands]


def test_the_readmes_way_to_a_cluster_goes(town: "Town") -> None:
    targets, commands = _shown()
    before, _, rest = town.village.config.read_text().partition("targets:\n")
    town.village.configure(f"{before}{targets}{rest[rest.index('secrets:') :]}")
    kubeconfig = Path.home() / ".kube" / "config"
    kubeconfig.parent.mkdir()
    text = town.cluster.kubeconfig().read_text()
    kubeconfig.write_text(text.replace('"name": "reconciler",\n      "context"', '"name": "dev",\n      "context"'))
    assert '"dev"' in kubeconfig.read_text()
    assert [command[0] for command in commands] == ["plan", "sync", "status"]
    town.cluster.audit.forget()
    plan, sync, status = (town.village.run(*command) for command in commands)
    assert (plan.err, sync.err, status.err) == ("", "", "")
    assert "to create" in plan.out
    assert "created" in sync.out
    assert town.environment in status.out
    assert "Deployment/api" in town.objects()
    town.cluster.audit.forget()
    assert "nothing to do" in town.sync().out
    assert town.writes() == []
