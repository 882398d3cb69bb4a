"""The managers of an object: us, those whose changes are undone, and everybody else (design 7.8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from reconciler.model.objects import Manifest
from reconciler.target.kubernetes.managed_fields import Fields, minus, union

MANAGER: Final = "reconciler"
"""Our field manager."""

_NEVER: Final = frozenset({MANAGER, "kubectl-rollout"})
"""`kubectl rollout restart` is no edit: what it leaves is a pod template's annotation, and undoing it would restart again."""

_CONTROLLERS: Final = "kube-*"

Entry = Mapping[str, Any]
"""One entry of `metadata.managedFields`."""


@dataclass(frozen=True, slots=True)
class Managers:
    """The managers of one object as its answer lists them, judged by the globs of `overrule`."""

    entries: Sequence[Entry]
    overrule: tuple[str, ...]

    def applied(self) -> Entry | None:
        """Our Apply entry, which the server makes for an apply alone: a copy and a restored backup have none."""
        return next((entry for entry in self.entries if _is_ours(entry)), None)

    def overruled(self) -> tuple[Entry, ...]:
        """The entries of managers whose changes are undone."""
        return tuple(entry for entry in self.entries if self.overrules(entry.get("manager", "")) and _is_wish(entry))

    def overrules(self, manager: str) -> bool:
        """Whether changes of the manager of that name are undone."""
        return manager not in _NEVER and any(fnmatchcase(manager, glob) for glob in self.overrule)

    def watched(self) -> Fields:
        """The fields whose change is our business: ours, and those of managers whose changes are undone."""
        mine = (entry for entry in self.entries if entry.get("manager") == MANAGER and _is_wish(entry))
        return union(map(_fields, (*mine, *self.overruled())))

    def added(self) -> Fields:
        """What managers whose changes are undone have, and nobody else."""
        overruled = self.overruled()
        others = union(_fields(entry) for entry in self.entries if entry not in overruled)
        return minus(union(map(_fields, overruled)), others)

    def author(self) -> str | None:
        """Who changed the object last, besides us and controllers that report what they see."""
        others = [entry for entry in self.entries if entry.get("manager") != MANAGER and _is_wish(entry)]
        newest = max(self.overruled() or others, key=lambda entry: str(entry.get("time", "")), default=None)
        return str(newest["manager"]) if newest else None

    def settled(self, *, taken: Fields, given_up: Fields) -> list[Entry] | None:
        """The entries once what is undone and taken is ours to remove, and what is given up is nobody's; `None` if that is so.

        An apply removes what we managed and do not ask for any more, so the server itself takes away what others added.
        """
        mine = self.applied()
        if mine is None:
            return None
        overruled = _alike(self.overruled(), mine)
        kept = minus(union((taken, *map(_fields, (mine, *overruled)))), given_up)
        return self._with({**mine, "fieldsV1": kept}, instead=(mine, *overruled)) if overruled or kept != _fields(mine) else None

    def taken_over(self, version: str) -> list[Entry]:
        """The entries once everything that people and tools wanted of the object is ours; what controllers want stays theirs."""
        fresh = {"manager": MANAGER, "operation": "Apply", "apiVersion": version, "fieldsType": "FieldsV1"}
        mine = self.applied() or fresh
        others = [entry for entry in self.entries if _is_wish(entry) and not fnmatchcase(entry.get("manager", ""), _CONTROLLERS)]
        taken = _alike(tuple(entry for entry in others if entry is not mine), mine)
        return self._with({**mine, "fieldsV1": union(map(_fields, (mine, *taken)))}, instead=(mine, *taken))

    def _with(self, entry: Entry, *, instead: Sequence[Entry]) -> list[Entry]:
        return [*(other for other in self.entries if other not in instead), entry]


def managers_of(live: Manifest, overrule: Iterable[str]) -> Managers:
    """The managers of an object as the server answered it."""
    return Managers(tuple(live.get("metadata", {}).get("managedFields") or ()), tuple(overrule))


def _is_ours(entry: Entry) -> bool:
    return (entry.get("manager"), entry.get("operation"), entry.get("subresource", "")) == (MANAGER, "Apply", "")


def _is_wish(entry: Entry) -> bool:
    """Whether somebody wanted something, by an edit or by `kubectl scale`; a status is what a controller saw."""
    return entry.get("subresource", "") in {"", "scale"}


def _alike(entries: Sequence[Entry], mine: Entry) -> tuple[Entry, ...]:
    """Those whose fields mean the same as ours, for they are of the same version of the API."""
    return tuple(entry for entry in entries if entry.get("apiVersion") == mine.get("apiVersion"))


def _fields(entry: Entry) -> Fields:
    fields: Fields = entry.get("fieldsV1") or {}
    return fields
