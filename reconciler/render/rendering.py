"""One member while it is rendered, and the objects it wants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds.table import kind_of
from reconciler.model.configuration import Configuration, WorkflowName
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, Namespace
from reconciler.model.importplan import Member
from reconciler.model.objects import Desired, ObjectKey
from reconciler.model.place import Place
from reconciler.model.reason import Reason
from reconciler.model.rendered import Inputs, Resolved
from reconciler.model.settings import Allowance, Target
from reconciler.model.workload import Job, Service
from reconciler.render.hosts import Route
from reconciler.render.labels import object_meta
from reconciler.render.setting import Setting


@dataclass(frozen=True, slots=True)
class Rendering:
    """A member with all that its objects lean on.

    `routes` are those of the whole group, and `ingress` the variables that they give to every member.
    """

    member: Member
    configuration: Configuration
    resolved: Resolved
    inputs: Inputs
    setting: Setting
    routes: tuple[Route, ...] = ()
    ingress: Mapping[str, str] = field(default_factory=dict)

    @property
    def application(self) -> AppName:
        """The member's application."""
        return self.member.application

    @property
    def environment(self) -> Environment:
        """The group's environment."""
        return self.resolved.plan.environment

    @property
    def target(self) -> Target:
        """Where the objects go."""
        return self.setting.target

    @property
    def allow(self) -> Allowance:
        """What config.yaml lets the member's template ask for."""
        return self.setting.applications[self.application].allow

    @property
    def owners(self) -> tuple[Service | Job, ...]:
        """All that has pods: services but static ones, jobs and cron jobs, whether this workflow runs them or not."""
        configuration = self.configuration
        services = [service for service in configuration.services if not service.static]
        return (*services, *configuration.jobs, *configuration.cron_jobs)

    @property
    def workflow(self) -> WorkflowName:
        """The workflow that runs for the member; none where nobody chose one."""
        return self.inputs.workflows.get(self.application, WorkflowName.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An object before it has its labels: kind, name, what it was made from and where that is written."""

    kind: str
    name: str
    why: str
    place: Place | None
    body: Mapping[str, Any] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    job: str | None = None


def desired(made: Made, rendering: Rendering) -> Desired:
    """The member's object, with the labels and annotations that show whose it is."""
    return _desired(made, rendering.environment, setting=rendering.setting, member=rendering.application)


def group_desired(made: Made, environment: Environment, *, setting: Setting) -> Desired:
    """An object of the group as a whole, such as its Namespace."""
    return _desired(made, environment, setting=setting, member=None)


def _desired(made: Made, environment: Environment, *, setting: Setting, member: AppName | None) -> Desired:
    kind = kind_of(made.kind)
    meta = object_meta(resolved_env=environment, setting=setting, member=member, kind=made.kind, name=made.name)
    meta["annotations"] |= made.annotations
    meta["labels"] |= made.labels
    return Desired(
        key=ObjectKey(made.kind, environment.namespace if kind.namespaced else Namespace(""), made.name),
        manifest={"apiVersion": kind.api_version, "kind": kind.name, "metadata": meta, **made.body},
        member=member,
        reason=Reason(made.why, made.place),
        place=made.place,
        job=made.job,
    )
