"""The one module that prints: text, JSON, problems and progress."""

import json
import os
import sys
from collections.abc import Iterable
from typing import Any, Final

import click

from reconciler.cli.visible import visible
from reconciler.model.problem import Problem, Severity

_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_MARKS: Final = {"+": "green", "~": "yellow", "-": "red", "!": "red"}


def say(text: str = "") -> None:
    """One line of the answer, on standard output; lines that begin with a mark of change are coloured on a terminal."""
    mark = text.lstrip()[:2]
    colour = _MARKS.get(mark[:1]) if mark[1:] == " " else None
    click.echo(click.style(text, fg=colour) if colour and sys.stdout.isatty() else text)


def lines(texts: Iterable[str]) -> None:
    """Several lines of the answer."""
    for text in texts:
        say(text)


def document(value: Any) -> None:
    """The answer as one JSON document, keys in the order in which they are made."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True))


def raw(text: str) -> None:
    """Text as it is, without a newline of ours."""
    click.echo(text, nl=False)


def complain(text: str) -> None:
    """One line for a person, on standard error."""
    click.echo(text, err=True)


def problems(found: Iterable[Problem], *, err: bool = False) -> None:
    """One line per problem, its hint and related places below it."""
    for problem in found:
        click.echo(
            f"{visible(str(problem.place))}: {severity_word(problem.severity)} {problem.code} {visible(problem.message)}", err=err
        )
        if problem.hint:
            click.echo(f"    {visible(problem.hint)}", err=err)
        for place in problem.related:
            click.echo(f"    see {visible(str(place))}", err=err)


def severity_word(severity: Severity) -> str:
    """The word in its colour; `click.echo` takes colours away where no terminal is."""
    return click.style(severity.value, fg=_COLOURS[severity], bold=True)


def terminal_width() -> int | None:
    """How many columns the terminal has that the answer goes to; `None` where it goes elsewhere."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def progress(done: int, total: int, *, what: str) -> None:
    """How far a long command is: one line that rewrites itself on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{done}/{total} {what}" if done < total else "\r\x1b[K", nl=False, err=True)


def abandon() -> None:
    """Nobody reads any more (`reconciler plan | head`): what is still to be flushed goes nowhere, quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
