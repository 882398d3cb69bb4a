"""Where requests come in: `hostnames`, `rules`, `ingress`, and the default hosts of a template that names none."""

from collections.abc import Mapping, Sequence

from reconciler.model.configuration import Configuration, Hostname, RouteRule
from reconciler.model.hosts import Wish, ingress_port, one_for_two, wishes
from reconciler.model.names import fit, is_host
from reconciler.model.place import Place
from reconciler.model.workload import PortType, Service
from reconciler.spec.fields import Fields
from reconciler.spec.findings import Findings
from reconciler.spec.interpolate import Names
from reconciler.spec.schema import Format, document


def hostnames(root: Fields, services: Sequence[Service], *, names: Names) -> tuple[Hostname, ...]:
    """The written hosts; one default host per `node_port` service where neither `hostnames` nor `rules` are written.

    An entry is a mapping of service to host, of one pair or several (Release, hostnames and rules).
    """
    if "hostnames" not in root.keys and "rules" not in root.keys:
        return _defaults(services, names)
    return tuple(
        Hostname(
            place=place,
            keys={"host": place, "service": entry.key_place(service)},
            service=service,
            host=_checked(host, place, findings=root.findings),
        )
        for entry in root.mappings("hostnames")
        for service, host, place in entry.pairs()
    )


def rules(root: Fields) -> tuple[RouteRule, ...]:
    """The path rules; a rule without path answers for `/`."""
    return tuple(_rule(fields) for fields in root.mappings("rules"))


def check_hosts(configuration: Configuration, findings: Findings) -> None:
    """R621 for each path of a host that goes to two services, as far as an ingress reaches them.

    A host with a name that could not be put in has its problem already.
    """
    reached = {service.name for service in configuration.services if ingress_port(service) is not None}
    first: dict[tuple[str, str], Wish] = {}
    for wish in wishes(configuration):
        if wish.service not in reached or "${" in wish.host:
            continue
        other = first.setdefault((wish.host, wish.path), wish)
        if other.service != wish.service:
            what = wish.host + (wish.path if wish.from_rules else "")
            findings.add([one_for_two(what, (other.service, other.place), second=(wish.service, wish.place))])


def ingress(root: Fields) -> Mapping[str, str] | None:
    """The tuning of the ingress controller as texts; a key that is not known is a doubt and reaches no controller."""
    known = document(Format.TEMPLATE)["$defs"]["ingress"]["properties"]
    fields = root.mapping("ingress")
    return {key: text for key, text, _ in fields.pairs() if key in known} if fields is not None else None


def _defaults(services: Sequence[Service], names: Names) -> tuple[Hostname, ...]:
    """`{service}-{application}-{env_id}.{domain}` (design 7.5)."""
    if names.domain is None:
        return ()
    return tuple(
        Hostname(
            place=service.at("ports"),
            service=service.name,
            host=f"{fit(f'{service.name}-{names.application}-{names.env_id}'.lower())}.{names.domain}",
        )
        for service in services
        if not service.static and any(port.type is PortType.NODE for port in service.ports)
    )


def _rule(fields: Fields) -> RouteRule:
    path = fields.text("path") or "/"
    if not path.startswith("/"):
        fields.findings.error("R334", fields.at("path"), message=f"path {path!r} does not begin with a slash")
    hosts = tuple(_checked(host, place, findings=fields.findings) for host, place in fields.places("hostnames"))
    return RouteRule(place=fields.place, keys=fields.keys, service=fields.text("service") or "", hosts=hosts, path=path)


def _checked(host: str, place: Place, *, findings: Findings) -> str:
    """The host itself. R333 where it is none; one with a name that could not be put in has its problem already."""
    if "${" not in host and not is_host(host.removeprefix("*.")):
        hint = "use lower-case letters, digits, hyphens and dots, at most 63 characters between dots"
        findings.error("R333", place, message=f"{host!r} is not a host name", hint=hint)
    return host
