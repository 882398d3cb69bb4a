"""PersistentVolumeClaim: data hangs on it, so nothing but a teardown deletes one."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import patterns

KIND: Final = Kind(
    name="PersistentVolumeClaim",
    api_version="v1",
    plural="persistentvolumeclaims",
    wave=2,
    quantities=patterns("spec.resources.requests.*", "spec.resources.limits.*"),
    immutable=patterns(
        "spec.accessModes", "spec.resources", "spec.selector", "spec.storageClassName", "spec.volumeMode", "spec.volumeName"
    ),
    required=patterns("spec.accessModes", "spec.resources.requests.storage"),
    precious=True,
)
