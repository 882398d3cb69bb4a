"""A proxy in front of a server on loopback that cuts, delays, refuses or forges at the request that a test names.

Without a certificate it passes bytes on and sees connections alone; with one it ends TLS, so that it sees requests too.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tests.controlplane.pki import Pair

_CHUNK: Final = 65536


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one connection, or to one request where TLS is ended.

    `refuse` closes before anything is read; `cut_before` closes before the server sees it, `cut_after` closes once the server has
    answered, after that many bytes of the answer; `delay` waits that many seconds before the answer is passed on; `answer`
    is given in the server's stead, who never sees the request, with `drip` seconds before each byte of its end.
    """

    refuse: bool = False
    cut_before: bool = False
    cut_after: int | None = None
    delay: float = 0.0
    answer: bytes | None = None
    drip: float = 0.0


def forged(status: str, body: str = "", *, headers: tuple[str, ...] = (), content_type: str = "application/json") -> Fault:
    """An answer that the server never gave, such as `503 Service Unavailable`."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body.encode())}", *headers]
    return Fault(answer=("\r\n".join(lines) + "\r\n\r\n" + body).encode())


FINE: Final = Fault()


class Proxy:
    """Listens on a free port of loopback until it is closed; `faults` are by the number of the connection or request, from 1."""

    def __init__(self, server: str, *, ending: Pair | None = None, trusting: Pair | None = None) -> None:
        address = urlsplit(server)
        self._there = (address.hostname or "127.0.0.1", address.port or 443)
        self._inward = _server_context(ending) if ending else None
        self._outward = ssl.create_default_context(cafile=str(trusting.certificate)) if trusting else None
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.faults: dict[int, Fault] = {}
        self.otherwise = FINE
        self.seen: list[str] = []
        self.connections = 0
        self.url = f"https://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def reset(self, faults: dict[int, Fault] | None = None, *, otherwise: Fault = FINE) -> None:
        """Count from 1 again, with these faults; open connections are closed."""
        self._close_all()
        with self._lock:
            self.faults, self.otherwise, self.seen, self.connections = faults or {}, otherwise, [], 0

    def close(self) -> None:
        """Stop listening and close what is open."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # closing alone does not wake the thread that accepts
        self._socket.close()
        self._close_all()

    def _close_all(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            number = self.connections
        try:
            if self._inward is None:
                self._pass_bytes(client, self.faults.get(number, self.otherwise))
            else:
                self._pass_requests(self._inward.wrap_socket(client, server_side=True))
        except (OSError, ValueError):
            pass
        finally:
            with contextlib.suppress(OSError):
                client.close()

    def _pass_bytes(self, client: socket.socket, fault: Fault) -> None:
        if fault.refuse:
            return
        with socket.create_connection(self._there) as server, self._known(client, server):
            back = threading.Thread(target=_pump, args=(server, client, fault), daemon=True)
            back.start()
            _pump(client, server, Fault(cut_after=0) if fault.cut_before else FINE)
            back.join()

    def _pass_requests(self, client: ssl.SSLSocket) -> None:
        server: socket.socket = socket.create_connection(self._there)
        if self._outward is not None:
            server = self._outward.wrap_socket(server, server_hostname="127.0.0.1")
        with client, server, self._known(client, server):
            while head := _read_head(client):
                with self._lock:
                    self.seen.append(head.split(b"\r\n", 1)[0].decode())
                    fault = self.faults.get(len(self.seen), self.otherwise)
                body = _read_exactly(client, _length(head))
                if fault.refuse or fault.cut_before:
                    return
                if fault.answer is not None:
                    _give(client, fault.answer, drip=fault.drip)
                    continue
                server.sendall(head + body)
                answer = _read_answer(server, bodiless=head.startswith(b"HEAD "))
                time.sleep(fault.delay)
                client.sendall(answer if fault.cut_after is None else answer[: fault.cut_after])
                if fault.cut_after is not None:
                    return

    @contextmanager
    def _known(self, *sockets: socket.socket) -> Iterator[None]:
        with self._lock:
            self._open.update(sockets)
        try:
            yield
        finally:
            with self._lock:
                self._open.difference_update(sockets)


def _server_context(pair: Pair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    return context


def _pump(source: socket.socket, sink: socket.socket, fault: Fault) -> None:
    """Pass bytes on until the source ends or the fault says stop; then both directions are closed."""
    left = fault.cut_after
    with contextlib.suppress(OSError):
        while (left is None or left > 0) and (data := source.recv(_CHUNK)):
            time.sleep(fault.delay)
            sink.sendall(data if left is None else data[:left])
            left = None if left is None else left - len(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _give(sink: socket.socket, answer: bytes, *, drip: float) -> None:
    head, _, body = answer.partition(b"\r\n\r\n") if drip else (answer, b"", b"")
    sink.sendall(head + b"\r\n\r\n" if drip else head)
    for byte in body:
        time.sleep(drip)
        sink.sendall(bytes((byte,)))


def _read_head(source: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        byte = source.recv(1)
        if not byte:
            return b""
        data += byte
    return data


def _read_exactly(source: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = source.recv(min(_CHUNK, count - len(data)))
        if not part:
            raise ConnectionError("the connection ended in the middle of a body")
        data += part
    return data


def _read_answer(source: socket.socket, *, bodiless: bool) -> bytes:
    """One whole answer, whether its length is told or it comes in chunks."""
    head = _read_head(source)
    if bodiless or not head:
        return head
    if b"transfer-encoding: chunked" not in head.lower():
        return head + _read_exactly(source, _length(head))
    data = head
    while True:
        line = _read_line(source)
        size = int(line.split(b";")[0], 16)
        data += line + _read_exactly(source, size + 2)
        if size == 0:
            return data


def _read_line(source: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n"):
        data += _read_exactly(source, 1)
    return data


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":", 1)[1])
    return 0
