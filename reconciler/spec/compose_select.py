"""Which services of a Compose file are meant, what they take over from others, and what they are called in Kubernetes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reconciler.model.names import as_label, fit, is_label
from reconciler.model.place import Place
from reconciler.spec.compose_project import Project, is_null, items_of
from reconciler.spec.fields import text_of
from reconciler.spec.node import MappingNode, Member, Node, SequenceNode

_COMPLETED: Final = "service_completed_successfully"
_OWN: Final = frozenset({"depends_on", "extends", "links", "volumes_from"})
"""Keys that `extends` does not take over from the other service (Compose specification, extends)."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One service that another one waits for. `completed` is for one that ends; `required` is false where it may lack."""

    name: str
    completed: bool
    required: bool
    place: Place


def services_of(root: MappingNode, project: Project, *, profiles: frozenset[str]) -> dict[str, MappingNode]:
    """The services that Compose would start with these profiles, each with what it extends."""
    declared = root.get("services")
    written = declared.members if isinstance(declared, MappingNode) else {}
    found: dict[str, MappingNode] = {}
    for name, member in written.items():
        if not isinstance(member.value, MappingNode):
            project.wrong(member.key, f"service {name!r} is no mapping", hint="write `image:` or `build:` below it")
            continue
        asked = {text_of(item) for item in items_of(member.value.get("profiles"))}
        if asked and not asked & profiles:
            hint = f"take it along with --profile {min(text for text in asked if text)}" if any(asked) else ""
            project.left(member.key, f"service {name}, which belongs to a profile,", hint=hint)
            continue
        found[name] = MappingNode(member.key, _extended(name, written, project=project).members)
    return found


def labels_of(services: Mapping[str, MappingNode], project: Project) -> dict[str, str]:
    """The name of each service as a DNS label that begins with a letter, unlike all others. A note (R852) where it differs."""
    labels: dict[str, str] = {}
    kept = {name for name in services if _fits(name)}
    for name, service in services.items():
        label = name if name in kept else _free(_label(name), kept | set(labels.values()))
        if label != name:
            message = f"service {name!r} is called {label!r}, for its name is none for Kubernetes"
            project.findings.note("R852", service.place, message=message, hint=f"call it {label} where other services name it")
        labels[name] = label
    return labels


def waits_of(service: MappingNode) -> Iterator[Wait]:
    """The services that this one waits for: `depends_on` in both forms, and `links`."""
    node = service.get("depends_on")
    if isinstance(node, MappingNode):
        for name, member in node.members.items():
            inner = member.value if isinstance(member.value, MappingNode) else MappingNode(member.key)
            completed = text_of(inner.get("condition")) == _COMPLETED
            yield Wait(name, completed, (text_of(inner.get("required")) or "").lower() != "false", member.key)
    else:
        for item in items_of(node):
            yield Wait(text_of(item) or "", completed=False, required=True, place=item.place)
    for item in items_of(service.get("links")):
        yield Wait((text_of(item) or "").partition(":")[0], completed=False, required=True, place=item.place)


def _fits(name: str) -> bool:
    return is_label(name) and name[0].isalpha()


def _label(name: str) -> str:
    label = as_label(name)
    return fit(label if label[:1].isalpha() else f"service-{label}".rstrip("-"))


def _free(label: str, taken: set[str]) -> str:
    others = (fit(f"{label}-{number}") for number in range(2, len(taken) + 3))
    return next(one for one in (label, *others) if one not in taken)


def _extended(name: str, written: Mapping[str, Member], *, project: Project) -> MappingNode:
    """The service on top of those it extends, the nearest last."""
    chain: list[MappingNode] = []
    seen: set[str] = set()
    step: str | None = name
    while step is not None:
        seen.add(step)
        member = written.get(step)
        if member is None or not isinstance(member.value, MappingNode):
            break
        chain.append(member.value)
        step = _extends(member.value, written, seen=seen, project=project)
    merged = chain[-1]
    for service in reversed(chain[:-1]):
        below = {key: member for key, member in merged.members.items() if key not in _OWN}
        merged = _over(MappingNode(service.place, below), service)
    return merged


def _extends(service: MappingNode, written: Mapping[str, Member], *, seen: set[str], project: Project) -> str | None:
    """The service of this file that is extended; one of another file is listed."""
    node = service.get("extends")
    if node is None or is_null(node):
        return None
    name = text_of(node.get("service") if isinstance(node, MappingNode) else node) or ""
    if isinstance(node, MappingNode) and node.get("file") is not None:
        hint = "write the keys of the other file's service here"
        project.left(node.place, f"what {text_of(node.get('file'))} says of service {name!r}", hint=hint)
        return None
    if name in seen:
        project.findings.error("R861", node.place, message=f"service {name!r} extends itself", hint="remove one `extends`")
        return None
    if name not in written:
        message = f"service {name!r}, which is extended, is not in the file"
        project.findings.error("R861", node.place, message=message, hint=project.findings.did_you_mean(name, written))
        return None
    return name


_WHOLE: Final = frozenset({"command", "entrypoint", "test"})


def _over(below: MappingNode, above: MappingNode) -> MappingNode:
    """Mappings key by key, lists one after the other, commands and all else as a whole."""
    members = dict(below.members)
    for key, member in above.members.items():
        first = members.get(key)
        value = member.value if first is None or key in _WHOLE else _value_over(first.value, member.value)
        members[key] = Member(member.key, value)
    return MappingNode(above.place, MappingProxyType(members))


def _value_over(below: Node, above: Node) -> Node:
    if isinstance(below, MappingNode) and isinstance(above, MappingNode):
        return _over(below, above)
    if isinstance(below, SequenceNode) and isinstance(above, SequenceNode):
        return SequenceNode(above.place, (*below.items, *above.items))
    return below if is_null(above) else above
