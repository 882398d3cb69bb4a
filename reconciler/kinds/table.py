"""Every kind that is rendered, compared and applied, by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reconciler.kinds import (
    config_map,
    cron_job,
    deployment,
    horizontal_pod_autoscaler,
    ingress,
    job,
    namespace,
    network_policy,
    persistent_volume_claim,
    resource_quota,
    secret,
    service,
    service_account,
    stateful_set,
)
from reconciler.kinds.kind import Kind
from reconciler.model.errors import BadValue

_MODULES: Final = (
    namespace,
    resource_quota,
    network_policy,
    service_account,
    secret,
    config_map,
    persistent_volume_claim,
    service,
    deployment,
    stateful_set,
    job,
    horizontal_pod_autoscaler,
    ingress,
    cron_job,
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({module.KIND.name: module.KIND for module in _MODULES})


class UnknownKind(BadValue):
    """A kind that is not in the table."""


def kind_of(kind: str) -> Kind:
    """What is known of the kind called `Deployment`, `Service`… Raises `UnknownKind`."""
    try:
        return KINDS[kind]
    except KeyError as error:
        raise UnknownKind(f"kind {kind!r} is not known", f"known are {', '.join(sorted(KINDS))}") from error
