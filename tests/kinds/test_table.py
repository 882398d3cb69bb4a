"""The table of kinds and the patterns in it."""

import pytest

from reconciler.kinds.paths import Path, pattern
from reconciler.kinds.table import KINDS, UnknownKind, kind_of


def path(text: str) -> Path:
    """A path written like a pattern."""
    return pattern(text)


def test_an_unknown_kind_is_said_with_those_that_are_known() -> None:
    with pytest.raises(UnknownKind, match="'Pod' is not known; known are ConfigMap, CronJob"):
        kind_of("Pod")


def test_every_kind_stands_under_its_own_name_with_a_plural() -> None:
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in KINDS}
    assert len({kind.plural for kind in KINDS.values()}) == len(KINDS)
    assert kind_of("Deployment").group == "apps"
    assert not kind_of("Secret").group


def test_what_others_lean_on_comes_first() -> None:
    order = sorted(KINDS, key=lambda name: KINDS[name].wave)
    assert order[0] == "Namespace"
    assert order[-1] == "CronJob"
    for first, then in [
        ("ServiceAccount", "Deployment"),
        ("Secret", "Job"),
        ("ConfigMap", "Deployment"),
        ("PersistentVolumeClaim", "StatefulSet"),
        ("Service", "StatefulSet"),
        ("Service", "Ingress"),
        ("Deployment", "HorizontalPodAutoscaler"),
        ("Deployment", "Ingress"),
    ]:
        assert kind_of(first).wave < kind_of(then).wave, (first, then)


@pytest.mark.parametrize(
    ("kind", "where", "keys"),
    [
        ("Deployment", "spec.template.spec.containers", ("name",)),
        ("Deployment", "spec.template.spec.initContainers[].env", ("name",)),
        ("Deployment", "spec.template.spec.containers[].volumeMounts", ("mountPath",)),
        ("Deployment", "spec.template.spec.containers[].args", ()),
        ("CronJob", "spec.jobTemplate.spec.template.spec.containers[].env", ("name",)),
        ("Service", "spec.ports", ("port", "protocol")),
        ("Ingress", "spec.rules", ("host",)),
        ("Ingress", "spec.rules[].http.paths", ("path", "pathType")),
        ("ConfigMap", "data", ()),
    ],
)
def test_entries_of_lists_are_told_apart_by_their_keys(kind: str, where: str, keys: tuple[str, ...]) -> None:
    assert kind_of(kind).keys_of(path(where)) == keys


def test_quantities_are_known_by_their_paths() -> None:
    deployment = kind_of("Deployment")
    assert deployment.is_quantity(path("spec.template.spec.containers[].resources.limits.memory"))
    assert deployment.is_quantity(path("spec.template.spec.volumes[].emptyDir.sizeLimit"))
    assert not deployment.is_quantity(path("spec.template.spec.containers[].resources"))
    assert kind_of("PersistentVolumeClaim").is_quantity(path("spec.resources.requests.storage"))


def test_masks_and_immutable_paths_cover_all_below_them() -> None:
    secret = kind_of("Secret")
    assert secret.is_masked(("data",))
    assert secret.is_masked(("data", "tls.key"))
    assert not secret.is_masked(("metadata", "annotations", "reconciler/secret-digest"))
    assert kind_of("Job").is_immutable(path("spec.template.spec.containers[].image"))
    assert not kind_of("Deployment").is_immutable(path("spec.template.spec.containers[].image"))


def test_only_jobs_are_tasks_and_only_namespaces_and_claims_are_precious() -> None:
    assert [name for name, kind in KINDS.items() if kind.is_task] == ["Job"]
    assert [name for name, kind in KINDS.items() if kind.precious] == ["Namespace", "PersistentVolumeClaim"]
    assert [name for name, kind in KINDS.items() if not kind.namespaced] == ["Namespace"]
