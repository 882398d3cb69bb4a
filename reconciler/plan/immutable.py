"""Variables that a push must not overwrite in an environment that has them: `gitops.immutable_keys` (design 5.2)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reconciler.diff.tasks import annotation
from reconciler.model.ids import AppName
from reconciler.model.objects import MEMBER, LiveObjects, Manifest
from reconciler.model.rendered import Resolved
from reconciler.model.variables import Entry, Variables

_WORKLOADS: Final = ("Deployment", "StatefulSet")


def with_kept_values(resolved: Resolved, live: LiveObjects) -> Resolved:
    """The same group, where a member's immutable keys have the values that its live workloads have.

    A key that no live workload has takes the value from git, and keeps that one from then on. Secret entries are left as they
    are: their values are not in git.
    """
    kept = {name: _kept(variables, live, member=name) for name, variables in resolved.variables.items()}
    variables = {name: _with(resolved.variables[name], values) for name, values in kept.items()}
    return replace(resolved, variables=variables)


def _kept(variables: Variables, live: LiveObjects, *, member: AppName) -> Mapping[str, str]:
    if not variables.immutable_keys:
        return {}
    found = {entry.get("name"): entry["value"] for entry in _entries(live, member) if isinstance(entry.get("value"), str)}
    return {key: found[key] for key in variables.immutable_keys if key in found}


def _entries(live: LiveObjects, member: AppName) -> Iterator[Manifest]:
    """The variables of the member's live workloads, in the order of their objects; what a hand spoilt has none."""
    for one in live.owned():
        if one.key.kind in _WORKLOADS and annotation(one, MEMBER) == member:
            for container in _items(one.manifest, "spec", "template", "spec", "containers"):
                yield from _items(container, "env")


def _items(value: object, *path: str) -> Iterator[Manifest]:
    """The mappings in the list at the end of the path, where there is one."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, Sequence):
        yield from (item for item in value if isinstance(item, dict))


def _with(variables: Variables, values: Mapping[str, str]) -> Variables:
    if not values:
        return variables
    services = {name: _replaced(entries, values) for name, entries in variables.services.items()}
    return replace(variables, defaults=_replaced(variables.defaults, values), services=services)


def _replaced(entries: Sequence[Entry], values: Mapping[str, str]) -> tuple[Entry, ...]:
    return tuple(
        replace(entry, value=values[entry.key].replace("$$(", "$(")) if entry.key in values and not entry.secret else entry
        for entry in entries
    )
