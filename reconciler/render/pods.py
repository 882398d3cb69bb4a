"""Pods of services, jobs and cron jobs."""

from collections.abc import Mapping
from typing import Any

from reconciler.model.workload import Bounds, Container, Job, Service
from reconciler.render.accounts import account_name
from reconciler.render.configmaps import file_mounts, file_volumes
from reconciler.render.images import image_of
from reconciler.render.node_selectors import node_selector
from reconciler.render.ports import container_ports
from reconciler.render.probes import probes
from reconciler.render.rendering import Rendering
from reconciler.render.variables import Owner, env_of
from reconciler.render.volumes import mounts, pod_volumes


def service_pod(rendering: Rendering, service: Service) -> dict[str, Any]:
    """The spec of a service's pods."""
    main = _container(rendering, service, owner=service)
    main |= _present(ports=container_ports(service.ports), volumeMounts=[*mounts(service), *file_mounts(service)])
    main |= probes(service)
    return _pod(rendering, service, main=main) | _present(
        initContainers=[_container(rendering, container, owner=service) for container in service.init],
        volumes=[*pod_volumes(rendering, service), *file_volumes(service)],
    )


def job_pod(rendering: Rendering, job: Job) -> dict[str, Any]:
    """The spec of a job's pod, which runs once; its deadline counts from the pod's start, not from the Job's creation."""
    deadline = _present(activeDeadlineSeconds=job.completed_timeout)
    volumes = _present(volumes=pod_volumes(rendering, job))
    return _pod(rendering, job, main=_container(rendering, job, owner=job)) | {"restartPolicy": "Never"} | deadline | volumes


def _pod(rendering: Rendering, owner: Owner, *, main: Mapping[str, Any]) -> dict[str, Any]:
    account = account_name(rendering, owner)
    return {
        "automountServiceAccountToken": account is not None,
        "containers": [dict(main)],
        "enableServiceLinks": False,
        **_present(
            serviceAccountName=account,
            nodeSelector=node_selector(rendering, owner),
            imagePullSecrets=[{"name": name} for name in rendering.target.image_pull_secrets],
        ),
    }


def _container(rendering: Rendering, container: Container, *, owner: Owner) -> dict[str, Any]:
    return {
        "name": container.name,
        "image": image_of(rendering, container),
        **_present(
            command=list(container.command),
            args=list(container.args),
            env=env_of(rendering, container, owner=owner),
            resources=_resources(container),
            volumeMounts=mounts(container),
        ),
    }


def _resources(container: Container) -> dict[str, Any]:
    named = {"cpu": container.cpu, "memory": container.memory}
    return _present(limits=_side(named, "limits"), requests=_side(named, "requests"))


def _side(named: Mapping[str, Bounds | None], side: str) -> dict[str, str]:
    found = {name: getattr(bounds, side) for name, bounds in named.items() if bounds is not None}
    return {name: str(quantity) for name, quantity in found.items() if quantity is not None}


def _present(**fields: Any) -> dict[str, Any]:
    """The fields that hold something: what is empty is not ours to say."""
    return {name: value for name, value in fields.items() if value not in (None, [], {}, "")}
