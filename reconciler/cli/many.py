"""Checks many repositories with all processors: what is said, and in which order, is what one process would say."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from reconciler.cli.subjects import Checked, Request, joined

_AT_ONCE: Final = 16
"""How many paths are handed over at once: some 20 ms of work, beside which handing over is nothing."""

_MOST_PROCESSES: Final = 16

Check = Callable[[Request], Checked]


def shared(request: Request, check: Check) -> Checked:
    """The answer of `check`, which is asked for a few of the paths at a time, in several processes.

    The first few are checked here, so that the others find everything loaded. What a process that ended too early owes is
    checked here, too: so one that was killed costs time and no problem, and an error is raised where it can be told.
    """
    count = _processors()
    if count == 1:
        return check(request)
    first, *others = (replace(request, paths=paths) for paths in _few(request.paths))
    answers = [check(first)]
    with _started(others, check, count=min(count, len(others))) as workers:
        for number, part in enumerate(others):
            answer = workers[number % len(workers)].answer()
            answers.append(check(part) if answer is None else answer)
    return joined(answers)


def _few(paths: tuple[Path, ...]) -> Iterator[tuple[Path, ...]]:
    for start in range(0, len(paths), _AT_ONCE):
        yield paths[start : start + _AT_ONCE]


def _processors() -> int:
    """Those that this process may use, where the system tells."""
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(usable, _MOST_PROCESSES)


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process and where its answers come from, in the order of its requests."""

    process: BaseProcess
    answers: Connection

    def answer(self) -> Checked | None:
        """The next answer; `None` where the process has ended."""
        try:
            answer: Checked = self.answers.recv()
        except (EOFError, OSError):
            return None
        return answer

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.answers.close()
        self.process.terminate()
        self.process.join()


@contextmanager
def _started(requests: Sequence[Request], check: Check, *, count: int) -> Iterator[list[_Worker]]:
    """Workers that share the requests in turn. None outlives the block, however it is left."""
    workers: list[_Worker] = []
    try:
        with _interrupts_later():
            for number in range(count):
                workers.append(_start(requests[number::count], check))
        yield workers
    finally:
        for worker in workers:
            worker.stop()


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """An interrupt is heard at the end of the block, and never by processes that start in it: a person sees this one."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(requests: Sequence[Request], check: Check) -> _Worker:
    """A fork where that is safe: it finds all modules loaded."""
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(requests, check), kwargs={"sending": sending}, daemon=True)
    process.start()
    sending.close()
    return _Worker(process, receiving)


def _work(requests: Sequence[Request], check: Check, *, sending: Connection) -> None:
    """What a worker does. An answer waits in the pipe until it is taken, so no worker is far ahead; when nobody listens any
    more it ends."""
    try:
        for request in requests:
            sending.send(check(request))
    except BrokenPipeError:
        return
