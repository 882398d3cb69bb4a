"""Masks by kind and field, put on before any text of a comparison exists."""

from collections.abc import Mapping
from typing import Any, Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import ENTRY, Path, patterns, reaches
from reconciler.model.secret import MASK, SecretValue

_SHOWN: Final = patterns("apiVersion", "kind", "type", "immutable", "metadata.name", "metadata.namespace", "metadata.labels")
_ANNOTATIONS: Final = ("metadata", "annotations")
_OURS: Final = "reconciler/"


def masked(value: Any, *, kind: Kind, path: Path) -> Any:
    """The value at a path of an object, as people may see it: plain data without any secret value.

    Of a kind that has masks nothing is shown but what is known to be harmless: other tools copy values into annotations
    (`last-applied-configuration`), and a field written wrong by hand may hold one.
    """
    if isinstance(value, SecretValue):
        return MASK
    if isinstance(value, Mapping):
        return {key: masked(part, kind=kind, path=(*path, str(key))) for key, part in value.items()}
    if kind.masks and not _harmless(path):
        return MASK
    if isinstance(value, list | tuple):
        return [masked(part, kind=kind, path=(*path, ENTRY)) for part in value]
    return value


def _harmless(path: Path) -> bool:
    if path[:2] == _ANNOTATIONS:
        return len(path) == 3 and path[2].startswith(_OURS)
    return any(reaches(pattern, path) for pattern in _SHOWN)
