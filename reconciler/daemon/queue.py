"""Work that waits, in memory: asking twice before it is taken is asking once, and nobody works on one key twice at a time."""

from threading import Condition


class MemoryQueue:
    """Hands out keys in the order in which they were first asked for.

    The key `first` goes before the others, but never twice in a row while another waits: whoever asks for it without end
    must not starve the rest.
    """

    def __init__(self, first: str = "") -> None:
        self._first = first
        self._last = ""
        self._waiting: dict[str, dict[str, None]] = {}
        self._held: set[str] = set()
        self._closed = False
        self._changed = Condition()

    def ask(self, key: str, reason: str) -> None:
        """Look at this key again; nothing happens once closed."""
        with self._changed:
            if not self._closed:
                self._waiting.setdefault(key, {})[reason] = None
                self._changed.notify()

    def take(self, timeout: float) -> tuple[str, str] | None:
        """The next key with its reasons joined, held until `done`; `None` after the timeout (in seconds) or once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._next() is not None, timeout)
            key = self._next()
            if key is None or self._closed:
                return None
            self._last = key
            self._held.add(key)
            return key, "; ".join(self._waiting.pop(key))

    def done(self, key: str) -> None:
        """The key may be taken again; it is at once where it was asked for meanwhile."""
        with self._changed:
            self._held.discard(key)
            self._changed.notify()

    def close(self) -> None:
        """No more work is handed out, and nobody waits for it any longer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self) -> str | None:
        free = [key for key in self._waiting if key not in self._held]
        others = [key for key in free if key != self._first]
        if self._first in free and (self._last != self._first or not others):
            return self._first
        return others[0] if others else None
