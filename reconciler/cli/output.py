"""The one module that prints: text, JSON, problems and progress."""

import json
import os
import sys
from collections.abc import Iterable
from typing import Any, Final

import click

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
    """One line per problem, its hint below it."""
    for problem in found:
        severity = click.style(problem.severity.value, fg=_COLOURS[problem.severity], bold=True)
        click.echo(f"{problem.place}: {severity} {problem.code} {problem.message}", err=err)
        if problem.hint:
            click.echo(f"    {problem.hint}", err=err)
        for place in problem.related:
            click.echo(f"    see {place}", err=err)


def progress(done: int, total: int, *, what: str) -> None:
    """How far a long command is: one line that rewrites itself on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{done}/{total} {what}" if done < total else "\r\x1b[K", nl=False, err=True)


def abandon() -> None:
    """Nobody reads any more (`reconciler plan | head`): what is still to be flushed goes nowhere, quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
