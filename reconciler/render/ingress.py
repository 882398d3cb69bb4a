"""Ingresses: one per host, with the paths of all its services."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.model.objects import Desired
from reconciler.render.hosts import Route
from reconciler.render.names import label_of, owned_name
from reconciler.render.rendering import Made, Rendering, desired

_PREFIX: Final = "nginx.ingress.kubernetes.io/"
_SWITCHES: Final = {"true": "on", "false": "off"}


def ingresses(rendering: Rendering) -> Iterator[Desired]:
    """The member's Ingresses.

    The first host of a service gives an Ingress of the service's name; further ones, and those of rules, are called after
    their host.
    """
    taken: set[str] = set()
    for route in rendering.routes:
        if route.member != rendering.application:
            continue
        name = _name(rendering, route, taken=taken)
        taken.add(name)
        yield desired(
            Made(
                kind="Ingress",
                name=name,
                why=f"host {route.host}",
                place=route.place,
                body={"spec": _spec(rendering, route)},
                annotations=_tuning(rendering.configuration.ingress or {}),
            ),
            rendering,
        )


def _name(rendering: Rendering, route: Route, *, taken: set[str]) -> str:
    own = label_of(route.paths[0].service)
    return owned_name(rendering.application, route.host) if route.from_rules or own in taken else own


def _spec(rendering: Rendering, route: Route) -> dict[str, Any]:
    settings = rendering.target.ingress
    kind = {"ingressClassName": settings.ingress_class} if settings.ingress_class else {}
    tls = {"tls": [{"hosts": [route.host], "secretName": settings.tls_secret}]} if settings.tls_secret else {}
    paths = [
        {
            "path": path.path,
            "pathType": "Prefix",
            "backend": {"service": {"name": label_of(path.service), "port": {"number": path.port}}},
        }
        for path in route.paths
    ]
    return {**kind, "rules": [{"host": route.host, "http": {"paths": paths}}], **tls}


def _tuning(tuning: Mapping[str, str]) -> dict[str, str]:
    """`proxy_body_size` as the annotation of ingress-nginx; switches as nginx writes them."""
    return {f"{_PREFIX}{key.replace('_', '-')}": _SWITCHES.get(value, value) for key, value in sorted(tuning.items())}
