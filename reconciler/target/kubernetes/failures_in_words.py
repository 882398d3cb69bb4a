"""Refusals of an API server as errors: the object, what was said of it, and what to do next."""

from collections.abc import Mapping
from typing import Final

from reconciler.model.duration import duration_text
from reconciler.model.errors import Refused, Unreachable
from reconciler.target.kubernetes.failures import Failure, Wrong
from reconciler.target.kubernetes.requests import Request

_SHOWN: Final = 5
_TEMPLATE: Final = "mend the key of the template that this field comes from"
_HINTS: Final[Mapping[Wrong, str]] = {
    Wrong.MALFORMED: _TEMPLATE,
    Wrong.NO_RIGHT: "ask who keeps the cluster for the right",
    Wrong.FORBIDDEN: "a policy of the cluster says no: change the object, or ask who keeps the cluster",
    Wrong.TERMINATING: "the next pass tries again, once the namespace is gone",
    Wrong.ABSENT: "look whether somebody removed its namespace, or the cluster does not know this kind",
    Wrong.EXISTS: "look whose it is",
    Wrong.CONFLICT: "let that manager give the field up, or name it under `overrule` of the target",
    Wrong.STALE: "somebody changed it since it was read; the next pass reads it anew",
    Wrong.EXPIRED: "the next pass lists anew",
    Wrong.TOO_LARGE: "make it smaller: a ConfigMap or Secret holds 1 MiB at most",
    Wrong.INVALID: _TEMPLATE,
    Wrong.NOT_TYPED: _TEMPLATE,
    Wrong.BUSY: "the next pass tries again",
    Wrong.UNAVAILABLE: "the next pass tries again",
    Wrong.UNEXPECTED: "look whether the address is that of a Kubernetes API server",
}


class Rejected(Refused):
    """The server says no, and will say no again; `failure` tells why."""

    def __init__(self, message: str, hint: str, *, failure: Failure) -> None:
        super().__init__(message, hint)
        self.failure = failure


class Later(Unreachable):
    """The server cannot now; `failure` tells why, and perhaps how long it asks to wait."""

    def __init__(self, message: str, hint: str, *, failure: Failure) -> None:
        super().__init__(message, hint)
        self.failure = failure


def error_of(request: Request, failure: Failure, *, cluster: str) -> Rejected | Later:
    """The error that a refusal is raised as, in words."""
    said = _said(failure, secret=request.secret)
    if failure.wrong.passes:
        return Later(f"{request.about} waits for {cluster}: {said}", _hint(failure), failure=failure)
    return Rejected(f"{request.about} was refused by {cluster}: {said}", _hint(failure), failure=failure)


def _said(failure: Failure, *, secret: bool) -> str:
    if (right := failure.right) is not None:
        where = f"in namespace {right.namespace}" if right.namespace else "in the whole cluster"
        return f"user {right.user} may not {right.verb} {right.resource} {where}"
    if failure.faults and failure.wrong in {Wrong.CONFLICT, Wrong.INVALID, Wrong.NOT_TYPED}:
        shown = "; ".join(map(str, failure.faults[:_SHOWN]))
        more = len(failure.faults) - _SHOWN
        return f"{shown}; and {more} more" if more > 0 else shown
    if failure.message:
        return failure.message
    words = " (its words are not shown, because they may hold values)" if secret else ""
    return f"{failure.wrong}, HTTP {failure.status}{words}"


def _hint(failure: Failure) -> str:
    if (right := failure.right) is not None:
        return f"give {right.user} a role with {right.verb} on {right.resource}"
    hint = _HINTS[failure.wrong]
    return f"{hint}; it asks to wait {duration_text(failure.retry_after)}" if failure.retry_after else hint
