"""Feeds the autoscaler of a control plane: a server of `metrics.k8s.io` on loopback that tells what the pods of a test use."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

from tests.controlplane.client import Client
from tests.controlplane.plane import Plane

VERSION: Final = "metrics.k8s.io/v1beta1"
SERVICES: Final = "/apis/apiregistration.k8s.io/v1/apiservices"
_NAME: Final = "v1beta1.metrics.k8s.io"
_RESOURCES: Final = {
    "kind": "APIResourceList",
    "apiVersion": "v1",
    "groupVersion": VERSION,
    "resources": [{"name": "pods", "singularName": "", "namespaced": True, "kind": "PodMetrics", "verbs": ["get", "list"]}],
}


class Load:
    """Work that the pods of a namespace share evenly, however many they are: `millicores` of CPU, changed at will."""

    def __init__(self, namespace: str, *, millicores: int) -> None:
        self.namespace = namespace
        self.millicores = millicores

    def of(self, pods: list[Any]) -> dict[str, Any]:
        """What each of the pods uses now, as a PodMetricsList."""
        nano = self.millicores * 1_000_000 // max(len(pods), 1)
        return {"kind": "PodMetricsList", "apiVersion": VERSION, "metadata": {}, "items": [_used(pod, nano) for pod in pods]}


def _used(pod: Any, nano: int) -> dict[str, Any]:
    metadata, containers = pod["metadata"], pod["spec"]["containers"]
    usage = [{"name": one["name"], "usage": {"cpu": f"{nano // len(containers)}n", "memory": "1Mi"}} for one in containers]
    return {
        "metadata": {name: metadata[name] for name in ("name", "namespace", "labels", "creationTimestamp")},
        "timestamp": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "window": "1s",
        "containers": usage,
    }


@contextmanager
def feeding(plane: Plane, load: Load) -> Iterator[None]:
    """While it lasts the control plane's autoscaler knows what the pods of the load's namespace use."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(plane.client(), load))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(plane.certificate.certificate, plane.certificate.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    admin = plane.client()
    try:
        _register(admin, load.namespace, port=server.server_address[1])
        yield
    finally:
        admin.delete(f"{SERVICES}/{_NAME}")
        server.shutdown()
        server.server_close()


def _register(admin: Client, namespace: str, *, port: int) -> None:
    """The server as a part of the API: by a name outside of the cluster, because nobody routes to services here."""
    service = {"metadata": {"name": "metrics"}, "spec": {"type": "ExternalName", "externalName": "localhost"}}
    admin.create(f"/api/v1/namespaces/{namespace}/services", service)
    spec = {
        "group": "metrics.k8s.io",
        "version": "v1beta1",
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
        "insecureSkipTLSVerify": True,
        "service": {"namespace": namespace, "name": "metrics", "port": port},
    }
    admin.create(SERVICES, {"metadata": {"name": _NAME}, "spec": spec})


def _handler(admin: Client, load: Load) -> type[BaseHTTPRequestHandler]:
    pods = f"/apis/{VERSION}/namespaces/{load.namespace}/pods"

    class Handler(BaseHTTPRequestHandler):
        """Answers what the aggregation layer asks of a version, and the pods of one namespace."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """One request."""
            address = urlsplit(self.path)
            if address.path == pods:
                found = admin.get(f"/api/v1/namespaces/{load.namespace}/pods?{address.query}")["items"]
                self._answer(200, load.of(found))
            elif address.path == f"/apis/{VERSION}":
                self._answer(200, _RESOURCES)
            else:
                self._answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404})

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

        def _answer(self, status: int, body: object) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    return Handler
