"""SIGTERM and SIGINT ask the daemon to stop; a second one ends it at once."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, Final

_STOPPING: Final = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """An event that is set by the first signal, which then means again what it meant before. For the main thread only.

    The byte that a signal leaves in a pipe is read by a thread of its own: a handler that set the event itself could run
    while the main thread holds the event's lock, and wait for it for ever.
    """
    stop = Event()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    wakeup = signal.set_wakeup_fd(writer)
    before = {number: signal.getsignal(number) for number in _STOPPING}
    listener = Thread(target=_listen, args=(reader, stop), name="signals")
    listener.start()
    try:
        _handle({number: lambda _number, _frame: _handle(before) for number in _STOPPING})
        yield stop
    finally:
        _handle(before)
        signal.set_wakeup_fd(wakeup)
        os.close(writer)
        listener.join()
        os.close(reader)


def _handle(handlers: Mapping[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _listen(reader: int, stop: Event) -> None:
    """The end of the pipe, without a byte, means that no signal came."""
    if os.read(reader, 1):
        stop.set()
