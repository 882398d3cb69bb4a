"""The group's Namespace, and what config.yaml wants in every one: a pod-security level, a quota, a network policy."""

from collections.abc import Iterator
from typing import Any, Final

from reconciler.model.environment import Environment
from reconciler.model.objects import Desired
from reconciler.model.settings import NamespaceSettings
from reconciler.render.rendering import Made, group_desired
from reconciler.render.setting import Setting

NAME: Final = "reconciler"
"""Of the quota and of the policy; a namespace has one of each of ours."""

_POD_SECURITY: Final = "pod-security.kubernetes.io/enforce"
_SPACE: Final = "kubernetes.io/metadata.name"
"""The label that every Namespace has with its own name (Kubernetes, well-known labels)."""


def namespace(environment: Environment, setting: Setting) -> Desired:
    """The one namespace that all members of the group share."""
    settings = setting.target.namespaces
    level = settings.pod_security if settings else None
    labels = {_POD_SECURITY: level} if level else {}
    place = environment.rule.place
    made = Made(kind="Namespace", name=environment.namespace, why=f"namespace of {environment}", place=place, labels=labels)
    return group_desired(made, environment, setting=setting)


def furniture(environment: Environment, setting: Setting) -> Iterator[Desired]:
    """The quota and the policy of the namespace, where config.yaml has them."""
    settings = setting.target.namespaces
    if settings is None:
        return
    if settings.quota:
        body: dict[str, Any] = {"spec": {"hard": dict(sorted(settings.quota.items()))}}
        why = "quota of config.yaml"
        made = Made(kind="ResourceQuota", name=NAME, why=why, place=settings.at("quota"), body=body)
        yield group_desired(made, environment, setting=setting)
    if settings.connections_from is not None:
        place = settings.at("connections_from")
        made = Made(kind="NetworkPolicy", name=NAME, why="connections of config.yaml", place=place, body=_policy(settings))
        yield group_desired(made, environment, setting=setting)


def _policy(settings: NamespaceSettings) -> dict[str, Any]:
    """Pods take connections from their own namespace and from those named; what they connect to is free."""
    others = sorted(settings.connections_from or ())
    named = [{"namespaceSelector": {"matchLabels": {_SPACE: name}}} for name in others]
    peers: list[dict[str, Any]] = [{"podSelector": {}}, *named]
    return {"spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": peers}]}}
