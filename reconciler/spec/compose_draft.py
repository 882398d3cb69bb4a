"""The services of a Compose file, with what they share, as a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reconciler.spec.compose_interpolate import substitute_all
from reconciler.spec.compose_ports import ports_of
from reconciler.spec.compose_project import Body, Project
from reconciler.spec.compose_select import Wait, labels_of, services_of, waits_of
from reconciler.spec.compose_service import Found, Setting, filled_in, unit_of
from reconciler.spec.compose_volumes import SIZE, mounts_of, names_of, volume_name
from reconciler.spec.fields import text_of
from reconciler.spec.findings import Findings
from reconciler.spec.init_draft import Draft, Unit, ring
from reconciler.spec.node import MappingNode, Node

_TOP: Final = frozenset({"version", "name", "services", "volumes", "configs", "networks", "secrets"})
_VOLUME_KEYS: Final = frozenset({"name", "labels", "external"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person asks for: a Compose file by name, values, profiles, and what application and images are called.

    `image_prefix` begins the names of built images, such as `acme/shop`.
    """

    app: str
    image_prefix: str
    compose: str | None = None
    env_file: str | None = None
    profiles: frozenset[str] = frozenset()


def draft_of(root: MappingNode, project: Project, *, question: Question) -> Draft:
    """The draft of a file that has services; what is wrong or left out is among its problems."""
    project.left_keys(root, _TOP, what="")
    found = _found(root, project, question=question)
    labels = labels_of({one.name: one.service for one in found}, project)
    configs = root.get("configs")
    setting = Setting(
        labels=labels,
        image_prefix=question.image_prefix,
        shared=_shared(found),
        published=_published(found, labels, project=project),
        configs=substitute_all(configs, project.values, findings=project.findings) if configs else None,
    )
    units = tuple(unit for one in found if (unit := unit_of(one, setting, project=project)) is not None)
    _check_rings(units, {labels[one.name]: one.service for one in found}, project=project)
    _check_volumes(root.get("volumes"), project)
    if found and all(unit.is_job for unit in units):
        hint = "at least one service must have an image or a build in this repository"
        project.findings.error("R860", root.place, message="no service of the file can be carried over", hint=hint)
    return Draft(units, _shared_volumes(setting.shared), project.findings.problems)


def _found(root: MappingNode, project: Project, *, question: Question) -> tuple[Found, ...]:
    chosen = services_of(root, project, profiles=question.profiles)
    services = {name: filled_in(service, project) for name, service in chosen.items()}
    if not services:
        hint = "take services along with --profile"
        project.findings.error("R860", root.place, message="the file has no service that starts without a profile", hint=hint)
    waits = {name: _known_waits(name, services, project=project) for name in services}
    jobs = {wait.name for found in waits.values() for wait in found if wait.completed}
    return tuple(
        Found(name, service, mounts_of(service, project), tuple(dict.fromkeys(wait.name for wait in waits[name])), name in jobs)
        for name, service in services.items()
    )


def _known_waits(name: str, services: Mapping[str, MappingNode], *, project: Project) -> tuple[Wait, ...]:
    """The waits for services that come along; others are listed."""
    found = []
    for wait in waits_of(services[name]):
        if wait.name in services:
            found.append(wait)
        elif wait.required:
            hint = project.findings.did_you_mean(wait.name, services.keys() - {name})
            project.left(wait.place, f"the wait of {name!r} for {wait.name!r}, which is not taken along,", hint=hint)
    return tuple(found)


def _shared(found: Sequence[Found]) -> frozenset[str]:
    """The named volumes that more than one service mounts."""
    names = [name for one in found for name in names_of(one.mounts)]
    return frozenset(name for name in names if names.count(name) > 1)


def _shared_volumes(names: frozenset[str]) -> tuple[Body, ...]:
    return tuple({"name": volume_name(name), "size": SIZE, "type": "persistent"} for name in sorted(names))


def _published(found: Sequence[Found], labels: Mapping[str, str], *, project: Project) -> dict[int, str]:
    """The service behind each port of the own machine."""
    quiet = replace(project, findings=Findings())
    ports = [(body, one.name) for one in found for body in ports_of(one.service, quiet) if body["type"] == "node_port"]
    return {int(str(body["port"])): labels[name] for body, name in ports}


def _check_rings(units: tuple[Unit, ...], services: Mapping[str, MappingNode], *, project: Project) -> None:
    """An error (R861) where services wait for each other, which Compose refuses too."""
    names = ring(units)
    if names:
        keys = {name: services[name].members for name in names}
        at = [keys[name]["depends_on" if "depends_on" in keys[name] else "links"].key for name in names]
        project.findings.error(
            "R861",
            at[0],
            message=f"services wait for each other: {' → '.join((*names, names[0]))}",
            hint="remove one of these depends_on",
            related=tuple(at[1:]),
        )


def _check_volumes(declared: Node | None, project: Project) -> None:
    for name, member in declared.members.items() if isinstance(declared, MappingNode) else ():
        project.left_keys(member.value, _VOLUME_KEYS, what=f"volumes.{name}.")
        external = member.value.get("external") if isinstance(member.value, MappingNode) else None
        if (text_of(external) or "").lower() == "true":
            project.left(member.key, f"what the volume {name} holds already")
