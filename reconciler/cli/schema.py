"""`reconciler schema`: the JSON Schema of a file format, or of an answer."""

import click

from reconciler.cli import output
from reconciler.cli.answer_schemas import Answer, answer_schema
from reconciler.spec.schema import Format, text


@click.command("schema")
@click.argument("name", type=click.Choice([*(one.value for one in Format), *(one.value for one in Answer)]))
def command(name: str) -> None:
    """Print the JSON Schema (draft 2020-12) of a format, for editors such as those that use yaml-language-server, or of what
    a command prints with --output json.

    \b
    reconciler schema template > template.schema.json
    reconciler schema windows-next > answer.schema.json
    """
    output.raw(answer_schema(Answer(name)) if name in set(Answer) else text(Format(name)))
