"""The table of commands: each is imported when it is called, so that `validate` starts fast."""

import gc
import importlib
from typing import Final

import click

COMMANDS: Final = {
    "demo": "Show the whole way through on three small repositories; no network, no cluster.",
    "init": "Write the first files of a repository, from its Docker Compose file.",
    "validate": "Find the problems in a repository's files; also the pre-commit hook.",
    "fmt": "Bring old names of keys up to date; nothing else in the files changes.",
    "plan": "Show what would change; writes nothing anywhere.",
    "sync": "Make one pass now: carry out what the plan shows.",
    "run": "The daemon: passes on ticks, and at once when something changes.",
    "status": "Show the environments; for one: members, URLs, holds, last runs.",
    "imports": "Show import plans: which applications come along, at which branch, by which rule.",
    "history": "Show the runs so far.",
    "explain": "Say why an environment is as it is.",
    "pause": "Put an environment to sleep by a person's word.",
    "resume": "Wake an environment by a person's word.",
    "extend": "Put off the end of an environment that expires.",
    "windows": "Say when environments sleep and changes may be made, and why.",
    "teardown": "Remove an environment.",
    "schema": "Print the JSON Schema of a file format or of an answer.",
    "completion": "Print the shell's completion script.",
}


class Table(click.Group):
    """A group whose commands lie in modules of their own name. Nothing that a module loads is garbage, so none is looked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        gc.disable()
        try:
            command = importlib.import_module(f"reconciler.cli.{cmd_name}").command
        finally:
            gc.enable()
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
