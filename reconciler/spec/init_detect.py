"""What a repository offers for a first template, in Release's order of preference: Compose file, Dockerfiles, `package.json`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from reconciler.model.names import as_label, fit
from reconciler.model.place import whole_file
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.spec.compose import draft_of_compose
from reconciler.spec.compose_draft import Question
from reconciler.spec.compose_project import Body
from reconciler.spec.fields import text_of
from reconciler.spec.findings import Findings
from reconciler.spec.init_dockerfile import exposed_ports, package_name
from reconciler.spec.init_draft import Draft, Unit
from reconciler.spec.init_sources import Sources
from reconciler.spec.node import MappingNode
from reconciler.spec.reader import read
from reconciler.spec.release_file import PATH

COMPOSE_NAMES: Final = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""The names that Docker looks for, the best first."""

_OVERRIDE: Final = ".override"
_DOCKERFILE: Final = "Dockerfile"
_PACKAGE: Final = "package.json"
_USUAL_PORT: Final = 3000


@dataclass(frozen=True, slots=True)
class Detected:
    """The draft, and the file that it begins with."""

    source: str
    draft: Draft


def detect(sources: Sources, question: Question) -> Detected | None:
    """The draft of the best that the repository offers; `None` where it offers nothing.

    A Compose file that a person names, or that `.release.yaml` names, goes before one that is found by its name.
    """
    named = question.compose or _named(sources) or next((name for name in COMPOSE_NAMES if name in sources.paths), None)
    if named:
        path = named.removeprefix("./")
        return Detected(path, _with_overrides(draft_of_compose(path, sources, question=question), path, sources=sources))
    shallow = sorted(sources.paths, key=lambda path: (path.count("/"), path))
    dockerfiles = [path for path in shallow if path.rpartition("/")[2] == _DOCKERFILE]
    if dockerfiles:
        return Detected(dockerfiles[0], _of_dockerfiles(dockerfiles, sources, question=question))
    return Detected(_PACKAGE, _of_package(sources, question)) if _PACKAGE in sources.paths else None


def _named(sources: Sources) -> str | None:
    """The Compose file that `.release.yaml` names."""
    root = read(sources.read(PATH) or b"", sources.origin(PATH)).root
    return text_of(root.get("compose")) if isinstance(root, MappingNode) else None


def _with_overrides(draft: Draft, path: str, *, sources: Sources) -> Draft:
    """Docker lays a file for the own machine over the Compose file; an environment is not that machine."""
    stem = path.rpartition(".")[0]
    beside = [name for name in (f"{stem}{_OVERRIDE}.yaml", f"{stem}{_OVERRIDE}.yml") if name in sources.paths]
    problems = [
        Problem(
            Severity.WARNING,
            "R851",
            whole_file(sources.origin(name)),
            f"{name}, which Docker lays over the Compose file, is not carried over",
            f"write into {path} what environments need",
        )
        for name in beside
    ]
    return replace(draft, problems=in_order([*draft.problems, *problems]))


def _of_dockerfiles(paths: Iterable[str], sources: Sources, *, question: Question) -> Draft:
    """A service for each Dockerfile, called after its folder; the ports are those it exposes."""
    findings = Findings()
    units: list[Unit] = []
    for path in paths:
        folder = path.rpartition("/")[0]
        ports = exposed_ports(sources.read(path) or b"")
        if not ports:
            hint = "write EXPOSE into it, or `ports:` into the template"
            message = f"{path} exposes no port, so its service has none"
            findings.warning("R855", whole_file(sources.origin(path)), message=message, hint=hint)
        name = _free(as_label(folder.rpartition("/")[2]) or _own_name(sources, question), {unit.name for unit in units})
        units.append(Unit(name, is_job=False, body=_body(name, folder, ports=ports, question=question)))
    return Draft(tuple(units), (), findings.problems)


def _of_package(sources: Sources, question: Question) -> Draft:
    """One service for a `package.json` without a Dockerfile."""
    findings = Findings()
    message = f"{_PACKAGE} says neither how an image is built nor which port is served; {_USUAL_PORT} is assumed"
    hint = f"write a {_DOCKERFILE}, and mend the port"
    findings.warning("R855", whole_file(sources.origin(_PACKAGE)), message=message, hint=hint)
    name = _free(_own_name(sources, question), set())
    unit = Unit(name, is_job=False, body=_body(name, "", ports=(_USUAL_PORT,), question=question))
    return Draft((unit,), (), findings.problems)


def _own_name(sources: Sources, question: Question) -> str:
    return as_label(package_name(sources.read(_PACKAGE) or b"") or "") or question.app


def _body(name: str, folder: str, *, ports: tuple[int, ...], question: Question) -> Body:
    found: list[Body] = [{"type": "node_port", "target_port": port, "port": port} for port in ports]
    built: Body = {"image": f"{question.image_prefix}/{name}", "has_repo": True, "build": {"context": folder or "."}}
    return {"name": name, **built, **({"ports": found} if found else {})}


def _free(name: str, taken: set[str]) -> str:
    label = fit(name if name[:1].isalpha() else f"service-{name}".rstrip("-"))
    return next(one for one in (label, *(fit(f"{label}-{number}") for number in range(2, len(taken) + 3))) if one not in taken)
