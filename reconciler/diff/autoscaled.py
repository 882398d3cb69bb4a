"""Replicas that an autoscaler rules are not ours to say (design 7.8)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from reconciler.kinds.table import kind_of
from reconciler.model.objects import Desired, LiveObjects

_AUTOSCALER: Final = "HorizontalPodAutoscaler"
_REPLICAS: Final = ("spec", "replicas")


def left_to_autoscalers(objects: Sequence[Desired], live: LiveObjects) -> tuple[Desired, ...]:
    """The objects, without `replicas` where a live autoscaler rules them that stays: a foreign one, or one that is wanted."""
    wanted = {desired.key for desired in objects}
    staying = [found for key, found in live.objects.items() if key.kind == _AUTOSCALER and (key in wanted or not found.owned)]
    ruled = {_ruled(found.manifest or {}) for found in staying}
    return tuple(_without_replicas(desired) if (desired.key.kind, desired.key.name) in ruled else desired for desired in objects)


def ruled_by(objects: Sequence[Desired]) -> Mapping[tuple[str, str], int]:
    """The workloads that the autoscalers among the objects rule, by kind and name, each with its fewest replicas."""
    autoscalers = [desired.manifest for desired in objects if desired.key.kind == _AUTOSCALER]
    return {_ruled(manifest): manifest["spec"].get("minReplicas", 1) for manifest in autoscalers}


def replicas_of(manifest: Mapping[str, Any]) -> int | None:
    """The number of replicas that a manifest asks for, `None` where it leaves that to others."""
    number = (manifest.get("spec") or {}).get("replicas")
    return number if isinstance(number, int) else None


def _ruled(autoscaler: Mapping[str, Any]) -> tuple[str, str]:
    target = autoscaler.get("spec", {}).get("scaleTargetRef", {})
    return target.get("kind", ""), target.get("name", "")


def _without_replicas(desired: Desired) -> Desired:
    if kind_of(desired.key.kind).replicas != _REPLICAS or replicas_of(desired.manifest) is None:
        return desired
    kept = {key: value for key, value in desired.manifest["spec"].items() if key != "replicas"}
    return replace(desired, manifest={**desired.manifest, "spec": kept})
