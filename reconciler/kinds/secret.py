"""Secret: its values are never shown."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import patterns

KIND: Final = Kind(
    name="Secret",
    api_version="v1",
    plural="secrets",
    wave=2,
    masks=patterns("data", "stringData"),
    immutable=patterns("type"),
    required=patterns("type"),
)
