"""The parts of a configuration that run: services, jobs and cron jobs with their containers (Release, schema 5.3 to 5.5)."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.place import Located
from reconciler.model.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds(Located):
    """`limits` and `requests` of one resource; each may be absent (real files omit limits)."""

    limits: Quantity | None = None
    requests: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage(Located):
    """`size` of a persistent volume and the `type` that the target maps to a storage class."""

    size: Quantity | None = None
    type: str | None = None


class PortType(StrEnum):
    """`node_port` is reachable through ingress, `container_port` in the cluster only."""

    NODE = "node_port"
    CONTAINER = "container_port"


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Located):
    """`port` is the cluster's number, `target_port` the container's (the same where not written)."""

    type: PortType
    port: int
    target_port: int
    loadbalancer: bool = False
    backend_protocol: str | None = None


class VolumeType(StrEnum):
    """`persistent` makes a claim, `claim` uses a shared volume's, `shmem` is memory; others are not rendered."""

    PERSISTENT = "persistent"
    CLAIM = "claim"
    SHMEM = "shmem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Located):
    """A mount; `name` is the volume's own, or the shared volume's for `claim`."""

    type: VolumeType
    name: str
    mount_path: str
    size: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedVolume(Located):
    """A volume of the whole application, claimed by services."""

    name: str
    size: Quantity
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMount(Located):
    """One entry of `configmap`: a file of the repository at the member's commit, mounted at `mount_path`."""

    name: str
    mount_path: str
    repo_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Located):
    """A liveness or readiness probe: either `http_get` (path, port) or `exec` (command). Times are in seconds."""

    path: str | None = None
    port: int | None = None
    command: tuple[str, ...] = ()
    initial_delay_seconds: int | None = None
    period_seconds: int | None = None
    timeout_seconds: int | None = None
    failure_threshold: int | None = None
    success_threshold: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Located):
    """What an autoscaler watches: average utilization in percent, or an average value."""

    resource: str
    average_utilization: int | None = None
    average_value: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoscale(Located):
    """Bounds of an autoscaled service's replicas."""

    min_replicas: int
    max_replicas: int
    metrics: tuple[Metric, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Env(Located):
    """One variable written in a template's `envs`."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSelector(Located):
    """One label that nodes must bear."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Container(Located):
    """What services, jobs, cron jobs and init containers share.

    `image` is the template's text; `built` says that the image comes from a build of the member's repository
    (`has_repo` or `build`), so that the application's image pattern gives its name.
    """

    name: str
    image: str | None = None
    built: bool = False
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    envs: tuple[Env, ...] = ()
    cpu: Bounds | None = None
    memory: Bounds | None = None
    volumes: tuple[Volume, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Container):
    """One service; cpu, memory, replicas and storage already carry the template's defaults (`resources`)."""

    ports: tuple[Port, ...] = ()
    replicas: int = 1
    storage: Storage | None = None
    depends_on: tuple[str, ...] = ()
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    init: tuple[Container, ...] = ()
    node_selector: tuple[NodeSelector, ...] = ()
    configmap: tuple[FileMount, ...] = ()
    autoscale: Autoscale | None = None
    stateful: bool = False
    static: bool = False
    service_account_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Container):
    """One job: runs once and ends. `completed_timeout` is in seconds; `from_services` names the service it inherits from."""

    from_services: str | None = None
    completed_timeout: int | None = None
    node_selector: tuple[NodeSelector, ...] = ()
    service_account_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CronJob(Job):
    """A job with a schedule in cron's five fields."""

    schedule: str
