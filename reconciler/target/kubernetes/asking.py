"""The requests that are made of objects, by their keys."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from reconciler.kinds.kind import Kind
from reconciler.kinds.table import kind_of
from reconciler.model.objects import Manifest, ObjectKey, key_of
from reconciler.target.kubernetes.managers import MANAGER, Entry
from reconciler.target.kubernetes.requests import APPLY, JSON_PATCH, Method, Request, path_of

PAGE: Final = 500
"""How many objects are asked for at once."""

_DRY: Final = ("dryRun", "All")


def named(key: ObjectKey) -> str:
    """The object as messages name it."""
    return f"{key} in {key.namespace}" if key.namespace else str(key)


def get(key: ObjectKey) -> Request:
    """The object."""
    return _of(Method.GET, key)


def listing(kind: Kind, *, namespace: str = "", selector: str = "", going_on: str = "") -> Request:
    """A page of the kind's objects; without a namespace those of all."""
    words = [("limit", str(PAGE)), *([("labelSelector", selector)] if selector else [])]
    query = (*words, *([("continue", going_on)] if going_on else []))
    about = f"the list of {kind.plural}{f' in {namespace}' if namespace else ''}"
    return Request(Method.GET, path_of(kind, namespace=namespace), about, query, secret=_secret(kind))


def apply(manifest: Manifest, *, force: bool = False, dry: bool = False) -> Request:
    """A server-side apply; fields that the server does not know are refused."""
    query = [("fieldManager", MANAGER), ("fieldValidation", "Strict")]
    query += [("force", "true")] if force else []
    query += [_DRY] if dry else []
    return _of(Method.PATCH, key_of(manifest), query=query, body=manifest, content_type=APPLY)


def create(manifest: Manifest) -> Request:
    """A creation that fails where there is something already."""
    key = key_of(manifest)
    kind = kind_of(key.kind)
    path = path_of(kind, namespace=key.namespace)
    return Request(Method.POST, path, named(key), (("fieldManager", MANAGER),), manifest, secret=_secret(kind))


def replace(manifest: Manifest) -> Request:
    """An update of the whole object, at the `resourceVersion` it names."""
    return _of(Method.PUT, key_of(manifest), query=[("fieldManager", MANAGER)], body=manifest)


def manage(key: ObjectKey, entries: Iterable[Entry], *, version: str) -> Request:
    """Another list of managers, where nobody changed the object since it had that `resourceVersion`; no value changes."""
    operations = [
        {"op": "replace", "path": "/metadata/managedFields", "value": list(entries)},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]
    return _of(Method.PATCH, key, query=[("fieldManager", MANAGER)], body=operations, content_type=JSON_PATCH)


def delete(key: ObjectKey, **preconditions: str) -> Request:
    """A deletion of the object with this `uid`, maybe at this `resourceVersion`; what depends on it goes in the background."""
    body = {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "preconditions": preconditions,
        "propagationPolicy": "Background",
    }
    return _of(Method.DELETE, key, body=body)


def _of(method: Method, key: ObjectKey, *, query: Iterable[tuple[str, str]] = (), **rest: Any) -> Request:
    kind = kind_of(key.kind)
    path = path_of(kind, namespace=key.namespace, name=key.name)
    return Request(method, path, named(key), tuple(query), secret=_secret(kind), **rest)


def _secret(kind: Kind) -> bool:
    return bool(kind.masks)


def selector_of(labels: Mapping[str, str]) -> str:
    """Objects that have all of these labels; one without a value needs to be there alone."""
    return ",".join(f"{name}={value}" if value else name for name, value in labels.items())
