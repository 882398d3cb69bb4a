"""What is sent of a manifest to an object as it is: tied to that very object, and to what only its present state needs."""

from collections.abc import Mapping
from typing import Any, Final

from reconciler.kinds.table import kind_of
from reconciler.model.objects import Manifest, key_of
from reconciler.target.kubernetes.answers import sealed
from reconciler.target.kubernetes.managed_fields import Fields, has, names_of
from reconciler.target.kubernetes.managers import Managers

_NOTHING: Final[Fields] = {}


def body_of(manifest: Manifest, answer: Manifest | None) -> Manifest:
    """The manifest to apply; with the `uid` of the object that is there, so that no other one of its name can be met."""
    sent = sealed(manifest)
    if answer is None:
        return sent
    sent = {**sent, "metadata": {**sent["metadata"], "uid": answer["metadata"]["uid"]}}
    return _recreating(sent) if _rolls(answer) and _strategy(sent).get("type") == "Recreate" else sent


def given_up(manifest: Manifest, managers: Managers) -> Fields:
    """Fields that are ours and become an autoscaler's: `replicas`, where the manifest has none any more.

    To be left out of an apply is not enough: the number would fall to the default.
    """
    replicas = kind_of(key_of(manifest).kind).replicas
    mine = managers.applied()
    if replicas is None or mine is None or "replicas" in manifest.get("spec", {}):
        return _NOTHING
    return names_of(replicas) if has(managers.watched(), replicas) else _NOTHING


def _recreating(sent: Manifest) -> Manifest:
    """`rollingUpdate`, which the server filled in, taken away: beside `Recreate` it would be refused."""
    strategy = {**_strategy(sent), "rollingUpdate": None}
    return {**sent, "spec": {**sent["spec"], "strategy": strategy}}


def _rolls(answer: Manifest) -> bool:
    return _strategy(answer).get("rollingUpdate") is not None


def _strategy(manifest: Manifest) -> Mapping[str, Any]:
    found = manifest.get("spec", {}).get("strategy")
    return found if isinstance(found, Mapping) else {}
