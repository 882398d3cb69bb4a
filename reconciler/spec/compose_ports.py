"""Ports of a Compose service: published ones become reachable from outside, exposed ones inside the environment."""

import re
from dataclasses import dataclass
from typing import Final

from reconciler.spec.compose_project import Body, Project, items_of
from reconciler.spec.fields import text_of
from reconciler.spec.node import MappingNode, Node, Scalar

_SHORT: Final = re.compile(
    r"(?:(?P<ip>\[[0-9a-fA-F:.]+\]|[0-9]+(?:\.[0-9]+){3}):)?(?:(?P<host>[0-9]+(?:-[0-9]+)?)?:)?"
    r"(?P<inner>[0-9]+(?:-[0-9]+)?)(?:/(?P<protocol>[a-z]+))?",
    re.ASCII,
)
_LOCAL: Final = ("127.", "[::1]", "::1", "localhost")
_MOST: Final = 65_535
_HINT: Final = 'write it like "8080:80"'


@dataclass(frozen=True, slots=True)
class _Written:
    """One entry as text; `host` is empty where Compose chooses a port."""

    inner: str
    host: str
    ip: str
    protocol: str
    node: Node


def ports_of(service: MappingNode, project: Project) -> list[Body]:
    """The ports of a service as a template has them, each port of the cluster once.

    As Release's detection has it, a published port keeps the host's number; where that is not the container's own, the
    container's is a port of the environment too, for that is what the other services call.
    """
    found: dict[int, Body] = {}
    inside: list[int] = []
    for written in _published(service.get("ports"), project):
        inner, host = (
            _number(written.inner, written, project=project),
            _number(written.host or written.inner, written, project=project),
        )
        if inner is None or host is None:
            continue
        inside.append(inner)
        if written.ip.startswith(_LOCAL):
            note = f"port {inner} is published to the own machine alone, and is reached inside the environment alone"
            project.findings.note("R855", written.node.place, message=note)
        else:
            found.setdefault(host, {"type": "node_port", "target_port": inner, "port": host})
    for item in items_of(service.get("expose")):
        port = _exposed(item, project)
        inside += [port] if port is not None else []
    for port in inside:
        found.setdefault(port, {"type": "container_port", "port": port})
    return list(found.values())


def _published(node: Node | None, project: Project) -> list[_Written]:
    found = []
    for item in items_of(node):
        written = _long(item) if isinstance(item, MappingNode) else _short(text_of(item) or "", item)
        if written is None:
            project.wrong(item.place, f"port {_shown(item)} is none", hint=_HINT)
        elif written.protocol not in {"", "tcp"}:
            project.left(item.place, f"port {_shown(item)} of {written.protocol}", hint="services of a template speak TCP")
        elif "-" in written.inner or "-" in written.host:
            project.left(item.place, f"the range of ports {_shown(item)}", hint="write the ports that are needed one by one")
        else:
            found.append(written)
    return found


def _short(text: str, node: Node) -> _Written | None:
    match = _SHORT.fullmatch(text)
    if match is None:
        return None
    return _Written(match["inner"], match["host"] or "", match["ip"] or "", match["protocol"] or "", node)


def _long(node: MappingNode) -> _Written | None:
    target, published = text_of(node.get("target")) or "", text_of(node.get("published")) or ""
    match = _SHORT.fullmatch(f"{published}:{target}" if published else target)
    if match is None or match["protocol"] or match["ip"]:
        return None
    return _Written(target, published, text_of(node.get("host_ip")) or "", text_of(node.get("protocol")) or "", node)


def _exposed(item: Node, project: Project) -> int | None:
    text = text_of(item) or ""
    written = _short(text, item) if ":" not in text else None
    if written is None:
        project.wrong(item.place, f"port {_shown(item)} is none", hint='write it like "8080"')
        return None
    if written.protocol not in {"", "tcp"} or "-" in written.inner:
        project.left(item.place, f"port {text}", hint="services of a template have single ports and speak TCP")
        return None
    return _number(written.inner, written, project=project)


def _number(text: str, written: _Written, *, project: Project) -> int | None:
    number = int(text) if len(text) <= 5 else 0
    if 1 <= number <= _MOST:
        return number
    project.wrong(written.node.place, f"port {text[:20]} is not a number from 1 to {_MOST}", hint=_HINT)
    return None


def _shown(node: Node) -> str:
    if isinstance(node, Scalar):
        return repr(node.text)
    target = text_of(node.get("target")) if isinstance(node, MappingNode) else None
    return repr(target or "")
