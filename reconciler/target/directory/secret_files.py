"""What a directory holds of a Secret: keys in an annotation, or its values in base 64 where the target's settings say so."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from reconciler.model.objects import SECRET_KEYS, Manifest
from reconciler.model.secret import SecretValue

_VALUES = ("data", "stringData")


def held(manifest: Manifest, *, write_secrets: bool) -> Manifest:
    """The manifest as this target would hold it. Values stay `SecretValue`s; everything but a Secret is as it was."""
    if manifest.get("kind") != "Secret" or write_secrets:
        return manifest
    metadata = dict(manifest.get("metadata", {}))
    keys = ",".join(sorted(manifest.get("data", {})))
    metadata["annotations"] = {**metadata.get("annotations", {}), SECRET_KEYS: keys}
    return {**{key: value for key, value in manifest.items() if key not in _VALUES}, "metadata": metadata}


def opened(manifest: Manifest) -> Manifest:
    """The manifest with a Secret's values as base 64 text, for the file alone."""
    data = manifest.get("data")
    if manifest.get("kind") != "Secret" or not isinstance(data, Mapping):
        return manifest
    return {**manifest, "data": {key: _encoded(value) for key, value in data.items()}}


def sealed(manifest: Manifest) -> Manifest:
    """A manifest read from a file, with whatever stands for a Secret's values hidden."""
    if manifest.get("kind") != "Secret":
        return manifest
    values = {field: _hidden(manifest[field], encoded=field == "data") for field in _VALUES if field in manifest}
    return {**manifest, **values}


def _encoded(value: Any) -> str:
    text = value.reveal() if isinstance(value, SecretValue) else str(value)
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode("ascii")


def _hidden(values: Any, *, encoded: bool) -> Any:
    if not isinstance(values, Mapping):
        return SecretValue(str(values))
    return {key: _decoded(str(value)) if encoded else SecretValue(str(value)) for key, value in values.items()}


def _decoded(text: str) -> SecretValue:
    try:
        return SecretValue(base64.b64decode(text, validate=True).decode("utf-8", "surrogateescape"))
    except (binascii.Error, ValueError):
        return SecretValue(text)
