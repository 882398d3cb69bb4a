"""The variables of a Compose service: `env_file` and `environment`, and what of them must not be written into git."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.model.names import is_variable, variable_prefix
from reconciler.model.place import Place
from reconciler.spec.compose_credentials import is_credential, is_credential_name
from reconciler.spec.compose_env_file import read_env_file
from reconciler.spec.compose_interpolate import SECRET, say_missing, substitute
from reconciler.spec.compose_project import Body, Project, items_of, pairs_of
from reconciler.spec.fields import text_of
from reconciler.spec.node import MappingNode, Node, Scalar

_LOCAL: Final = re.compile(r"\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0):([0-9]{1,5})\b")


@dataclass(frozen=True, slots=True)
class Variables:
    """`entries` go into the variables file, `envs` into the template: their names are none for a shell."""

    entries: tuple[Body, ...]
    envs: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class _Variable:
    key: str
    value: str
    place: Place


def variables_of(service: MappingNode, project: Project, *, published: Mapping[int, str], needed: tuple[str, ...]) -> Variables:
    """All variables of a service; `environment` wins over `env_file`, a later file over an earlier one.

    `published` are the services behind the machine's ports, `needed` the credentials that its command or probe names.
    """
    found: dict[str, _Variable] = {}
    for variable in (*_of_files(service, project), *_of_environment(service, project)):
        found[variable.key] = variable
    entries, envs = [], []
    for variable in found.values():
        body = _entry(variable, project)
        if is_variable(variable.key):
            entries.append(body)
            _say_local(variable, published, project=project)
        elif "value" in body:
            envs.append(body)
    for name in dict.fromkeys(needed):
        if name not in found:
            entries.append(_entry(_Variable(name, f"\x00{name}\x00", service.place), project))
    return Variables(tuple(entries), tuple(envs))


def _entry(variable: _Variable, project: Project) -> Body:
    if not SECRET.search(variable.value) and not is_credential(variable.key, variable.value):
        return {"key": variable.key, "value": variable.value}
    project.findings.note(
        "R853",
        variable.place,
        message=f"{variable.key} looks like a credential, so it is a secret without its value",
        hint="put the value into the secret store, or write it with `value:` where everybody may know it",
    )
    return {"key": variable.key, "secret": True}


def _of_environment(service: MappingNode, project: Project) -> Iterator[_Variable]:
    node = service.get("environment")
    for pair in pairs_of(node):
        outside = pair.text is None and (pair.key in project.values or is_credential_name(pair.key))
        text = f"${pair.key}" if outside else pair.text
        if not pair.key or text is None:
            name = pair.key or "a variable without a name"
            project.left(pair.place, f"{name}, whose value comes from outside,", hint="write its value, or make it a secret")
            continue
        done = substitute(text, project.values)
        say_missing(done, Scalar(pair.place, text, text, plain=True), findings=project.findings)
        yield _Variable(pair.key, done.text, pair.place)


def _of_files(service: MappingNode, project: Project) -> Iterator[_Variable]:
    for item in items_of(service.get("env_file")):
        written = text_of(item.get("path") if isinstance(item, MappingNode) else item) or ""
        path = project.path(written)
        source = project.read(path) if path else None
        if path and source is not None:
            yield from _of_file(source, path, project=project)
        elif not _is_optional(item):
            hint = "write the variables into the variables file"
            project.left(item.place, f"{written[:80]!r}, which is no file of the repository,", hint=hint)


def _of_file(source: bytes, path: str, *, project: Project) -> Iterator[_Variable]:
    lines, wrong = read_env_file(source, project.values)
    for number in wrong:
        project.left(_on_line(path, number, project=project), "the line, which is no variable,", hint="write it like KEY=value")
    for line in lines:
        place = _on_line(path, line.line, project=project)
        value = project.values.get(line.key) if line.value is None else line.value
        if value is None:
            project.left(place, f"{line.key}, whose value comes from outside,", hint="write its value, or make it a secret")
        else:
            yield _Variable(line.key, value, place)


def _on_line(path: str, line: int, *, project: Project) -> Place:
    return Place(project.origin(path), line, 1, line, 1)


def _is_optional(item: Node) -> bool:
    return isinstance(item, MappingNode) and (text_of(item.get("required")) or "").lower() == "false"


def _say_local(variable: _Variable, published: Mapping[int, str], *, project: Project) -> None:
    """A browser that is sent to the own machine does not find the environment."""
    match = _LOCAL.search(variable.value)
    name = published.get(int(match[1])) if match else None
    if match and name and not is_credential(variable.key, variable.value):
        project.findings.note(
            "R856",
            variable.place,
            message=f"{variable.key} names {match[0]}, where an environment has nothing",
            hint=f"write `mapping: {{{variable.key}: {variable_prefix(name)}_INGRESS_URL}}` in the variables file",
        )
