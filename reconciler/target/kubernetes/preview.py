"""What the server would make of changes, asked by dry runs; nothing is written."""

from collections.abc import Sequence
from typing import Final

from reconciler.model.change import Change, Operation, Outlook, Preview
from reconciler.model.objects import Manifest
from reconciler.model.reason import Reason
from reconciler.target.kubernetes.answers import manifest_of
from reconciler.target.kubernetes.applying import body_of, recreates
from reconciler.target.kubernetes.cluster import Cluster
from reconciler.target.kubernetes.conflicts import apply_over
from reconciler.target.kubernetes.failures_in_words import Rejected
from reconciler.target.kubernetes.managed_fields import without
from reconciler.target.kubernetes.managers import Managers, managers_of

_NO_NAMESPACE: Final = "its namespace is not there yet"
_ASKED: Final = (Operation.CREATE, Operation.UPDATE)


def preview(cluster: Cluster, changes: Sequence[Change]) -> Preview:
    """How each created or updated object would be; the reason instead, where its namespace is yet to be made.

    Of what is taken over nothing is foreseen: whose fields are left shows only once they are ours.
    """
    asked = [change for change in changes if change.operation in _ASKED and change.desired is not None]
    if any(change.key.kind == "Namespace" and change.operation is Operation.CREATE for change in asked):
        return Preview({}, locally=_NO_NAMESPACE)
    outlooks = ((change.key, _outlook(cluster, change)) for change in asked if not change.take_over)
    return Preview({key: outlook for key, outlook in outlooks if outlook is not None})


def _outlook(cluster: Cluster, change: Change) -> Outlook | None:
    manifest = change.desired.manifest if change.desired else {}
    answer = cluster.find(change.key) if change.live is not None else None
    if answer is not None and recreates(manifest, answer):
        return None  # it takes two writes, and a dry run of the second would be refused
    managers = managers_of(answer or {}, cluster.target.overrule)
    before = manifest_of(answer) if answer is not None else None
    try:
        would = apply_over(cluster, body_of(manifest, answer), managers=managers, dry=True).body
    except Rejected as error:
        return Outlook(before, None, Reason(str(error)))
    return Outlook(before, _undone(manifest_of(would), manifest, before=before, managers=managers))


def _undone(after: Manifest, manifest: Manifest, *, before: Manifest | None, managers: Managers) -> Manifest:
    """What a dry run cannot show: fields that overruled managers added go, and a number that is given up stays."""
    if before is None:
        return after
    left: Manifest = without(after, managers.added())
    count = before.get("spec", {}).get("replicas")
    if "replicas" in manifest.get("spec", {}) or count is None or "replicas" not in left.get("spec", {}):
        return left
    return {**left, "spec": {**left["spec"], "replicas": count}}
