"""Why a server gave no answer, in words: not reached, not trusted, too slow, or cut."""

import ssl
from dataclasses import dataclass
from typing import Final

from urllib3.exceptions import (
    ConnectTimeoutError,
    EmptyPoolError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as SlowAnswer

from reconciler.model.errors import Refused, Unreachable
from reconciler.target.kubernetes.requests import Request

_TLS_HINT: Final = "look whether that address speaks TLS, and whether something in between breaks it"
_TRUST_HINT: Final = "somebody else may answer there, or the cluster has a new authority: fetch its kubeconfig anew"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked, where, and with whose credentials, in words."""

    cluster: str
    server: str
    who: str


def silence_of(error: HTTPError, request: Request, *, asked: Asked) -> Unreachable | Refused:
    """The error to raise. Of a write that was cut nobody knows whether it was carried out, so the next pass looks."""
    if isinstance(error, SSLError):
        return _distrust(error, asked)
    where = f"{asked.cluster} at {asked.server}"
    if isinstance(error, ProxyError):
        hint = "look at `proxy-url` of the kubeconfig, or at HTTPS_PROXY"
        return Unreachable(f"{where} cannot be reached through its proxy: {_cause(error)}", hint)
    if isinstance(error, ConnectTimeoutError):
        hint = f"look whether it runs and whether {asked.who} has the right address; the next pass tries again"
        return Unreachable(f"{where} {_unconnected(error)}", hint)
    hint = "the next pass looks what became of it" if request.writes else "the next pass tries again"
    slow = isinstance(error, SlowAnswer | EmptyPoolError)
    what = "gave no answer in time" if slow else "cut the connection"
    return Unreachable(f"{where} {what}, asked about {request.about}", hint)


def _unconnected(error: ConnectTimeoutError) -> str:
    if isinstance(error, NameResolutionError):
        return "has a host name that cannot be resolved"
    return f"cannot be reached: {_cause(error)}" if isinstance(error, NewConnectionError) else "takes no connection in time"


def _distrust(error: SSLError, asked: Asked) -> Unreachable | Refused:
    inner = error.args[0] if error.args else None
    if isinstance(inner, ssl.SSLCertVerificationError):
        message = f"the certificate of {asked.server} is not trusted by {asked.who}: {inner.verify_message}"
        return Refused(message, _TRUST_HINT)
    return Unreachable(f"{asked.cluster} at {asked.server} does not speak TLS as expected: {_cause(error)}", _TLS_HINT)


def _cause(error: BaseException) -> str:
    """The operating system's word for it, which the library wraps in layers."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, OSError) and found.strerror:
            return found.strerror
        last = found.args[-1] if found.args else None
        found = found.__cause__ or (last if isinstance(last, BaseException) else None)
    return str(error)
