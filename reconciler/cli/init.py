"""`reconciler init`: the first files of a repository, from its Compose file, its Dockerfiles or its `package.json`."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict, Unpack

import click

from reconciler.cli import output
from reconciler.cli.failures import Exit
from reconciler.cli.folder import Folder
from reconciler.cli.options import output_option
from reconciler.model.errors import BadInput, Missing
from reconciler.model.names import as_label, fit
from reconciler.model.problem import Problem, Severity, errors_of
from reconciler.plan.problem_document import VERSION, problem_of
from reconciler.render.images import repository_name
from reconciler.spec.compose_draft import Question
from reconciler.spec.init_check import errors_of_files
from reconciler.spec.init_detect import COMPOSE_NAMES, Detected, detect
from reconciler.spec.init_sources import Sources
from reconciler.spec.init_text import Facts, files_of_draft


class _Wish(TypedDict):
    """What a person may say about the source."""

    compose: str | None
    env_file: str | None
    profiles: tuple[str, ...]
    app: str | None


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[DIR]")
@click.option(
    "--compose", metavar="FILE", help="The Compose file, from the repository's root; found by its name where not given."
)
@click.option("--env-file", metavar="FILE", help="Values for ${X} in the Compose file; .env beside it where not given.")
@click.option(
    "--profile", "profiles", multiple=True, metavar="NAME", help="Take services of this profile along; may be repeated."
)
@click.option("--app", metavar="NAME", help="The application's name; the folder's where not given.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--dry-run", is_flag=True, help="Print the files instead of writing them.")
@output_option
def command(folder: Path | None, *, force: bool, dry_run: bool, form: str, **wish: Unpack[_Wish]) -> int:
    """Write the first .release.yaml, application template and variables file of a repository (default: the one here).

    Begins with the Docker Compose file, else with the Dockerfiles, else with package.json. What could not be carried over is
    listed with its line. Writes all three files or none, and replaces none without --force.

    \b
    reconciler init --dry-run
    reconciler init ../shop --compose deploy/compose.yaml --profile web
    """
    repository = Folder(folder or Path())
    owner = repository_name(repository.address() or "")
    question = _question(repository, wish, owner=owner)
    detected = detect(Sources(tuple(repository.paths()), repository.read, repository.origin), question)
    if detected is None:
        hint = f"write one of {', '.join(COMPOSE_NAMES)}, or name one with --compose"
        raise Missing(f"{repository.root} has no Compose file, no Dockerfile and no package.json", hint)
    files = _files(detected, question, repo_name=owner or None)
    if not dry_run:
        repository.write(files, replace=force)
    problems = detected.draft.problems
    if form == "json":
        output.document(_document(detected.source, files, problems=problems, written=bool(files) and not dry_run))
    else:
        _tell(files, problems, source=detected.source, dry_run=dry_run)
    return Exit.DONE if files else Exit.PROBLEM


def _question(repository: Folder, wish: _Wish, *, owner: str) -> Question:
    name = fit(as_label(wish["app"] or repository.name)) or "application"
    return Question(
        app=name,
        image_prefix=owner or name,
        compose=repository.inside(wish["compose"]) if wish["compose"] else None,
        env_file=repository.inside(wish["env_file"]) if wish["env_file"] else None,
        profiles=frozenset(wish["profiles"]),
    )


def _files(detected: Detected, question: Question, *, repo_name: str | None) -> dict[str, bytes]:
    """The files to write; none where the draft has errors. Raises `BadInput` where they would not pass `validate`."""
    if errors_of(detected.draft.problems):
        return {}
    source = detected.source
    named = source if question.compose or source not in COMPOSE_NAMES else None
    is_compose = source.endswith((".yaml", ".yml"))
    files = files_of_draft(detected.draft, Facts(question.app, repo_name, source, named if is_compose else None))
    wrong = errors_of_files(files, question.app)
    if wrong:
        raise BadInput(f"what was made from {source} has problems, so nothing was written", wrong, hint=f"change {source}")
    return files


def _document(source: str, files: Mapping[str, bytes], *, problems: tuple[Problem, ...], written: bool) -> dict[str, object]:
    return {
        "version": VERSION,
        "source": source,
        "written": written,
        "files": [{"file": path, "content": content.decode()} for path, content in files.items()],
        "problems": [problem_of(problem) for problem in problems],
    }


def _tell(files: Mapping[str, bytes], problems: tuple[Problem, ...], *, source: str, dry_run: bool) -> None:
    """The files of a dry run stand alone on standard output, so that they can be kept."""
    for path, content in files.items() if dry_run else ():
        output.say(f"# {path}")
        output.raw(f"{content.decode()}\n")
    output.problems(problems, err=dry_run)
    if files and not dry_run:
        output.lines(f"wrote {path}" for path in files)
    if not dry_run:
        output.say(_summary(source, files, problems=problems))


def _summary(source: str, files: Mapping[str, bytes], *, problems: tuple[Problem, ...]) -> str:
    counts = Counter(problem.severity for problem in problems)
    said = ", ".join(f"{counts[one]} {one}{'' if counts[one] == 1 else 's'}" for one in Severity if counts[one])
    done = f"from {source}" if files else f"nothing was written: {source} has errors"
    return f"{done}; {said}" if said else done
