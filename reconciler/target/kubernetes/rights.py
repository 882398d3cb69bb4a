"""The right to the Secrets of one namespace, taken where the first Secret is written and nowhere else (design 9.5)."""

import time
from typing import Final

from reconciler.model.errors import ReconcilerError
from reconciler.model.ids import Namespace
from reconciler.target.kubernetes.cluster import Cluster, wrong_of
from reconciler.target.kubernetes.failures import Wrong
from reconciler.target.kubernetes.failures_in_words import Rejected
from reconciler.target.kubernetes.managers import MANAGER
from reconciler.target.kubernetes.requests import APPLY, JSON, Method, Request
from reconciler.target.kubernetes.transport import Response

ROLE: Final = "reconciler-secrets"
"""The ClusterRole that is bound in namespaces; it is part of the reconciler's own installation."""

_GROUP: Final = "rbac.authorization.k8s.io"
_PATIENCE: Final = 10.0
_PAUSE: Final = 0.05


def with_right(cluster: Cluster, request: Request, *, namespace: Namespace) -> Response:
    """The answer to a request about a Secret; where the right is missing it is taken first, if we may give it.

    Raises as `Transport.send`: the first refusal where the right cannot be had.
    """
    try:
        return cluster.send(request)
    except Rejected as error:
        if wrong_of(error) is not Wrong.NO_RIGHT:
            raise
        try:
            _take(cluster, namespace)
        except ReconcilerError:
            raise error from None
    return _patiently(cluster, request)


def _take(cluster: Cluster, namespace: Namespace) -> None:
    me = _name_of_ours(cluster)
    binding = {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": f"{ROLE}-{cluster.installation}", "namespace": str(namespace)},
        "roleRef": {"apiGroup": _GROUP, "kind": "ClusterRole", "name": ROLE},
        "subjects": [{"apiGroup": _GROUP, "kind": "User", "name": me}],
    }
    name = f"{ROLE}-{cluster.installation}"
    path = f"/apis/{_GROUP}/v1/namespaces/{namespace}/rolebindings/{name}"
    query = (("fieldManager", MANAGER), ("force", "true"))
    cluster.send(Request(Method.PATCH, path, f"RoleBinding {name} in {namespace}", query, binding, APPLY))


def _name_of_ours(cluster: Cluster) -> str:
    """The name by which the server knows us."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    answer = cluster.send(Request(Method.POST, path, "the question who we are", (), review, JSON))
    return str(answer.body["status"]["userInfo"]["username"])


def _patiently(cluster: Cluster, request: Request) -> Response:
    """The server learns of a new binding a moment after it was made."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return cluster.send(request)
        except Rejected as error:
            if wrong_of(error) is not Wrong.NO_RIGHT or time.monotonic() > end:
                raise
        time.sleep(_PAUSE)
