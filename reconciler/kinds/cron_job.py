"""CronJob: comes last, so that nothing scheduled runs against a group that is not there yet."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import pattern, patterns
from reconciler.kinds.pod import pod_list_keys, pod_quantities

_POD: Final = "spec.jobTemplate.spec.template.spec"

KIND: Final = Kind(
    name="CronJob",
    api_version="batch/v1",
    plural="cronjobs",
    wave=7,
    list_keys=pod_list_keys(_POD),
    quantities=pod_quantities(_POD),
    required=patterns("spec.schedule", f"{_POD}.containers", f"{_POD}.restartPolicy"),
    suspend=pattern("spec.suspend"),
)
