"""Compose's interpolation: `$X`, `${X}`, `${X:-default}`, `${X:?message}`, `${X:+other}` and `$$`; credentials stay names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reconciler.spec.compose_credentials import is_credential_name
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, Member, Node, Scalar, SequenceNode

SECRET: Final = re.compile("\x00([A-Za-z_][A-Za-z0-9_]*)\x00")
"""Stands in interpolated text for the credential of that name. Compose files cannot hold its first character."""

_START: Final = re.compile(r"\$(?:\$|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\{)", re.ASCII)
_BRACES: Final = re.compile(r"\$\{|\}")
_INSIDE: Final = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<rule>:?[-?+])(?P<rest>.*))?", re.ASCII | re.DOTALL)
_DEEPEST: Final = 16


@dataclass(frozen=True, slots=True)
class Substituted:
    """A text with its variables replaced; `missing` are those that have neither a value nor a default and became empty."""

    text: str
    missing: tuple[str, ...]


def substitute(text: str, values: Mapping[str, str]) -> Substituted:
    """The text as Compose reads it (Compose specification, interpolation); what is malformed stays as written."""
    scan = _Scan(values)
    return Substituted(scan.expand(text, 0), tuple(dict.fromkeys(scan.missing)))


def substitute_all(node: Node, values: Mapping[str, str], *, findings: Findings) -> Node:
    """Every value below a node as Compose reads it, and a doubt (R854) for each variable without a value."""
    match node:
        case Scalar(text=text) if "$" in text:
            done = substitute(text, values)
            say_missing(done, node, findings=findings)
            return Scalar(node.place, done.text, done.text, node.plain)
        case MappingNode(place=place, members=members):
            inner = {
                key: Member(member.key, substitute_all(member.value, values, findings=findings))
                for key, member in members.items()
            }
            return MappingNode(place, MappingProxyType(inner))
        case SequenceNode(place=place, items=items):
            return SequenceNode(place, tuple(substitute_all(item, values, findings=findings) for item in items))
    return node


def say_missing(done: Substituted, node: Node, *, findings: Findings) -> None:
    """The doubt about each variable without a value."""
    for name in done.missing:
        findings.warning(
            "R854",
            node.place,
            message=f"{name} has no value here and becomes empty",
            hint=f"write {name} in .env or the file of --env-file, or a default: ${{{name}:-…}}",
        )


def secrets_of(node: Node | None) -> tuple[str, ...]:
    """The names of the credentials that stand in a node's texts, in their order."""
    match node:
        case Scalar(text=text):
            return tuple(SECRET.findall(text))
        case MappingNode(members=members):
            return tuple(name for member in members.values() for name in secrets_of(member.value))
        case SequenceNode(items=items):
            return tuple(name for item in items for name in secrets_of(item))
    return ()


class _Scan:
    """One text being read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.missing: list[str] = []

    def expand(self, text: str, depth: int) -> str:
        """The text with its variables replaced; defaults may hold variables again, up to a depth."""
        parts: list[str] = []
        last = 0
        while depth <= _DEEPEST and (start := _START.search(text, last)) is not None:
            parts.append(text[last : start.start()])
            last = start.end()
            if start[0] == "$$":
                parts.append("$")
            elif start["name"]:
                parts.append(self.value(start["name"]))
            else:
                end = _closing(text, last)
                if end is None:
                    return "".join(parts) + text[start.start() :]
                parts.append(self.braced(text[last:end], depth))
                last = end + 1
        return "".join(parts) + text[last:]

    def braced(self, inside: str, depth: int) -> str:
        """The value of `${…}`."""
        match = _INSIDE.fullmatch(inside)
        if match is None:
            return f"${{{inside}}}"
        name, rule, rest = match["name"], match["rule"], match["rest"]
        known = self.values.get(name)
        is_set = bool(known) if rule and rule[0] == ":" else known is not None
        if rule is None or (is_set and rule[-1] != "+"):
            return self.value(name)
        if rule[-1] == "+":
            return self.expand(rest, depth + 1) if is_set else ""
        if rule[-1] == "?":
            return self.value(name)
        default = self.expand(rest, depth + 1)
        return _hidden(name) if default and is_credential_name(name) else default

    def value(self, name: str) -> str:
        """A variable's value, or a mark where it is a credential."""
        value = self.values.get(name)
        if value != "" and is_credential_name(name):
            return _hidden(name)
        if value is None:
            self.missing.append(name)
        return value or ""


def _hidden(name: str) -> str:
    return f"\x00{name}\x00"


def _closing(text: str, start: int) -> int | None:
    """Where the brace that is open at `start` closes."""
    depth = 1
    for brace in _BRACES.finditer(text, start):
        depth += 1 if brace[0] == "${" else -1
        if depth == 0:
            return brace.start()
    return None
