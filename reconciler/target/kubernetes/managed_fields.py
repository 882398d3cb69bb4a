"""Who manages which fields of an object: sets of fields in the form `FieldsV1` (Kubernetes, structured-merge-diff)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Fields = Mapping[str, Any]
"""`{"f:spec": {"f:replicas": {}, "f:ports": {…}}}`; an empty mapping means the whole value (`k:…` and `v:…` name entries)."""

ITSELF: Final = "."
_ABSENT: Final = object()


def union(sets: Iterable[Fields]) -> Fields:
    """The fields that are in any of them."""
    together: dict[str, Any] = {}
    for fields in sets:
        for step, below in fields.items():
            together[step] = union((together.get(step, {}), below))
    return together


def minus(fields: Fields, others: Fields) -> Fields:
    """The fields that are not in the other set."""
    left: dict[str, Any] = {}
    for step, below in fields.items():
        if step not in others:
            left[step] = below
        elif below and (rest := minus(below, others[step])):
            left[step] = rest
    return left


def has(fields: Fields, path: Sequence[str]) -> bool:
    """Whether the field at this path (`("spec", "replicas")`) is in the set."""
    step = fields
    for name in path:
        if f"f:{name}" not in step:
            return False
        step = step[f"f:{name}"]
    return True


def names_of(path: Sequence[str]) -> Fields:
    """The set that holds the field at this path alone."""
    fields: Fields = {}
    for name in reversed(path):
        fields = {f"f:{name}": fields}
    return fields


def picture(value: Any, fields: Fields) -> Any:
    """The values of these fields, by the steps that lead to them; a field that is not there is left out."""
    if not fields:
        return value
    found = {step: (_at(value, step), below) for step, below in fields.items() if step != ITSELF}
    return {step: picture(part, below) for step, (part, below) in found.items() if part is not _ABSENT}


def without(value: Any, fields: Fields) -> Any:
    """The value, without these fields; a mapping or list that nothing is left of goes too."""
    if isinstance(value, Mapping):
        return _mapping_without(value, fields)
    if isinstance(value, list):
        return _list_without(value, fields)
    return value


def _mapping_without(value: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    left: dict[str, Any] = {}
    for name, part in value.items():
        below = fields.get(f"f:{name}")
        if below is None:
            left[name] = part
        elif below and (rest := without(part, below)):
            left[name] = rest
    return left


def _list_without(value: list[Any], fields: Fields) -> list[Any]:
    steps = {index: step for step in fields if (index := _index(value, step)) is not None}
    left = []
    for index, entry in enumerate(value):
        step = steps.get(index)
        if step is None:
            left.append(entry)
        elif fields[step] and ITSELF not in fields[step]:
            left.append(without(entry, fields[step]))
    return left


def _at(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step[2:], _ABSENT) if step.startswith("f:") else _ABSENT
    index = _index(value, step) if isinstance(value, list) else None
    return _ABSENT if index is None else value[index]


def _index(entries: list[Any], step: str) -> int | None:
    """Where the entry of a list is that the step names: by keys (`k:`), by value (`v:`) or by number (`i:`)."""
    form, _, text = step.partition(":")
    if form == "i":
        return int(text) if int(text) < len(entries) else None
    if form not in {"k", "v"}:
        return None
    wanted = json.loads(text)
    return next((index for index, entry in enumerate(entries) if _names(entry, wanted, by_keys=form == "k")), None)


def _names(entry: Any, wanted: Any, *, by_keys: bool) -> bool:
    if not by_keys:
        return bool(entry == wanted)
    return isinstance(entry, Mapping) and all(entry.get(key) == value for key, value in wanted.items())
