"""Liveness and readiness probes."""

from typing import Any, Final

from reconciler.model.workload import Probe, Service

_TIMES: Final = {
    "initial_delay_seconds": "initialDelaySeconds",
    "period_seconds": "periodSeconds",
    "timeout_seconds": "timeoutSeconds",
    "failure_threshold": "failureThreshold",
    "success_threshold": "successThreshold",
}


def probes(service: Service) -> dict[str, Any]:
    """The container's probe fields; a service without probes is never judged unready (Release, application guide)."""
    found = {"livenessProbe": service.liveness_probe, "readinessProbe": service.readiness_probe}
    return {field: _probe(probe) for field, probe in found.items() if probe is not None}


def _probe(probe: Probe) -> dict[str, Any]:
    times = {field: value for name, field in _TIMES.items() if (value := getattr(probe, name)) is not None}
    if probe.command:
        return {"exec": {"command": list(probe.command)}, **times}
    return {"httpGet": {"path": probe.path or "/", "port": probe.port}, **times}
