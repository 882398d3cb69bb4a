"""Job: runs once, is no desired state, and its template never changes."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import patterns
from reconciler.kinds.pod import pod_list_keys, pod_quantities

KIND: Final = Kind(
    name="Job",
    api_version="batch/v1",
    plural="jobs",
    wave=4,
    list_keys=pod_list_keys("spec.template.spec"),
    quantities=pod_quantities("spec.template.spec"),
    immutable=patterns("spec.template", "spec.selector", "spec.completions", "spec.completionMode", "spec.podFailurePolicy"),
    required=patterns("spec.template.spec.containers", "spec.template.spec.restartPolicy"),
    is_task=True,
)
