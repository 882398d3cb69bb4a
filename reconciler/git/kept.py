"""Keep the newest answers up to a total weight, so that many environments over the same commits are cheap."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """A mapping that forgets what was not asked for the longest; for one thread at a time."""

    def __init__(self, most: int, *, weigh: Callable[[V], int]) -> None:
        self._most = most
        self._weigh = weigh
        self._values: OrderedDict[K, V] = OrderedDict()
        self._weight = 0

    def get(self, key: K) -> V | None:
        """The value, now the newest, or `None`."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value, and forget old ones to make room for it."""
        self._forget(key)
        self._values[key] = value
        self._weight += self._weigh(value)
        while self._weight > self._most and len(self._values) > 1:
            self._forget(next(iter(self._values)))

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
        self._weight = 0

    def _forget(self, key: K) -> None:
        if key in self._values:
            self._weight -= self._weigh(self._values.pop(key))
