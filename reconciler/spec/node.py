"""A document as the reader gives it: scalars, mappings and sequences that know their places."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from reconciler.model.place import Place

Value = str | int | float | bool | None

_NOTHING: Final[Mapping[str, "Member"]] = MappingProxyType({})


class Scalar(NamedTuple):
    """A value by YAML 1.2's JSON core: `text` is what is written, `plain` whether it stands without quotes."""

    place: Place
    value: Value
    text: str
    plain: bool


class Member(NamedTuple):
    """One entry of a mapping: the key's place and the value."""

    key: Place
    value: "Node"


class MappingNode(NamedTuple):
    """A mapping; keys are strings, unique, in the order in which they are written."""

    place: Place
    members: Mapping[str, Member] = _NOTHING

    def get(self, key: str) -> "Node | None":
        """The value of a key."""
        member = self.members.get(key)
        return member.value if member else None


class SequenceNode(NamedTuple):
    """A list."""

    place: Place
    items: "tuple[Node, ...]" = ()


Node = Scalar | MappingNode | SequenceNode


def plain(node: Node) -> object:
    """The node as dictionaries, lists and scalars, for checking against a schema and for digests."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, MappingNode):
        return {key: plain(member.value) for key, member in node.members.items()}
    return [plain(item) for item in node.items]
