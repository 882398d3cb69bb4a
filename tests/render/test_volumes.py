"""Volumes become claims that outlive their pods, or memory that does not."""

from collections.abc import Callable
from typing import Any

import pytest

Render = Callable[..., Any]

BOTH = """
shared_volumes: [{name: media, size: 5Gi, type: aws-efs}]
services:
- name: api
  image: nginx:1.27
  storage: {size: 3Gi, type: fast}
  volumes:
  - {type: persistent, name: data, mount_path: /data}
  - {type: persistent, name: logs, size: 512Mi, mount_path: /logs}
  - {claim: media, mount_path: /media}
  - {type: shmem, name: shm, size: 64Mi, mount_path: /dev/shm}
"""


def test_each_persistent_volume_has_a_claim_with_its_own_size_or_the_services(render: Render) -> None:
    group = render(BOTH, storage_classes={"fast": "gp3", "aws-efs": "efs-sc"})
    specs = {name: group.manifest("PersistentVolumeClaim", name)["spec"] for name in group.names("PersistentVolumeClaim")}
    assert {name: spec["resources"]["requests"]["storage"] for name, spec in specs.items()} == {
        "api-data": "3Gi",
        "api-logs": "512Mi",
        "shop-media": "5Gi",
    }
    assert {name: spec["storageClassName"] for name, spec in specs.items()} == {
        "api-data": "gp3",
        "api-logs": "gp3",
        "shop-media": "efs-sc",
    }
    assert {name: spec["accessModes"] for name, spec in specs.items()} == {
        "api-data": ["ReadWriteOnce"],
        "api-logs": ["ReadWriteOnce"],
        "shop-media": ["ReadWriteMany"],
    }
    assert "R654" not in group.codes()


def test_every_mount_has_its_volume(render: Render) -> None:
    group = render(BOTH)
    pod = group.pod("api")
    assert {volume["name"]: volume for volume in pod["volumes"]} == {
        "data": {"name": "data", "persistentVolumeClaim": {"claimName": "api-data"}},
        "logs": {"name": "logs", "persistentVolumeClaim": {"claimName": "api-logs"}},
        "shared-media": {"name": "shared-media", "persistentVolumeClaim": {"claimName": "shop-media"}},
        "memory-shm": {"name": "memory-shm", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
    }
    assert [mount["mountPath"] for mount in group.container("api")["volumeMounts"]] == ["/data", "/logs", "/media", "/dev/shm"]


def test_two_services_may_call_their_volumes_alike(render: Render) -> None:
    group = render("""
services:
- {name: a, image: x, volumes: [{type: persistent, name: data, size: 1Gi, mount_path: /d}]}
- {name: b, image: x, volumes: [{type: persistent, name: data, size: 1Gi, mount_path: /d}]}
""")
    assert group.names("PersistentVolumeClaim") == ["a-data", "b-data"]
    assert group.codes() == []


@pytest.mark.parametrize(
    ("volumes", "strategy"),
    [
        ("[{type: persistent, name: data, size: 1Gi, mount_path: /d}]", "Recreate"),
        ("[{claim: once, mount_path: /d}]", "Recreate"),
        ("[{claim: many, mount_path: /d}]", "RollingUpdate"),
        ("[{type: shmem, name: shm, size: 1Gi, mount_path: /d}]", "RollingUpdate"),
        ("[]", "RollingUpdate"),
    ],
)
def test_pods_that_hold_a_volume_alone_are_stopped_before_new_ones_start(render: Render, volumes: str, strategy: str) -> None:
    group = render(f"""
shared_volumes: [{{name: once, size: 1Gi}}, {{name: many, size: 1Gi, type: aws-efs}}]
services: [{{name: api, image: x, volumes: {volumes}}}]
""")
    assert group.manifest("Deployment", "api")["spec"]["strategy"] == {"type": strategy}


def test_a_volume_of_an_init_container_alone_is_in_the_pod(render: Render) -> None:
    group = render("""
services:
- name: api
  image: x
  init: [{name: fill, image: y, volumes: [{type: shmem, name: seed, mount_path: /seed}]}]
""")
    pod = group.pod("api")
    assert pod["volumes"] == [{"name": "memory-seed", "emptyDir": {"medium": "Memory"}}]
    assert pod["initContainers"][0]["volumeMounts"] == [{"name": "memory-seed", "mountPath": "/seed"}]


def test_a_job_keeps_its_claim_when_it_does_not_run(render: Render) -> None:
    template = "jobs: [{name: fill, image: x, volumes: [{type: persistent, name: data, size: 1Gi, mount_path: /d}]}]"
    assert render(template, workflow="none").names("PersistentVolumeClaim") == ["shop-fill-data"]


def test_a_volume_without_size_gets_one_and_a_note(render: Render) -> None:
    group = render("services: [{name: api, image: x, volumes: [{type: persistent, name: data, mount_path: /d}]}]")
    assert group.manifest("PersistentVolumeClaim", "api-data")["spec"]["resources"]["requests"] == {"storage": "1Gi"}
    assert group.problem("R652").severity == "note"


def test_an_unknown_storage_type_takes_the_default_class_and_says_so(render: Render) -> None:
    group = render(BOTH, storage_classes={"aws-efs": "efs-sc"})
    assert "storageClassName" not in group.manifest("PersistentVolumeClaim", "api-data")["spec"]
    problem = group.problem("R654")
    assert (problem.severity, problem.place.line) == ("warning", 6)
    assert "fast" in problem.message


@pytest.mark.parametrize(
    ("copies", "said"),
    [
        ("replicas: 2", ["R653"]),
        ("autoscale: {min_replicas: 1, max_replicas: 2}", ["R653"]),
        ("replicas: 1", []),
        ("replicas: 2, stateful: true", []),
    ],
)
def test_copies_that_share_a_volume_of_one_node_are_a_doubt(render: Render, copies: str, said: list[str]) -> None:
    volumes = "[{type: persistent, name: data, size: 1Gi, mount_path: /d}]"
    assert render(f"services: [{{name: api, image: x, {copies}, volumes: {volumes}}}]").codes() == said
