"""What every kind that makes pods knows of a pod's fields."""

from collections.abc import Mapping
from typing import Final

from reconciler.kinds.paths import Pattern, pattern, patterns

_CONTAINERS: Final = ("containers", "initContainers")


def pod_list_keys(prefix: str) -> Mapping[Pattern, tuple[str, ...]]:
    """Keys of the lists of a pod's spec at this prefix (`spec.template.spec`), as the API's schema names them."""
    keys: dict[Pattern, tuple[str, ...]] = {
        pattern(f"{prefix}.volumes"): ("name",),
        pattern(f"{prefix}.imagePullSecrets"): ("name",),
    }
    for containers in _CONTAINERS:
        keys |= {
            pattern(f"{prefix}.{containers}"): ("name",),
            pattern(f"{prefix}.{containers}[].env"): ("name",),
            pattern(f"{prefix}.{containers}[].ports"): ("containerPort", "protocol"),
            pattern(f"{prefix}.{containers}[].volumeMounts"): ("mountPath",),
        }
    return keys


def pod_quantities(prefix: str) -> tuple[Pattern, ...]:
    """Where a pod's spec holds quantities."""
    containers = (f"{prefix}.{name}[].resources.{bound}.*" for name in _CONTAINERS for bound in ("limits", "requests"))
    return patterns(*containers, f"{prefix}.volumes[].emptyDir.sizeLimit")
