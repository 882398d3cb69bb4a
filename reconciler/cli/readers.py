"""The table of files beside a template: what reads one is imported when one is met, so that `validate` starts fast."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reconciler.model.place import Origin
from reconciler.model.problem import Problem

READERS: Final = {"schedules": "reconciler.spec.schedules", "settings": "reconciler.spec.settings"}


def reader(name: str) -> Callable[..., tuple[object, tuple[Problem, ...]]]:
    """`read_{name}` of the module that has it, which is imported when it is called."""

    def read(source: bytes, origin: Origin, **options: Path) -> tuple[object, tuple[Problem, ...]]:
        found: tuple[object, tuple[Problem, ...]] = getattr(importlib.import_module(READERS[name]), f"read_{name}")(
            source, origin, **options
        )
        return found

    return read
