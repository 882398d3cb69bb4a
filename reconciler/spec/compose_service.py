"""One Compose service as a service or a job of a template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.spec.compose_build import context_of, image_of, why_no_image
from reconciler.spec.compose_command import command_of
from reconciler.spec.compose_health import readiness_of
from reconciler.spec.compose_interpolate import secrets_of, substitute_all
from reconciler.spec.compose_ports import ports_of
from reconciler.spec.compose_project import Body, Project
from reconciler.spec.compose_resources import replicas_of, resources_of
from reconciler.spec.compose_variables import variables_of
from reconciler.spec.compose_volumes import Mount, files_of, lost_paths, volumes_of
from reconciler.spec.fields import text_of
from reconciler.spec.init_dockerfile import exposed_ports
from reconciler.spec.init_draft import Unit
from reconciler.spec.node import MappingNode, Member, Node

_VARIABLES: Final = frozenset({"environment", "env_file"})
_KNOWN: Final = _VARIABLES | {
    "build",
    "command",
    "configs",
    "cpus",
    "depends_on",
    "deploy",
    "entrypoint",
    "expose",
    "extends",
    "healthcheck",
    "image",
    "links",
    "mem_limit",
    "mem_reservation",
    "ports",
    "profiles",
    "restart",
    "scale",
    "shm_size",
    "tmpfs",
    "volumes",
}
_OF_SERVICES: Final = ("ports", "expose", "healthcheck", "configs", "scale")
_USUAL_PORTS: Final = {
    "cassandra": 9042,
    "clickhouse-server": 9000,
    "cockroach": 26257,
    "couchdb": 5984,
    "elasticsearch": 9200,
    "influxdb": 8086,
    "mariadb": 3306,
    "memcached": 11211,
    "minio": 9000,
    "mongo": 27017,
    "mssql-server": 1433,
    "mysql": 3306,
    "nats": 4222,
    "neo4j": 7687,
    "opensearch": 9200,
    "postgis": 5432,
    "postgres": 5432,
    "postgresql": 5432,
    "rabbitmq": 5672,
    "redis": 6379,
    "valkey": 6379,
    "zookeeper": 2181,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a service takes from the file as a whole."""

    labels: Mapping[str, str]
    image_prefix: str
    shared: frozenset[str]
    published: Mapping[int, str]
    configs: Node | None


@dataclass(frozen=True, slots=True)
class Found:
    """One service with its variables put in. `waits` are names of services; a job is one that others wait to see end."""

    name: str
    service: MappingNode
    mounts: tuple[Mount, ...]
    waits: tuple[str, ...]
    is_job: bool


def filled_in(service: MappingNode, project: Project) -> MappingNode:
    """The service with its variables put in, but for its own environment: what becomes of that depends on what it holds."""
    members = {}
    for key, member in service.members.items():
        carried = key in _KNOWN - _VARIABLES
        value = substitute_all(member.value, project.values, findings=project.findings) if carried else member.value
        members[key] = Member(member.key, value)
    return MappingNode(service.place, members)


def unit_of(found: Found, setting: Setting, *, project: Project) -> Unit | None:
    """The unit, or `None` where no image can be had; all that is left out is listed."""
    service, label = found.service, setting.labels[found.name]
    image = image_of(service, project, name=f"{setting.image_prefix}/{label}")
    if image is None:
        hint = "write its `image:`, or build it from this repository"
        project.left(service.place, f"service {found.name!r} ({why_no_image(service)})", hint=hint)
        return None
    project.left_keys(service, _KNOWN, what="")
    needed = tuple(secret for key in ("command", "entrypoint", "healthcheck") for secret in secrets_of(service.get(key)))
    variables = variables_of(service, project, published=setting.published, needed=needed)
    if found.is_job:
        _say_job(service, project)
    body: Body = {
        "name": label,
        **image,
        **command_of(service, project),
        **({} if found.is_job else _of_service(found, setting, project=project)),
        **volumes_of(found.mounts, setting.shared, project=project),
        **resources_of(service, project),
        **({"envs": list(variables.envs)} if variables.envs else {}),
    }
    return Unit(label, found.is_job, body, variables.entries, tuple(setting.labels[wait] for wait in found.waits))


def _of_service(found: Found, setting: Setting, *, project: Project) -> Body:
    """What services have and jobs have not."""
    service = found.service
    ports = ports_of(service, project) or _assumed_ports(found, project)
    if text_of(service.get("restart")) == "no":
        hint = "a service is always started again; what runs to its end is a job"
        project.left(service.members["restart"].key, "restart: no", hint=hint)
    return {
        **({"ports": ports} if ports else {}),
        **files_of(service, found.mounts, configs=setting.configs, project=project),
        **replicas_of(service, project),
        **readiness_of(service, project, lost=lost_paths(found.mounts, project)),
    }


def _assumed_ports(found: Found, project: Project) -> list[Body]:
    """In Compose every port of a container can be called; Kubernetes wants to know it."""
    service = found.service
    folder, dockerfile = context_of(service)
    path = project.path(f"{folder}/{dockerfile}") if folder else None
    source = project.read(path) if path else None
    ports, why = exposed_ports(source) if source else (), "its Dockerfile says EXPOSE"
    if not folder:
        text = text_of(service.get("image")) or ""
        usual = _USUAL_PORTS.get(text.rpartition("/")[2].partition(":")[0].partition("@")[0])
        ports, why = (usual,) if usual else (), "its image is known for it"
    for port in ports:
        project.findings.note("R855", service.place, message=f"service {found.name!r} gets port {port}, for {why}")
    return [{"type": "container_port", "port": port} for port in ports]


def _say_job(service: MappingNode, project: Project) -> None:
    for key in _OF_SERVICES:
        if key in service.members:
            project.left(service.members[key].key, f"{key} of a service that runs to its end")
