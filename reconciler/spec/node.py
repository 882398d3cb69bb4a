"""A document as the reader gives it: scalars, mappings and sequences that know their places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciler.model.place import Place

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value by YAML 1.2's JSON core: `text` is what is written, `plain` whether it stands without quotes."""

    place: Place = field(compare=False, repr=False)
    value: Value
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of a mapping: the key's place and the value."""

    key: Place = field(compare=False, repr=False)
    value: "Node"


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping; keys are strings, unique, in the order in which they are written."""

    place: Place = field(compare=False, repr=False)
    members: Mapping[str, Member] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, key: str) -> "Node | None":
        """The value of a key."""
        member = self.members.get(key)
        return member.value if member else None


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    place: Place = field(compare=False, repr=False)
    items: "tuple[Node, ...]" = ()


Node = Scalar | MappingNode | SequenceNode


def plain(node: Node) -> object:
    """The node as dictionaries, lists and scalars, for checking against a schema and for digests."""
    match node:
        case Scalar(value=value):
            return value
        case MappingNode(members=members):
            return {key: plain(member.value) for key, member in members.items()}
        case SequenceNode(items=items):
            return [plain(item) for item in items]
