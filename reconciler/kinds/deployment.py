"""Deployment."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import pattern, patterns
from reconciler.kinds.pod import pod_list_keys, pod_quantities

KIND: Final = Kind(
    name="Deployment",
    api_version="apps/v1",
    plural="deployments",
    wave=4,
    list_keys=pod_list_keys("spec.template.spec"),
    quantities=pod_quantities("spec.template.spec"),
    immutable=patterns("spec.selector"),
    required=patterns("spec.selector", "spec.template.metadata.labels", "spec.template.spec.containers"),
    replicas=pattern("spec.replicas"),
)
