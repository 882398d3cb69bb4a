"""The default environment variables of an application (Release, environment variables file)."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.place import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Located):
    """One variable. A secret one without value is looked up in a store; `reference` is the text `$secrets.…` where written."""

    key: str
    value: str | None = None
    secret: bool = False
    reference: "SecretReference | None" = None


@dataclass(frozen=True, slots=True)
class SecretReference:
    """`$secrets.<store>.<path>`; `store` is `None` for an entry with `secret: true` and no value."""

    store: str | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingEntry(Located):
    """`key` takes the value of `text` with its variables put in: `X`, `$X`, `${X}`, `${X:-fallback}`, `$$`."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables(Located):
    """One variables file. `digest` is over its meaning, not its blanks."""

    digest: str
    defaults: tuple[Entry, ...] = ()
    services: Mapping[str, tuple[Entry, ...]]
    mapping: tuple[MappingEntry, ...] = ()
    immutable_keys: tuple[str, ...] = ()
