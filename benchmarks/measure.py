"""Times a piece of work several times over and prints medians beside each other."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path


def seconds(work: Callable[[], object], *, times: int = 5) -> float:
    """The median of several runs, in seconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def scratch() -> Path | None:
    """Memory to write files to, where there is any: disks differ too much in how fast they make small files."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() else None


def row(what: str, value: float, *, beside: float, per: int = 1) -> str:
    """One line: total, per piece, and the ratio to what it is compared with."""
    return f"{what:<44} {value:>8.3f} s {value / per * 1e6:>10.0f} µs each {value / beside:>8.2f} ×"
