"""Check the files of one repository, as far as they can be judged without the others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reconciler.model.configuration import Configuration
from reconciler.model.errors import Refused
from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin, Place, whole_file
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.spec.ambiguous import without_echoes
from reconciler.spec.configure import Names, judge
from reconciler.spec.limits import MERGES
from reconciler.spec.merge import entry_names
from reconciler.spec.references import check_variables
from reconciler.spec.release_file import PATH, ReleaseFile, read_release_file
from reconciler.spec.template import Template, read_template
from reconciler.spec.variables import read_variables

Read = Callable[[str], bytes | None]
"""A file of the repository by its path from the root; `None` where there is none. Raises `Refused` for one not to be read."""

ReadOther = Callable[[bytes, Origin], tuple[object, tuple[Problem, ...]]]
"""What reads a file of another format: few repositories have one, so what it takes is not loaded for all."""

_STAND_IN: Final = {"env_id": "t2345abc", "domain": "example.com"}


@dataclass(frozen=True, slots=True)
class Repository:
    """The files of one repository, wherever they lie: in a work tree, staged, or at a commit.

    `where` is what a person calls it, `origin` how its files are called in problems.
    """

    name: AppName
    where: str
    read: Read
    origin: Callable[[str], Origin]


def check_repository(repository: Repository, read_schedules: ReadOther) -> tuple[Problem, ...]:
    """Every problem of a repository's `.release.yaml` and of the files it names, each entry merged."""
    asked = repository.origin(PATH)
    found: list[Problem] = []
    source = _pointer(repository, found=found)
    if source is None:
        return tuple(found)
    pointers, problems = read_release_file(source, asked)
    if pointers is None or pointers.foreign:
        return in_order(problems)
    return _settled([*problems, *_pointed(repository, pointers, read_schedules=read_schedules)])


def _pointer(repository: Repository, *, found: list[Problem]) -> bytes | None:
    asked, message = whole_file(repository.origin(PATH)), f"{repository.where} holds no {PATH}"
    absent = Problem(Severity.ERROR, "R250", asked, message, "run it in a repository, or name one")
    return _read(repository, PATH, absent=absent, found=found)


def _pointed(repository: Repository, pointers: ReleaseFile, *, read_schedules: ReadOther) -> list[Problem]:
    found: list[Problem] = []
    configurations: list[Configuration] = []
    if pointers.application_template is not None:
        source = _file(repository, pointers.application_template, asked=pointers.at("application_template"), found=found)
        if source is not None:
            template, more = read_template(source, repository.origin(pointers.application_template))
            found += more
            configurations = _configured(template, repository.name, found=found) if template else []
    if pointers.environment_variables is not None:
        source = _file(repository, pointers.environment_variables, asked=pointers.at("environment_variables"), found=found)
        if source is not None:
            origin = repository.origin(pointers.environment_variables)
            found += check_variables_file(source, origin, configurations=configurations)
    if pointers.schedules is not None:
        source = _file(repository, pointers.schedules, asked=pointers.at("schedules"), found=found)
        if source is not None:
            found += read_schedules(source, repository.origin(pointers.schedules))[1]
    return found


def check_template(source: bytes, origin: Origin, *, name: AppName) -> tuple[Problem, ...]:
    """Every problem of an application template by itself, merged for each entry of `environment_templates`."""
    template, problems = read_template(source, origin)
    found = list(problems)
    if template is not None:
        _configured(template, name, found=found)
    return _settled(found)


def check_variables_file(source: bytes, origin: Origin, *, configurations: list[Configuration]) -> tuple[Problem, ...]:
    """Every problem of a variables file, beside the template's configurations where there are any.

    What one type of environment lacks another may have, so what is missing is missing in all of them.
    """
    variables, problems = read_variables(source, origin)
    found = list(problems)
    if variables is not None and configurations:
        first, *others = (check_variables(configuration, variables) for configuration in configurations)
        lacking = [{_said(problem) for problem in lacks} for lacks in others]
        found += [problem for problem in first if all(_said(problem) in lacks for lacks in lacking)]
    return _settled(found)


def _said(problem: Problem) -> tuple[str, Place, str]:
    """What makes two problems one: a hint names what a configuration has beside it."""
    return problem.code, problem.place, problem.message


def _settled(found: list[Problem]) -> tuple[Problem, ...]:
    return in_order(tuple(without_echoes(found)))


def _configured(template: Template, name: AppName, *, found: list[Problem]) -> list[Configuration]:
    names = Names(application=name, env_id=_STAND_IN["env_id"], domain=_STAND_IN["domain"], parameters={}, entries=())
    entries = dict.fromkeys([*(kind.value for kind in EnvironmentType), *_own_entries(template)])
    configurations, problems = judge(template, names, entries=entries)
    found += problems
    return configurations


def _own_entries(template: Template) -> tuple[str, ...]:
    """The entries of other names than the types, as many as can be judged while a person waits."""
    return entry_names(template.root)[: MERGES // max(template.size, 1)]


def _file(repository: Repository, path: str, *, asked: Place, found: list[Problem]) -> bytes | None:
    message = f"{path} is not in the repository"
    absent = Problem(Severity.ERROR, "R251", asked, message, "make the file, or name the one that is meant")
    return _read(repository, path, absent=absent, found=found)


def _read(repository: Repository, path: str, *, absent: Problem, found: list[Problem]) -> bytes | None:
    """What a file holds, or what keeps it from being read, said where it is asked for."""
    try:
        source = repository.read(path)
    except Refused as error:
        found.append(not_readable(absent.place, error))
        return None
    if source is None:
        found.append(absent)
    return source


def not_readable(asked: Place, error: Refused) -> Problem:
    """What is said of a file that is there and may not be read."""
    return Problem(Severity.ERROR, "R252", asked, error.message, error.hint)
