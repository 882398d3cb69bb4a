"""Sends requests to one cluster over kept connections, each within its deadline, and raises what goes wrong in words."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as SlowAnswer

from reconciler.model.errors import Refused
from reconciler.model.settings import KubernetesTarget
from reconciler.target.kubernetes.connection import Session, Surroundings, here, open_session
from reconciler.target.kubernetes.failures import failure_of
from reconciler.target.kubernetes.failures_in_words import error_of
from reconciler.target.kubernetes.requests import Request
from reconciler.target.kubernetes.transport_silence import Asked, silence_of

_CONNECTS: Final = 3
_PAUSE: Final = 0.2
_RENEWAL: Final = 10.0
_CHUNK: Final = 64 * 1024
_UNKNOWN: Final = 401
_REFUSALS: Final = 300


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds: to connect, between two pieces of an answer, and for the whole call. The server gives up after 60 itself."""

    connect: float = 10.0
    read: float = 65.0
    whole: float = 90.0


@dataclass(frozen=True, slots=True)
class Response:
    """An answer below 300: its status, which tells 200 from 201, and its document."""

    status: int
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes


class Transport:
    """The way to one cluster, for several threads; opened by the first request.

    Nothing is sent twice, but for two cases in which the server cannot have seen it or has not carried it out: no connection came
    about, and credentials were not known (they are read anew once, then the server's word holds for a while).
    """

    def __init__(
        self,
        target: KubernetesTarget,
        *,
        connections: int,
        surroundings: Surroundings | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self.cluster = f"cluster {target.name}"
        self._target = target
        self._connections = connections
        self._surroundings = surroundings or here()
        self._deadlines = deadlines or Deadlines()
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._hopeless_until = 0.0
        self._agent = f"reconciler/{version('reconciler')}"

    def send(self, request: Request) -> Response:
        """The server's answer.

        Raises `Rejected` (a `Refused`) and `Later` (an `Unreachable`) with the failure as a value for what the server says,
        `Unreachable` where it does not answer in time, `Refused` for credentials or a certificate that do not hold, and
        `Missing` where there is no kubeconfig or no such context.
        """
        session = self._opened()
        answer = self._exchange(session, request)
        if answer.status == _UNKNOWN:
            session = self._renewed(session)
            answer = self._exchange(session, request)
            if answer.status == _UNKNOWN:
                self._hopeless_until = time.monotonic() + _RENEWAL
                raise self._unknown(session)
        if answer.status >= _REFUSALS:
            failure = failure_of(request, answer.status, headers=answer.headers, content=answer.content)
            raise error_of(request, failure, cluster=self.cluster)
        return Response(answer.status, self._document(answer, session))

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.pool.clear()

    def _opened(self) -> Session:
        with self._lock:
            if self._session is None:
                self._session = self._open()
            return self._session

    def _open(self) -> Session:
        return open_session(self._target, connections=self._connections, surroundings=self._surroundings)

    def _renewed(self, seen: Session) -> Session:
        """Another session than the one whose credentials were not known. Raises `Refused` where that was in vain just now."""
        with self._lock:
            if self._session is None or self._session is seen:
                if time.monotonic() < self._hopeless_until:
                    raise self._unknown(seen)
                self._session = self._open()
            return self._session

    def _unknown(self, session: Session) -> Refused:
        hint = "log in again, or renew the token or certificate; `kubectl auth whoami` shows who you are"
        return Refused(f"{self.cluster} does not know who asks: it refuses the credentials of {session.who}", hint)

    def _exchange(self, session: Session, request: Request) -> _Answer:
        end = time.monotonic() + self._deadlines.whole
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": self._agent}
        authorization = session.authorization()
        if authorization is not None:
            headers["Authorization"] = authorization
        body = None
        if request.body is not None:
            headers["Content-Type"] = request.content_type
            body = json.dumps(request.body, separators=(",", ":")).encode("ascii")
        try:
            response = self._connected(session, request, headers=headers, body=body)
            return _Answer(response.status, response.headers, self._content(response, end))
        except HTTPError as error:
            raise silence_of(error, request, asked=Asked(self.cluster, session.server, session.who)) from error

    def _connected(self, session: Session, request: Request, *, headers: dict[str, str], body: bytes | None) -> BaseHTTPResponse:
        """The head of an answer, its body not read yet. Only making the connection is tried again."""
        attempt = 1
        while True:
            try:
                return session.pool.urlopen(
                    request.method,
                    f"{session.server}{request.url}",
                    headers=headers,
                    body=body,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    timeout=Timeout(connect=self._deadlines.connect, read=self._deadlines.read),
                    pool_timeout=self._deadlines.whole,
                )
            except NewConnectionError:
                if attempt == _CONNECTS:
                    raise
                time.sleep(_PAUSE * attempt)
                attempt += 1

    def _content(self, response: BaseHTTPResponse, end: float) -> bytes:
        parts = []
        try:
            while part := response.read1(_CHUNK, decode_content=True):  # `stream` would wait for a whole chunk
                parts.append(part)
                if time.monotonic() > end:
                    raise SlowAnswer("the whole answer took too long")
        except HTTPError:
            response.close()
            raise
        response.release_conn()
        return b"".join(parts)

    def _document(self, answer: _Answer, session: Session) -> dict[str, Any]:
        try:
            document = json.loads(answer.content)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            hint = f"look at the address in {session.who}"
            raise Refused(f"{session.server} answers, but not as a Kubernetes API server does", hint)
        return document
