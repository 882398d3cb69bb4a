"""Volumes: claims of services and of the whole application, memory, and where containers mount them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reconciler.model.objects import Desired
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.model.quantity import Quantity, parse_quantity
from reconciler.model.workload import Container, Job, Service, Storage, Volume, VolumeType
from reconciler.render.names import label_of, owned_name
from reconciler.render.rendering import Made, Rendering, desired

_DEFAULT_SIZE: Final = parse_quantity("1Gi")
_ONE_NODE: Final = "ReadWriteOnce"
_MANY_NODES: Final = "ReadWriteMany"
_OF_MANY_NODES: Final = frozenset({"aws-efs"})


def claims(rendering: Rendering) -> Iterator[Desired]:
    """A claim for each persistent volume that is not a StatefulSet's own, and one for each shared volume.

    Jobs that this workflow does not run keep their claims: data outlives runs.
    """
    for owner in rendering.owners:
        if not (isinstance(owner, Service) and owner.stateful):
            yield from (_claim(rendering, owner, volume=volume) for volume in _of_type(owner, VolumeType.PERSISTENT))
    for shared in rendering.configuration.shared_volumes:
        yield desired(
            Made(
                kind="PersistentVolumeClaim",
                name=_shared_name(rendering, shared.name),
                why=f"shared volume {shared.name}",
                place=shared.place,
                body={"spec": _spec(rendering.target.storage_classes, shared.size, storage_type=shared.type)},
            ),
            rendering,
        )


def claim_templates(rendering: Rendering, service: Service) -> list[dict[str, Any]]:
    """The claims that a StatefulSet makes for each of its pods, without our labels, so that nobody takes them for ours."""
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": label_of(volume.name)},
            "spec": _spec(rendering.target.storage_classes, _size(service, volume), storage_type=_type(service)),
        }
        for volume in _of_type(service, VolumeType.PERSISTENT)
    ]


def pod_volumes(rendering: Rendering, owner: Service | Job) -> list[dict[str, Any]]:
    """The volumes of the owner's pods; a StatefulSet brings its persistent ones by itself."""
    found = []
    for volume in _volumes(owner):
        match volume.type:
            case VolumeType.PERSISTENT if not (isinstance(owner, Service) and owner.stateful):
                source: dict[str, Any] = {"persistentVolumeClaim": {"claimName": _claim_name(rendering, owner, volume=volume)}}
            case VolumeType.CLAIM:
                source = {"persistentVolumeClaim": {"claimName": _shared_name(rendering, volume.name)}}
            case VolumeType.SHMEM:
                limit = {"sizeLimit": str(volume.size)} if volume.size else {}
                source = {"emptyDir": {"medium": "Memory", **limit}}
            case _:
                continue
        found.append({"name": _pod_name(volume), **source})
    return found


def mounts(container: Container) -> list[dict[str, Any]]:
    """Where one container mounts its volumes."""
    return [{"name": _pod_name(volume), "mountPath": volume.mount_path} for volume in container.volumes]


def holds_one_node(rendering: Rendering, service: Service) -> bool:
    """Whether the service's pods use a volume that one node holds at a time, so that a new pod cannot start beside an old one."""
    shared = {volume.name: volume for volume in rendering.configuration.shared_volumes}
    types = [_type(service) for _ in _of_type(service, VolumeType.PERSISTENT)]
    types += [shared[volume.name].type for volume in _of_type(service, VolumeType.CLAIM) if volume.name in shared]
    return any(_access(storage_type) == _ONE_NODE for storage_type in types)


def check_volumes(rendering: Rendering) -> Iterator[Problem]:
    """Sizes nobody wrote, storage types without a class, and copies that cannot share a volume."""
    for owner in rendering.owners:
        yield from _check_sizes(owner)
        if isinstance(owner, Service):
            yield from _check_copies(rendering, owner)
    yield from _check_classes(rendering)


def _claim(rendering: Rendering, owner: Service | Job, *, volume: Volume) -> Desired:
    return desired(
        Made(
            kind="PersistentVolumeClaim",
            name=_claim_name(rendering, owner, volume=volume),
            why=f"volume {volume.name} of {_called(owner)}",
            place=volume.place,
            body={"spec": _spec(rendering.target.storage_classes, _size(owner, volume), storage_type=_type(owner))},
        ),
        rendering,
    )


def _spec(classes: Mapping[str, str], size: Quantity, *, storage_type: str | None) -> dict[str, Any]:
    storage_class = classes.get(storage_type) if storage_type else None
    return {
        "accessModes": [_access(storage_type)],
        "resources": {"requests": {"storage": str(size)}},
        **({"storageClassName": storage_class} if storage_class else {}),
    }


def _access(storage_type: str | None) -> str:
    return _MANY_NODES if storage_type in _OF_MANY_NODES else _ONE_NODE


def _claim_name(rendering: Rendering, owner: Service | Job, *, volume: Volume) -> str:
    if isinstance(owner, Service):
        return label_of(f"{owner.name}-{volume.name}")
    return owned_name(rendering.application, f"{owner.name}-{volume.name}")


def _shared_name(rendering: Rendering, name: str) -> str:
    return owned_name(rendering.application, name)


def _pod_name(volume: Volume) -> str:
    prefix = {VolumeType.PERSISTENT: "", VolumeType.CLAIM: "shared-", VolumeType.SHMEM: "memory-"}[volume.type]
    return label_of(f"{prefix}{volume.name}")


def _volumes(owner: Service | Job) -> Sequence[Volume]:
    """The volumes of all of the owner's containers, each once."""
    everything = [*owner.volumes]
    if isinstance(owner, Service):
        everything += [volume for container in owner.init for volume in container.volumes]
    return tuple({(volume.type, volume.name): volume for volume in reversed(everything)}.values())[::-1]


def _of_type(owner: Service | Job, wanted: VolumeType) -> Iterator[Volume]:
    return (volume for volume in _volumes(owner) if volume.type is wanted)


def _storage(owner: Service | Job) -> Storage | None:
    return owner.storage if isinstance(owner, Service) else None


def _called(owner: Service | Job) -> str:
    return f"{'service' if isinstance(owner, Service) else 'job'} {owner.name}"


def _size(owner: Service | Job, volume: Volume) -> Quantity:
    storage = _storage(owner)
    return volume.size or (storage.size if storage else None) or _DEFAULT_SIZE


def _type(owner: Service | Job) -> str | None:
    storage = _storage(owner)
    return storage.type if storage else None


def _check_sizes(owner: Service | Job) -> Iterator[Problem]:
    storage = _storage(owner)
    for volume in _of_type(owner, VolumeType.PERSISTENT):
        if volume.size is None and (storage is None or storage.size is None):
            message = f"volume {volume.name} of {owner.name} has no size and gets {_DEFAULT_SIZE}"
            yield Problem(Severity.NOTE, "R652", volume.place, message, "write its size, or one under storage")


def _check_copies(rendering: Rendering, service: Service) -> Iterator[Problem]:
    copies = service.autoscale.max_replicas if service.autoscale else service.replicas
    if copies > 1 and not service.stateful and holds_one_node(rendering, service):
        yield Problem(
            Severity.WARNING,
            "R653",
            service.at("volumes"),
            f"service {service.name} runs up to {copies} pods that share a volume which one node holds at a time",
            "run one pod, make the service stateful, or use storage that many nodes can hold",
        )


def _check_classes(rendering: Rendering) -> Iterator[Problem]:
    configuration = rendering.configuration
    asked: list[tuple[str | None, Place]] = [(shared.type, shared.at("type")) for shared in configuration.shared_volumes]
    for service in configuration.services:
        if service.storage is not None and any(_of_type(service, VolumeType.PERSISTENT)):
            asked.append((service.storage.type, service.storage.at("type")))
    for storage_type, place in asked:
        if storage_type and storage_type not in rendering.target.storage_classes:
            message = f"storage type {storage_type} has no class on target {rendering.target.name} and gets the default one"
            yield Problem(
                Severity.WARNING, "R654", place, message, "name its class in storage_classes of the target in config.yaml"
            )
