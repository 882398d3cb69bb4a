"""Fixtures of tests that need a real control plane: one for the whole session, with namespaces and an audit of one's own."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from reconciler.model.place import Origin, whole_file
from reconciler.model.settings import IngressSettings, KubernetesTarget
from tests.controlplane.audit import Audit
from tests.controlplane.binaries import missing
from tests.controlplane.client import Client
from tests.controlplane.plane import Plane, kubeconfig_text
from tests.controlplane.proxy import Proxy
from tests.controlplane.share import held

# Other fixtures give each test an empty home; the programs lie in the user's.
ENVIRON: Final = MappingProxyType(dict(os.environ))
_PLACE: Final = whole_file(Origin("config.yaml"))


class Cluster:
    """The session's control plane as one test uses it: what is named after `word` is the test's own and goes with it."""

    def __init__(self, plane: Plane, scratch: Path) -> None:
        self.plane = plane
        self.word = f"t{secrets.token_hex(4)}"
        self.admin = plane.client()
        self.audit = Audit(plane.audit)
        self._scratch = scratch

    def client(self, user: str) -> Client:
        """A client for a user of the control plane."""
        return self.plane.client(user)

    def namespace(self, name: str = "shop") -> str:
        """A new namespace whose name contains the test's word."""
        made = f"{name}-{self.word}"
        self.admin.create("/api/v1/namespaces", {"metadata": {"name": made}})
        return made

    def kubeconfig(self, *, server: str | None = None, user: str = "reconciler") -> Path:
        """A kubeconfig for the user, with a context each for all of them; for another address where given."""
        path = self._scratch / f"kubeconfig-{secrets.token_hex(4)}"
        path.write_text(kubeconfig_text(self.plane, server=server, user=user))
        return path

    def target(self, *, server: str | None = None, user: str = "reconciler", kubeconfig: Path | None = None) -> KubernetesTarget:
        """A target of config.yaml called `dev` that asks as this user, perhaps through a proxy."""
        path = kubeconfig or self.kubeconfig(server=server, user=user)
        return KubernetesTarget(
            place=_PLACE, name="dev", ingress=IngressSettings(place=_PLACE), storage_classes={}, kubeconfig=path
        )

    def clean(self) -> None:
        """Delete every namespace that contains the test's word; nobody waits for them to be gone."""
        for found in self.admin.get("/api/v1/namespaces")["items"]:
            if self.word in found["metadata"]["name"]:
                self.admin.delete(f"/api/v1/namespaces/{found['metadata']['name']}")


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plane]:
    """A control plane that all processes of a test session share."""
    lack = missing(ENVIRON)
    if lack:
        pytest.skip(f"no control plane: {lack}")
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with held(root / "controlplane", ENVIRON) as found:
        yield found


@pytest.fixture
def cluster(plane: Plane, tmp_path: Path) -> Iterator[Cluster]:
    """The control plane with a word of the test's own; its namespaces are deleted afterwards."""
    made = Cluster(plane, tmp_path)
    yield made
    made.clean()


@pytest.fixture
def proxy(plane: Plane) -> Iterator[Proxy]:
    """A proxy in front of the API server that ends TLS in its name: it sees, cuts and forges requests."""
    made = Proxy(plane.server, ending=plane.certificate, trusting=plane.authority)
    yield made
    made.close()
