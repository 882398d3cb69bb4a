"""Namespaces that are needed before their environment's own objects: for a record, and for what outlives environments."""

from collections.abc import Callable
from typing import TypeVar

from reconciler.model.ids import Namespace
from reconciler.model.objects import ENVIRONMENT, INSTALLATION, INSTANCE, MANAGED_BY, OBJECT, Manifest, ObjectKey, mark_of
from reconciler.model.record import Record
from reconciler.target.kubernetes import asking
from reconciler.target.kubernetes.cluster import Cluster, wrong_of
from reconciler.target.kubernetes.conflicts import apply_new
from reconciler.target.kubernetes.failures import Wrong
from reconciler.target.kubernetes.failures_in_words import Rejected
from reconciler.target.kubernetes.managers import managers_of

T = TypeVar("T")


def within(cluster: Cluster, namespace: Namespace, *, act: Callable[[], T], record: Record | None = None) -> tuple[T, bool]:
    """What the act gives, and whether a record's namespace was made for it.

    One that is not there is made first: for the record's environment, or for several installations. It is looked for, because
    a server waits a while before it refuses to make an object without a namespace.
    Raises `InTheWay` where somebody else made one of that name at this very moment.
    """
    made = _make(cluster, namespace, record=record)
    try:
        return act(), made
    except Rejected as error:  # it was being deleted when it was looked for, and is gone now
        if wrong_of(error) is not Wrong.ABSENT:
            raise
    made = _make(cluster, namespace, record=record)
    return act(), made


def _make(cluster: Cluster, namespace: Namespace, *, record: Record | None) -> bool:
    """Whether an environment's namespace had to be made."""
    if record is None:
        ensure(cluster, namespace)
    elif cluster.find(space_key(namespace)) is None:
        apply_new(cluster, _of_environment(record), managers=managers_of({}, ()))
        return True
    return False


def ensure(cluster: Cluster, namespace: Namespace) -> None:
    """Makes a namespace that is there for several installations, where it is not there."""
    key = space_key(namespace)
    if cluster.find(key) is None:
        metadata = {"name": key.name, "labels": {MANAGED_BY: "reconciler"}}
        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        cluster.answer_unless(asking.create(manifest), Wrong.EXISTS)


def space_key(namespace: str) -> ObjectKey:
    """The key of the Namespace itself."""
    return ObjectKey("Namespace", Namespace(""), namespace)


def _of_environment(record: Record) -> Manifest:
    """The Namespace, marked as ours; its other fields follow with the environment's objects."""
    key = space_key(record.namespace)
    labels = {MANAGED_BY: "reconciler", INSTANCE: str(record.environment)}
    marks = {INSTALLATION: record.installation, ENVIRONMENT: str(record.environment), OBJECT: mark_of(key)}
    metadata = {"name": key.name, "labels": labels, "annotations": marks}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
