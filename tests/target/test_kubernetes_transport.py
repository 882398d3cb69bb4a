"""Requests reach a real API server as the right user over kept connections, or a sentence says why not."""

import base64
import json
import os
import secrets
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from kubernetes.config import kube_config

from reconciler.kinds.table import kind_of
from reconciler.model.errors import Missing, Refused, Unreachable
from reconciler.model.settings import KubernetesTarget
from reconciler.target.kubernetes.connection import Surroundings
from reconciler.target.kubernetes.requests import APPLY, Method, Request, path_of
from reconciler.target.kubernetes.transport import Transport
from tests.controlplane.audit import Audit
from tests.controlplane.fixtures import Cluster
from tests.controlplane.pki import authority, issued
from tests.controlplane.proxy import Proxy

Connect = Callable[..., Transport]


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    """Opens transports with an empty home, and closes them."""
    made: list[Transport] = []

    def connect(target: KubernetesTarget, **settings: Any) -> Transport:
        settings.setdefault("surroundings", Surroundings({}, tmp_path, tmp_path / "account"))
        made.append(Transport(target, connections=settings.pop("connections", 2), **settings))
        return made[-1]

    yield connect
    for transport in made:
        transport.close()


def look(namespace: str) -> Request:
    """A request that changes nothing."""
    return Request(Method.GET, path_of(kind_of("ConfigMap"), namespace=namespace), f"ConfigMaps in {namespace}")


def apply(namespace: str, name: str = "colors", **data: str) -> Request:
    """A server-side apply of a ConfigMap."""
    path = path_of(kind_of("ConfigMap"), namespace=namespace, name=name)
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
    query = (("fieldManager", "reconciler"), ("fieldValidation", "Strict"))
    return Request(Method.PATCH, path, f"ConfigMap {name} in {namespace}", query, body, APPLY)


def config(cluster: Cluster, tmp_path: Path, user: dict[str, Any], **facts: Any) -> KubernetesTarget:
    """A target whose kubeconfig has one user, given as kubeconfigs write it."""
    here = {"server": cluster.plane.server, "certificate-authority": str(cluster.plane.authority.certificate), **facts}
    path = tmp_path / "kubeconfig"
    document = {
        "current-context": "dev",
        "clusters": [{"name": "c", "cluster": here}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "dev", "context": {"cluster": "c", "user": "u"}}],
    }
    path.write_text(json.dumps(document))
    return cluster.target(kubeconfig=path)


def plugin(tmp_path: Path, script: str) -> dict[str, Any]:
    """A user whose credentials a program hands out."""
    program = tmp_path / "login"
    program.write_text(f"#!{sys.executable}\n{script}")
    program.chmod(stat.S_IRWXU)
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "./login", "interactiveMode": "Never"}}


def credential(**status: str) -> str:
    """What such a program prints."""
    return json.dumps({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status})


def test_the_answer_tells_a_birth_from_an_update_and_holds_the_object(cluster: Cluster, connect: Connect) -> None:
    namespace = cluster.namespace()
    transport = connect(cluster.target())
    first = transport.send(apply(namespace, sky="blue"))
    second = transport.send(apply(namespace, sky="blue"))
    assert (first.status, second.status) == (201, 200)
    assert first.body["data"] == {"sky": "blue"}
    assert first.body["metadata"]["resourceVersion"] == second.body["metadata"]["resourceVersion"]


def test_requests_are_made_as_the_user_of_the_context(cluster: Cluster, connect: Connect) -> None:
    namespace = cluster.namespace()
    audit = Audit(cluster.plane.audit)
    connect(cluster.target()).send(apply(namespace, sky="blue"))
    assert [(one.verb, one.code) for one in audit.writes("reconciler") if namespace in one.uri] == [("patch", 201)]


def test_a_worker_keeps_one_connection_for_all_its_requests(cluster: Cluster, proxy: Proxy, connect: Connect) -> None:
    transport = connect(cluster.target(server=proxy.url))
    for _ in range(20):
        transport.send(look("default"))
    assert (len(proxy.seen), proxy.connections) == (20, 1)


def test_four_workers_keep_four_connections_at_most(cluster: Cluster, proxy: Proxy, connect: Connect) -> None:
    transport = connect(cluster.target(server=proxy.url), connections=4)
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda _: transport.send(look("default")), range(40)))
    assert len(proxy.seen) == 40
    assert proxy.connections <= 4


def test_a_long_list_arrives_whole_though_it_is_packed(cluster: Cluster, connect: Connect) -> None:
    namespace = cluster.namespace()
    transport = connect(cluster.target())
    for number in range(4):
        transport.send(apply(namespace, f"colors-{number}", sky=secrets.token_hex(100_000)))
    items = transport.send(look(namespace)).body["items"]
    assert {len(item["data"]["sky"]) for item in items if item["metadata"]["name"].startswith("colors")} == {200_000}


def test_a_token_file_is_read_anew_when_it_was_exchanged(cluster: Cluster, tmp_path: Path, connect: Connect) -> None:
    tokens = cluster.plane.tokens
    (tmp_path / "token").write_text(tokens["nobody"] + "\n")
    transport = connect(config(cluster, tmp_path, {"tokenFile": "token"}))
    with pytest.raises(Refused, match="user nobody may not list configmaps in namespace default"):
        transport.send(look("default"))
    (tmp_path / "token").write_text(tokens["reconciler"] + "\n")
    assert transport.send(look("default")).status == 200


def forgetful(cluster: Cluster, tmp_path: Path) -> tuple[dict[str, Any], Path]:
    """A user whose program hands a stale token out first, and the file with a letter for each time it was asked."""
    stale, good = (credential(token=token) for token in ("stale", cluster.plane.tokens["reconciler"]))
    asked = tmp_path / "asked"
    script = (
        f"import pathlib\nasked = pathlib.Path({str(asked)!r})\n"
        f"print({good!r} if asked.exists() else {stale!r})\nasked.open('a').write('x')\n"
    )
    return plugin(tmp_path, script), asked


def test_a_plugin_hands_out_a_token_and_is_asked_anew_when_the_server_does_not_know_it(
    cluster: Cluster, tmp_path: Path, connect: Connect
) -> None:
    user, asked = forgetful(cluster, tmp_path)
    transport = connect(config(cluster, tmp_path, user))
    assert transport.send(look("default")).status == 200
    assert transport.send(look("default")).status == 200
    assert asked.read_text() == "xx"


def test_workers_who_are_not_known_all_at_once_renew_once(cluster: Cluster, tmp_path: Path, connect: Connect) -> None:
    user, asked = forgetful(cluster, tmp_path)
    transport = connect(config(cluster, tmp_path, user), connections=4)
    with ThreadPoolExecutor(4) as workers:
        answers = list(workers.map(lambda _: transport.send(look("default")).status, range(8)))
    assert (answers, asked.read_text()) == ([200] * 8, "xx")


def test_a_plugin_that_fails_is_named_with_what_it_said(cluster: Cluster, tmp_path: Path, connect: Connect) -> None:
    transport = connect(config(cluster, tmp_path, plugin(tmp_path, "raise SystemExit('please log in')")))
    with pytest.raises(Refused, match=r"credential plugin \S*login of context dev .* failed: .*please log in"):
        transport.send(look("default"))


def test_a_certificate_written_in_the_kubeconfig_leaves_no_file_behind(
    cluster: Cluster, tmp_path: Path, connect: Connect
) -> None:
    pair = issued(cluster.plane.authority, tmp_path, name="other", groups=("system:masters",))
    data = {name: base64.b64encode(path.read_bytes()).decode() for name, path in (("c", pair.certificate), ("k", pair.key))}
    user = {"client-certificate-data": data["c"], "client-key-data": data["k"]}
    assert connect(config(cluster, tmp_path, user)).send(look("kube-system")).status == 200
    assert kube_config._temp_files
    assert not [name for name in kube_config._temp_files.values() if Path(name).exists()]


def test_in_a_cluster_the_service_account_asks(cluster: Cluster, tmp_path: Path, connect: Connect) -> None:
    account = tmp_path / "account"
    account.mkdir()
    (account / "token").write_text(cluster.plane.tokens["reconciler"])
    (account / "ca.crt").write_text(cluster.plane.authority.certificate.read_text())
    host, port = cluster.plane.server.removeprefix("https://").split(":")
    environ = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    target = inside(cluster)
    transport = connect(target, surroundings=Surroundings(environ, tmp_path, account))
    assert transport.send(look("default")).status == 200
    (account / "token").write_text(cluster.plane.tokens["nobody"])
    with pytest.raises(Refused, match="user nobody may not"):
        transport.send(look("default"))
    with pytest.raises(Refused, match="the service account of this pod cannot be used: Service host/port is not set"):
        connect(target).send(look("default"))


def inside(cluster: Cluster) -> KubernetesTarget:
    """A target that says `in_cluster: true`."""
    known = cluster.target()
    return KubernetesTarget(
        place=known.place, name="dev", ingress=known.ingress, storage_classes={}, kubeconfig=None, in_cluster=True
    )


def test_an_unknown_token_is_refused_after_one_renewal_and_never_shown(
    cluster: Cluster, tmp_path: Path, *, proxy: Proxy, connect: Connect
) -> None:
    target = config(cluster, tmp_path, {"token": "expired-token"}, server=proxy.url)
    transport = connect(target)
    with pytest.raises(Refused, match="cluster dev does not know who asks: it refuses the credentials of context dev") as told:
        transport.send(look("default"))
    assert len(proxy.seen) == 2
    with pytest.raises(Refused):
        transport.send(look("default"))
    assert len(proxy.seen) == 3
    assert "expired-token" not in str(told.value)


def test_a_missing_right_is_named_with_its_user_and_what_to_do(cluster: Cluster, connect: Connect) -> None:
    with pytest.raises(Refused) as told:
        connect(cluster.target(user="nobody")).send(apply("default", sky="blue"))
    assert str(told.value) == (
        "ConfigMap colors in default was refused by cluster dev: user nobody may not patch configmaps in namespace default; "
        "give nobody a role with patch on configmaps"
    )


def test_a_foreign_authority_is_not_trusted(cluster: Cluster, tmp_path: Path, connect: Connect) -> None:
    foreign = authority(tmp_path, "foreign")
    target = config(cluster, tmp_path, {"token": "t"}, **{"certificate-authority": str(foreign.certificate)})
    with pytest.raises(Refused, match=r"the certificate of https://127.0.0.1:\d+ is not trusted by context dev of .*: .*cert"):
        connect(target).send(look("default"))


def test_a_certificate_for_another_host_is_not_trusted(cluster: Cluster, tmp_path: Path, connect: Connect) -> None:
    target = config(cluster, tmp_path, {"token": "t"}, **{"tls-server-name": "elsewhere.example.com"})
    with pytest.raises(Refused, match=r"is not trusted by context dev .*elsewhere.example.com"):
        connect(target).send(look("default"))


def test_a_context_that_is_not_there_is_told_with_those_that_are(cluster: Cluster, connect: Connect) -> None:
    known = cluster.target()
    target = KubernetesTarget(
        place=known.place,
        name="dev",
        ingress=known.ingress,
        storage_classes={},
        kubeconfig=known.kubeconfig,
        context="prodction",
    )
    with pytest.raises(Missing, match=r"context prodction is not in .*; there are admin, .*, nobody, other, reconciler"):
        connect(target).send(look("default"))


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("https://127.0.0.1:{closed}", "cannot be reached: Connection refused"),
        ("https://no-such-host.invalid:6443", "has a host name that cannot be resolved"),
        ("https://127.0.0.1:{plain}", "does not speak TLS as expected"),
        ("http://127.0.0.1:{plain}", "answers, but not as a Kubernetes API server does"),
    ],
)
def test_a_server_that_is_not_there_or_is_something_else_is_told_apart(
    cluster: Cluster, connect: Connect, *, server: str, words: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain, socket.create_server(("127.0.0.1", 0)) as other:
        closed = other.getsockname()[1]
        other.close()
        threading.Thread(target=_greet, args=(plain,), daemon=True).start()
        address = server.format(closed=closed, plain=plain.getsockname()[1])
        with pytest.raises((Unreachable, Refused), match=words):
            connect(cluster.target(server=address)).send(look("default"))
        plain.shutdown(socket.SHUT_RDWR)


def test_a_proxy_that_is_not_there_is_told_as_such(cluster: Cluster, tmp_path: Path, connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        closed = other.getsockname()[1]
    target = config(cluster, tmp_path, {"token": "t"}, **{"proxy-url": f"http://127.0.0.1:{closed}"})
    with pytest.raises(Unreachable, match="cannot be reached through its proxy: Connection refused"):
        connect(target).send(look("default"))


def _greet(server: socket.socket) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client:
            client.recv(4096)
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")


def test_the_command_line_starts_without_the_client_library() -> None:
    script = "import sys, reconciler.cli.main; sys.exit('kubernetes' in sys.modules or 'urllib3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, env=dict(os.environ)).returncode == 0
