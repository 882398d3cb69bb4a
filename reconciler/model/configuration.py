"""A template merged for its entry and interpolated: what one member wants, still knowing its places."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName
from reconciler.model.place import Located, Place
from reconciler.model.workload import CronJob, Job, NodeSelector, Service, SharedVolume


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Located):
    """One entry of `app_imports`."""

    name: AppName
    branch: str | None = None
    exclude_services: tuple[str, ...] = ()
    ignore_deployment_refs: tuple[RefGlob, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostname(Located):
    """A host for a service; an entry of `hostnames`, already interpolated."""

    service: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRule(Located):
    """An entry of `rules`: a path of some hosts goes to a service; rules replace `hostnames` of the same hosts."""

    service: str
    hosts: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount(Located):
    """A service account; `cloud_role` must be allowed by config.yaml."""

    name: str
    cloud_role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Located):
    """Tasks that start together. `order_from` gives one step per task."""

    name: str
    tasks: tuple[str, ...]


class WorkflowName(StrEnum):
    """Release's three workflows, and `repair`: objects are put back, no jobs run (design 7.11)."""

    SETUP = "setup"
    PATCH = "patch"
    TEARDOWN = "teardown"
    REPAIR = "repair"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow(Located):
    """Steps, one after another; tasks are `services.x`, `jobs.x`, `services.all`, `release.remove_environment`…"""

    name: WorkflowName
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A key that is read and not rendered yet: said in every plan, never silently skipped (design 7.3)."""

    key: str
    place: Place
    what: str


@dataclass(frozen=True, slots=True)
class TrackingFacts:
    """What the unmerged template of an imported application says of its own branches (design 6.2)."""

    tracking_branch: str | None
    tracking_tag: str | None
    branch_place: Place | None = None
    tag_place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration(Located):
    """What one member wants.

    `digest` is over what becomes objects and over the imports: notes to people, what is not supported, and words on when to
    deploy (`auto_deploy`, `parallelize_app_imports`, `depends_on`) do not move it, for a digest that moved sets up again.
    """

    application: AppName
    entry: str | None
    digest: str
    services: tuple[Service, ...] = ()
    jobs: tuple[Job, ...] = ()
    cron_jobs: tuple[CronJob, ...] = ()
    imports: tuple[Import, ...] = ()
    hostnames: tuple[Hostname, ...] = ()
    rules: tuple[RouteRule, ...] = ()
    ingress: Mapping[str, str] | None = None
    workflows: tuple[Workflow, ...] = ()
    shared_volumes: tuple[SharedVolume, ...] = ()
    service_accounts: tuple[ServiceAccount, ...] = ()
    node_selector: tuple[NodeSelector, ...] = ()
    builds: tuple[str, ...] = ()
    auto_deploy: bool = True
    parallelize_app_imports: bool = False
    unsupported: tuple[Unsupported, ...] = ()

    def service(self, name: str) -> Service | None:
        """The service of that name, if there is one."""
        return next((service for service in self.services if service.name == name), None)

    def workflow(self, name: WorkflowName) -> Workflow | None:
        """The workflow of that name; the last one where a template has it twice, as Release does."""
        return next((workflow for workflow in reversed(self.workflows) if workflow.name is name), None)
