"""Builders for the tests of comparing: objects we want, what is live of them, and the scope, from a few words."""

import copy
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.diff.compare import Scope
from reconciler.model.ids import AppName, Namespace
from reconciler.model.objects import JOB, MEMBER, Desired, Live, LiveObjects, Manifest, key_of
from reconciler.model.place import Origin, Place
from reconciler.model.reason import Reason

NAMESPACE = Namespace("frontend-tabcdefg")


def _place(line: int) -> Place:
    return Place(Origin(".release/application_template.yaml", AppName("frontend")), line, 3, line, 9)


def _desired(manifest: Manifest, *, member: str | None = "frontend", line: int = 7) -> Desired:
    application = AppName(member) if member else None
    return Desired(key_of(manifest), manifest, application, Reason("declared"), _place(line))


def _manifest(kind: str = "Deployment", name: str = "api", *, member: str | None = "frontend", **fields: Any) -> Manifest:
    annotations = {} if member is None else {MEMBER: member}
    if "job" in fields:
        annotations[JOB] = fields.pop("job")
    metadata: Manifest = {"name": name, "annotations": annotations}
    if kind != "Namespace":
        metadata["namespace"] = NAMESPACE
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **fields}


def _as_live(objects: Sequence[Desired], **rest: Any) -> LiveObjects:
    return LiveObjects({d.key: Live(d.key, copy.deepcopy(d.manifest), owned=True, **rest) for d in objects})


def _scope(*prunable: str, **rest: Any) -> Scope:
    return Scope(prunable=frozenset(map(AppName, prunable or ("frontend",))), **{"group": True, "jobs": (), **rest})


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    """The builders.

    `manifest(kind, name, member=…, job=…, **fields)` is an object of the namespace, marked as the member's; `desired(manifest,
    member=…, line=…)` the wish for it; `as_live(objects)` says that everything is there exactly as wanted, and ours;
    `scope(*prunable, …)` lets frontend's objects be deleted unless others are named.
    """
    return SimpleNamespace(manifest=_manifest, desired=_desired, as_live=_as_live, scope=_scope)
