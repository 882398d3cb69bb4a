"""How many pods a Compose service has, and how much processor time and memory."""

import re
from typing import Final

from reconciler.spec.compose_project import Body, Project
from reconciler.spec.fields import text_of
from reconciler.spec.node import MappingNode, Node

_BYTES: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([kmgtp]?)i?b?", re.ASCII | re.IGNORECASE)
_CPUS: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,9})?", re.ASCII)
_DEPLOY: Final = frozenset({"replicas", "resources"})
_RESOURCES: Final = frozenset({"limits", "reservations"})
_BOUNDS: Final = frozenset({"cpus", "memory"})
_MOST_REPLICAS: Final = 10_000


def resources_of(service: MappingNode, project: Project) -> Body:
    """`cpu` and `memory` from `deploy.resources`, or from the older keys of the service itself."""
    deploy = service.get("deploy")
    resources = deploy.get("resources") if isinstance(deploy, MappingNode) else None
    project.left_keys(deploy, _DEPLOY, what="deploy.")
    project.left_keys(resources, _RESOURCES, what="deploy.resources.")
    limits, reservations = _part(resources, "limits", project=project), _part(resources, "reservations", project=project)
    cpu = {"limits": _cpu(limits, project) or _cpu(service, project), "requests": _cpu(reservations, project)}
    memory = {
        "limits": _memory(limits, "memory", project=project) or _memory(service, "mem_limit", project=project),
        "requests": _memory(reservations, "memory", project=project) or _memory(service, "mem_reservation", project=project),
    }
    return {key: kept for key, bounds in (("cpu", cpu), ("memory", memory)) if (kept := _kept(bounds))}


def replicas_of(service: MappingNode, project: Project) -> Body:
    """`replicas` from `deploy.replicas` or `scale`."""
    deploy = service.get("deploy")
    node = (deploy.get("replicas") if isinstance(deploy, MappingNode) else None) or service.get("scale")
    text = text_of(node)
    if node is None or text is None:
        return {}
    if not (text.isascii() and text.isdigit()) or int(text[:9]) > _MOST_REPLICAS:
        project.wrong(node.place, f"replicas {text[:20]!r} is not a number from 0 to {_MOST_REPLICAS}")
        return {}
    return {"replicas": int(text)}


def memory_quantity(text: str) -> str | None:
    """Docker's `512m` is Kubernetes' `512Mi`: Docker counts in powers of 1024 (Compose specification, byte values)."""
    match = _BYTES.fullmatch(text)
    if match is None:
        return None
    unit = match[2].lower()
    number = match[1] if unit else match[1].partition(".")[0]
    return f"{number}{unit.upper()}i" if unit and unit != "k" else f"{number}{'Ki' if unit else ''}"


def _part(resources: Node | None, key: str, *, project: Project) -> MappingNode | None:
    node = resources.get(key) if isinstance(resources, MappingNode) else None
    project.left_keys(node, _BOUNDS, what=f"deploy.resources.{key}.")
    return node if isinstance(node, MappingNode) else None


def _cpu(holder: MappingNode | None, project: Project) -> str | None:
    node = holder.get("cpus") if holder else None
    text = text_of(node)
    if node is None or text is None:
        return None
    if not _CPUS.fullmatch(text):
        project.wrong(node.place, f"cpus {text[:20]!r} is not a number", hint="write it like 0.5")
        return None
    thousandths = round(float(text) * 1000)
    return f"{thousandths}m" if thousandths else None


def _memory(holder: MappingNode | None, key: str, *, project: Project) -> str | None:
    node = holder.get(key) if holder else None
    text = text_of(node)
    if node is None or text is None:
        return None
    quantity = memory_quantity(text)
    if quantity is None:
        project.wrong(node.place, f"{key} {text[:20]!r} is not an amount of memory", hint="write it like 512m or 1g")
    return None if quantity == "0" else quantity


def _kept(bounds: dict[str, str | None]) -> Body:
    return {key: value for key, value in bounds.items() if value is not None}
