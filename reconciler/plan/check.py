"""Check the files of one repository, as far as they can be judged without the others."""

from collections.abc import Callable
from typing import Final

from reconciler.model.configuration import Configuration
from reconciler.model.errors import Refused
from reconciler.model.ids import AppName
from reconciler.model.place import Origin, Place, whole_file
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.model.settings import EnvironmentType
from reconciler.plan.library import POINTER_FILE
from reconciler.spec.configure import Names, configure
from reconciler.spec.references import check_variables
from reconciler.spec.release_file import read_release_file
from reconciler.spec.template import Template, read_template
from reconciler.spec.variables import read_variables

Read = Callable[[str], bytes | None]
"""A file of the repository by its path from the root; `None` where there is none. Raises `Refused` for one not to be read."""

_STAND_IN: Final = {"env_id": "t2345abc", "domain": "example.com"}


def check_repository(read: Read, *, name: AppName, origin: Callable[[str], Origin], pointer: bytes) -> tuple[Problem, ...]:
    """Every problem of a repository's `.release.yaml` and of the files it names, merged for both types of environment."""
    asked = origin(POINTER_FILE)
    pointers, problems = read_release_file(pointer, asked)
    if pointers is None or pointers.foreign:
        return in_order(problems)
    found = list(problems)
    template: Template | None = None
    if pointers.application_template is not None:
        source = _file(read, pointers.application_template, asked=pointers.at("application_template"), found=found)
        if source is not None:
            template, more = read_template(source, origin(pointers.application_template))
            found += more
    configurations = list(_configured(template, name, found=found)) if template else []
    if pointers.environment_variables is not None:
        source = _file(read, pointers.environment_variables, asked=pointers.at("environment_variables"), found=found)
        if source is not None:
            found += check_variables_file(source, origin(pointers.environment_variables), configurations=configurations)
    return in_order(found)


def check_template(source: bytes, origin: Origin, *, name: AppName) -> tuple[Problem, ...]:
    """Every problem of an application template by itself, merged for both types of environment."""
    template, problems = read_template(source, origin)
    found = list(problems)
    if template is not None:
        list(_configured(template, name, found=found))
    return in_order(found)


def check_variables_file(source: bytes, origin: Origin, *, configurations: list[Configuration]) -> tuple[Problem, ...]:
    """Every problem of a variables file, beside the template's configurations where there are any."""
    variables, problems = read_variables(source, origin)
    found = list(problems)
    if variables is not None:
        for configuration in configurations:
            found += check_variables(configuration, variables)
    return in_order(found)


def _configured(template: Template, name: AppName, *, found: list[Problem]) -> list[Configuration]:
    configurations = []
    for kind in EnvironmentType:
        names = Names(
            application=name, env_id=_STAND_IN["env_id"], domain=_STAND_IN["domain"], parameters={}, entries=(kind.value,)
        )
        configuration, problems = configure(template, names)
        found += problems
        if configuration is not None:
            configurations.append(configuration)
    return configurations


def _file(read: Read, path: str, *, asked: Place, found: list[Problem]) -> bytes | None:
    try:
        source = read(path)
    except Refused as error:
        found.append(Problem(Severity.ERROR, "R252", asked, error.message, error.hint))
        return None
    if source is None:
        message = f"{path} is not in the repository"
        found.append(Problem(Severity.ERROR, "R251", asked, message, "make the file, or name the one that is meant"))
    return source


def no_release_file(folder: str) -> Problem:
    """What is said of a repository without a `.release.yaml`."""
    message = f"{folder} holds no {POINTER_FILE}"
    return Problem(Severity.ERROR, "R250", whole_file(Origin(POINTER_FILE)), message, "run it in a repository, or name one")
