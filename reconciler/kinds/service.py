"""Service."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import pattern, patterns

KIND: Final = Kind(
    name="Service",
    api_version="v1",
    plural="services",
    wave=3,
    list_keys={pattern("spec.ports"): ("port", "protocol")},
    immutable=patterns("spec.clusterIP"),
    required=patterns("spec.selector"),
)
