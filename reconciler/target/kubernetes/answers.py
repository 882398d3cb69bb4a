"""What an API server answers of an object, as a value: without what it keeps for itself, Secret values hidden."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from reconciler.kinds.table import kind_of
from reconciler.model.digest import digest_of
from reconciler.model.ids import EnvId, Namespace
from reconciler.model.objects import ENVIRONMENT, Live, Manifest, ObjectKey
from reconciler.model.secret import MASK, SecretValue
from reconciler.target.kubernetes.managed_fields import picture
from reconciler.target.kubernetes.managers import Managers, managers_of
from reconciler.target.kubernetes.ownership import Claim, annotations, stranger

_OURS: Final = "reconciler/"
_ENDED: Final = frozenset({"Complete", "Failed"})
_BOOKKEEPING: Final = frozenset({
    "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields", "resourceVersion",
    "selfLink", "uid",
})  # fmt: skip


def live_of(answer: Manifest, *, claim: Claim, overrule: tuple[str, ...]) -> Live:
    """The object as it is compared, with whose it is and who changed it last."""
    key = key_in(answer)
    managers = managers_of(answer, overrule)
    other = stranger(answer, key, claim=claim, managers=managers)
    return Live(
        key,
        manifest_of(answer),
        owned=other is None,
        stranger=other.words if other else None,
        author=managers.author(),
        digest=held_digest(answer, managers),
        ending=is_ending(answer),
        adoptable=other is not None and other.adoptable,
        running=_is_running(answer),
        unready=is_unready(answer),
    )


def is_unready(answer: Manifest) -> bool:
    """Whether a workload has fewer ready pods than it asks for, or its controller has not seen yet what it asks for.

    Source: Kubernetes `apps/v1`, DeploymentStatus and StatefulSetStatus.
    """
    if kind_of(answer["kind"]).replicas is None:
        return False
    status, wanted = answer.get("status") or {}, answer["spec"].get("replicas", 1)
    seen = status.get("observedGeneration", 0) >= answer["metadata"].get("generation", 0)
    return not seen or status.get("readyReplicas", 0) < wanted


def _is_running(answer: Manifest) -> bool:
    """Whether it is a job that has not ended, or a cron job one of whose jobs has not (Kubernetes `batch/v1` CronJobStatus)."""
    kind = kind_of(answer["kind"])
    if kind.is_task:
        return not _has_ended(answer)
    return kind.suspend is not None and bool((answer.get("status") or {}).get("active"))


def _has_ended(answer: Manifest) -> bool:
    """Whether a job is complete or has failed for good (Kubernetes `batch/v1` JobStatus)."""
    conditions = (answer.get("status") or {}).get("conditions") or ()
    return any(one.get("type") in _ENDED and one.get("status") == "True" for one in conditions)


def key_in(answer: Manifest) -> ObjectKey:
    """The key of an object that the server answered."""
    metadata = answer["metadata"]
    return ObjectKey(answer["kind"], Namespace(metadata.get("namespace", "")), metadata["name"])


def manifest_of(answer: Manifest) -> Manifest:
    """The object without status and bookkeeping."""
    metadata = {name: part for name, part in answer["metadata"].items() if name not in _BOOKKEEPING}
    return opened({**{name: part for name, part in answer.items() if name != "status"}, "metadata": metadata})


def opened(answer: Manifest) -> Manifest:
    """The object with a Secret's values as `SecretValue`s, and other tools' annotations of it, which copy values, too."""
    if answer.get("kind") != "Secret":
        return answer
    metadata = answer["metadata"]
    marks = metadata.get("annotations")
    if isinstance(marks, Mapping):
        hidden = {name: text if name.startswith(_OURS) else SecretValue(str(text)) for name, text in marks.items()}
        metadata = {**metadata, "annotations": hidden}
    data = {"data": {name: _value(str(text)) for name, text in answer["data"].items()}} if answer.get("data") else {}
    return {**answer, "metadata": metadata, **data}


def sealed(manifest: Manifest) -> Manifest:
    """The manifest as it is sent: a Secret's values as base 64. What comes back must not be shown."""
    data = manifest.get("data")
    if manifest.get("kind") != "Secret" or not isinstance(data, Mapping):
        return manifest
    return {**manifest, "data": {name: _text(value) for name, value in data.items()}}


def held_digest(answer: Manifest, managers: Managers) -> str:
    """A digest of the fields that are ours and of those whose change is undone; of a Secret the names of its keys, no values.

    Defaults, statuses and what controllers add are not in it, so it stays as long as nobody touches what is our business.
    """
    return digest_of(_plain(picture(opened(answer), managers.watched())))


def is_ending(answer: Manifest) -> bool:
    """Whether the object is being deleted."""
    return bool(answer["metadata"].get("deletionTimestamp"))


def claim_by(manifest: Manifest, installation: str) -> Claim:
    """The claim that a manifest of ours makes by its annotations."""
    return Claim(installation, EnvId(str(annotations(manifest).get(ENVIRONMENT, ""))))


def _plain(value: Any) -> Any:
    if isinstance(value, SecretValue):
        return MASK
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def _value(text: str) -> SecretValue:
    try:
        return SecretValue(base64.b64decode(text, validate=True).decode("utf-8", "surrogateescape"))
    except (binascii.Error, ValueError):
        return SecretValue(text)


def _text(value: Any) -> str:
    text = value.reveal() if isinstance(value, SecretValue) else str(value)
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode("ascii")
