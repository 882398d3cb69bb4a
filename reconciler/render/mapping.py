"""Mappings: own variables that take the values of others, one level deep (design 7.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.mapping_text import VariableReference, parse_mapping
from reconciler.model.problem import Problem
from reconciler.model.secret import SecretValue
from reconciler.model.variables import MappingEntry
from reconciler.render.absence import absence
from reconciler.render.rendering import Rendering

Value = str | SecretValue | None
"""`None` is a secret whose value is not to be had."""


@dataclass(slots=True)
class Mapped:
    """What mappings give: values by name, the names that they leave unset, and problems."""

    values: dict[str, Value] = field(default_factory=dict)
    unset: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def map_values(entries: Sequence[MappingEntry], values: Mapping[str, Value], *, rendering: Rendering) -> Mapped:
    """Every mapping over the container's other variables, its text read already; mappings do not see each other."""
    mapped = Mapped()
    for entry in entries:
        parts = parse_mapping(entry.text)
        missing = [part for part in parts if isinstance(part, VariableReference) and _is_missing(part, values)]
        if missing:
            mapped.unset.add(entry.key)
            found = (absence(part.name, entry, rendering=rendering) for part in missing)
            mapped.problems += [problem for problem in found if problem is not None]
        else:
            mapped.values[entry.key] = _joined([_value(part, values) for part in parts])
    return mapped


def _is_missing(part: VariableReference, values: Mapping[str, Value]) -> bool:
    return part.name not in values and part.fallback is None


def _value(part: str | VariableReference, values: Mapping[str, Value]) -> Value:
    """An empty value counts as missing where a fallback is written, as in a shell."""
    if isinstance(part, str):
        return part
    value = values.get(part.name, part.fallback)
    empty = value.reveal() == "" if isinstance(value, SecretValue) else value == ""
    return part.fallback if empty and part.fallback is not None else value


def _joined(parts: Sequence[Value]) -> Value:
    """Text with a secret in it is a secret."""
    if any(part is None for part in parts):
        return None
    text = "".join(part.reveal() if isinstance(part, SecretValue) else part or "" for part in parts)
    return SecretValue(text) if any(isinstance(part, SecretValue) for part in parts) else text
