"""The services of a template, with the template's `resources` folded in."""

from collections.abc import Sequence
from typing import Final

from reconciler.model.errors import BadValue
from reconciler.model.place import Place
from reconciler.model.workload import Autoscale, Container, FileMount, Metric, Port, PortType, Service, Storage
from reconciler.spec.containers import checked_name, container_parts, node_selectors, own_or_default
from reconciler.spec.fields import Fields
from reconciler.spec.probes import MOST_PORT, probe
from reconciler.spec.repository_path import repository_path
from reconciler.spec.unique import refuse_twins, warn_of_twins

_DEFAULTS: Final = frozenset({"cpu", "memory", "replicas", "storage"})
_MOST_REPLICAS: Final = 10_000
_MOST_PERCENT: Final = 100_000


def services(root: Fields) -> tuple[Service, ...]:
    """Every service of a merged and interpolated template. R325 where a name stands twice."""
    resources = root.mapping("resources")
    found = tuple(_service(fields, resources) for fields in root.mappings("services"))
    refuse_twins([(service.name, service.at("name")) for service in found], what="service", findings=root.findings)
    return found


def _service(fields: Fields, resources: Fields | None) -> Service:
    parts = container_parts(fields, resources=resources)
    service = Service(
        place=fields.place,
        keys={**_keys(fields, resources), **fields.item_keys("depends_on")},
        name=checked_name(fields, what="service"),
        **parts,
        ports=_ports(fields),
        replicas=_replicas(fields, resources),
        storage=_storage(fields, resources),
        depends_on=fields.texts("depends_on"),
        liveness_probe=probe(fields, "liveness_probe"),
        readiness_probe=probe(fields, "readiness_probe"),
        init=_init(fields),
        node_selector=node_selectors(fields),
        configmap=_configmap(fields),
        autoscale=_autoscale(fields),
        stateful=fields.flag("stateful") or False,
        static=fields.flag("static") or False,
        service_account_name=fields.text("service_account_name"),
    )
    _check(service, fields)
    return service


def _keys(fields: Fields, resources: Fields | None) -> dict[str, Place]:
    """The service's own places, and those of the defaults where it has none."""
    defaults = resources.keys if resources is not None else {}
    return {**{key: place for key, place in defaults.items() if key in _DEFAULTS}, **fields.keys}


def _check(service: Service, fields: Fields) -> None:
    if service.image is None and not (fields.misshapen("image") or service.built or service.static):
        fields.findings.error(
            "R330",
            fields.at("name"),
            message=f"service {service.name!r} has no image",
            hint="write `image:`, or `has_repo: true` if it is built from this repository",
        )
    mounts = [(volume.mount_path, volume.at("mount_path")) for volume in service.volumes]
    mounts += [(mount.mount_path, mount.at("mount_path")) for mount in service.configmap]
    refuse_twins([mount for mount in mounts if mount[0]], what="mount_path", findings=fields.findings)


def _replicas(fields: Fields, resources: Fields | None) -> int:
    holder = own_or_default(fields, "replicas", resources=resources)
    count = holder.number("replicas", most=_MOST_REPLICAS) if holder is not None else None
    return 1 if count is None else count


def _storage(fields: Fields, resources: Fields | None) -> Storage | None:
    holder = own_or_default(fields, "storage", resources=resources)
    storage = holder.mapping("storage") if holder is not None else None
    if storage is None:
        return None
    return Storage(place=storage.place, keys=storage.keys, size=storage.quantity("size"), type=storage.text("type"))


def _ports(fields: Fields) -> tuple[Port, ...]:
    found = [port for item in fields.mappings("ports") if (port := _port(item)) is not None]
    first: dict[int, Port] = {}
    for port in found:
        other = first.setdefault(port.port, port)
        if other.target_port != port.target_port:
            fields.findings.error(
                "R650",
                port.at("port"),
                message=f"port {port.port} is sent to both {other.target_port} and {port.target_port}",
                hint="give one of them another number",
                related=(other.at("port"),),
            )
    alike = [port for port in found if first[port.port].target_port == port.target_port]
    warn_of_twins([(str(port.port), port.at("port")) for port in alike], what="port", findings=fields.findings)
    return tuple(found)


def _port(fields: Fields) -> Port | None:
    kind = fields.text("type")
    port = fields.number("port", least=1, most=MOST_PORT)
    target = fields.number("target_port", least=1, most=MOST_PORT)
    if port is None or kind not in set(PortType):
        return None
    return Port(
        place=fields.place,
        keys=fields.keys,
        type=PortType(kind),
        port=port,
        target_port=port if target is None else target,
        loadbalancer=fields.flag("loadbalancer") or False,
        backend_protocol=fields.text("backend_protocol"),
    )


def _init(fields: Fields) -> tuple[Container, ...]:
    found = tuple(_init_container(item, f"init-{index}") for index, item in enumerate(fields.mappings("init")))
    refuse_twins([(container.name, container.at("name")) for container in found], what="init container", findings=fields.findings)
    return found


def _init_container(fields: Fields, name: str) -> Container:
    own = checked_name(fields, what="init container") if fields.has("name") else name
    return Container(place=fields.place, keys=fields.keys, name=own, **container_parts(fields))


def _configmap(fields: Fields) -> tuple[FileMount, ...]:
    found = tuple(
        FileMount(
            place=item.place,
            keys=item.keys,
            name=item.text("name") or "",
            mount_path=item.text("mount_path") or "",
            repo_path=_repo_path(item),
        )
        for item in fields.mappings("configmap")
    )
    first: dict[str, FileMount] = {}
    for mount in found:
        other = first.setdefault(mount.name or mount.repo_path, mount)
        if other.repo_path != mount.repo_path:
            fields.findings.error(
                "R659",
                mount.at("name"),
                message=f"file name {mount.name} stands for both {other.repo_path} and {mount.repo_path}",
                hint="give each file of a service its own name",
                related=(other.at("name"),),
            )
    return found


def _repo_path(fields: Fields) -> str:
    """The file's path in the repository. R328 where it leads out of it."""
    text = fields.text("repo_path")
    if text is None:
        return ""
    try:
        return repository_path(text)
    except BadValue as error:
        fields.findings.error("R328", fields.at("repo_path"), message=error.message, hint=error.hint)
        return ""


def _autoscale(service: Fields) -> Autoscale | None:
    """The autoscaler's bounds. R331 where they contradict each other."""
    fields = service.mapping("autoscale")
    if fields is None:
        return None
    least = fields.number("min_replicas", least=1, most=_MOST_REPLICAS)
    most = fields.number("max_replicas", least=1, most=_MOST_REPLICAS)
    if most is None:
        if not fields.has("max_replicas"):
            fields.findings.error("R331", fields.place, message="autoscale has no max_replicas", hint="write `max_replicas:`")
        return None
    if least is not None and least > most:
        fields.findings.error(
            "R331",
            fields.at("min_replicas"),
            message=f"min_replicas {least} is more than max_replicas {most}",
            related=(fields.at("max_replicas"),),
        )
    return Autoscale(
        place=fields.place,
        keys=fields.keys,
        min_replicas=least or 1,
        max_replicas=most,
        metrics=_metrics(fields.mappings("metrics")),
    )


def _metrics(items: Sequence[Fields]) -> tuple[Metric, ...]:
    resources = [resource for item in items if (resource := item.mapping("resource")) is not None]
    for resource in resources:
        if resource.has("average_utilization") == resource.has("average_value"):
            resource.findings.error(
                "R331",
                resource.place,
                message="a metric needs exactly one of average_utilization and average_value",
                hint="write one of the two",
            )
    return tuple(
        Metric(
            place=resource.place,
            keys=resource.keys,
            resource=resource.text("name") or "cpu",
            average_utilization=resource.number("average_utilization", least=1, most=_MOST_PERCENT),
            average_value=resource.quantity("average_value"),
        )
        for resource in resources
    )
