"""Checks each subject as what it is: a repository, a config, a template, a variables or a schedules file."""

from dataclasses import replace
from pathlib import Path

from reconciler.cli.readers import reader
from reconciler.cli.subjects import Checked, Request, Subject, graph, opening, sharing
from reconciler.model.errors import Refused
from reconciler.model.place import Origin, whole_file
from reconciler.model.problem import Problem, in_order
from reconciler.plan.check import Repository, check_repository, check_template, check_variables_file, not_readable
from reconciler.spec.node import MappingNode
from reconciler.spec.reader import read
from reconciler.spec.release_file import PATH

_DOUBT = "R408"
_CONFIG_KEYS = {"targets", "applications", "installation"}
_SCHEDULES_KEYS = {"pause", "apply"}
_VARIABLES_KEYS = {"defaults", "mapping", "gitops"}


def checked(request: Request) -> Checked:
    """Everything that is to be said of what is asked for. Raises `ReconcilerError` where it cannot be reached at all."""
    return sharing()(request, checked_here) if request.many else checked_here(request)


def checked_here(request: Request) -> Checked:
    """As `checked`, in this process alone."""
    sources: dict[Origin, bytes] = {}
    problems: list[Problem] = []
    with opening(request)(request) as opened:
        subjects = tuple(_remembering(subject, sources) for subject in opened)
        for subject in subjects:
            problems += _problems(subject, sources)
        if request.graph:
            problems = _with_graph(problems, graph()(subjects, request))
    told = {problem.place.origin for problem in problems}
    kept = {origin: source if origin in told else b"" for origin, source in sources.items()}
    return Checked(tuple(dict.fromkeys(problems)), kept)


def _with_graph(alone: list[Problem], grouped: tuple[Problem, ...]) -> list[Problem]:
    """What the repository alone shows, and what it shows in its group.

    The names of a real environment may put the same in other words; a doubt about a variable that a member may give is settled.
    """
    said = {(problem.code, problem.place) for problem in alone}
    settled = {(_DOUBT, problem.place) for problem in grouped if problem.code != _DOUBT}
    kept = [problem for problem in alone if (problem.code, problem.place) not in settled]
    return kept + [problem for problem in grouped if (problem.code, problem.place) not in said | settled]


def _remembering(subject: Subject, sources: dict[Origin, bytes]) -> Subject:
    """The subject, every file of which is noted as it is read."""
    repository = subject.repository

    def note(name: str) -> bytes | None:
        source = repository.read(name)
        if source is not None:
            sources[repository.origin(name)] = source
        return source

    return replace(subject, repository=replace(repository, read=note))


def _problems(subject: Subject, sources: dict[Origin, bytes]) -> tuple[Problem, ...]:
    repository = subject.repository
    if subject.file is not None:
        return _alone(repository, subject.file, folder=subject.folder or Path())
    problems = check_repository(repository, reader("schedules"))
    if subject.only is None:
        return problems
    origin = repository.origin(subject.only)
    if origin not in sources and subject.only != PATH:
        return _alone(repository, subject.only, folder=subject.folder or Path())
    return tuple(problem for problem in problems if problem.place.origin == origin)


def _alone(repository: Repository, name: str, *, folder: Path) -> tuple[Problem, ...]:
    origin = repository.origin(name)
    try:
        source = repository.read(name)
    except Refused as error:
        return (not_readable(whole_file(origin), error),)
    if source is None:
        missing = Refused(f"{origin} is not there", "name a repository's folder, or a file")
        return (not_readable(whole_file(origin), missing),)
    keys = _top_level(source, origin)
    if _is_config(name, keys):
        return in_order(reader("settings")(source, origin, folder=folder.absolute(), home=Path.home())[1])
    if keys & _SCHEDULES_KEYS and "services" not in keys:
        return reader("schedules")(source, origin)[1]
    if keys & _VARIABLES_KEYS:
        return check_variables_file(source, origin, configurations=[])
    return check_template(source, origin, name=repository.name)


def _is_config(name: str, keys: set[str]) -> bool:
    """Told by its keys, and by its name where it has none."""
    return bool(keys & _CONFIG_KEYS and "services" not in keys) or (not keys and Path(name).stem == "config")


def _top_level(source: bytes, origin: Origin) -> set[str]:
    root = read(source, origin).root
    return set(root.members) if isinstance(root, MappingNode) else set()
