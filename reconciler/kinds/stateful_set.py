"""StatefulSet: of its fields only the pod template, replicas and a few others may change."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import pattern, patterns
from reconciler.kinds.pod import pod_list_keys, pod_quantities

KIND: Final = Kind(
    name="StatefulSet",
    api_version="apps/v1",
    plural="statefulsets",
    wave=4,
    list_keys=pod_list_keys("spec.template.spec"),
    quantities=(*pod_quantities("spec.template.spec"), *patterns("spec.volumeClaimTemplates[].spec.resources.requests.*")),
    immutable=patterns("spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"),
    required=patterns("spec.selector", "spec.serviceName", "spec.template.metadata.labels", "spec.template.spec.containers"),
    replicas=pattern("spec.replicas"),
)
