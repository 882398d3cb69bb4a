"""The problem codes that a command can give: those that stand in the modules which it loads."""

import ast
import re
from functools import cache
from pathlib import Path

from reconciler.cli.readers import READERS

_CODE = re.compile(r'"(R\d{3})"')
_OFFLINE = ("reconciler.cli.validate", "reconciler.cli.from_disk", *READERS.values())

COMMANDS = {
    "validate": _OFFLINE,
    "validate --config": (*_OFFLINE, "reconciler.cli.graph"),
    "init": ("reconciler.cli.init",),
    "fmt": ("reconciler.cli.fmt",),
    "windows check": ("reconciler.cli.window_files",),
    "plan": ("reconciler.cli.plan",),
}
"""The modules that each command begins with; what they load by name, as tables do, is named here."""


@cache
def codes_of(command: str) -> frozenset[str]:
    """Every code that a command can give."""
    return frozenset(code for module in _loaded(COMMANDS[command]) for code in _CODE.findall(_source(module)))


def first_command(code: str) -> str:
    """The command that tells the most of the one file that a code is about: the first of those that can give it."""
    return next(command for command in COMMANDS if code in codes_of(command))


def _loaded(modules: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += _imports(module)
    return found


@cache
def _imports(module: str) -> tuple[str, ...]:
    """What a module imports of ours: `from reconciler.x import y`, where y may be a module."""
    nodes = [node for node in ast.walk(ast.parse(_source(module))) if isinstance(node, ast.ImportFrom)]
    names = [
        name for node in nodes if node.module for name in (node.module, *(f"{node.module}.{one.name}" for one in node.names))
    ]
    return tuple(name for name in names if name.startswith("reconciler") and _file(name) is not None)


def _source(module: str) -> str:
    path = _file(module)
    return path.read_text() if path else ""


@cache
def _file(module: str) -> Path | None:
    root = Path(__file__).resolve().parent.parent / module.replace(".", "/")
    return next((path for path in (root.with_suffix(".py"), root / "__init__.py") if path.exists()), None)
