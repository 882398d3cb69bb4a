"""Groups rendered from templates as people write them, through the real reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.configuration import Configuration, WorkflowName
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, Commit, EnvId, Namespace, branch_ref
from reconciler.model.importplan import BranchRule, ImportPlan, Member
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.objects import Desired, Manifest
from reconciler.model.place import Origin, whole_file
from reconciler.model.problem import Problem
from reconciler.model.reason import Reason
from reconciler.model.rendered import FileNeed, Inputs, Rendered, Resolved
from reconciler.model.secret import SecretValue
from reconciler.model.settings import (
    Allowance,
    Application,
    DirectoryTarget,
    EnvironmentRule,
    IngressSettings,
)
from reconciler.model.variables import Variables
from reconciler.render.group import group
from reconciler.render.hosts import routing
from reconciler.render.ingress_variables import ingress_variables
from reconciler.render.needs import needs
from reconciler.render.rendering import Rendering
from reconciler.render.setting import Setting
from reconciler.spec.configure import Names, configure
from reconciler.spec.template import read_template
from reconciler.spec.variables import read_variables

HERE = whole_file(Origin("config.yaml"))
COMMITS = {AppName("shop"): Commit("a" * 40), AppName("backend"): Commit("b" * 40)}


@dataclass(frozen=True)
class Team:
    """Applications by name with their templates, the importer last, and what config.yaml says of them."""

    templates: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    workflow: WorkflowName = WorkflowName.SETUP
    allow: Allowance = field(default_factory=lambda: Allowance(place=HERE))
    commits: Mapping[AppName, Commit] = field(default_factory=lambda: COMMITS)
    attempts: Mapping[str, int] = field(default_factory=dict)
    storage_classes: Mapping[str, str] = field(default_factory=dict)
    image_pull_secrets: tuple[str, ...] = ()
    rule: Mapping[str, Any] = field(default_factory=dict)
    application: Mapping[str, Any] = field(default_factory=dict)
    members: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    key: bytes | None = b"key"
    ingress: Mapping[str, Any] = field(default_factory=dict)
    entry: str = "ephemeral"

    @property
    def names(self) -> tuple[AppName, ...]:
        """The applications, in deploy order."""
        return tuple(AppName(name) for name in self.templates)

    @property
    def environment(self) -> Environment:
        """The last application at branch main."""
        said: dict[str, Any] = {"type": EnvironmentType(self.entry), "parameters": {}, "variables": {}, **self.rule}
        rule = EnvironmentRule(place=HERE, **said)
        importer = self.names[-1]
        return Environment(importer, branch_ref("main"), EnvId("tabcdefg"), Namespace(f"{importer}-tabcdefg"), rule)

    def configuration(self, name: AppName) -> Configuration:
        """What the application wants. Fails where its template has errors."""
        template, problems = read_template(self.templates[name].encode(), self.origin(name))
        assert template is not None, problems
        names = Names(name, self.environment.id, "example.com", {}, (self.entry,))
        configuration, problems = configure(template, names)
        assert configuration is not None, list(map(str, problems))
        return configuration

    def member(self, name: AppName) -> Member:
        """The application as the import plan has it, with what the test says of it."""
        rule = BranchRule.SELF if name == self.names[-1] else BranchRule.SAME_NAME
        member = Member(name, _address(name), branch_ref("main"), self.commits[name], rule, Reason("it is so"))
        return replace(member, **self.members.get(name, {}))

    def settled(self, member: Member) -> Configuration:
        """What is left of the member's configuration once its excluded services are gone."""
        configuration = self.configuration(member.application)
        services = tuple(service for service in configuration.services if service.name not in member.excluded)
        return replace(configuration, services=services)

    def origin(self, name: AppName) -> Origin:
        """The template's file."""
        return Origin("template.yaml", name, self.commits[name])

    def resolved(self) -> Resolved:
        """The group as gathering leaves it."""
        members = tuple(self.member(name) for name in self.names)
        read = [member for member in members if member.aborted is None]
        configurations = {member.application: self.settled(member) for member in read}
        variables = {member.application: self.read_variables(member.application) for member in read}
        return Resolved(ImportPlan(self.environment, members), configurations, variables)

    def read_variables(self, name: AppName) -> Variables:
        """The application's variables file, empty where the test has none."""
        variables, problems = read_variables(self.variables.get(name, "defaults: []").encode(), Origin("variables.yaml", name))
        assert variables is not None, list(map(str, problems))
        return variables

    def inputs(self) -> Inputs:
        """What was read."""
        files = {FileNeed(name, self.commits[name], path): content for name in self.names for path, content in self.files.items()}
        workflows = dict.fromkeys(self.names, self.workflow)
        asked = needs(self.resolved(), self.setting()).secrets
        return Inputs(files, {need: self.secret(need.key) for need in asked}, self.key, workflows, self.attempts)

    def secret(self, key: str) -> SecretValue | Reason:
        """What a store answers."""
        return SecretValue(self.secrets[key]) if key in self.secrets else Reason("there is no such path")

    def setting(self) -> Setting:
        """What config.yaml says."""
        target = DirectoryTarget(
            place=HERE,
            name="files",
            ingress=IngressSettings(place=HERE, **self.ingress),
            image_pull_secrets=self.image_pull_secrets,
            storage_classes=self.storage_classes,
            directory=Path("/deployed"),
        )
        applications = {name: self.declared(name) for name in (*self.names, *map(AppName, self.outside))}
        return Setting("main", target, applications)

    def declared(self, name: AppName) -> Application:
        """The application as config.yaml has it."""
        said: dict[str, Any] = {
            "domain": "example.com",
            "image": "registry.example.com/{repository}/{name}:{commit}",
            "allow": self.allow,
            **self.application,
        }
        return Application(place=HERE, name=name, repository=_address(name), target="files", **said)

    def rendered(self) -> Rendered:
        """The group's objects."""
        return group(self.resolved(), self.inputs(), setting=self.setting())

    def renderings(self) -> tuple[Rendering, ...]:
        """Each member while it is rendered."""
        resolved, inputs, setting = self.resolved(), self.inputs(), self.setting()
        routes = routing(resolved, setting).routes
        ingress = ingress_variables(routes, setting.target.ingress.scheme)
        return tuple(
            Rendering(member, resolved.configurations[member.application], resolved, inputs, setting, routes, ingress)
            for member in resolved.plan.members
            if member.application in resolved.configurations
        )


def _address(name: AppName) -> str:
    return f"https://git.example.com/acme/{name}.git"


@dataclass(frozen=True)
class Group:
    """What a group became."""

    rendered: Rendered

    def desired(self, kind: str, name: str) -> Desired:
        """The one object of that kind and name."""
        return next(one for one in self.rendered.objects if (one.key.kind, one.key.name) == (kind, name))

    def manifest(self, kind: str, name: str) -> Manifest:
        """Its manifest."""
        return self.desired(kind, name).manifest

    def names(self, kind: str) -> list[str]:
        """The names of all objects of a kind."""
        return sorted(one.key.name for one in self.rendered.objects if one.key.kind == kind)

    def pod(self, name: str, kind: str = "Deployment") -> Manifest:
        """The spec of a workload's pods."""
        found: Manifest = self.manifest(kind, name)["spec"]["template"]["spec"]
        return found

    def container(self, name: str, kind: str = "Deployment") -> Manifest:
        """The main container of a workload's pods."""
        found: Manifest = self.pod(name, kind)["containers"][0]
        return found

    def env(self, name: str, kind: str = "Deployment") -> dict[str, str]:
        """The main container's variables; of a secret one `secret:` with the name of its Secret and its key there."""
        return {entry["name"]: entry.get("value", _reference(entry)) for entry in self.container(name, kind).get("env", [])}

    def problem(self, code: str) -> Problem:
        """The one problem with this code."""
        [found] = [problem for problem in self.rendered.problems if problem.code == code]
        return found

    def codes(self) -> list[str]:
        """The codes of all problems, in the order of their places."""
        return [problem.code for problem in self.rendered.problems]

    def waves(self) -> list[tuple[str, list[str]]]:
        """Each wave's name with its objects as `Kind name`."""
        return [(wave.name, [str(key) for key in wave.keys]) for wave in self.rendered.waves]


def _reference(entry: Manifest) -> str:
    reference = entry.get("valueFrom", {}).get("secretKeyRef", {})
    return f"secret:{reference.get('name')}/{reference.get('key')}"


@pytest.fixture(scope="session")
def team() -> type[Team]:
    """A group to be rendered."""
    return Team


@pytest.fixture
def render() -> Callable[..., Group]:
    """Render one application `shop` from its template; further words go to `Team`."""

    def _render(template: str, **words: Any) -> Group:
        return Group(Team({"shop": template}, **words).rendered())

    return _render


@pytest.fixture
def render_group() -> Callable[..., Group]:
    """Render several applications by name with their templates, the importer last."""

    def _render(templates: Mapping[str, str], **words: Any) -> Group:
        return Group(Team(templates, **words).rendered())

    return _render
