"""`reconciler completion`: the shell's completion script."""

import click
from click.shell_completion import get_completion_class

from reconciler.cli import output
from reconciler.model.errors import Missing


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    eval "$(reconciler completion bash)"
    reconciler completion fish > ~/.config/fish/completions/reconciler.fish
    """
    found = get_completion_class(shell)
    if found is None:
        raise Missing(f"{shell} has no completion script")
    root = context.find_root()
    output.raw(found(root.command, {}, "reconciler", "_RECONCILER_COMPLETE").source())
