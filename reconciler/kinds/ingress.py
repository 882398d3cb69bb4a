"""Ingress: its lists have no keys in the API, but rules are told apart by host and TLS entries by Secret."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import pattern, patterns

KIND: Final = Kind(
    name="Ingress",
    api_version="networking.k8s.io/v1",
    plural="ingresses",
    wave=6,
    list_keys={
        pattern("spec.rules"): ("host",),
        pattern("spec.rules[].http.paths"): ("path", "pathType"),
        pattern("spec.tls"): ("secretName",),
    },
    required=patterns("spec.rules"),
)
