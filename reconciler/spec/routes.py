"""Where requests come in: `hostnames`, `rules`, `ingress`, and the default hosts of a template that names none."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from reconciler.model.configuration import Configuration, Hostname, RouteRule
from reconciler.model.hosts import Wish, ingress_port, one_for_two, wishes
from reconciler.model.names import fit, is_host
from reconciler.model.place import Place
from reconciler.model.workload import PortType, Service
from reconciler.spec.fields import Fields
from reconciler.spec.findings import Findings
from reconciler.spec.interpolate import Names
from reconciler.spec.schema import Format, document

_PATH: Final = re.compile(r"/[-A-Za-z0-9._~!&*+,=:@%/]*")
_TUNING: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9. _-]{0,31}")
_WILDCARD: Final = "*."


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


def check_reached(configuration: Configuration, findings: Findings) -> None:
    """R626 for a host of a service without a `node_port`, in a configuration without errors.

    A static service is no object, and a load balancer's own port is reached without an ingress.
    """
    closed = {
        service.name
        for service in configuration.services
        if not service.static and all(port.type is not PortType.NODE for port in service.ports)
    }
    for wish in wishes(configuration):
        if wish.service in closed:
            message = f"host {wish.host} goes nowhere: service {wish.service} has no node_port"
            findings.warning("R626", wish.place, message=message, hint="give the service a port of type node_port")


def ingress(root: Fields) -> Mapping[str, str] | None:
    """The tuning of the ingress controller as texts; a key that is not known is a doubt and reaches no controller.

    R627 for a value that would reach the controller's configuration as more than a value.
    """
    known = document(Format.TEMPLATE)["$defs"]["ingress"]["properties"]
    fields = root.mapping("ingress")
    if fields is None:
        return None
    found = [pair for pair in fields.pairs() if pair[0] in known]
    for key, text, place in found:
        if "${" not in text and not _TUNING.fullmatch(text):
            hint = "write a number, a size like 10m, or on and off"
            fields.findings.error("R627", place, message=f"ingress {key} cannot be {text!r}", hint=hint)
    return {key: text for key, text, _ in found}


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
    elif "${" not in path and not _PATH.fullmatch(path):
        hint = "use letters, digits and the signs of URLs, no blanks, quotes, brackets or patterns"
        fields.findings.error("R625", fields.at("path"), message=f"path {path!r} cannot be routed", hint=hint)
    hosts = tuple(_checked(host, place, findings=fields.findings) for host, place in fields.places("hostnames"))
    return RouteRule(place=fields.place, keys=fields.keys, service=fields.text("service") or "", hosts=hosts, path=path)


def _checked(host: str, place: Place, *, findings: Findings) -> str:
    """The host itself. R333 where it is none, R622 for a wildcard, which would take the hosts of others; one with a name that
    could not be put in has its problem already."""
    if "${" in host:
        return host
    if host.startswith(_WILDCARD) and is_host(host.removeprefix(_WILDCARD)):
        findings.error("R622", place, message=f"{host!r} stands for many hosts", hint="name each host by itself")
    elif not is_host(host):
        hint = "use lower-case letters, digits, hyphens and dots, at most 63 characters between dots"
        findings.error("R333", place, message=f"{host!r} is not a host name", hint=hint)
    return host
