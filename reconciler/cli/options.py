"""Options that several commands share."""

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.cli.parameters import duration, instant

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


def override_window_option(command: Command) -> Command:
    """`--override-window`; it goes with a reason."""
    words = "Go through although an apply window is closed; needs --reason, which history keeps."
    return click.option("--override-window", is_flag=True, help=words)(command)


def window_word(*, overridden: bool, reason: str) -> str | None:
    """What history keeps of an override, `None` where there is none. Raises `click.UsageError` where its reason is missing."""
    if overridden and not reason.strip():
        raise click.UsageError("--override-window goes with --reason TEXT, which history keeps")
    return f"windows overridden by {getpass.getuser()}: {reason}" if overridden else None


def word_options(*, until: str, span: str, must_say_why: bool = False) -> Callable[[Command], Command]:
    """What people say of one environment: `ENV`, `--until` or `--for` with what they mean, `--reason`, and where and how."""
    why: dict[str, Any] = {"required": True} if must_say_why else {"default": "no reason given"}
    parts: tuple[Callable[[Command], Command], ...] = (
        click.argument("environment", metavar="ENV"),
        config_option,
        output_option,
        click.option("--until", type=instant, metavar="INSTANT", help=until),
        click.option("--for", "span", type=duration, metavar="DURATION", help=span),
        click.option("--reason", help="Why, for those who ask later.", **why),
    )

    def asked(command: Command) -> Command:
        for part in reversed(parts):
            command = part(command)
        return command

    return asked


def environments_argument(command: Command) -> Command:
    """`[ENV]...`."""
    return click.argument("environments", nargs=-1, metavar="[ENV]...")(command)
