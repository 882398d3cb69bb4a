"""Whose an object of a cluster is (design 7.8): annotations that name it, our Apply entry, and no owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.ids import EnvId
from reconciler.model.objects import ENVIRONMENT, INSTALLATION, OBJECT, Manifest, ObjectKey, mark_of
from reconciler.target.kubernetes.managers import Managers


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asks: an installation, for an environment."""

    installation: str
    environment: EnvId


@dataclass(frozen=True, slots=True)
class Stranger:
    """In words whose an object is, and whether a person may say that it becomes ours."""

    words: str
    adoptable: bool = False


def stranger(live: Manifest, key: ObjectKey, *, claim: Claim, managers: Managers) -> Stranger | None:
    """`None` where the object is ours, else whose it is.

    What another installation or environment made, and what a controller keeps, cannot be taken over: it would be fought over.
    """
    owner = next(iter(live["metadata"].get("ownerReferences") or ()), None)
    if owner is not None:
        return Stranger(f"made by {owner.get('kind')} {owner.get('name')}")
    marks = annotations(live)
    if marks.get(INSTALLATION) not in {None, claim.installation}:
        return Stranger(f"made by the installation {marks[INSTALLATION]}")
    if marks.get(ENVIRONMENT) not in {None, claim.environment}:
        return Stranger(f"of the environment {marks[ENVIRONMENT]}")
    return _unmarked(marks, key, managers=managers)


def _unmarked(marks: Mapping[str, Any], key: ObjectKey, *, managers: Managers) -> Stranger | None:
    if INSTALLATION not in marks:
        return Stranger("not made by the reconciler", adoptable=True)
    if marks.get(OBJECT) != mark_of(key):
        return Stranger(f"a copy of {marks.get(OBJECT) or 'another object'}", adoptable=True)
    if ENVIRONMENT not in marks:
        return Stranger("of no environment", adoptable=True)
    if managers.applied() is None:
        return Stranger("a copy or a restored backup, not applied by the reconciler", adoptable=True)
    return None


def annotations(live: Manifest | None) -> Mapping[str, Any]:
    """The object's annotations."""
    found = live["metadata"].get("annotations") if live is not None else None
    return found if isinstance(found, Mapping) else {}
