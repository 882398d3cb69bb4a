"""What lasts: an older store, two installations on one cluster, what a server's policy rewrites, fields that stay as they are."""

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.controlplane.fixtures import Cluster

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

POLICIES = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies"
BINDINGS = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings"
MIRROR = "mirror.example.com/"


def _versions(town: "Town") -> dict[str, str]:
    return {name: item["metadata"]["resourceVersion"] for name, item in town.objects().items()}


def _jobs(town: "Town") -> list[str]:
    return [name for name in town.objects() if name.startswith("Job/")]


def test_an_older_copy_of_the_store_changes_nothing_and_runs_no_job_again(town: "Town") -> None:
    town.sync()
    copies = {path: path.with_suffix(f"{path.suffix}.old") for path in town.village.root.glob("state.db*")}
    for path, copy in copies.items():
        shutil.copy(path, copy)
    town.edit(town.template().replace("replicas: 1", "replicas: 2"))
    town.sync()
    town.settled()
    before, jobs = _versions(town), _jobs(town)
    for path in town.village.root.glob("state.db*"):
        if path not in copies.values():
            path.unlink()
    for path, copy in copies.items():
        shutil.copy(copy, path)
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []
    assert (_versions(town), _jobs(town)) == (before, jobs)


def test_two_installations_with_the_same_application_and_branch_clash_and_the_first_keeps_all(town: "Town") -> None:
    town.sync()
    town.settled()
    before = _versions(town)
    config = town.village.config.read_text()
    second = config.replace(f"main-{town.cluster.word}", f"second-{town.cluster.word}").replace("state.db", "second.db")
    town.village.configure(second)
    town.cluster.audit.forget()
    answer = town.sync(code=1)
    assert f"installation main-{town.cluster.word}" in answer.out + answer.err
    assert _versions(town) == before
    answer = town.sync(town.environment, "--take-over", code=1)
    assert f"installation main-{town.cluster.word}" in answer.out + answer.err
    assert town.village.run("teardown", town.environment, "--yes", "--reason", "try").code != 0
    assert _versions(town) == before
    assert town.writes() == []
    town.village.configure(config)
    town.sync()
    assert town.writes() == []


def _rewriting(cluster: Cluster) -> dict[str, Any]:
    """Images of Deployments in this test's namespaces come from a mirror, as many a company's cluster has it."""
    containers = "object.spec.template.spec.containers"
    image = f"{containers}.map(c, Object.spec.template.spec.containers{{name: c.name, image: '{MIRROR}' + c.image}})"
    change = (
        f"Object{{spec: Object.spec{{template: Object.spec.template{{spec: Object.spec.template.spec{{containers: {image}}}}}}}}}"
    )
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["deployments"]}
    unless = f"!{containers}.all(c, c.image.startsWith('{MIRROR}'))"
    return {
        "metadata": {"name": f"mirror-{cluster.word}"},
        "spec": {
            "matchConstraints": {"resourceRules": [rule]},
            "matchConditions": [
                {"name": "ours", "expression": f"object.metadata.namespace.contains('{cluster.word}')"},
                {"name": "not-yet", "expression": unless},
            ],
            "failurePolicy": "Fail",
            "reinvocationPolicy": "Never",
            "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": change}}],
        },
    }


def _image(town: "Town") -> str:
    (container,) = town.get("Deployment", "api")["spec"]["template"]["spec"]["containers"]
    return str(container["image"])


def test_a_policy_that_rewrites_images_is_no_difference(town: "Town") -> None:
    admin, name = town.admin, f"mirror-{town.cluster.word}"
    admin.create(POLICIES, _rewriting(town.cluster))
    admin.create(BINDINGS, {"metadata": {"name": name}, "spec": {"policyName": name}})
    try:
        town.until(lambda: _in_force(town))
        town.sync()
        assert _image(town).startswith(MIRROR)
        town.cluster.audit.forget()
        town.sync()
        assert town.writes() == []
        assert {change["operation"] for change in town.plan()["changes"]} == {"keep"}
        town.edit(town.template().replace("replicas: 1", "replicas: 2"))
        town.sync()
        assert town.get("Deployment", "api")["spec"]["replicas"] == 2
        assert _image(town).startswith(MIRROR)
    finally:
        admin.delete(f"{BINDINGS}/{name}")
        admin.delete(f"{POLICIES}/{name}")


def _in_force(town: "Town") -> bool:
    """Whether the server has learned of the policy: told by a dry run."""
    space = f"policy-{town.cluster.word}"
    town.admin.ask("POST", "/api/v1/namespaces", {"metadata": {"name": space}})
    labels = {"app": "probe"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "probe", "image": "probe"}]}}
    probe = {"metadata": {"name": "probe"}, "spec": {"selector": {"matchLabels": labels}, "template": pod}}
    answer = town.admin.ask("POST", f"/apis/apps/v1/namespaces/{space}/deployments?dryRun=All", probe)
    return MIRROR in str(answer.body)


def test_the_size_of_a_claim_stays_and_nothing_is_sent(town: "Town") -> None:
    town.sync()
    town.settled()
    before = _versions(town)
    town.edit(town.template().replace("size: 1Gi", "size: 2Gi"))
    town.cluster.audit.forget()
    answer = town.sync(code=1)
    assert "R902" in answer.out + answer.err
    assert town.writes() == []
    assert _versions(town) == before


def test_an_ingress_class_for_private_hosts_is_said_to_have_no_effect(town: "Town") -> None:
    town.configure(more="ingress: {private_class: internal}")
    answer = town.village.run("plan", town.environment)
    assert "R709" in answer.out + answer.err
    assert "targets.dev.ingress.private_class is read and has no effect" in answer.out + answer.err
