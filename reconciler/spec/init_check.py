"""Whether the files that `init` made are right, judged before they are written."""

from collections.abc import Mapping
from typing import Final

from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, errors_of, in_order
from reconciler.spec.configure import configure
from reconciler.spec.init_text import POINTER, TEMPLATE, VARIABLES
from reconciler.spec.interpolate import Names
from reconciler.spec.references import check_variables
from reconciler.spec.release_file import read_release_file
from reconciler.spec.template import read_template
from reconciler.spec.variables import read_variables

_STAND_IN: Final = ("t2345abc", "example.com")
"""An id and a domain, which an environment would give."""


def errors_of_files(files: Mapping[str, bytes], app: str) -> tuple[Problem, ...]:
    """The errors of the three files, for both types of environment."""
    _, found = read_release_file(files[POINTER], Origin(POINTER))
    template, problems = read_template(files[TEMPLATE], Origin(TEMPLATE))
    variables, more = read_variables(files[VARIABLES], Origin(VARIABLES))
    found = (*found, *problems, *more)
    if template is not None:
        for kind in EnvironmentType:
            names = Names(AppName(app), *_STAND_IN, parameters={}, entries=(kind.value,))
            configuration, problems = configure(template, names)
            found += problems
            found += check_variables(configuration, variables) if configuration and variables else ()
    return in_order(errors_of(found))
