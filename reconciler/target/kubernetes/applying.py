"""What is sent of a manifest to an object as it is: tied to that very object, and to what only its present state needs."""

from collections.abc import Mapping
from typing import Any, Final

from reconciler.kinds.table import kind_of
from reconciler.model.objects import AWAKE_REPLICAS, Manifest, key_of
from reconciler.target.kubernetes.answers import sealed
from reconciler.target.kubernetes.managed_fields import Fields, has, names_of
from reconciler.target.kubernetes.managers import Managers

_NOTHING: Final[Fields] = {}
_ROLLING: Final = ("spec", "strategy", "rollingUpdate")


def body_of(manifest: Manifest, answer: Manifest | None) -> Manifest:
    """The manifest to apply; with the `uid` of the object that is there, so that no other one of its name can be met."""
    sent = sealed(manifest)
    if answer is None:
        return sent
    return {**sent, "metadata": {**sent["metadata"], "uid": answer["metadata"]["uid"]}}


def recreates(manifest: Manifest, answer: Manifest) -> bool:
    """Whether a rolling Deployment is to be recreated from now on.

    The server filled `rollingUpdate` in, so it belongs to nobody, stays, and is refused beside `Recreate`.
    """
    return _strategy(manifest).get("type") == "Recreate" and _strategy(answer).get("rollingUpdate") is not None


def taken(manifest: Manifest, answer: Manifest) -> Fields:
    """Fields that belong to nobody and have to be ours before an apply, so that it removes them."""
    return names_of(_ROLLING) if recreates(manifest, answer) else _NOTHING


def given_up(manifest: Manifest, managers: Managers) -> Fields:
    """Fields that are ours and become an autoscaler's: `replicas`, where the manifest has none any more.

    To be left out of an apply is not enough: the number would fall to the default.
    """
    replicas = kind_of(key_of(manifest).kind).replicas
    if replicas is None or "replicas" in manifest.get("spec", {}) or not has(managers.watched(), replicas):
        return _NOTHING
    return names_of(replicas)


def awakened(manifest: Manifest, answer: Manifest) -> Manifest | None:
    """The manifest with the number that a sleeping workload remembers, where it wakes and an autoscaler rules it again.

    It is applied first: were the number given up at once it would stay 0, over which no autoscaler does anything.
    """
    remembered = (answer["metadata"].get("annotations") or {}).get(AWAKE_REPLICAS, "")
    asleep = AWAKE_REPLICAS in (manifest["metadata"].get("annotations") or {})
    if not remembered.isdecimal() or asleep or "replicas" in manifest.get("spec", {}):
        return None
    return {**manifest, "spec": {**manifest["spec"], "replicas": max(int(remembered), 1)}}


def _strategy(manifest: Manifest) -> Mapping[str, Any]:
    found = manifest.get("spec", {}).get("strategy")
    return found if isinstance(found, Mapping) else {}
