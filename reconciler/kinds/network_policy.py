"""NetworkPolicy: its lists have no keys, they are replaced as a whole."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import patterns

KIND: Final = Kind(
    name="NetworkPolicy",
    api_version="networking.k8s.io/v1",
    plural="networkpolicies",
    wave=1,
    required=patterns("spec.podSelector"),
)
