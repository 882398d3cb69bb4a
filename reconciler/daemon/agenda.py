"""The agenda: when time next turns something in an environment, so that nobody waits for a tick."""

from datetime import datetime
from threading import Lock


class Agenda:
    """The next instant of each environment, as its last pass foresaw it. Several threads may use it at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._due: dict[str, tuple[datetime, str]] = {}

    def note(self, key: str, due: datetime | None, *, label: str) -> None:
        """What the last pass over an environment foresaw; nothing is awaited where it foresaw nothing."""
        with self._lock:
            if due is None:
                self._due.pop(key, None)
            else:
                self._due[key] = (due, label)

    def take(self, now: datetime) -> tuple[str, ...]:
        """The labels of the environments whose instant has come; each is told once."""
        with self._lock:
            come = [key for key, (due, _) in self._due.items() if due <= now]
            return tuple(self._due.pop(key)[1] for key in come)

    def idle(self, now: datetime, at_most: float) -> float:
        """Seconds until the first instant, at most so many."""
        with self._lock:
            first = min((due for due, _ in self._due.values()), default=None)
        return at_most if first is None else min(max((first - now).total_seconds(), 0.0), at_most)
