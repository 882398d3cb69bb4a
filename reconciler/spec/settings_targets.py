"""The targets of `config.yaml`."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from reconciler.model.duration import parse_duration
from reconciler.model.errors import BadValue
from reconciler.model.quantity import parse_quantity
from reconciler.model.settings import (
    DirectoryTarget,
    IngressSettings,
    KubernetesTarget,
    NamespaceSettings,
    Target,
    WakingLimits,
)
from reconciler.spec.fields import Fields
from reconciler.spec.folders import Folders

_NAMESPACE: Final = "reconciler-system"
_OVERRULE: Final = ("kubectl*",)
_USUAL: Final = WakingLimits()


def read_targets(fields: Fields | None, folders: Folders) -> tuple[dict[str, Target], tuple[str, ...]]:
    """The targets by name, and the names of all that are declared, those with problems among them."""
    targets: dict[str, Target] = {}
    if fields is None:
        return targets, ()
    for name in fields.keys:
        part = fields.mapping(name)
        target = _target(name, part, folders=folders) if part else None
        if target is not None:
            targets[name] = target
    return targets, tuple(fields.keys)


def _target(name: str, fields: Fields, *, folders: Folders) -> Target | None:
    cluster, directory = fields.mapping("kubernetes"), fields.text("directory")
    if cluster is not None:
        return _cluster(name, fields, cluster=cluster, folders=folders)
    if directory is None:
        return None
    path, write_secrets = folders.path(directory), fields.flag("write_secrets") or False
    return DirectoryTarget(**_shared(name, fields), directory=path, write_secrets=write_secrets)


def _cluster(name: str, fields: Fields, *, cluster: Fields, folders: Folders) -> KubernetesTarget:
    kubeconfig, in_cluster = cluster.text("kubeconfig"), cluster.flag("in_cluster") or False
    if in_cluster and (cluster.has("kubeconfig") or cluster.has("context")):
        message = f"targets.{name}.kubernetes: a pod's own account needs neither kubeconfig nor context"
        fields.findings.error("R703", cluster.at("in_cluster"), message=message, hint="remove them, or remove in_cluster")
    return KubernetesTarget(
        **_shared(name, fields),
        kubeconfig=folders.path(kubeconfig) if kubeconfig is not None else None,
        context=cluster.text("context"),
        in_cluster=in_cluster,
        namespace=cluster.text("namespace") or _NAMESPACE,
        overrule=fields.texts("overrule") if fields.has("overrule") else _OVERRULE,
    )


def _shared(name: str, fields: Fields) -> dict[str, Any]:
    """What targets of every kind have."""
    return {
        "place": fields.place,
        "keys": fields.keys,
        "name": name,
        "ingress": _ingress(fields),
        "image_pull_secrets": fields.texts("image_pull_secrets"),
        "storage_classes": _texts(fields.mapping("storage_classes")),
        "namespaces": _namespaces(name, fields.mapping("namespaces")),
        "waking": _waking(fields.mapping("waking")),
    }


def _ingress(fields: Fields) -> IngressSettings:
    ingress = fields.mapping("ingress")
    if ingress is None:
        return IngressSettings(place=fields.place)
    tls = ingress.mapping("tls")
    return IngressSettings(
        place=ingress.place,
        keys=ingress.keys,
        ingress_class=ingress.text("class"),
        scheme=ingress.text("scheme") or "https",
        tls_secret=tls.text("secret") if tls else None,
    )


def _waking(fields: Fields | None) -> WakingLimits:
    if fields is None:
        return _USUAL
    at_once, span = fields.text("at_once"), fields.text("ready_within")
    return WakingLimits(
        at_once=int(at_once) if at_once and at_once.isdecimal() else _USUAL.at_once,
        ready_within=_span(span) if span else _USUAL.ready_within,
    )


def _span(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except BadValue:
        return _USUAL.ready_within


def _namespaces(name: str, fields: Fields | None) -> NamespaceSettings | None:
    if fields is None:
        return None
    quota = fields.mapping("quota")
    for key, text, place in quota.pairs() if quota else ():
        try:
            parse_quantity(text)
        except BadValue as error:
            message = f"targets.{name}.namespaces.quota: {key} {error.message}"
            fields.findings.error("R714", place, message=message, hint=error.hint)
    return NamespaceSettings(
        place=fields.place,
        keys=fields.keys,
        pod_security=fields.text("pod_security"),
        quota=_texts(quota),
        connections_from=fields.texts("connections_from") if fields.has("connections_from") else None,
    )


def _texts(fields: Fields | None) -> Mapping[str, str]:
    return MappingProxyType({key: text for key, text, _ in fields.pairs()} if fields else {})
