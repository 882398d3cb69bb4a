"""Swaps and removes records by compare-and-swap on `resourceVersion`, which is the fence against a second process."""

from reconciler.model.errors import BadValue, Fenced, InTheWay, Refused
from reconciler.model.objects import Manifest, ObjectKey
from reconciler.model.record import InstallationRecord, Record, Revision
from reconciler.target.kubernetes import asking
from reconciler.target.kubernetes.cluster import Cluster, wrong_of
from reconciler.target.kubernetes.failures import Wrong
from reconciler.target.kubernetes.failures_in_words import Rejected
from reconciler.target.kubernetes.record import Saved, decode, encode, key_of_installation, key_of_record
from reconciler.target.kubernetes.requests import Request
from reconciler.target.kubernetes.spaces import within

_ANEW = "another process works on it; the next pass reads it anew"


def save(cluster: Cluster, record: Record, *, expected: Revision | None, bare: bool = False) -> tuple[Revision, bool]:
    """The new revision, and whether the namespace is new: an environment's first record makes it where it is not there.

    With `bare` it was made a moment ago, has nothing in it, and is not looked for.
    Raises `Fenced` where another revision than expected is there, `InTheWay` where the namespace has another's record.
    """
    key = key_of_record(record.namespace)
    manifest = encode(record, key, expected=expected)
    if expected is not None:
        return _swapped(cluster, asking.replace(manifest), key=key), False
    if bare:
        revision, new = _made(cluster, manifest), True
    else:
        revision, new = within(cluster, key.namespace, act=lambda: _made(cluster, manifest), record=record)
    if revision is None:
        demand_same(cluster, record)
        raise _fenced(key)
    return revision, new


def save_installation(cluster: Cluster, record: InstallationRecord, *, expected: Revision | None) -> Revision:
    """The same for the installation's record."""
    key = key_of_installation(cluster.target.namespace, cluster.installation)
    manifest = encode(record, key, expected=expected)
    if expected is not None:
        return _swapped(cluster, asking.replace(manifest), key=key)
    revision, _ = within(cluster, key.namespace, act=lambda: _made(cluster, manifest))
    if revision is None:
        raise _fenced(key)
    return revision


def forget(cluster: Cluster, record: Record, *, expected: Revision) -> None:
    """Removes the record; one that is gone is removed. Raises `Fenced` and `InTheWay` as `save`."""
    answer = demand_same(cluster, record)
    key = key_of_record(record.namespace)
    if answer is not None:
        _swapped(cluster, asking.delete(key, uid=answer["metadata"]["uid"], resourceVersion=str(expected)), key=key, gone=True)


def demand_same(cluster: Cluster, record: Record) -> Manifest | None:
    """The ConfigMap that the namespace has as its record, `None` for none.

    Raises `InTheWay` where it is another installation's or environment's, `Refused` where it cannot be read.
    """
    key = key_of_record(record.namespace)
    answer = cluster.find(key)
    if answer is None:
        return None
    there = _read(answer, key).record
    if (there.installation, there.environment) != (record.installation, record.environment):
        whose = f"environment {there.environment} of the installation {there.installation}"
        raise InTheWay(f"namespace {record.namespace} belongs to {whose}", "give one of the two another name")
    return answer


def _read(answer: Manifest, key: ObjectKey) -> Saved[Record]:
    try:
        return decode(answer, Record)
    except BadValue as error:
        hint = "restore it from a backup, or delete it: the objects that name this environment are found again"
        raise Refused(f"{asking.named(key)} cannot be read: {error.message}", hint) from error


def _made(cluster: Cluster, manifest: Manifest) -> Revision | None:
    answer = cluster.answer_unless(asking.create(manifest), Wrong.EXISTS)
    return None if answer is None else _revision(answer)


def _swapped(cluster: Cluster, request: Request, *, key: ObjectKey, gone: bool = False) -> Revision:
    try:
        return _revision(cluster.send(request).body)
    except Rejected as error:
        if gone and wrong_of(error) is Wrong.ABSENT:
            return Revision("")
        if wrong_of(error) in {Wrong.STALE, Wrong.ABSENT}:
            raise _fenced(key) from error
        raise


def _revision(answer: Manifest) -> Revision:
    return Revision(str(answer.get("metadata", {}).get("resourceVersion", "")))


def _fenced(key: ObjectKey) -> Fenced:
    return Fenced(f"{asking.named(key)} is not as it was read", _ANEW)
