"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def config_option(command: Command) -> Command:
    """`--config FILE`, or the variable RECONCILER_CONFIG."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("config.yaml"),
        envvar="RECONCILER_CONFIG",
        show_default=True,
        show_envvar=True,
        help="The operator's configuration.",
    )(command)


def output_option(command: Command) -> Command:
    """`--output text|json`."""
    return click.option(
        "--output",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="For people, or one JSON document for scripts (docs/json.md).",
    )(command)


def offline_option(command: Command) -> Command:
    """`--offline`."""
    return click.option("--offline", is_flag=True, help="Ask no remote; use what is known and say how old it is.")(command)


def environments_argument(command: Command) -> Command:
    """`[ENV]...`."""
    return click.argument("environments", nargs=-1, metavar="[ENV]...")(command)
