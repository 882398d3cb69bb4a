"""Namespace."""

from typing import Final

from reconciler.kinds.kind import Kind

KIND: Final = Kind(name="Namespace", api_version="v1", plural="namespaces", wave=0, namespaced=False, precious=True)
