"""A small client of the API server for tests: it shares nothing with what is tested."""

import http.client
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and the document that came with it."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Client:
    """One user's requests to one server, each over a connection of its own."""

    server: str
    authority: Path
    token: str

    def ask(self, method: str, path: str, body: Any = None, *, content_type: str = "application/json") -> Reply:
        """Send one request; a body is written as JSON."""
        status, text = self._exchange(method, path, body, content_type=content_type)
        try:
            return Reply(status, json.loads(text))
        except ValueError:
            return Reply(status, text.decode("utf-8", "replace"))

    def changes(self, path: str, *, since: str) -> list[Any]:
        """Every state that the objects at the path had after that resourceVersion, none left out, the oldest first.

        Raises `LookupError` where the server does not remember so long.
        """
        separator = "&" if "?" in path else "?"
        status, text = self._exchange("GET", f"{path}{separator}watch=1&timeoutSeconds=1&resourceVersion={since}", None)
        events = [json.loads(line) for line in text.splitlines()]
        if status != 200 or any(event["type"] == "ERROR" for event in events):
            raise LookupError(f"{status}: {events}")
        return [event["object"] for event in events]

    def _exchange(self, method: str, path: str, body: Any, *, content_type: str = "application/json") -> tuple[int, bytes]:
        address = urlsplit(self.server)
        context = ssl.create_default_context(cafile=str(self.authority))
        connection = http.client.HTTPSConnection(address.hostname or "", address.port, timeout=30, context=context)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type, "Accept": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """What lies at the path. Raises `LookupError` for any answer but 200."""
        return self._demand(self.ask("GET", path))

    def create(self, path: str, body: Any) -> Any:
        """The object, created. Raises `LookupError` where the server refuses."""
        return self._demand(self.ask("POST", path, body))

    def apply(self, path: str, body: Any, *, manager: str, force: bool = False) -> Reply:
        """A server-side apply by that field manager."""
        address = f"{path}?fieldManager={manager}" + ("&force=true" if force else "")
        return self.ask("PATCH", address, body, content_type=APPLY)

    def merge(self, path: str, body: Any, *, manager: str = "kubectl-edit") -> Any:
        """A merge patch, as `kubectl edit` sends it. Raises `LookupError` where the server refuses."""
        return self._demand(self.ask("PATCH", f"{path}?fieldManager={manager}", body, content_type=MERGE))

    def delete(self, path: str) -> Reply:
        """A deletion; what depends on the object goes in the background."""
        return self.ask("DELETE", path, {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"})

    def _demand(self, reply: Reply) -> Any:
        if reply.status not in {200, 201, 202}:
            raise LookupError(f"{reply.status}: {reply.body}")
        return reply.body
