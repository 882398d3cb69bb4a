"""What an API server's answers mean: each refusal as a value, told by status, reason and causes (Kubernetes `meta/v1` Status)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from reconciler.target.kubernetes.requests import Request

# The server answers 500 where an applied object cannot be read by its schema, and gives no reason.
_UNREADABLE: Final = ("failed to create typed patch object", "failed to convert new object")
_UNREADABLE_FIELD: Final = re.compile(r"(\.\S+): (.*)")
_MANAGER: Final = re.compile(r'conflict with "([^"]+)"')
_FIELD: Final = re.compile(r"[\w./\[\]\"'=,:{}-]{1,200}")
_NO_RIGHT: Final = re.compile(
    r'User "(?P<user>[^"]+)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]+)"| at the cluster scope)'
)
_LENGTH: Final = 600


class Wrong(StrEnum):
    """What is wrong with a request, or with the server."""

    MALFORMED = "malformed"
    NO_RIGHT = "no right"
    FORBIDDEN = "forbidden"
    TERMINATING = "terminating"
    ABSENT = "absent"
    EXISTS = "exists"
    CONFLICT = "conflict"
    STALE = "stale"
    EXPIRED = "expired"
    TOO_LARGE = "too large"
    INVALID = "invalid"
    NOT_TYPED = "not typed"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    UNEXPECTED = "unexpected"

    @property
    def passes(self) -> bool:
        """Whether the same request may go through later without anybody doing anything."""
        return self in {Wrong.TERMINATING, Wrong.BUSY, Wrong.UNAVAILABLE, Wrong.EXPIRED}


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that the server objects to; `manager` is who else manages it, in a conflict."""

    field: str
    message: str
    manager: str | None = None

    def __str__(self) -> str:
        if self.manager:
            return f"{self.field} is managed by {self.manager}"
        return f"{self.field}: {self.message}" if self.message else self.field


@dataclass(frozen=True, slots=True)
class Right:
    """A right that is missing, as the server words it; an empty namespace means the whole cluster."""

    user: str
    verb: str
    resource: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A refusal. `message` is fit to be shown, and empty where the server's own words are not."""

    wrong: Wrong
    status: int
    message: str = ""
    faults: tuple[Fault, ...] = ()
    right: Right | None = None
    retry_after: timedelta | None = None


def failure_of(request: Request, status: int, *, headers: Mapping[str, str], content: bytes) -> Failure:
    """What an answer of 300 or more says. Of a secret request only paths of fields and names of managers are kept."""
    document = _status(content)
    text = _one_line(document.get("message"))
    causes = _causes(document)
    wrong = _wrong(status, document, text=text, causes=causes)
    right = _right(text) if wrong is Wrong.FORBIDDEN else None
    return Failure(
        Wrong.NO_RIGHT if right else wrong,
        status,
        "" if request.secret else _without_preamble(text),
        tuple(_fault(cause, secret=request.secret) for cause in causes or _unreadable(document) if cause.get("field")),
        right,
        _retry_after(headers),
    )


def _wrong(status: int, document: Mapping[str, Any], *, text: str, causes: tuple[Mapping[str, Any], ...]) -> Wrong:
    match status:
        case 403 if any(cause.get("reason") == "NamespaceTerminating" for cause in causes):
            return Wrong.TERMINATING
        case 409:
            return _conflict(str(document.get("reason", "")), causes)
        case 500 if text.startswith(_UNREADABLE):
            return Wrong.NOT_TYPED
        case 408 | 500 | 502 | 503 | 504:
            return Wrong.UNAVAILABLE
    return _BY_STATUS.get(status, Wrong.UNEXPECTED)


_BY_STATUS: Final[Mapping[int, Wrong]] = {
    400: Wrong.MALFORMED,
    403: Wrong.FORBIDDEN,
    404: Wrong.ABSENT,
    410: Wrong.EXPIRED,
    413: Wrong.TOO_LARGE,
    422: Wrong.INVALID,
    429: Wrong.BUSY,
}


def _conflict(reason: str, causes: tuple[Mapping[str, Any], ...]) -> Wrong:
    if reason == "AlreadyExists":
        return Wrong.EXISTS
    return Wrong.CONFLICT if any(cause.get("reason") == "FieldManagerConflict" for cause in causes) else Wrong.STALE


def _status(content: bytes) -> Mapping[str, Any]:
    """The Status document, empty where something else came, such as a page of a proxy in between."""
    try:
        document = json.loads(content)
    except ValueError:
        return {}
    return document if isinstance(document, dict) and document.get("kind") == "Status" else {}


def _causes(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    details = document.get("details")
    causes = details.get("causes") if isinstance(details, dict) else None
    return tuple(cause for cause in causes if isinstance(cause, dict)) if isinstance(causes, list) else ()


def _unreadable(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The fields that a schema does not take, which the server tells in its text alone: `…): .spec.replicas: expected …`."""
    text = document.get("message")
    if not isinstance(text, str) or not text.startswith(_UNREADABLE):
        return ()
    lines = (line.strip() for line in text.partition("): ")[2].splitlines())
    return tuple({"field": found[1], "message": found[2]} for line in lines if (found := _UNREADABLE_FIELD.fullmatch(line)))


def _fault(cause: Mapping[str, Any], *, secret: bool) -> Fault:
    field, message = str(cause["field"]), _one_line(cause.get("message"))
    manager = _MANAGER.search(message) if cause.get("reason") == "FieldManagerConflict" else None
    if secret and not _FIELD.fullmatch(field):
        field = "a field"
    return Fault(field, "" if secret else message, manager[1] if manager else None)


def _right(text: str) -> Right | None:
    found = _NO_RIGHT.search(text)
    if found is None:
        return None
    group = f".{found['group']}" if found["group"] else ""
    return Right(found["user"], found["verb"], f"{found['resource']}{group}", found["namespace"] or "")


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    seconds = headers.get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if re.fullmatch(r"[0-9]{1,5}", seconds) else None


def _without_preamble(text: str) -> str:
    """The server's words from where they begin to say something."""
    return text.partition("): ")[2] or text if text.startswith(_UNREADABLE) else text


def _one_line(text: object) -> str:
    line = " ".join(text.split()) if isinstance(text, str) else ""
    shown = "".join(character for character in line if character.isprintable())
    return shown if len(shown) <= _LENGTH else f"{shown[:_LENGTH]}…"
