"""The labels and annotations by which an object is found and known to be ours (design 7.1)."""

import re
from typing import Final

from reconciler.model.digest import short_digest
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName
from reconciler.model.names import LABEL_LIMIT
from reconciler.model.objects import ENVIRONMENT, INSTALLATION, INSTANCE, MANAGED_BY, MEMBER, NAME, OBJECT, PART_OF, Manifest
from reconciler.render.setting import Setting

COMPONENT: Final = "app.kubernetes.io/component"
"""Tells the pods of a service from those of a job of the same name."""

_MANAGER: Final = "reconciler"
_VALUE: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")


def label_value(text: str) -> str:
    """The text as a label's value: as it is where Kubernetes allows it, otherwise cut and cleaned with a digest at its end."""
    if len(text) <= LABEL_LIMIT and _VALUE.fullmatch(text):
        return text
    cleaned = re.sub(r"[^-A-Za-z0-9_.]+", "-", text).lstrip("-_.")[: LABEL_LIMIT - 8].rstrip("-_.")
    return "-".join(part for part in (cleaned, short_digest(text)) if part)


def object_meta(*, resolved_env: Environment, setting: Setting, member: AppName | None, kind: str, name: str) -> Manifest:
    """`metadata` of one object; a Namespace has no namespace, and `member` is `None` for the group's own."""
    return {
        "name": name,
        **({} if kind == "Namespace" else {"namespace": str(resolved_env.namespace)}),
        "labels": {
            MANAGED_BY: _MANAGER,
            NAME: label_value(name),
            INSTANCE: str(resolved_env.id),
            PART_OF: label_value(resolved_env.application),
        },
        "annotations": {
            INSTALLATION: setting.installation,
            ENVIRONMENT: str(resolved_env.id),
            **({} if member is None else {MEMBER: str(member)}),
            OBJECT: f"{kind}/{name}",
        },
    }


def pod_labels(environment: Environment, *, component: str, name: str) -> dict[str, str]:
    """The labels of pods, and the selector that finds them; `component` is `service`, `job` or `cron-job`.

    Nothing in them moves with a commit or a variable: a Deployment's selector can never be changed.
    """
    return {NAME: label_value(name), INSTANCE: str(environment.id), COMPONENT: component}
