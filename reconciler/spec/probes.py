"""Liveness and readiness probes, from a template's mappings."""

from typing import Final

from reconciler.model.workload import Probe
from reconciler.spec.containers import MOST_SECONDS
from reconciler.spec.fields import Fields

MOST_PORT: Final = 65_535
_MOST_TRIES: Final = 10_000


def probe(service: Fields, key: str) -> Probe | None:
    """The probe below a key. R329 where it has neither or both of `http_get` and `exec`, or where one of them is incomplete."""
    fields = service.mapping(key)
    if fields is None:
        return None
    http, command = fields.mapping("http_get"), fields.mapping("exec")
    if fields.has("http_get") == fields.has("exec"):
        count = "both" if fields.has("exec") else "neither"
        fields.findings.error(
            "R329", fields.place, message=f"{key} has {count} of http_get and exec", hint="write exactly one of the two"
        )
        return None
    if http is None and command is None:
        return None
    found = Probe(
        place=fields.place,
        keys=fields.keys,
        path=(http.text("path") or "/") if http is not None else None,
        port=http.number("port", least=1, most=MOST_PORT) if http is not None else None,
        command=command.texts("command") if command is not None else (),
        initial_delay_seconds=fields.number("initial_delay_seconds", most=MOST_SECONDS),
        period_seconds=fields.number("period_seconds", least=1, most=MOST_SECONDS),
        timeout_seconds=fields.number("timeout_seconds", least=1, most=MOST_SECONDS),
        failure_threshold=fields.number("failure_threshold", least=1, most=_MOST_TRIES),
        success_threshold=fields.number("success_threshold", least=1, most=_MOST_TRIES),
    )
    _check(found, key, fields=fields)
    return found


def _check(found: Probe, key: str, *, fields: Fields) -> None:
    http = fields.mapping("http_get")
    if http is not None and not http.has("port"):
        fields.findings.error("R329", http.place, message=f"{key} has no port to ask", hint="write `port:` under http_get")
    command = fields.mapping("exec")
    if command is not None and not found.command and (command.is_list("command") or not command.has("command")):
        fields.findings.error(
            "R329", fields.at("exec"), message=f"{key} has no command", hint="write `command: [...]` under exec"
        )
    if key == "liveness_probe" and found.success_threshold not in {None, 1}:
        fields.findings.error(
            "R329", fields.at("success_threshold"), message="success_threshold of a liveness_probe must be 1", hint="remove it"
        )
