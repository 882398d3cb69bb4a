"""Resolves the imports of checked repositories, in the installation of a config.yaml or in one that is made up for them."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from reconciler.cli.from_remote import address_of
from reconciler.cli.subjects import Request, Subject
from reconciler.cli.work_tree import read_file
from reconciler.git.local import LocalRepository
from reconciler.git.mirrors import Mirrors
from reconciler.imports.suggest import did_you_mean
from reconciler.model.errors import Missing, Refused
from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName, Ref, branch_ref
from reconciler.model.place import Origin, whole_file
from reconciler.model.problem import Problem, errors_of
from reconciler.model.refs import KnownRefs
from reconciler.model.settings import (
    Allowance,
    Application,
    DirectoryTarget,
    IngressSettings,
    Installation,
    PruneLimits,
)
from reconciler.plan.check_graph import Around, Here, check_graph
from reconciler.spec.settings import read_settings
from reconciler.store.history import open_history

_TARGET: Final = "stand-in"
_UNKNOWN: Final = "R501"
_MADE_UP: Final = whole_file(Origin("--with"))
_ANYBODY: Final = (RefGlob("**"),)


@dataclass(frozen=True, slots=True)
class _Applications:
    """The applications around a repository: those of a config, or none but those of the command line."""

    installation: Installation
    configured: bool
    known: Mapping[AppName, KnownRefs]


def resolved(subjects: tuple[Subject, ...], request: Request) -> tuple[Problem, ...]:
    """The problems of the config and of the groups of every repository among the subjects.

    Raises `Missing` where it is not known which application a repository is, or at which branch.
    """
    repositories = [subject for subject in subjects if subject.file is None]
    if len(repositories) > 1 and request.application is not None:
        raise Refused("--application says what one repository is, and several are checked", "check one at a time")
    installation, problems = _configuration(request)
    if request.config is not None and (installation is None or errors_of(problems)):
        return problems
    found = list(problems)
    for subject in repositories:
        with _around(installation, subject, request=request) as applications:
            found += _checked(subject, applications, request=request)
    return tuple(found)


def _configuration(request: Request) -> tuple[Installation | None, tuple[Problem, ...]]:
    config = request.config
    if config is None:
        return None, ()
    try:
        source = read_file(config, str(config))
    except Refused as error:
        raise Missing(error.message, "name the operator's config.yaml with --config") from error
    return read_settings(source, Origin(str(config)), folder=Path(os.path.normpath(config.absolute().parent)), home=Path.home())


@contextmanager
def _around(installation: Installation | None, subject: Subject, *, request: Request) -> Iterator[_Applications]:
    with ExitStack() as stack:
        if installation is not None:
            known = stack.enter_context(open_history(installation.store)).known_refs()
            yield _Applications(_with_companions(installation, request), True, known)
        else:
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-")))
            name = AppName(request.application or subject.repository.name)
            yield _Applications(_with_companions(_made_up(name, scratch), request), False, {})


def _checked(subject: Subject, applications: _Applications, *, request: Request) -> tuple[Problem, ...]:
    installation = applications.installation
    name, ref = _application(subject, applications, request=request), _branch(subject, request)
    with Mirrors(installation) as mirrors:
        around = Around(
            installation=installation,
            files=mirrors,
            lister=None if request.offline else mirrors,
            known=applications.known,
            now=datetime.now(UTC),
            configured=applications.configured,
        )
        found = check_graph(Here(subject.repository, name, ref), around)
    return tuple(_without_made_up(problem if applications.configured else _unnamed(problem)) for problem in found)


def _without_made_up(problem: Problem) -> Problem:
    """What the command line says has no line to look at."""
    return replace(problem, related=tuple(place for place in problem.related if place.origin != _MADE_UP.origin))


def _unnamed(problem: Problem) -> Problem:
    """Without a config an application is unknown because the command line does not name it."""
    if problem.code != _UNKNOWN:
        return problem
    name = problem.message.partition(" ")[0]
    return replace(problem, message=f"{name} is not named with --with", hint=f"add --with {name}=URL, or use --config")


def _application(subject: Subject, applications: _Applications, *, request: Request) -> AppName:
    """Told by `--application`, by the repository's addresses, or by the folder's name."""
    known = applications.installation.applications
    if request.application is not None:
        name = AppName(request.application)
        if name not in known:
            hint = f"{did_you_mean(name, known)}name one of its applications with --application"
            raise Missing(f"{name} is no application of {request.config}", hint)
        return name
    addresses = {_place_of(address) for address in _addresses(subject)}
    for application in known.values():
        if _place_of(application.repository) in addresses:
            return application.name
    if subject.repository.name in known:
        return subject.repository.name
    raise Missing(f"{subject.repository.where} is no repository of {request.config}", "say which with --application NAME")


def _addresses(subject: Subject) -> list[str]:
    addresses = [subject.address] if subject.address else []
    if subject.folder is None:
        return addresses
    addresses.append(str(subject.folder.resolve()))
    try:
        with LocalRepository(subject.folder) as local:
            own = local.top == subject.folder.resolve()
            return [*addresses, *local.addresses()] if own else addresses
    except Missing:
        return addresses


def _place_of(address: str) -> str:
    """Host and path of an address, by which a clone over ssh is known to be the one over https; a folder's path as it is."""
    text = address.removesuffix("/").removesuffix(".git").removeprefix("file://")
    if text.startswith("/"):
        return str(Path(text).resolve())
    place = text.split("://", 1)[1] if "://" in text else text.replace(":", "/", 1)
    host, slash, path = place.partition("/")
    return f"{host.rpartition('@')[2]}{slash}{path}"


def _branch(subject: Subject, request: Request) -> Ref:
    if request.branch is not None:
        return branch_ref(request.branch)
    if subject.branch is not None:
        return subject.branch
    if subject.folder is not None and request.revision is None:
        with LocalRepository(subject.folder) as local:
            ref = local.branch()
        if ref is not None:
            return ref
    raise Missing(f"{subject.repository.where} is on no branch", "say for which one imports are resolved with --branch NAME")


def _with_companions(installation: Installation, request: Request) -> Installation:
    if not request.companions:
        return installation
    applications = dict(installation.applications)
    like = next(iter(applications.values()))
    for text, address in request.companions.items():
        name = AppName(text)
        before = applications.get(name) or _made_up_application(name, target=like.target)
        applications[name] = replace(before, repository=address_of(address).text, credentials=None)
    return replace(installation, applications=applications, allow_local=True)


def _made_up(name: AppName, scratch: Path) -> Installation:
    """An installation that admits every import, for judging what no config could change."""
    target = DirectoryTarget(
        place=_MADE_UP, name=_TARGET, ingress=IngressSettings(place=_MADE_UP), storage_classes={}, directory=scratch / "objects"
    )
    return Installation(
        place=_MADE_UP,
        name=_TARGET,
        store=scratch / "state.db",
        mirrors=scratch / "mirrors",
        allow_local=True,
        targets={_TARGET: target},
        secret_stores={},
        applications={name: _made_up_application(name, target=_TARGET)},
        every=timedelta(minutes=5),
        workers=1,
        prune=PruneLimits(place=_MADE_UP),
    )


def _made_up_application(name: AppName, *, target: str) -> Application:
    return Application(
        place=_MADE_UP,
        name=name,
        repository="",
        target=target,
        domain="example.com",
        allow=Allowance(place=_MADE_UP),
        importable_by=_ANYBODY,
        same_name_from=_ANYBODY,
    )
