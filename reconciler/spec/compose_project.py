"""What the readers of a Compose file share: the files beside it, the values of its variables, and the findings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.model.place import Origin, Place
from reconciler.spec.findings import Findings
from reconciler.spec.init_sources import Read
from reconciler.spec.node import MappingNode, Node, Scalar, SequenceNode

Body = dict[str, object]
"""Keys of a template with their values, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Project:
    """One Compose file. `folder` is its own, from the repository's root; empty for the root itself."""

    folder: str
    read: Read
    origin: Callable[[str], Origin]
    values: Mapping[str, str]
    findings: Findings

    def path(self, text: str) -> str | None:
        """A path that the Compose file names, from the repository's root (empty for the root); `None` where it leads out."""
        if text.startswith(("/", "~")) or "\\" in text:
            return None
        steps: list[str] = []
        for step in f"{self.folder}/{text}".split("/"):
            if step == ".." and not steps:
                return None
            if step == "..":
                steps.pop()
            elif step not in {"", "."}:
                steps.append(step)
        return "/".join(steps)

    def left(self, place: Place, message: str, *, hint: str = "") -> None:
        """Lists what is not carried over and has an effect in Compose (R851)."""
        self.findings.warning("R851", place, message=f"{message} is not carried over", hint=hint)

    def wrong(self, place: Place, message: str, *, hint: str = "") -> None:
        """Lists what Compose would not take either (R862)."""
        self.findings.error("R862", place, message=message, hint=hint)

    def left_keys(self, node: Node | None, known: frozenset[str], *, what: str) -> None:
        """Lists the keys of a mapping that are not among the known ones."""
        for key, member in node.members.items() if isinstance(node, MappingNode) else ():
            if key not in known and not key.startswith("x-"):
                self.left(member.key, f"{what}{key}", hint=_HINTS.get(key, ""))


_IN_IMAGE: Final = "set it in the image"
_HINTS: Final = {
    "user": _IN_IMAGE,
    "working_dir": _IN_IMAGE,
    "platform": "build the image for the nodes of the cluster",
    "container_name": "other services reach it by the name of the service",
    "hostname": "other services reach it by the name of the service",
    "networks": "all services of an environment reach each other by their names",
    "network_mode": "all services of an environment reach each other by their names",
    "secrets": "make it a variable with `secret: true`",
    "include": "name the included file with --compose, or write its services here",
    "labels": "routing by labels becomes `hostnames` or `rules`",
    "logging": "the cluster collects what containers print",
}


def is_null(node: Node | None) -> bool:
    """Whether nothing is written, or null."""
    return node is None or (isinstance(node, Scalar) and node.value is None and node.plain)


def items_of(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; a single value counts as a list of one, nothing as an empty one."""
    if node is None or is_null(node):
        return ()
    return node.items if isinstance(node, SequenceNode) else (node,)


@dataclass(frozen=True, slots=True)
class Pair:
    """One entry of what Compose lets people write as a mapping or as a list of `KEY=value`; no value is `None`."""

    key: str
    text: str | None
    place: Place


def pairs_of(node: Node | None) -> tuple[Pair, ...]:
    """The entries of either form; values that are no scalars are left out."""
    if isinstance(node, MappingNode):
        return tuple(
            Pair(key, None if is_null(member.value) else member.value.text, member.key)
            for key, member in node.members.items()
            if isinstance(member.value, Scalar)
        )
    found = []
    for item in items_of(node):
        if isinstance(item, Scalar):
            key, equals, text = item.text.partition("=")
            found.append(Pair(key.strip(), text if equals else None, item.place))
    return tuple(found)
