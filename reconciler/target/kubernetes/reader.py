"""Reads a cluster: the installation's records, what is live in a namespace and whose it is, and what a change would do."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.table import KINDS
from reconciler.model.change import Change, Preview
from reconciler.model.environment import Environment
from reconciler.model.errors import BadValue, Refused
from reconciler.model.ids import EnvId, Namespace
from reconciler.model.objects import INSTANCE, MANAGED_BY, LiveObjects, Manifest, ObjectKey
from reconciler.model.record import InstallationRecord, KeptRecord, Record, Revision, TargetRecords, Unreadable
from reconciler.target.kubernetes import asking
from reconciler.target.kubernetes.answers import claim_by
from reconciler.target.kubernetes.cluster import Cluster, wrong_of
from reconciler.target.kubernetes.failures import Wrong
from reconciler.target.kubernetes.failures_in_words import Rejected
from reconciler.target.kubernetes.key import read_key
from reconciler.target.kubernetes.preview import preview
from reconciler.target.kubernetes.record import (
    ENVIRONMENT,
    INSTALLATIONS,
    decode,
    every_record,
    key_of_installation,
    sort_of,
)

_NAMESPACE: Final = "Namespace"
_SECRET: Final = "Secret"
_WHOLE: Final = "HorizontalPodAutoscaler"
"""Of this kind foreign objects matter too: one that rules a service's replicas."""


class KubernetesReader:
    """The `TargetReader` of a cluster. Keeps nothing but the key once it is read, so it may be asked from several threads."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._key: bytes | None = None

    def records(self) -> TargetRecords:
        """Every record of this installation, in one request; one that cannot be read is named and harms no other.

        Raises `Refused` where the installation's own cannot be read, because a lost tombstone would let the dead rise.
        """
        cluster = self._cluster
        found: dict[EnvId, KeptRecord] = {}
        unreadable: list[Unreadable] = []
        own, revision = InstallationRecord(cluster.installation), None
        for answer in cluster.every(KINDS["ConfigMap"], selector=every_record(cluster.installation)):
            if sort_of(answer) == INSTALLATIONS:
                own, revision = self._installation(answer) or (own, revision)
            elif sort_of(answer) == ENVIRONMENT:
                _add(answer, found, unreadable=unreadable)
        return TargetRecords(MappingProxyType(found), tuple(unreadable), own, revision)

    def _installation(self, answer: Manifest) -> tuple[InstallationRecord, Revision] | None:
        key = key_of_installation(self._cluster.target.namespace, self._cluster.installation)
        metadata = answer["metadata"]
        if (metadata["namespace"], metadata["name"]) != (key.namespace, key.name):
            return None
        try:
            saved = decode(answer, InstallationRecord)
        except BadValue as error:
            hint = "restore it from a backup; tombstones stand in it"
            raise Refused(f"{asking.named(key)} cannot be read: {error.message}", hint) from error
        return saved.record, saved.revision

    def live(self, environment: Environment, record: Record | None) -> LiveObjects:
        """What has the environment's labels in its namespace, the namespace itself, and every autoscaler there.

        One request for each kind, and one alone where there is no namespace.
        """
        space = self._cluster.find(ObjectKey(_NAMESPACE, Namespace(""), environment.namespace))
        if space is None:
            return LiveObjects({})
        answers = [space]
        for kind in KINDS.values():
            if kind.namespaced:
                answers += self._every(kind, environment, known=record)
        found = [self._cluster.live(answer, environment.id) for answer in answers]
        return LiveObjects(MappingProxyType({live.key: live for live in found}))

    def _every(self, kind: Kind, environment: Environment, *, known: Record | None) -> list[Manifest]:
        labels = {MANAGED_BY: "reconciler", INSTANCE: str(environment.id)}
        selector = "" if kind.name == _WHOLE else asking.selector_of(labels)
        try:
            return self._cluster.every(kind, namespace=environment.namespace, selector=selector)
        except Rejected as error:
            # The right to Secrets is taken where the first one is written: without it there can be none of ours.
            recorded = known.objects if known else {}
            if kind.name == _SECRET and wrong_of(error) is Wrong.NO_RIGHT and not any(key.kind == _SECRET for key in recorded):
                return []
            raise

    def stand_at(self, keys: Sequence[ObjectKey], live: LiveObjects) -> LiveObjects:
        """The same, and whatever else stands at these places; nothing is asked about a namespace that is not there."""
        spaces = [found for found in live.objects.values() if found.key.kind == _NAMESPACE]
        if not spaces:
            return live
        claim = claim_by(spaces[0].manifest or {"metadata": {}}, self._cluster.installation)
        answers = (self._standing(key) for key in keys)
        found = [self._cluster.live(answer, claim.environment) for answer in answers if answer is not None]
        return LiveObjects(MappingProxyType({**live.objects, **{other.key: other for other in found}}))

    def _standing(self, key: ObjectKey) -> Manifest | None:
        expected = (Wrong.ABSENT, Wrong.NO_RIGHT) if key.kind == _SECRET else (Wrong.ABSENT,)
        return self._cluster.answer_unless(asking.get(key), *expected)

    def preview(self, changes: Sequence[Change]) -> Preview:
        """What the server would make of creations and updates, by dry runs; of a birth it cannot be asked."""
        return preview(self._cluster, changes)

    def held(self, manifest: Manifest) -> Manifest:
        """The manifest as it is: what the server adds, it adds to both."""
        return manifest

    def key(self) -> bytes | None:
        """The installation's key, `None` where none was made yet. Raises `Refused` for a Secret that holds none."""
        if self._key is None:
            self._key = read_key(self._cluster)
        return self._key


def _add(answer: Manifest, found: dict[EnvId, KeptRecord], *, unreadable: list[Unreadable]) -> None:
    space = Namespace(answer["metadata"]["namespace"])
    try:
        saved = decode(answer, Record)
    except BadValue as error:
        unreadable.append(Unreadable(space, f"{answer['metadata']['name']} in {space} cannot be read: {error.message}"))
        return
    record = saved.record
    first = found.get(record.environment)
    if record.namespace != space:
        reason = f"{space} holds the record of {record.namespace}: it is a copy"
        unreadable.append(Unreadable(space, reason))
    elif first is not None:
        reason = f"{space} says that it is {record.environment}, and so does {first.record.namespace}"
        unreadable.append(Unreadable(space, reason))
    else:
        found[record.environment] = KeptRecord(record, saved.revision)
