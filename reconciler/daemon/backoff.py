"""When to try again what failed: later each time, each key on its own."""

import hashlib
from threading import Lock
from typing import Final

FIRST_SECONDS: Final = 10.0
LONGEST_SECONDS: Final = 300.0


class Backoff:
    """The keys that failed, how often, and from when on they may be tried again; times are a monotonic clock's seconds."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._until: dict[str, float] = {}
        self._lock = Lock()

    def failed(self, key: str, now: float) -> float:
        """Note one more failure; the seconds to wait."""
        with self._lock:
            self._failures[key] = self._failures.get(key, 0) + 1
            wait = delay(key, self._failures[key])
            self._until[key] = now + wait
            return wait

    def went_well(self, key: str) -> None:
        """Forget its failures."""
        with self._lock:
            self._failures.pop(key, None)
            self._until.pop(key, None)

    def waits(self, key: str, now: float) -> bool:
        """Whether it must not be tried yet."""
        with self._lock:
            return self._until.get(key, now) > now

    def due(self, now: float) -> tuple[str, ...]:
        """The keys whose wait is over; each is named once per failure."""
        with self._lock:
            over = tuple(key for key, until in self._until.items() if until <= now)
            for key in over:
                del self._until[key]
            return over


def delay(key: str, failures: int) -> float:
    """Seconds: doubled with each failure and capped, then moved by up to a quarter, the same for the same key.

    What failed together, because of one cause, is thus not tried together.
    """
    seconds = min(FIRST_SECONDS * 2.0 ** min(failures - 1, 30), LONGEST_SECONDS)
    spread = hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()[0] / 255
    return seconds * (0.75 + spread / 2)
