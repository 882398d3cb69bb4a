"""The three files that `init` writes, from a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.model.names import fit
from reconciler.spec.compose_project import Body
from reconciler.spec.init_draft import Draft, Unit, layers
from reconciler.spec.init_yaml import yaml_lines

POINTER: Final = ".release.yaml"
TEMPLATE: Final = ".release/application_template.yaml"
VARIABLES: Final = ".release/environment_variables.yaml"

_RESOURCES: Final = {
    "cpu": {"limits": "1000m", "requests": "100m"},
    "memory": {"limits": "1Gi", "requests": "100Mi"},
    "replicas": 1,
}
_HOST_PART: Final = 40
"""How long service and application may be in a host, so that a label of 63 characters has room for the environment's id."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`source` is the file that the draft comes from, `compose` the Compose file that is named in `.release.yaml`."""

    app: str
    repo_name: str | None
    source: str
    compose: str | None = None


def files_of_draft(draft: Draft, facts: Facts) -> dict[str, bytes]:
    """The content of each file by its path from the root."""
    pointer: Body = {"application_template": TEMPLATE, "environment_variables": VARIABLES}
    if facts.compose:
        pointer["compose"] = facts.compose
    return {
        POINTER: _text(pointer, facts=None),
        TEMPLATE: _text(_template(draft, facts), facts=facts),
        VARIABLES: _text(_variables(draft), facts=facts),
    }


def _text(value: Body, *, facts: Facts | None) -> bytes:
    head = [f"# Made by `reconciler init` from {ascii(facts.source)[1:-1]}; from here on it is yours."] if facts else []
    return "\n".join([*head, *yaml_lines(value), ""]).encode()


def _template(draft: Draft, facts: Facts) -> Body:
    services = [unit for unit in draft.units if not unit.is_job]
    hosts: list[Body] = [{unit.name: _host(unit.name, facts.app)} for unit in services if _is_public(unit)]
    names = {unit.name for unit in services}
    return {
        "app": facts.app,
        "auto_deploy": True,
        **({"repo_name": facts.repo_name} if facts.repo_name else {}),
        "environment_templates": [{"name": "ephemeral"}, {"name": "permanent"}],
        "resources": _RESOURCES,
        **({"hostnames": hosts} if hosts else {}),
        **({"shared_volumes": list(draft.shared_volumes)} if draft.shared_volumes else {}),
        "services": [_service(unit, names) for unit in services],
        **({"jobs": jobs} if (jobs := [unit.body for unit in draft.units if unit.is_job]) else {}),
        "workflows": _workflows(draft.units),
    }


def _service(unit: Unit, services: set[str]) -> Body:
    """The unit's keys with `depends_on`, which names services alone; jobs come first by the workflow."""
    waits = [name for name in unit.waits if name in services]
    return {**unit.body, **({"depends_on": waits} if waits else {})}


def _is_public(unit: Unit) -> bool:
    ports = unit.body.get("ports")
    return isinstance(ports, list) and any(port.get("type") == "node_port" for port in ports)


def _host(service: str, app: str) -> str:
    name = service if service == app else f"{service}-{app}"
    return f"{fit(name, _HOST_PART)}-${{env_id}}.${{domain}}"


def _workflows(units: Sequence[Unit]) -> list[Body]:
    """As Release makes them: setup and patch in steps `services-0`, `services-1` by who waits for whom."""
    steps: list[Body] = [
        {"step": f"services-{number}", "tasks": [unit.task for unit in layer]} for number, layer in enumerate(layers(units))
    ]
    ending: list[Body] = [{"step": "remove-environment", "tasks": ["release.remove_environment"]}]
    return [
        {"name": "setup", "parallelize": steps},
        {"name": "patch", "parallelize": steps},
        {"name": "teardown", "parallelize": ending},
    ]


def _variables(draft: Draft) -> Body:
    return {"defaults": [], "services": {unit.name: list(unit.variables) for unit in draft.units}}
