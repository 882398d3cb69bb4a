"""What was asked of the API server, by user and verb, read from its audit log.

The server writes a request's first line before it looks at it, so a request that was answered is in the log for certain; the
line with the answer's code follows a moment later and is waited for.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

WRITES: Final = frozenset({"create", "update", "patch", "delete", "deletecollection"})
_PATIENCE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who, what, where and the status that was answered (`None` while it has none)."""

    user: str
    verb: str
    uri: str
    code: int | None

    @property
    def writes(self) -> bool:
        """Whether it can change anything: a dry run cannot."""
        return self.verb in WRITES and "dryRun=All" not in self.uri and "/selfsubject" not in self.uri


class Audit:
    """The requests since this was made, or since `forget` was called."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._from = path.stat().st_size if path.exists() else 0

    def forget(self) -> None:
        """Begin anew."""
        self._from = self._path.stat().st_size

    def asked(self, user: str) -> list[Asked]:
        """What the user asked, in order. Raises `TimeoutError` where an answer is missing for seconds."""
        end = time.monotonic() + _PATIENCE
        while True:
            found = _requests(self._events(), user)
            if all(request.code is not None or request.verb == "watch" for request in found):
                return found
            if time.monotonic() > end:
                raise TimeoutError(f"no answer in the audit log: {[request for request in found if request.code is None]}")
            time.sleep(0.01)

    def writes(self, user: str) -> list[Asked]:
        """What the user asked that could change anything."""
        return [request for request in self.asked(user) if request.writes]

    def verbs(self, user: str) -> Counter[str]:
        """How often the user asked each verb."""
        return Counter(request.verb for request in self.asked(user))

    def _events(self) -> Iterable[dict[str, Any]]:
        with self._path.open("rb") as file:
            file.seek(self._from)
            for line in file:
                if line.endswith(b"\n"):
                    yield json.loads(line)


def _requests(events: Iterable[dict[str, Any]], user: str) -> list[Asked]:
    found: dict[str, Asked] = {}
    for event in events:
        if event["user"].get("username") == user:
            code = event.get("responseStatus", {}).get("code") if event["stage"] != "RequestReceived" else None
            found[event["auditID"]] = Asked(user, event["verb"], event["requestURI"], code)
    return list(found.values())
