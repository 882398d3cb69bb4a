"""The installation's key for digests of secrets: a Secret beside the installation's record."""

import base64
import binascii
import secrets
from typing import Final

from reconciler.model.errors import Refused
from reconciler.model.ids import Namespace
from reconciler.model.objects import INSTALLATION, MANAGED_BY, Manifest, ObjectKey
from reconciler.target.kubernetes import asking
from reconciler.target.kubernetes.cluster import Cluster, wrong_of
from reconciler.target.kubernetes.failures import Wrong
from reconciler.target.kubernetes.failures_in_words import Rejected
from reconciler.target.kubernetes.rights import with_right
from reconciler.target.kubernetes.spaces import ensure

KEY_BYTES: Final = 32
_FILE: Final = "key"


def read_key(cluster: Cluster) -> bytes | None:
    """The key; `None` where there is none, or no right to look yet. Raises `Refused` for a Secret that holds none."""
    answer = cluster.answer_unless(asking.get(_place(cluster)), Wrong.ABSENT, Wrong.NO_RIGHT)
    return None if answer is None else _parsed(answer, cluster)


def make_key(cluster: Cluster) -> bytes:
    """The key, made now where there is none; of two who make one at the same moment both get the first."""
    place = _place(cluster)
    found = read_key(cluster)
    if found is not None:
        return found
    key = secrets.token_bytes(KEY_BYTES)
    try:
        ensure(cluster, place.namespace)
        with_right(cluster, asking.create(_secret(place, key, installation=cluster.installation)), namespace=place.namespace)
    except Rejected as error:
        if wrong_of(error) is not Wrong.EXISTS:
            raise
        return _parsed(with_right(cluster, asking.get(place), namespace=place.namespace).body, cluster)
    return key


def _place(cluster: Cluster) -> ObjectKey:
    return ObjectKey("Secret", Namespace(cluster.target.namespace), f"reconciler-key-{cluster.installation}")


def _secret(place: ObjectKey, key: bytes, *, installation: str) -> Manifest:
    labels = {MANAGED_BY: "reconciler", INSTALLATION: installation}
    metadata = {"name": place.name, "namespace": str(place.namespace), "labels": labels}
    data = {_FILE: base64.b64encode(key).decode("ascii")}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "immutable": True, "data": data}


def _parsed(answer: Manifest, cluster: Cluster) -> bytes:
    try:
        key = base64.b64decode(str((answer.get("data") or {}).get(_FILE, "")), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        hint = "restore it from a backup, or delete it: a new one makes every Secret look changed once"
        raise Refused(f"{asking.named(_place(cluster))} holds no key of {KEY_BYTES} bytes", hint)
    return key
