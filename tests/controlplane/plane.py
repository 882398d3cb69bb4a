"""A real control plane on free loopback ports: etcd, API server, controllers, scheduler, and kwok playing one node."""

import json
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tests.controlplane.binaries import HERE, find
from tests.controlplane.client import Client
from tests.controlplane.pki import Pair, authority, issued

NODE: Final = "node-1"
SERVICES: Final = "10.96.0.0/16"
DEADLINE: Final = 60.0
USERS: Final[Mapping[str, tuple[str, ...]]] = {
    "admin": ("system:masters",),
    "reconciler": (),
    "other": (),
    "nobody": (),
    "kube-controller-manager": ("system:masters",),
    "kube-scheduler": ("system:masters",),
    "kwok": ("system:masters",),
}
"""Users and their groups. `reconciler` has the rights of rights.json, `other` those of the role `edit`, `nobody` none."""


class NotStarted(Exception):
    """The control plane does not come up; the text is the end of the log that tells why."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A control plane that runs: its folder, its address and the tokens of its users."""

    folder: str
    server: str
    tokens: dict[str, str]

    @property
    def authority(self) -> Pair:
        """The certificate authority of its server and of its users, with the key: a proxy may end TLS in its name."""
        return Pair(Path(self.folder) / "authority.crt", Path(self.folder) / "authority.key")

    @property
    def certificate(self) -> Pair:
        """The certificate of its server."""
        return Pair(Path(self.folder) / "server.crt", Path(self.folder) / "server.key")

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig with one context a user; `admin` is the current one."""
        return Path(self.folder) / "kubeconfig"

    @property
    def audit(self) -> Path:
        """The API server's audit log: one JSON document a line."""
        return Path(self.folder) / "audit.log"

    def client(self, user: str = "admin") -> Client:
        """A client for that user."""
        return Client(self.server, self.authority.certificate, self.tokens[user])

    def text(self) -> str:
        """All of it as JSON, for `plane_of`."""
        return json.dumps(asdict(self))


def plane_of(text: str) -> Plane:
    """The control plane that `Plane.text` told of."""
    return Plane(**json.loads(text))


def kubeconfig_text(plane: Plane, *, server: str | None = None, user: str = "admin", **cluster: Any) -> str:
    """A kubeconfig with one context a user, JSON being YAML; for another address or other facts of the cluster where given."""
    facts = {"server": server or plane.server, "certificate-authority": str(plane.authority.certificate), **cluster}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": user,
            "clusters": [{"name": "controlplane", "cluster": facts}],
            "users": [{"name": name, "user": {"token": token}} for name, token in plane.tokens.items()],
            "contexts": [{"name": name, "context": {"cluster": "controlplane", "user": name}} for name in plane.tokens],
        },
        indent=2,
    )


class Running:
    """Starts the programs of a control plane in a folder, and stops them by process id."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        etcd, peers, server = _free_ports(3)
        self._etcd = (f"http://127.0.0.1:{etcd}", f"http://127.0.0.1:{peers}")
        self._port = server
        tokens = {user: secrets.token_hex(16) for user in USERS}
        self.plane = Plane(str(folder), f"https://127.0.0.1:{server}", tokens)

    def start(self) -> Plane:
        """Start everything; returns once the node is ready. Raises `NotStarted`."""
        self._write_files()
        self._start_etcd()
        self._start_server()
        self._wait("kube-apiserver", lambda: self.plane.client().ask("GET", "/readyz").status == 200)
        self._start_others()
        self._furnish()
        self._wait("kwok", self._has_node)
        return self.plane

    def stop(self) -> None:
        """Kill everything at once: nothing of it is kept."""
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()

    def _write_files(self) -> None:
        root = authority(self._folder, "authority")
        issued(root, self._folder, name="server")
        issued(root, self._folder, name="service-accounts")
        self.plane.kubeconfig.write_text(kubeconfig_text(self.plane))
        lines = [f'{self.plane.tokens[user]},{user},{user},"{",".join(groups)}"' for user, groups in USERS.items()]
        (self._folder / "tokens.csv").write_text("\n".join(lines) + "\n")
        for name in ("kube-controller-manager", "kube-scheduler", "kwok"):
            (self._folder / f"{name}.kubeconfig").write_text(kubeconfig_text(self.plane, user=name))

    def _start_etcd(self) -> None:
        clients, peers = self._etcd
        self._run(
            "etcd",
            "--unsafe-no-fsync",
            f"--data-dir={self._folder / 'etcd'}",
            f"--listen-client-urls={clients}",
            f"--advertise-client-urls={clients}",
            f"--listen-peer-urls={peers}",
            f"--initial-advertise-peer-urls={peers}",
            f"--initial-cluster=default={peers}",
            "--log-level=warn",
        )

    def _start_server(self) -> None:
        self._run(
            "kube-apiserver",
            f"--etcd-servers={self._etcd[0]}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self._port}",
            f"--cert-dir={self._folder}",
            f"--tls-cert-file={self._folder / 'server.crt'}",
            f"--tls-private-key-file={self._folder / 'server.key'}",
            f"--client-ca-file={self._folder / 'authority.crt'}",
            f"--token-auth-file={self._folder / 'tokens.csv'}",
            "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self._folder / 'service-accounts.crt'}",
            f"--service-account-signing-key-file={self._folder / 'service-accounts.key'}",
            f"--service-cluster-ip-range={SERVICES}",
            f"--audit-policy-file={HERE / 'audit.yaml'}",
            f"--audit-log-path={self.plane.audit}",
            "--audit-log-mode=blocking",
            "--max-requests-inflight=2000",
            "--max-mutating-requests-inflight=1000",
            "--profiling=false",
        )

    def _start_others(self) -> None:
        self._run(
            "kube-controller-manager",
            f"--kubeconfig={self._folder / 'kube-controller-manager.kubeconfig'}",
            "--leader-elect=false",
            "--secure-port=0",
            f"--service-account-private-key-file={self._folder / 'service-accounts.key'}",
            f"--root-ca-file={self._folder / 'authority.crt'}",
            # A busy machine lets kwok's heartbeats come late; pods of a node called lost are never called ready again.
            "--node-monitor-grace-period=24h",
            "--kube-api-qps=500",
            "--kube-api-burst=500",
        )
        self._run(
            "kube-scheduler",
            f"--kubeconfig={self._folder / 'kube-scheduler.kubeconfig'}",
            "--leader-elect=false",
            "--secure-port=0",
            "--kube-api-qps=500",
            "--kube-api-burst=500",
        )
        node = ("--manage-all-nodes=true", f"--config={HERE / 'stages.yaml'}")
        self._run("kwok", f"--kubeconfig={self._folder / 'kwok.kubeconfig'}", *node)

    def _furnish(self) -> None:
        admin = self.plane.client()
        capacity = {"cpu": "64", "memory": "256Gi", "pods": "5000"}
        status = {"allocatable": capacity, "capacity": capacity}
        admin.create("/api/v1/nodes", {"metadata": {"name": NODE, "labels": {"kubernetes.io/hostname": NODE}}, "status": status})
        for right in json.loads((HERE / "rights.json").read_text()):
            admin.create(f"/apis/{right['apiVersion']}/{right['kind'].lower()}s", right)

    def _has_node(self) -> bool:
        node = self.plane.client().get(f"/api/v1/nodes/{NODE}")
        ready = [condition["status"] for condition in node["status"].get("conditions", ()) if condition["type"] == "Ready"]
        return ready == ["True"] and not node["spec"].get("taints")

    def _run(self, name: str, *arguments: str) -> None:
        program = find(name, self._environ)
        if program is None:
            raise NotStarted(f"{name} is not there")
        with (self._folder / f"{name}.log").open("wb") as log:
            command = [str(program), *arguments]
            self._processes[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder, env={"HOME": str(self._folder)}
            )

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            for other, process in self._processes.items():
                if process.poll() is not None:
                    raise NotStarted(f"{other} ended with {process.returncode}: {self._tail(other)}")
            try:
                if ready():
                    return
            except (OSError, LookupError):
                pass
            time.sleep(0.05)
        raise NotStarted(f"{name} is not ready after {DEADLINE:.0f} s: {self._tail(name)}")

    def _tail(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text(errors="replace")[-3000:]


def _free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody uses at the moment, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [found.getsockname()[1] for found in sockets]
    finally:
        for found in sockets:
            found.close()
