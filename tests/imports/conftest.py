"""Applications described by small tables, resolved round by round as a gatherer would."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.imports.resolve import Resolution, World, resolve
from reconciler.model.configuration import Configuration, Import, TrackingFacts
from reconciler.model.environment import Environment
from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName, Commit, EnvId, Namespace, Ref, branch_ref, tag_ref
from reconciler.model.importplan import Read, Want
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin, Place
from reconciler.model.refs import RefState, RefTable
from reconciler.model.settings import Allowance, Application, EnvironmentRule
from reconciler.model.workload import Service

Described = Mapping[str, Mapping[str, Any]]
"""Application → `default`, `branches`, `tags`, `missing`, `imports`, `tracking_branch`, `tracking_tag`, `services`,
`importable_by`, `same_name_from`, `failure`, `never_listed`, `unreadable`; only what a case is about need be written."""

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROUNDS = 3


def _place(path: str, line: int, app: str | None = None) -> Place:
    return Place(Origin(path, AppName(app) if app else None), line, 5, line, 20)


def _commit(app: str, ref: Ref) -> Commit:
    return Commit(hashlib.sha1(app.encode() + ref).hexdigest())


def _environment(label: str) -> Environment:
    """`frontend@feature/new` as an environment; which rule made it plays no part here."""
    app, branch = label.split("@")
    rule = EnvironmentRule(place=_place("config.yaml", 90), type=EnvironmentType.EPHEMERAL, parameters={}, variables={})
    return Environment(AppName(app), branch_ref(branch), EnvId("t2345678"), Namespace(f"{app}-t2345678"), rule)


def _application(name: str, row: Mapping[str, Any], *, line: int) -> Application:
    return Application(
        place=_place("config.yaml", line),
        keys={"importable_by": _place("config.yaml", line + 1), "same_name_from": _place("config.yaml", line + 2)},
        name=AppName(name),
        repository=f"https://git.example.com/acme/{name}.git",
        target="files",
        allow=Allowance(place=_place("config.yaml", line)),
        importable_by=tuple(RefGlob(glob) for glob in row.get("importable_by", ["*"])),
        same_name_from=tuple(RefGlob(glob) for glob in row.get("same_name_from", ["**"])),
    )


def _table(name: str, row: Mapping[str, Any]) -> RefTable:
    default = row.get("default", "main")
    listed = [branch_ref(branch) for branch in row.get("branches", [default])] + [tag_ref(tag) for tag in row.get("tags", [])]
    refs = {ref: RefState(_commit(name, ref)) for ref in listed}
    refs |= {branch_ref(branch): RefState(_commit(name, branch_ref(branch)), NOON) for branch in row.get("missing", [])}
    if row.get("never_listed"):
        return RefTable({}, None, None, row.get("failure"))
    return RefTable(refs, branch_ref(default) if default else None, NOON, row.get("failure"), {}, NOON)


def _import(entry: str | Mapping[str, Any], *, app: str, line: int) -> Import:
    row = {"name": entry} if isinstance(entry, str) else entry
    keys = ("name", "branch", "exclude_services", "ignore_deployment_refs")
    return Import(
        place=_place("application_template.yaml", line, app),
        keys={key: _place("application_template.yaml", line + index, app) for index, key in enumerate(keys)},
        name=AppName(row["name"]),
        branch=row.get("branch"),
        exclude_services=tuple(row.get("exclude_services", ())),
        ignore_deployment_refs=tuple(RefGlob(glob) for glob in row.get("ignore_deployment_refs", ())),
    )


def _configuration(name: str, row: Mapping[str, Any]) -> Configuration:
    services = [
        Service(place=_place("application_template.yaml", 50 + index, name), name=service)
        for index, service in enumerate(row.get("services", ()))
    ]
    imports = [_import(entry, app=name, line=10 * index) for index, entry in enumerate(row.get("imports", ()), start=1)]
    return Configuration(
        place=_place("application_template.yaml", 1, name),
        application=AppName(name),
        entry=None,
        digest="",
        services=tuple(services),
        imports=tuple(imports),
    )


def _tracking(name: str, row: Mapping[str, Any]) -> TrackingFacts:
    at = _place("application_template.yaml", 3, name)
    return TrackingFacts(row.get("tracking_branch"), row.get("tracking_tag"), at, at)


def _read(read: Read, described: Described) -> TrackingFacts | Configuration | None:
    row = described[read.application]
    if row.get("unreadable"):
        return None
    return _tracking(read.application, row) if read.want is Want.TRACKING else _configuration(read.application, row)


def _resolved(described: Described, label: str, *, overrides: Mapping[str, str] | None = None) -> Resolution:
    """The answer once nothing is lacking any more."""
    applications = {AppName(name): _application(name, row, line=10 * at) for at, (name, row) in enumerate(described.items(), 1)}
    tables = {AppName(name): _table(name, row) for name, row in described.items()}
    chosen = {AppName(name): branch_ref(branch) for name, branch in (overrides or {}).items()}
    environment = _environment(label)
    known: dict[Read, TrackingFacts | Configuration | None] = {}
    for _ in range(ROUNDS):
        world = World(applications, tables, known, chosen)
        resolution = resolve(environment, _commit(environment.application, environment.ref), world=world)
        if resolution.lacks is None:
            return resolution
        known |= {read: _read(read, described) for read in resolution.lacks.reads}
    raise AssertionError(f"{label} lacks reads after {ROUNDS} rounds")


@pytest.fixture(scope="session")
def resolved() -> Callable[..., Resolution]:
    """`resolved(applications, "frontend@main")`: the resolution, with as many readings as it takes."""
    return _resolved


@pytest.fixture(scope="session")
def configured() -> Callable[[str, Mapping[str, Any]], Configuration]:
    """The configuration that a row of such a table stands for."""
    return _configuration


@pytest.fixture(scope="session")
def commit() -> Callable[[str, Ref], Commit]:
    """The commit of a ref of an application in these tests."""
    return _commit
