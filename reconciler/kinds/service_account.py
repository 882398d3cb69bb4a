"""ServiceAccount."""

from typing import Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import pattern

KIND: Final = Kind(
    name="ServiceAccount",
    api_version="v1",
    plural="serviceaccounts",
    wave=2,
    list_keys={pattern("imagePullSecrets"): ("name",), pattern("secrets"): ("name",)},
)
