"""Deletes a namespace only once nothing of a stranger is in it."""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.kinds.table import KINDS
from reconciler.model.errors import InTheWay
from reconciler.model.ids import Namespace
from reconciler.model.objects import INSTANCE, MANAGED_BY, Manifest, ObjectKey
from reconciler.target.kubernetes import asking
from reconciler.target.kubernetes.answers import is_ending, key_in
from reconciler.target.kubernetes.cluster import Cluster
from reconciler.target.kubernetes.failures import Wrong
from reconciler.target.kubernetes.ownership import Claim
from reconciler.target.kubernetes.record import NAME as RECORD

_BY_ITSELF: Final = frozenset({("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")})
"""What a cluster puts into every namespace."""

_NAMED: Final = 3


def demand_empty(cluster: Cluster, namespace: Namespace, *, claim: Claim) -> None:
    """Raises `InTheWay` where something is left that would be lost with the namespace and is not the environment's."""
    left = leftovers(cluster, namespace, claim=claim)
    if left:
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        message = f"namespace {namespace} holds {', '.join(map(str, left[:_NAMED]))}{more}, not made by the reconciler"
        raise InTheWay(message, "move that away, or delete the namespace by hand")


def leftovers(cluster: Cluster, namespace: Namespace, *, claim: Claim) -> list[ObjectKey]:
    """What is in the namespace and is not the environment's."""
    return list(_left(cluster, namespace, claim=claim))


def _left(cluster: Cluster, namespace: Namespace, *, claim: Claim) -> Iterator[ObjectKey]:
    for kind in KINDS.values():
        if not kind.namespaced or kind.name == "Secret":
            continue
        for answer in cluster.every(kind, namespace=namespace):
            if not _goes(answer, claim):
                yield key_in(answer)
    secrets = cluster.answer_unless(asking.listing(KINDS["Secret"], namespace=namespace), Wrong.NO_RIGHT) or {}
    for answer in secrets.get("items") or ():
        if not _goes({"kind": "Secret", **answer}, claim):
            yield ObjectKey("Secret", namespace, answer["metadata"]["name"])


def _goes(answer: Manifest, claim: Claim) -> bool:
    """Whether nobody would miss it: the environment's own, what follows an owner, and what a cluster makes by itself."""
    metadata = answer["metadata"]
    labels: Mapping[str, str] = metadata.get("labels") or {}
    # A StatefulSet's controller puts the labels of its pods, and no others, onto the claims that it makes.
    marked = labels.get(MANAGED_BY) == "reconciler" or answer["kind"] == "PersistentVolumeClaim"
    ours = marked and labels.get(INSTANCE) == claim.environment
    itself = (answer["kind"], metadata["name"])
    return (
        ours or is_ending(answer) or bool(metadata.get("ownerReferences")) or itself in _BY_ITSELF or metadata["name"] == RECORD
    )
