"""`reconciler validate`: the problems in a repository's files."""

from collections import Counter
from pathlib import Path

import click

from reconciler.cli import output
from reconciler.cli.checks import check_path
from reconciler.cli.failures import Exit
from reconciler.cli.options import output_option
from reconciler.model.problem import Problem, Severity, errors_of
from reconciler.plan.document import problems_document


@click.command("validate")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@output_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def command(paths: tuple[Path, ...], *, form: str, strict: bool) -> int:
    """Find the problems in files: of the repository here, of those named, or of single files.

    A folder is a repository: its .release.yaml and the files that one names. A config.yaml, an application template or a
    variables file may be named alone. Exits with 1 where there is an error.

    \b
    reconciler validate
    reconciler validate ../frontend ../backend config.yaml
    """
    found = [problem for path in paths or (Path(),) for problem in check_path(path)]
    if form == "json":
        output.document(problems_document(found))
    else:
        output.problems(found)
        output.say(_summary(found))
    stopped = errors_of(found) or (strict and any(problem.severity is Severity.WARNING for problem in found))
    return Exit.PROBLEM if stopped else Exit.DONE


def _summary(found: list[Problem]) -> str:
    counts = Counter(problem.severity for problem in found)
    parts = [f"{counts[one]} {one}{'' if counts[one] == 1 else 's'}" for one in Severity if counts[one]]
    return ", ".join(parts) or "no problems"
