"""HorizontalPodAutoscaler: whatever it rules has no `replicas` of ours."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import patterns

KIND: Final = Kind(
    name="HorizontalPodAutoscaler",
    api_version="autoscaling/v2",
    plural="horizontalpodautoscalers",
    wave=5,
    quantities=patterns("spec.metrics[].resource.target.averageValue"),
    required=patterns("spec.scaleTargetRef", "spec.maxReplicas"),
    goes_first=True,
)
