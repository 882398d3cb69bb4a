"""The asleep form of a group: the same objects with replicas 0 and cron jobs suspended (design 8.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from reconciler.diff.autoscaled import replicas_of, ruled_by
from reconciler.kinds.table import kind_of
from reconciler.model.objects import AWAKE_REPLICAS, Desired, LiveObjects, Manifest
from reconciler.model.rendered import Wave

_FEWEST: Final = 1


def asleep(objects: Sequence[Desired], live: LiveObjects) -> tuple[Desired, ...]:
    """The objects as they sleep; volumes, hosts, Secrets and autoscalers stay as they are.

    A workload without `replicas` is ruled by an autoscaler: it remembers the number that it has now, so that waking restores it.
    """
    fewest = ruled_by(objects)
    return tuple(_asleep(desired, live, fewest=fewest) for desired in objects)


def suspended(desired: Desired) -> Desired:
    """The object, told to start nothing; as it is where its kind starts nothing."""
    suspend = kind_of(desired.key.kind).suspend
    return desired if suspend is None else replace(desired, manifest=_with(desired.manifest, suspend, value=True))


def in_reverse(waves: Sequence[Wave]) -> tuple[Wave, ...]:
    """The waves in the order in which members fall asleep: the importer first, what it leans on last."""
    own = tuple(wave for wave in waves if wave.member is None)
    members = [tuple(found) for _, found in groupby((w for w in waves if w.member is not None), key=lambda wave: wave.member)]
    return (*own, *(wave for found in reversed(members) for wave in found))


def _asleep(desired: Desired, live: LiveObjects, *, fewest: Mapping[tuple[str, str], int]) -> Desired:
    kind = kind_of(desired.key.kind)
    if kind.suspend is not None:
        return suspended(desired)
    if kind.replicas is None:
        return desired
    manifest = _with(desired.manifest, kind.replicas, value=0)
    if replicas_of(desired.manifest) is not None:
        return replace(desired, manifest=manifest)
    found = live.objects.get(desired.key)
    number = _awake(found.manifest if found else None) or fewest.get((desired.key.kind, desired.key.name), _FEWEST)
    return replace(desired, manifest=_with(manifest, ("metadata", "annotations", AWAKE_REPLICAS), value=str(number)))


def _awake(manifest: Manifest | None) -> int | None:
    """How many replicas a live workload had before it fell asleep, whatever somebody gave it since; or has."""
    if manifest is None:
        return None
    remembered = str((manifest["metadata"].get("annotations") or {}).get(AWAKE_REPLICAS, ""))
    return (int(remembered) if remembered.isdecimal() else 0) or replicas_of(manifest) or None


def _with(manifest: Mapping[str, Any], path: Sequence[str], *, value: object) -> Manifest:
    """The manifest with one value at a path of field names; nothing of the given one is changed."""
    first, rest = path[0], path[1:]
    return {**manifest, first: _with(manifest.get(first) or {}, rest, value=value) if rest else value}
