"""The keys of a format as rows for people: what the documentation's tables and `reconciler schema` show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.spec.schema import Format, document

_STATE: Final = "x-reconciler"
_SEE: Final = "x-see"
_OF_ANY_NAME: Final = "*"


@dataclass(frozen=True, slots=True)
class Row:
    """One key. `key` is a path such as `services[].ports[].port`; `*` stands for a name that the file's author chooses."""

    key: str
    meaning: str
    state: str


def key_table(format: Format) -> tuple[Row, ...]:
    """Every key of a format's schema once, in the schema's order.

    What an entry of `environment_templates` shares with the template itself is not repeated.
    """
    schema = document(format)
    shared = {part["$ref"] for part in schema["properties"].values() if "$ref" in part}
    walk = _Walk(schema, frozenset(shared))
    return tuple({row.key: row for row in walk.rows(schema, path="")}.values())


@dataclass(frozen=True, slots=True)
class _Walk:
    """One schema being listed."""

    schema: Mapping[str, Any]
    shared: frozenset[str]

    def rows(self, part: Mapping[str, Any], *, path: str) -> Iterator[Row]:
        for name, inner in self.keys(part):
            if path and set(inner) == {"$ref"} and inner["$ref"] in self.shared:
                continue
            key = f"{path}.{name}" if path else name
            rules = self.resolved(inner)
            if _STATE in rules:
                yield Row(key, rules.get("description", ""), rules[_STATE])
            if _SEE not in rules:
                yield from self.rows(rules, path=key)
        items = part.get("items")
        if isinstance(items, Mapping):
            yield from self.rows(self.resolved(items), path=f"{path}[]")

    def keys(self, part: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The named keys of a mapping, and the one that stands for all others."""
        yield from part.get("properties", {}).items()
        others = part.get("additionalProperties")
        if isinstance(others, Mapping):
            yield _OF_ANY_NAME, others

    def resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """The part with what it refers to; its own words win."""
        reference = part.get("$ref")
        if reference is None:
            return part
        target: Any = self.schema
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        return {**self.resolved(target), **part}
