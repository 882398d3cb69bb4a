"""Where things lie: `<namespace>/<kind>-<name>.yaml`, and what is ours alone below `.reconciler`."""

import re
from typing import Final

from reconciler.kinds.table import KINDS
from reconciler.model.errors import Refused
from reconciler.model.ids import Namespace
from reconciler.model.objects import ObjectKey

OWN: Final = ".reconciler"
RECORD: Final = "record.json"
KEY: Final = "key"
SCRATCH: Final = ".tmp"
"""How names of half-written files end; they lie in the namespace's `.reconciler` folder only."""

_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_KINDS: Final = {kind.name.lower(): kind for kind in KINDS.values()}


def folder_of(key: ObjectKey) -> str:
    """The folder of an object: its namespace, and for a Namespace itself the one it makes.

    Raises `Refused` for a name that is no Kubernetes name, so that no path can climb.
    """
    return safe(key.namespace or key.name)


def file_of(key: ObjectKey) -> str:
    """The file's name in that folder. Raises `Refused` as `folder_of`, and for a kind that is not known."""
    if key.kind.lower() not in _KINDS:
        raise Refused(f"{key} is of a kind that this target does not know")
    return f"{key.kind.lower()}-{safe(key.name)}.yaml"


def key_at(folder: str, file: str) -> ObjectKey | None:
    """The object whose place this is, `None` where no object can lie there."""
    word, dash, name = file.removesuffix(".yaml").partition("-")
    kind = _KINDS.get(word)
    if kind is None or not dash or not file.endswith(".yaml") or not _NAME.fullmatch(name):
        return None
    if kind.namespaced:
        return ObjectKey(kind.name, Namespace(folder), name)
    return ObjectKey(kind.name, Namespace(""), name) if name == folder else None


def safe(name: str) -> str:
    """The name, if it can be a folder's or a part of a file's. Raises `Refused` for any other."""
    if not _NAME.fullmatch(name):
        raise Refused(f"{name!r} cannot be a file's name", "use lower-case letters, digits, hyphens and dots")
    return name
