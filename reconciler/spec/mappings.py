"""Variables that mappings take: each must be given by somebody."""

from typing import Final

from reconciler.model.configuration import Configuration
from reconciler.model.errors import BadValue
from reconciler.model.mapping_text import VariableReference, parse_mapping
from reconciler.model.names import variable_prefix
from reconciler.model.variables import Variables
from reconciler.spec.findings import Findings

_OF_RELEASE: Final = ("RELEASE_",)
_OF_DATASETS: Final = "_RDS_DB_POOL_"
_OF_SERVICES: Final = ("_INGRESS_URL", "_INGRESS_HOST")


def check_mappings(configuration: Configuration, variables: Variables, *, findings: Findings) -> None:
    """R408 for each variable that a mapping takes and neither the files nor the environment give.

    Where applications are imported they may give any `<SERVICE>_INGRESS_…`; Release's own variables are not known whole.
    """
    written = _written(configuration, variables)
    services = frozenset(variable_prefix(service.name) for service in configuration.services)
    for entry in variables.mapping:
        for name in _taken(entry.text):
            if name not in written and not _given(name, services, imports=bool(configuration.imports)):
                findings.warning(
                    "R408",
                    entry.place,
                    message=f"mapping {entry.key} takes {name}, which nobody gives",
                    hint=findings.did_you_mean(name, written) if written else f"write ${{{name}:-value}} for when it is missing",
                )


def _taken(text: str) -> tuple[str, ...]:
    """The variables that a mapping cannot do without."""
    try:
        parts = parse_mapping(text)
    except BadValue:
        return ()
    return tuple(part.name for part in parts if isinstance(part, VariableReference) and part.fallback is None)


def _written(configuration: Configuration, variables: Variables) -> frozenset[str]:
    entries = [*variables.defaults, *(entry for section in variables.services.values() for entry in section)]
    containers = [*configuration.services, *configuration.jobs, *configuration.cron_jobs]
    init = [container for service in configuration.services for container in service.init]
    envs = [env.key for container in (*containers, *init) for env in container.envs]
    return frozenset((*(entry.key for entry in entries), *envs))


def _given(name: str, services: frozenset[str], *, imports: bool) -> bool:
    """Whether the environment gives the variable, as far as one application can tell; services by their prefixes."""
    if name.startswith(_OF_RELEASE) or _OF_DATASETS in name:
        return True
    prefix = next((name.removesuffix(ending) for ending in _OF_SERVICES if name.endswith(ending)), None)
    if prefix is None:
        return False
    return imports or prefix in services
