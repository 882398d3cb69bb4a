"""A round: one look and the passes that follow from it, told in one line when they are over."""

from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Round:
    """A round that is over. `waiting` environments were left out, since they failed lately; `told` says that one of its passes
    had something to say.
    """

    reason: str
    environments: int
    waiting: int
    told: bool


class Rounds:
    """The round in progress; a look that comes before its end makes it larger."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: set[str] = set()
        self._all: set[str] = set()
        self._reasons: dict[str, None] = {}
        self._waiting = 0
        self._told = False

    def begin(self, keys: Collection[str], reason: str, *, waiting: int) -> Round | None:
        """These keys will be passed over and so many wait; the round is over at once where there are no keys."""
        with self._lock:
            self._open.update(keys)
            self._all.update(keys)
            self._reasons[reason] = None
            self._waiting = waiting
            return self._end()

    def left(self, key: str, *, told: bool) -> Round | None:
        """One pass is over; the round, where it was the last."""
        with self._lock:
            if key not in self._open:
                return None
            self._open.discard(key)
            self._told = self._told or told
            return self._end()

    def _end(self) -> Round | None:
        if self._open:
            return None
        over = Round("; ".join(self._reasons), len(self._all), self._waiting, self._told)
        self._all, self._reasons, self._told = set(), {}, False
        return over
