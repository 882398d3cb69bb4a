"""A connection that is cut, refused or slow ends in a sentence within its deadline, and the next request goes through."""

import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from reconciler.kinds.table import kind_of
from reconciler.model.errors import Next, Unreachable
from reconciler.target.kubernetes.requests import APPLY, Method, Request, path_of
from reconciler.target.kubernetes.transport import Deadlines, Transport
from tests.controlplane.audit import Audit
from tests.controlplane.fixtures import Cluster
from tests.controlplane.plane import Plane
from tests.controlplane.proxy import Fault, Proxy

SHORT = Deadlines(connect=2.0, read=0.4, whole=0.8)


@pytest.fixture
def through(cluster: Cluster, proxy: Proxy) -> Iterator[Transport]:
    """A transport with short deadlines through the proxy."""
    with closing(Transport(cluster.target(server=proxy.url), connections=1, deadlines=SHORT)) as made:
        yield made


def look(namespace: str) -> Request:
    """A request that changes nothing."""
    return Request(Method.GET, path_of(kind_of("ConfigMap"), namespace=namespace), f"ConfigMaps in {namespace}")


def apply(namespace: str) -> Request:
    """A server-side apply of a ConfigMap."""
    path = path_of(kind_of("ConfigMap"), namespace=namespace, name="colors")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "colors"}, "data": {"sky": "blue"}}
    return Request(Method.PATCH, path, "ConfigMap colors", (("fieldManager", "reconciler"),), body, APPLY)


@pytest.mark.parametrize(
    ("fault", "carried_out"),
    [
        (Fault(cut_before=True), False),
        (Fault(cut_after=0), True),
        (Fault(cut_after=10), True),
        (Fault(cut_after=400), True),
    ],
    ids=["before the server saw it", "before the answer", "in the answer's first line", "in the answer's body"],
)
def test_a_write_that_was_cut_is_not_sent_twice_and_the_next_request_goes_through(
    cluster: Cluster, through: Transport, *, proxy: Proxy, fault: Fault, carried_out: bool
) -> None:
    namespace = cluster.namespace()
    audit = Audit(cluster.plane.audit)
    proxy.faults[2] = fault
    through.send(look(namespace))
    with pytest.raises(Unreachable, match=r"cut the connection, asked about ConfigMap colors; the next pass looks what") as told:
        through.send(apply(namespace))
    assert told.value.next is Next.RETRY
    assert len(proxy.seen) == 2
    assert len([one for one in audit.writes("reconciler") if namespace in one.uri]) == carried_out
    assert through.send(apply(namespace)).status == (200 if carried_out else 201)


def test_an_answer_that_does_not_come_is_given_up_in_time(through: Transport, proxy: Proxy) -> None:
    proxy.faults[1] = Fault(delay=3.0)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="gave no answer in time, asked about ConfigMaps in default; the next pass tries again"):
        through.send(look("default"))
    assert time.monotonic() - began < 2.0
    assert through.send(look("default")).status == 200


def test_an_answer_that_drips_is_given_up_in_time(plane: Plane, cluster: Cluster) -> None:
    drip = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    with closing(Proxy(plane.server, ending=plane.certificate, trusting=plane.authority)) as slow:
        slow.faults[1] = Fault(answer=drip + b" " * 100, drip=0.1)
        with closing(Transport(cluster.target(server=slow.url), connections=1, deadlines=SHORT)) as transport:
            began = time.monotonic()
            with pytest.raises(Unreachable, match="gave no answer in time"):
                transport.send(look("default"))
            assert time.monotonic() - began < 3.0


def test_a_connection_that_was_closed_in_between_is_made_anew_unnoticed(through: Transport, proxy: Proxy) -> None:
    through.send(look("default"))
    proxy.reset()
    time.sleep(0.05)
    assert through.send(look("default")).status == 200


def test_connections_cut_while_tls_begins_are_told_as_such(plane: Plane, cluster: Cluster) -> None:
    with closing(Proxy(plane.server)) as bytes_only:
        bytes_only.faults = {1: Fault(refuse=True), 2: Fault(cut_before=True), 3: Fault(cut_after=100)}
        with closing(Transport(cluster.target(server=bytes_only.url), connections=1)) as transport:
            for _ in range(3):
                with pytest.raises(Unreachable, match=r"does not speak TLS as expected|cut the connection"):
                    transport.send(look("default"))
            assert transport.send(look("default")).status == 200
