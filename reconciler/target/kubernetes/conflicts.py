"""Applies over other managers: those on the target's list give way, every other one is named and left alone."""

from typing import Final

from reconciler.model.errors import InTheWay
from reconciler.model.objects import Manifest
from reconciler.target.kubernetes import asking
from reconciler.target.kubernetes.answers import key_in
from reconciler.target.kubernetes.cluster import Cluster, wrong_of
from reconciler.target.kubernetes.failures import Wrong
from reconciler.target.kubernetes.failures_in_words import Rejected
from reconciler.target.kubernetes.managers import Managers
from reconciler.target.kubernetes.transport import Response

_MADE: Final = 201


def apply_over(cluster: Cluster, body: Manifest, *, managers: Managers, force: bool = False, dry: bool = False) -> Response:
    """The answer to an apply; with `force` no manager is respected.

    Raises `Rejected` that names manager and field where another manager keeps a field.
    """
    try:
        return cluster.send(asking.apply(body, force=force, dry=dry))
    except Rejected as error:
        if force or wrong_of(error) is not Wrong.CONFLICT or not _all_overruled(error, managers):
            raise
    return cluster.send(asking.apply(body, force=True, dry=dry))


def apply_new(cluster: Cluster, body: Manifest, *, managers: Managers) -> Response:
    """The answer to an apply of an object that is not there.

    Raises `InTheWay` where one is there after all, which somebody made in between: what we said of it is taken back.
    """
    response = apply_over(cluster, body, managers=managers)
    if response.status == _MADE:
        return response
    key = key_in(response.body)
    nothing = {"name": key.name, "uid": response.body["metadata"]["uid"]}
    if key.namespace:
        nothing["namespace"] = str(key.namespace)
    cluster.send(asking.apply({"apiVersion": body["apiVersion"], "kind": key.kind, "metadata": nothing}))
    raise InTheWay(f"{asking.named(key)} was made by somebody else while we made it", "look whose it is; the next pass tells")


def _all_overruled(error: Rejected, managers: Managers) -> bool:
    faults = error.failure.faults
    return bool(faults) and all(fault.manager and managers.overrules(fault.manager) for fault in faults)
