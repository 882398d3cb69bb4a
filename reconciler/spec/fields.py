"""The keys of one mapping as typed values; what is not of its type is a problem at its place."""

import re
from collections.abc import Mapping
from typing import Final

from reconciler.model.errors import BadValue
from reconciler.model.place import Place
from reconciler.model.quantity import Quantity, parse_quantity
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, Node, Scalar, SequenceNode

_WHOLE: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_FLAGS: Final = {"true": True, "false": False}


def text_of(node: Node | None) -> str | None:
    """A scalar's text (`1.20` stays `1.20`), `None` for null and for anything that is no scalar."""
    if not isinstance(node, Scalar) or node.value is None:
        return None
    return node.value if isinstance(node.value, str) else node.text


class Fields:
    """One mapping. Keys of the wrong shape count as absent, for the schema has reported them already."""

    __slots__ = ("_findings", "_keys", "_members", "_node")

    def __init__(self, node: MappingNode, findings: Findings) -> None:
        self._node = node
        self._members = node.members
        self._findings = findings
        self._keys: Mapping[str, Place] | None = None

    @property
    def keys(self) -> Mapping[str, Place]:
        """The places of all values by their keys."""
        if self._keys is None:
            self._keys = {key: member.value.place for key, member in self._members.items()}
        return self._keys

    @property
    def place(self) -> Place:
        """The place of the mapping."""
        return self._node.place

    @property
    def findings(self) -> Findings:
        """Where problems of this mapping go."""
        return self._findings

    def at(self, key: str) -> Place:
        """The place of the key's value, or of the mapping where the key is not written."""
        member = self._members.get(key)
        return member.value.place if member is not None else self.place

    def has(self, key: str) -> bool:
        """Whether the key has a value other than null."""
        member = self._members.get(key)
        return member is not None and not (isinstance(member.value, Scalar) and member.value.value is None)

    def misshapen(self, key: str) -> bool:
        """Whether a list or mapping stands where a scalar is read: the schema has reported it, so nothing more is said."""
        return isinstance(self._node.get(key), SequenceNode | MappingNode)

    def is_list(self, key: str) -> bool:
        """Whether the key has a list."""
        return isinstance(self._node.get(key), SequenceNode)

    def text(self, key: str) -> str | None:
        """The scalar's text."""
        member = self._members.get(key)
        return text_of(member.value) if member is not None else None

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list."""
        return tuple(text for text, _ in self.places(key))

    def places(self, key: str) -> tuple[tuple[str, Place], ...]:
        """The texts of a list, each with its place."""
        node = self._node.get(key)
        items = node.items if isinstance(node, SequenceNode) else ()
        return tuple((text, item.place) for item in items if (text := text_of(item)) is not None)

    def item_keys(self, key: str) -> Mapping[str, Place]:
        """The places of a list's texts by `key[text]`, so that a problem can point at one of them."""
        return {f"{key}[{text}]": place for text, place in self.places(key)}

    def number(self, key: str, *, least: int = 0, most: int | None = None) -> int | None:
        """A whole number within bounds, quoted or not (generated files quote ports). R321 where it is none."""
        text = self.text(key)
        if text is None:
            return None
        number = int(text) if _WHOLE.fullmatch(text) else None
        if number is None or number < least or (most is not None and number > most):
            bounds = f"from {least} to {most}" if most is not None else f"of at least {least}"
            self._findings.error("R321", self.at(key), message=f"{key} {text!r} is not a whole number {bounds}")
            return None
        return number

    def flag(self, key: str) -> bool | None:
        """True or false, quoted or not. R321 where it is neither."""
        text = self.text(key)
        if text is None:
            return None
        flag = _FLAGS.get(text.lower())
        if flag is None:
            self._findings.error("R321", self.at(key), message=f"{key} {text!r} is neither true nor false")
        return flag

    def quantity(self, key: str) -> Quantity | None:
        """A Kubernetes quantity that is not negative. R320 where it is none."""
        text = self.text(key)
        if text is None:
            return None
        try:
            quantity = parse_quantity(text)
        except BadValue as error:
            self._findings.error("R320", self.at(key), message=f"{key} {error.message}", hint=error.hint)
            return None
        if quantity.value < 0:
            self._findings.error("R320", self.at(key), message=f"{key} {text!r} is negative")
        return quantity

    def mapping(self, key: str) -> "Fields | None":
        """The mapping below a key."""
        node = self._node.get(key)
        return Fields(node, self._findings) if isinstance(node, MappingNode) else None

    def mappings(self, key: str) -> "tuple[Fields, ...]":
        """The mappings of a list below a key."""
        node = self._node.get(key)
        items = node.items if isinstance(node, SequenceNode) else ()
        return tuple(Fields(item, self._findings) for item in items if isinstance(item, MappingNode))

    def key_place(self, key: str) -> Place:
        """The place of the key itself, or of the mapping where the key is not written."""
        member = self._node.members.get(key)
        return member.key if member is not None else self.place

    def pairs(self) -> tuple[tuple[str, str, Place], ...]:
        """Key, text and the value's place of each entry that is a scalar, in the order of the file."""
        members = self._node.members.items()
        return tuple((key, text, member.value.place) for key, member in members if (text := text_of(member.value)) is not None)
