"""The one function that every thread starts through."""

import logging
from collections.abc import Callable
from threading import Event
from typing import Final

_PAUSE_SECONDS: Final = 1.0

log: Final = logging.getLogger("reconciler")


def forever(step: Callable[[], None], stop: Event) -> None:
    """Take step after step until `stop`. What a step raises is a bug: it is logged whole, and the thread goes on."""
    while not stop.is_set():
        try:
            step()
        except Exception:
            log.exception("a bug in the reconciler: the step is given up, the daemon goes on; please report it")
            stop.wait(_PAUSE_SECONDS)
