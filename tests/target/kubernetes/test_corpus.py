"""Every object of every real template is accepted by the API server, unknown fields and all; the exceptions are named."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from reconciler.model.objects import Manifest
from reconciler.render.needs import needs
from reconciler.target.kubernetes import asking
from reconciler.target.kubernetes.answers import sealed
from reconciler.target.kubernetes.failures_in_words import Rejected
from reconciler.target.kubernetes.transport import Transport
from tests.controlplane.fixtures import Cluster
from tests.render.conftest import Team
from tests.render.test_corpus import TYPES, folder, template_errors, templates, variables_beside

pytestmark = pytest.mark.slow

EXCEPTIONS: Final[dict[str, str]] = {}
"""Template, type and object that the server refuses, and why: a real mistake in the file. There is none."""


def test_every_object_of_real_templates_is_accepted(corpus: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    transport = Transport(cluster.target(user="admin"), connections=1)
    namespace = cluster.namespace()
    refused: dict[str, str] = {}
    count = 0
    for name, manifest in sorted(_distinct(corpus, namespace)):
        count += 1
        try:
            transport.send(asking.apply(sealed(manifest), dry=True))
        except Rejected as error:
            fault = error.failure.faults[0] if error.failure.faults else error.failure.message
            refused[name] = str(fault)
    with capsys.disabled():
        sys.stdout.write(f"\n{count} objects, {len(refused)} refused\n")
    assert refused == EXCEPTIONS


def _distinct(corpus: Path, namespace: str) -> Iterator[tuple[str, Manifest]]:
    """Each object once, moved to a namespace that is there, under the name of its template."""
    seen = set()
    for repository, path in templates(corpus):
        for entry in TYPES:
            for desired in _rendered(corpus, repository, path=path, entry=entry):
                manifest = _moved(desired.manifest, namespace)
                text = repr(manifest)
                if text not in seen:
                    seen.add(text)
                    yield f"{repository} {path} {entry}: {desired.key}", manifest


def _rendered(corpus: Path, repository: str, *, path: str, entry: str) -> tuple[Any, ...]:
    template = (folder(corpus, repository) / path).read_text()
    team = Team({"shop": template}, variables={"shop": variables_beside(corpus, repository, path)}, entry=entry)
    if template_errors(team):
        return ()
    names = {need.key: "hush" for need in _needs(team).secrets}
    files = {need.path: b"text" for need in _needs(team).files}
    return Team({"shop": template}, variables=team.variables, entry=entry, secrets=names, files=files).rendered().objects


def _needs(team: Team) -> Any:
    return needs(team.resolved(), team.setting())


def _moved(manifest: Manifest, namespace: str) -> Manifest:
    metadata = manifest["metadata"]
    return {**manifest, "metadata": {**metadata, "namespace": namespace}} if "namespace" in metadata else manifest
