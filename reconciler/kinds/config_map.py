"""ConfigMap."""

from typing import Final

from reconciler.kinds.kind import Kind

KIND: Final = Kind(name="ConfigMap", api_version="v1", plural="configmaps", wave=2)
