"""`<SERVICE>_INGRESS_URL` and `_HOST` of every routed service, given to every member (design 7.6)."""

from collections.abc import Sequence
from typing import Final

from reconciler.model.names import variable_prefix
from reconciler.model.rendered import Url
from reconciler.render.hosts import Route

_ENDINGS: Final = ("_INGRESS_URL", "_INGRESS_HOST")


def ingress_variables(routes: Sequence[Route], scheme: str) -> dict[str, str]:
    """For each service its first host, in deploy order and then as written."""
    found: dict[str, str] = {}
    for route in routes:
        for path in route.paths:
            prefix = variable_prefix(path.service)
            found.setdefault(f"{prefix}_INGRESS_URL", f"{scheme}://{route.host}")
            found.setdefault(f"{prefix}_INGRESS_HOST", route.host)
    return found


def urls(routes: Sequence[Route], scheme: str) -> tuple[Url, ...]:
    """Every host of every service that answers at it."""
    return tuple(
        dict.fromkeys(Url(route.member, path.service, f"{scheme}://{route.host}") for route in routes for path in route.paths)
    )


def prefix_of(name: str) -> str | None:
    """`API` for `API_INGRESS_URL`; `None` for a variable that no service would give."""
    return next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending) and name != ending), None)
