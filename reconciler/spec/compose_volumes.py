"""Volumes, files and memory that a Compose service mounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import PurePosixPath
from typing import Final

from reconciler.model.names import as_label
from reconciler.model.place import Place
from reconciler.spec.compose_project import Body, Project, items_of
from reconciler.spec.compose_resources import memory_quantity
from reconciler.spec.fields import text_of
from reconciler.spec.node import MappingNode, Node

SIZE: Final = "1Gi"
"""The size of a volume: Compose files name none."""

_ENOUGH: Final = "64Mi"
_LONG_KEYS: Final = frozenset({"type", "source", "target", "read_only", "tmpfs", "volume", "bind", "consistency"})
_SHORT_PARTS: Final = 3
_MEMORY: Final = str(PurePosixPath("/dev", "shm"))


class _Kind(Enum):
    """What is mounted: a volume with a name, something of the machine, memory, or a volume without a name."""

    NAMED = auto()
    BIND = auto()
    MEMORY = auto()
    ANONYMOUS = auto()


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount of a service, as written."""

    kind: _Kind
    source: str
    target: str
    size: str
    read_only: bool
    place: Place


def mounts_of(service: MappingNode, project: Project) -> tuple[Mount, ...]:
    """Everything that a service mounts, each path once; a later entry replaces an earlier one, as in Compose."""
    found = [_long(item) if isinstance(item, MappingNode) else _short(item, project) for item in items_of(service.get("volumes"))]
    for item in items_of(service.get("tmpfs")):
        target = (text_of(item) or "").partition(":")[0]
        found.append(Mount(_Kind.MEMORY, "", target, "", False, item.place))
    shared = service.get("shm_size")
    if shared is not None:
        found.append(Mount(_Kind.MEMORY, "", _MEMORY, text_of(shared) or "", False, shared.place))
    for mount in found:
        if not mount.target.startswith("/"):
            project.wrong(mount.place, f"the volume has no path to be mounted at: {mount.target[:60]!r}")
    return tuple({mount.target: mount for mount in found if mount.target.startswith("/")}.values())


def names_of(mounts: Iterable[Mount]) -> frozenset[str]:
    """The named volumes that a service mounts."""
    return frozenset(mount.source for mount in mounts if mount.kind is _Kind.NAMED)


def volumes_of(mounts: Iterable[Mount], shared: frozenset[str], *, project: Project) -> Body:
    """`volumes`: persistent ones of the service's own, claims of those that several services share, and memory."""
    found: list[Body] = []
    for mount in mounts:
        if mount.kind is _Kind.NAMED:
            name = volume_name(mount.source)
            own: Body = {"type": "persistent", "name": name, "mount_path": mount.target, "size": SIZE}
            found.append({"claim": name, "mount_path": mount.target} if mount.source in shared else own)
            if mount.read_only:
                project.left(mount.place, f"read-only for {mount.source}:{mount.target}")
        elif mount.kind is _Kind.MEMORY:
            size = memory_quantity(mount.size) or _ENOUGH
            name = as_label(mount.target) or "memory"
            found.append({"type": "shmem", "name": name, "size": size, "mount_path": mount.target})
        elif mount.kind is _Kind.ANONYMOUS:
            hint = "give it a name to keep what it holds; without one the container's own folder is used"
            project.left(mount.place, f"the volume without a name at {mount.target}", hint=hint)
    return {"volumes": found} if found else {}


def lost_paths(mounts: Iterable[Mount], project: Project) -> tuple[str, ...]:
    """Where a container sees something of the machine that it does not see in an environment."""
    return tuple(mount.target for mount in mounts if mount.kind is _Kind.BIND and not _is_file(mount.source, project))


def files_of(service: MappingNode, mounts: Iterable[Mount], *, configs: Node | None, project: Project) -> Body:
    """`configmap`: single files of the repository. What else is mounted from the machine is listed."""
    found: list[Body] = []
    wanted = [(mount.source, mount.target, mount.place) for mount in mounts if mount.kind is _Kind.BIND]
    for source, target, place in (*wanted, *_configs(service, configs, project=project)):
        path = project.path(source)
        if path and _is_file(source, project):
            taken = {str(body["name"]) for body in found}
            found.append(
                {"name": _free(as_label(path.rpartition("/")[2]) or "file", taken), "mount_path": target, "repo_path": path}
            )
        else:
            _left(source, target, place=place, project=project)
    return {"configmap": found} if found else {}


def volume_name(source: str) -> str:
    """The volume's name as Kubernetes can have it."""
    return as_label(source) or "data"


def _is_file(source: str, project: Project) -> bool:
    path = project.path(source)
    return bool(path) and project.read(path or "") is not None


def _left(source: str, target: str, *, place: Place, project: Project) -> None:
    hint = "files that the container needs belong into its image; single files of the repository are mounted as configmap"
    if source.endswith(".sock"):
        hint = "a container in a cluster has no Docker beside it"
    project.left(place, f"{source}, which is mounted at {target} and is no file of the repository,", hint=hint)


def _short(item: Node, project: Project) -> Mount:
    parts = (text_of(item) or "").split(":")
    if len(parts) > _SHORT_PARTS or not all(parts):
        project.wrong(item.place, f"volume {(text_of(item) or '')[:80]!r} is none", hint="write it like data:/var/lib/data")
        return Mount(_Kind.ANONYMOUS, "", "/", "", False, item.place)
    if len(parts) == 1:
        return Mount(_Kind.ANONYMOUS, "", parts[0], "", False, item.place)
    source, target = parts[0], parts[1]
    kind = _Kind.BIND if source[0] in "./~\\" else _Kind.NAMED
    read_only = len(parts) == _SHORT_PARTS and "ro" in parts[2].split(",")
    return Mount(kind, source, target, "", read_only, item.place)


def _long(node: MappingNode) -> Mount:
    source, target = text_of(node.get("source")) or "", text_of(node.get("target")) or ""
    written = text_of(node.get("type")) or "volume"
    kinds = {"bind": _Kind.BIND, "tmpfs": _Kind.MEMORY, "volume": _Kind.NAMED if source else _Kind.ANONYMOUS}
    memory = node.get("tmpfs")
    size = text_of(memory.get("size")) if isinstance(memory, MappingNode) else None
    read_only = (text_of(node.get("read_only")) or "").lower() == "true"
    return Mount(kinds.get(written, _Kind.BIND), source or written, target, size or "", read_only, node.place)


def _configs(service: MappingNode, declared: Node | None, *, project: Project) -> list[tuple[str, str, Place]]:
    """The files of `configs`, which Compose mounts at `/<name>` where no target is written."""
    found = []
    for item in items_of(service.get("configs")):
        long = isinstance(item, MappingNode)
        name = text_of(item.get("source") if isinstance(item, MappingNode) else item) or ""
        target = text_of(item.get("target")) if isinstance(item, MappingNode) and long else None
        config = declared.get(name) if isinstance(declared, MappingNode) else None
        file = text_of(config.get("file")) if isinstance(config, MappingNode) else None
        if file is None:
            project.left(item.place, f"config {name}, which has no file,")
        else:
            found.append((file, target or f"/{name}", item.place))
    return found


def _free(name: str, taken: set[str]) -> str:
    return next(one for one in (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))) if one not in taken)
