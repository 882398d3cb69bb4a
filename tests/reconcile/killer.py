"""Runs command lines, each in a process of its own that is killed right before its n-th write to files or to the store.

Reads one JSON list a line, `[n, argument, …]`, and answers each with the exit code, negative for a signal; n = 0 kills nobody.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
from typing import Any

from reconciler.cli import sync, teardown
from reconciler.cli.main import call

COMMANDS = (sync, teardown)
WRITES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "os.chmod"}
READING = ("SELECT", "PRAGMA")
OPEN = sqlite3.connect


class Death:
    """Counts writes and kills this process before the one that was chosen."""

    def __init__(self, chosen: int) -> None:
        self._left = chosen
        self._lock = threading.Lock()

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """An audit hook of the interpreter."""
        if event in WRITES or (event == "open" and writes(arguments)):
            self.count()

    def trace(self, statement: str) -> None:
        """A statement of SQLite is about to run."""
        if not statement.lstrip().upper().startswith(READING):
            self.count()

    def connect(self, *arguments: Any, **more: Any) -> sqlite3.Connection:
        """A connection to a store whose statements are heard one by one; the interpreter's hooks do not hear them."""
        connection: sqlite3.Connection = OPEN(*arguments, **more)
        connection.set_trace_callback(self.trace)
        return connection

    def count(self) -> None:
        """One more write is about to happen."""
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def writes(arguments: tuple[object, ...]) -> bool:
    """Whether a file is opened to be written."""
    return isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def run(chosen: int, arguments: list[str]) -> int:
    """One command line in a process of its own; its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if chosen:
        death = Death(chosen)
        setattr(sqlite3, OPEN.__name__, death.connect)
        sys.addaudithook(death.hear)
    os._exit(call(arguments))


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        chosen, *arguments = json.loads(line)
        print(run(chosen, arguments), file=answers, flush=True)


if __name__ == "__main__":
    main()
