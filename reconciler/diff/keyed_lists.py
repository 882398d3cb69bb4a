"""Lists whose entries have names: matched by their keys, not by where they stand."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

EntryKey = tuple[tuple[str, str], ...]
"""The fields that name an entry, with their values: `(("containerPort", "80"), ("protocol", "TCP"))`."""

_DEFAULTS: Final = {"protocol": "TCP"}
"""What the API server fills in where a field that names an entry is not written (Kubernetes API, ContainerPort, ServicePort)."""


def by_key(entries: Sequence[Any], keys: tuple[str, ...]) -> dict[EntryKey, Any] | None:
    """The entries by their names, in order; `None` where one has no name or two have the same, so that names tell nothing."""
    if not keys:
        return None
    named: dict[EntryKey, Any] = {}
    for entry in entries:
        key = _key(entry, keys)
        if key is None or key in named:
            return None
        named[key] = entry
    return named


def _key(entry: Any, keys: tuple[str, ...]) -> EntryKey | None:
    if not isinstance(entry, Mapping):
        return None
    found = {key: entry.get(key, _DEFAULTS.get(key)) for key in keys}
    named = {key: value for key, value in found.items() if isinstance(value, str | int)}
    if not named:
        return None
    return tuple((key, str(value)) for key, value in named.items())


def label(key: EntryKey) -> str:
    """How a path names the entry: `name=COLOR`, `containerPort=80,protocol=TCP`."""
    return ",".join(f"{field}={value}" for field, value in key)
