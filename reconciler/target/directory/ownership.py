"""Whose a file is (design 7.8): the record lists it, or its annotations name us, the environment and the object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.ids import EnvId
from reconciler.model.objects import ENVIRONMENT, INSTALLATION, OBJECT, Manifest, ObjectKey, mark_of


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asks, and which objects the environment's record lists as ours."""

    installation: str
    environment: EnvId
    listed: frozenset[ObjectKey]


def stranger(manifest: Manifest | None, key: ObjectKey, *, claim: Claim) -> str | None:
    """`None` where the file at the object's place is ours, else in words whose it is.

    A listed file stays ours however it was edited by hand, unless its annotations say that another installation or environment
    has taken its place. `manifest` is `None` for a file that holds none.
    """
    marks = annotations(manifest)
    other = _other(marks, claim)
    if other is not None:
        return other
    if key in claim.listed:
        return None
    if manifest is None:
        return "a file that is no manifest"
    if INSTALLATION not in marks:
        return "not made by the reconciler"
    if marks.get(OBJECT) != mark_of(key) or not fits(manifest, key):
        return f"a copy of {marks.get(OBJECT) or 'another object'}"
    return None if marks.get(ENVIRONMENT) == claim.environment else "of no environment"


def _other(marks: Mapping[str, Any], claim: Claim) -> str | None:
    installation, environment = marks.get(INSTALLATION), marks.get(ENVIRONMENT)
    if installation not in (None, claim.installation):
        return f"made by the installation {installation}"
    if environment not in (None, claim.environment):
        return f"of the environment {environment}"
    return None


def fits(manifest: Manifest, key: ObjectKey) -> bool:
    """Whether the manifest's own kind, namespace and name are those of the key."""
    metadata = manifest["metadata"]
    return (manifest["kind"], metadata.get("namespace", ""), metadata["name"]) == (key.kind, key.namespace, key.name)


def annotations(manifest: Manifest | None) -> Mapping[str, Any]:
    """The manifest's annotations; none where it has none, or something else in their place."""
    found = manifest["metadata"].get("annotations") if manifest is not None else None
    return found if isinstance(found, Mapping) else {}


def claim_of(installation: str, environment: EnvId, *, listed: Mapping[ObjectKey, str]) -> Claim:
    """The claim of an environment whose record lists these objects."""
    return Claim(installation, environment, frozenset(listed))
