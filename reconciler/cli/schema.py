"""`reconciler schema`: the JSON Schema of a file format."""

import click

from reconciler.cli import output
from reconciler.spec.schema import Format, text


@click.command("schema")
@click.argument("name", type=click.Choice([one.value for one in Format]))
def command(name: str) -> None:
    """Print the JSON Schema (draft 2020-12) of a format, for editors such as those that use yaml-language-server.

    \b
    reconciler schema template > template.schema.json
    """
    output.raw(text(Format(name)))
