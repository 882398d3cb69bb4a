"""The files of members, read once per commit: what a repository says of itself, as configuration, variables and problems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.model.configuration import Configuration, TrackingFacts, Unsupported
from reconciler.model.errors import Missing, Refused
from reconciler.model.ids import AppName, Commit, EnvId
from reconciler.model.place import Origin, Place, whole_file
from reconciler.model.ports import FileReader
from reconciler.model.problem import Problem, Severity, errors_of
from reconciler.model.rendered import Rendered
from reconciler.model.variables import Variables
from reconciler.model.windows import Declarations
from reconciler.spec.configure import Names, configure
from reconciler.spec.references import check_variables
from reconciler.spec.release_file import ReleaseFile, read_release_file
from reconciler.spec.schedules import read_schedules
from reconciler.spec.template import Template, read_template
from reconciler.spec.variables import read_variables

POINTER_FILE = ".release.yaml"
_LARGEST = 20_000


@dataclass(frozen=True, slots=True)
class Sources:
    """What a commit holds, parsed and not merged yet."""

    template: Template | None
    variables: Variables | None
    problems: tuple[Problem, ...]
    unsupported: tuple[Unsupported, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberFiles:
    """What a member says for one environment. `configuration` is `None` where any file has an error."""

    configuration: Configuration | None
    variables: Variables
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Schedules:
    """What a commit says of windows: `declared` is `None` where its file cannot be used, for the reason in `problems`.

    `doubts` are what else is to be said of a file that can be used.
    """

    declared: Declarations | None
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()


class Library:
    """Reads members' files through a port and keeps what it parsed: commits never change, so nothing here grows old."""

    def __init__(self, files: FileReader) -> None:
        self._files = files
        self._sources: dict[tuple[AppName, Commit], Sources] = {}
        self._members: dict[tuple[object, ...], MemberFiles] = {}
        self._schedules: dict[tuple[AppName, Commit], Schedules] = {}
        self._rendered: dict[EnvId, tuple[object, Rendered]] = {}

    def sources(self, application: AppName, commit: Commit) -> Sources:
        """The parsed files at a commit. Raises `Unreachable` where the mirror cannot be read."""
        key = (application, commit)
        if key not in self._sources:
            _make_room(self._sources)
            self._sources[key] = self._read(application, commit)
        return self._sources[key]

    def schedules(self, application: AppName, commit: Commit) -> Schedules:
        """The windows that a commit declares, none where it names no schedules file.

        Raises `Unreachable` where the mirror cannot be read.
        """
        key = (application, commit)
        if key not in self._schedules:
            _make_room(self._schedules)
            self._schedules[key] = self._declared(Origin(POINTER_FILE, application, commit))
        return self._schedules[key]

    def tracking(self, application: AppName, commit: Commit) -> TrackingFacts | None:
        """What the unmerged template says of its own branches; `None` where it cannot be read."""
        template = self.sources(application, commit).template
        return template.tracking if template else None

    def member(self, commit: Commit, names: Names) -> MemberFiles:
        """The configuration and variables of `names.application` at a commit."""
        key = (
            commit,
            names.application,
            names.env_id,
            names.domain,
            names.entries,
            names.joined_hosts,
            *sorted(names.parameters.items()),
        )
        if key not in self._members:
            _make_room(self._members)
            self._members[key] = self._configured(commit, names)
        return self._members[key]

    def rendered(self, environment: EnvId, inputs: object, *, render: Callable[[], Rendered]) -> Rendered:
        """What an environment's inputs become, made anew only where they are others than the last time."""
        before = self._rendered.get(environment)
        if before is not None and before[0] == inputs:
            return before[1]
        _make_room(self._rendered)
        made = render()
        self._rendered[environment] = (inputs, made)
        return made

    def _configured(self, commit: Commit, names: Names) -> MemberFiles:
        sources = self.sources(names.application, commit)
        empty = no_variables(Origin(POINTER_FILE, names.application, commit))
        variables = sources.variables or empty
        if sources.template is None or errors_of(sources.problems):
            return MemberFiles(None, variables, sources.problems)
        configuration, problems = configure(sources.template, names)
        if configuration is not None and sources.variables is not None:
            problems += check_variables(configuration, sources.variables)
        found = (*sources.problems, *problems)
        if configuration is None or errors_of(found):
            return MemberFiles(None, variables, found)
        said = (*sources.unsupported, *configuration.unsupported)
        return MemberFiles(replace(configuration, unsupported=said), variables, found)

    def _read(self, application: AppName, commit: Commit) -> Sources:
        origin = Origin(POINTER_FILE, application, commit)
        source, problems = self._file(origin, whole_file(origin))
        if source is None:
            return Sources(None, None, problems)
        pointers, problems = read_release_file(source, origin)
        if pointers is None or errors_of(problems):
            return Sources(None, None, problems)
        return self._pointed(pointers, problems, origin=origin)

    def _pointed(self, pointers: ReleaseFile, problems: tuple[Problem, ...], *, origin: Origin) -> Sources:
        template: Template | None = None
        variables: Variables | None = None
        if pointers.application_template is None:
            problems += (_no_template(pointers, origin),)
        else:
            found = Origin(pointers.application_template, origin.application, origin.commit)
            source, missing = self._file(found, pointers.at("application_template"))
            problems += missing
            if source is not None:
                template, more = read_template(source, found)
                problems += more
        if pointers.environment_variables is not None:
            found = Origin(pointers.environment_variables, origin.application, origin.commit)
            source, missing = self._file(found, pointers.at("environment_variables"))
            problems += missing
            if source is not None:
                variables, more = read_variables(source, found)
                problems += more
        return Sources(template, variables, problems, pointers.unsupported)

    def _declared(self, origin: Origin) -> Schedules:
        source, problems = self._file(origin, whole_file(origin))
        pointers, more = read_release_file(source, origin) if source is not None else (None, ())
        if pointers is None:
            return Schedules(None, errors_of((*problems, *more)))
        if pointers.schedules is None:
            return Schedules(Declarations())
        found = Origin(pointers.schedules, origin.application, origin.commit)
        source, problems = self._file(found, pointers.at("schedules"))
        declared, more = read_schedules(source, found) if source is not None else (None, ())
        return Schedules(declared, errors_of((*problems, *more))) if declared is None else Schedules(declared, doubts=more)

    def _file(self, origin: Origin, asked: Place) -> tuple[bytes | None, tuple[Problem, ...]]:
        if origin.application is None or origin.commit is None:
            raise ValueError(f"{origin} is not in a repository")
        try:
            source = self._files.files(origin.application, origin.commit, paths=[origin.path])[origin.path]
        except (Refused, Missing) as error:
            return None, (Problem(Severity.ERROR, "R252", asked, error.message, error.hint),)
        if source is not None:
            return source, ()
        message = f"{origin.path} is not in the repository at this commit"
        return None, (Problem(Severity.ERROR, "R251", asked, message, "commit the file, or name the one that is meant"),)


def no_variables(origin: Origin) -> Variables:
    """The variables of an application that keeps no variables file."""
    empty: Mapping[str, tuple[()]] = {}
    return Variables(place=whole_file(origin), digest="", services=empty)


def _no_template(pointers: ReleaseFile, origin: Origin) -> Problem:
    message = f"{origin.path} names no application template"
    hint = "add `application_template: .release/application_template.yaml`"
    return Problem(Severity.ERROR, "R253", pointers.place, message, hint)


def _make_room(kept: dict[Any, Any]) -> None:
    while len(kept) >= _LARGEST:
        kept.pop(next(iter(kept)), None)
