"""Digests of plain values: the same value gives the same digest on any machine."""

import base64
import hashlib
import json
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from reconciler.model.quantity import Quantity


def canonical(value: Any) -> bytes:
    """The one JSON text of a plain value: keys sorted, no blanks, ASCII only.

    Raises `TypeError` for anything that JSON cannot hold, a secret value among them.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical text, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def short_digest(value: Any, length: int = 7) -> str:
    """The first characters of the digest in base 32, lower case: letters and the digits 2 to 7, fit for names."""
    raw = hashlib.sha256(canonical(value)).digest()
    return base64.b32encode(raw).decode("ascii").lower()[:length]


def declared(value: Any) -> Any:
    """A value of the model as plain data, without places and without what has its default: new fields of ours move no digest."""
    if isinstance(value, Quantity):
        return str(value)
    if isinstance(value, tuple):
        return [declared(part) for part in value]
    if not is_dataclass(value):
        return value
    said = ((field, getattr(value, field.name)) for field in fields(value) if field.compare)
    return {field.name: declared(part) for field, part in said if field.default is MISSING or part != field.default}
