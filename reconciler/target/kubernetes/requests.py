"""Requests to an API server as plain values, and the paths of objects (Kubernetes API concepts, "Resource URIs")."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote, urlencode

from reconciler.kinds.kind import Kind
from reconciler.model.errors import BadValue

APPLY: Final = "application/apply-patch+yaml"
JSON: Final = "application/json"
JSON_PATCH: Final = "application/json-patch+json"
MERGE_PATCH: Final = "application/merge-patch+json"


class Method(StrEnum):
    """What is asked of a path."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    `about` names its object as messages do (`Deployment api in frontend-t1234567`). `query` is in the order it is sent. `body` is
    plain data, written as JSON whatever the content type; secret values are revealed in it, so it is never shown. `secret`
    says that the server's texts must not be shown either, because they echo values.
    """

    method: Method
    path: str
    about: str
    query: tuple[tuple[str, str], ...] = ()
    body: Any = field(default=None, repr=False, hash=False)
    content_type: str = JSON
    secret: bool = False

    @property
    def url(self) -> str:
        """Path and query, as they are sent."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def writes(self) -> bool:
        """Whether the server may hold something else afterwards; a dry run changes nothing."""
        return self.method is not Method.GET and ("dryRun", "All") not in self.query


def path_of(kind: Kind, *, namespace: str = "", name: str = "", subresource: str = "") -> str:
    """The path of one object or, without a name, of a collection; without a namespace of all namespaces.

    Raises `BadValue` for a name that would climb out of its place.
    """
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.api_version}"
    inside = ["namespaces", _segment(namespace)] if namespace and kind.namespaced else []
    parts = [*inside, kind.plural, *(_segment(part) for part in (name, subresource) if part)]
    return "/".join((root, *parts))


def _segment(text: str) -> str:
    if text in {".", ".."}:
        raise BadValue(f"{text!r} names no object")
    return quote(text, safe="")
