"""ResourceQuota."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import patterns

KIND: Final = Kind(
    name="ResourceQuota",
    api_version="v1",
    plural="resourcequotas",
    wave=1,
    quantities=patterns("spec.hard.*"),
    required=patterns("spec.hard"),
    goes_first=True,
)
