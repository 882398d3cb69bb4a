"""`reconciler validate`: the problems in a repository's files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from reconciler.cli import output
from reconciler.cli.checks import checked
from reconciler.cli.failures import Exit
from reconciler.cli.options import offline_option
from reconciler.cli.pages import page
from reconciler.cli.reports.table import FORMS, report
from reconciler.cli.subjects import Request
from reconciler.model.problem import Problem, Severity, errors_of

_OF_ANOTHER_TOOL: Final = "R202"
_FILE: Final = click.Path(path_type=Path)


@click.command("validate")
@click.argument("paths", nargs=-1, type=_FILE, metavar="[PATH]...")
@click.option(
    "--output", "form", type=click.Choice(FORMS), default="text", show_default=True, help="For people, or for other programs."
)
@click.option("--strict", is_flag=True, help="Warnings count as errors, and so does a file of another tool.")
@click.option("--explain", metavar="CODE", help="Print the page of a problem code, such as R101.")
@click.option("--staged", is_flag=True, help="Check what is staged, not the work tree; for hooks.")
@click.option("--rev", "revision", metavar="REF", help="Check a revision of the repository here, or of --repo.")
@click.option("--repo", "remote", metavar="URL", help="Check a repository elsewhere; a local one begins with / or ./")
@click.option(
    "--stdin-filename", "standard_input", type=_FILE, metavar="PATH", help="Check standard input as if it were this file."
)
@click.option(
    "--config", type=_FILE, metavar="FILE", help="Resolve imports too, in the installation that this config.yaml describes."
)
@click.option("--with", "companions", multiple=True, metavar="APP=URL", help="Resolve imports too, with this repository for APP.")
@click.option("--application", metavar="APP", help="Which application of the config this is, where the repository does not tell.")
@click.option("--branch", metavar="NAME", help="The branch to resolve imports for, where another one is checked out.")
@offline_option
def command(paths: tuple[Path, ...], *, form: str, strict: bool, explain: str | None, **asked: Any) -> int:
    """Find the problems in files: of the repository here, of those named, or of single files.

    A folder is a repository: its .release.yaml and the files that one names. A config.yaml, an application template or a
    variables file may be named alone. Exits with 1 where there is an error.

    \b
    reconciler validate
    reconciler validate ../frontend ../backend config.yaml
    reconciler validate --staged
    reconciler validate --config config.yaml --with backend=../backend
    reconciler validate --explain R101
    """
    if explain is not None:
        output.raw(page(explain))
        return Exit.DONE
    found = checked(_request(paths, asked))
    output.raw(report(form, found))
    return Exit.PROBLEM if errors_of(found.problems) or (strict and any(map(_strictly, found.problems))) else Exit.DONE


def _strictly(problem: Problem) -> bool:
    return problem.severity is Severity.WARNING or problem.code == _OF_ANOTHER_TOOL


def _request(paths: tuple[Path, ...], asked: Mapping[str, Any]) -> Request:
    """What is asked for. Raises `UsageError` for options that contradict each other."""
    ways = {
        "--staged": asked["staged"],
        "--stdin-filename": asked["standard_input"],
        "--rev": asked["revision"],
        "--repo": asked["remote"],
    }
    given = [name for name, value in ways.items() if value]
    if len(given) > 1 and given != ["--rev", "--repo"]:
        raise click.UsageError(f"{' and '.join(given)} cannot be asked for together")
    if paths and (asked["remote"] or asked["standard_input"]):
        raise click.UsageError(f"{given[-1]} says what to check, so no PATH may stand beside it")
    return Request(**{**asked, "paths": paths, "companions": _companions(asked["companions"])})


def _companions(texts: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, equals, address = text.partition("=")
        if not name or not equals or not address:
            raise click.UsageError(f"--with {text}: write it like --with backend=../backend")
        found[name] = address
    return found
