"""Kubernetes objects as values: their keys, the objects we want, and the objects that are live."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.model.digest import digest_of
from reconciler.model.ids import AppName, Namespace
from reconciler.model.place import Place
from reconciler.model.reason import Reason

Manifest = dict[str, Any]
"""The body of one Kubernetes object. Values of a Secret's `data` are `SecretValue`s, never text."""

MANAGED_BY: Final = "app.kubernetes.io/managed-by"
NAME: Final = "app.kubernetes.io/name"
INSTANCE: Final = "app.kubernetes.io/instance"
PART_OF: Final = "app.kubernetes.io/part-of"
INSTALLATION: Final = "reconciler/installation"
ENVIRONMENT: Final = "reconciler/environment"
MEMBER: Final = "reconciler/member"
OBJECT: Final = "reconciler/object"
SECRET_DIGEST: Final = "reconciler/secret-digest"
SECRET_KEYS: Final = "reconciler/secret-keys"
JOB: Final = "reconciler/job"
AWAKE_REPLICAS: Final = "reconciler/awake-replicas"
"""On a sleeping workload that an autoscaler rules: how many replicas it had, and gets back when it wakes (design 8.4)."""


@dataclass(frozen=True, slots=True, order=True)
class ObjectKey:
    """What names an object: kind, namespace (empty for a Namespace) and name."""

    kind: str
    namespace: Namespace
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Desired:
    """An object we want.

    `member` is the application that wants it (`None` for the group's own, such as the Namespace); `place` is the line of
    the declaration; `job` names the job whose run this is, for Jobs.
    """

    key: ObjectKey
    manifest: Manifest = field(hash=False)
    member: AppName | None
    reason: Reason
    place: Place | None = None
    job: str | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """An object that is there.

    `owned` is the target's judgement by the rules of design 7.8. `stranger` says whose it is when it is not ours. `author`
    names who changed it last besides us, where the target can tell. `manifest` is `None` where the object cannot be read
    as one (a file that is no manifest). `digest` is over what in it is ours, where a target adds fields of its own: whether a
    change of such an object has an effect is then the target's to say. `ending` says that it is being deleted, `adoptable` that a
    person may take it over, `running` that it is a job which has begun and not ended, or a cron job with such a one, `unready`
    that it is a workload whose pods are not all ready.
    """

    key: ObjectKey
    manifest: Manifest | None = field(hash=False)
    owned: bool
    stranger: str | None = None
    author: str | None = None
    where: str = ""
    digest: str | None = None
    ending: bool = False
    adoptable: bool = False
    running: bool = False
    unready: bool = False


@dataclass(frozen=True, slots=True)
class LiveObjects:
    """What a target holds for one environment, by key."""

    objects: Mapping[ObjectKey, Live]

    def owned(self) -> tuple[Live, ...]:
        """Ours, in the order of their keys."""
        return tuple(self.objects[key] for key in sorted(self.objects) if self.objects[key].owned)


@dataclass(frozen=True, slots=True)
class Applied:
    """What was last applied of an object: the digest of what was asked for, and of what of it the target then held."""

    wanted: str
    held: str

    def __str__(self) -> str:
        return self.held if self.wanted == self.held else f"{self.wanted} {self.held}"


def applied_of(text: str) -> Applied:
    """The digests that a record or an answer holds: one where the target holds what it is asked for, to the letter."""
    wanted, _, held = text.partition(" ")
    return Applied(wanted, held or wanted)


def key_of(manifest: Manifest) -> ObjectKey:
    """The key of a manifest that has `kind` and `metadata.name`."""
    metadata = manifest["metadata"]
    return ObjectKey(manifest["kind"], Namespace(metadata.get("namespace", "")), metadata["name"])


def mark_of(key: ObjectKey) -> str:
    """The value of the annotation `reconciler/object`: `Deployment/api` (design 7.1)."""
    return f"{key.kind}/{key.name}"


def manifest_digest(manifest: Manifest) -> str:
    """A digest of what a target holds of an object; of a Secret its keys, not its values, whose digest is an annotation."""
    public = dict(manifest)
    if public.get("kind") == "Secret" and isinstance(public.get("data"), Mapping):
        public["data"] = sorted(map(str, public["data"]))
    return digest_of(public)
