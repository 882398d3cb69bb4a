"""`.release.yaml`: where an application keeps its template and its variables (Release, `.release.yaml`)."""

from dataclasses import dataclass
from typing import Final

from reconciler.model.configuration import Unsupported
from reconciler.model.errors import BadValue
from reconciler.model.place import Located, Origin, whole_file
from reconciler.model.problem import Problem
from reconciler.spec.fields import Fields
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, Scalar
from reconciler.spec.problems_of import close_to
from reconciler.spec.reader import read
from reconciler.spec.repository_path import repository_path
from reconciler.spec.schema import Format, check, unsupported

PATH: Final = ".release.yaml"
_OLD_NAMES: Final = {"application_template": "default_app_template", "environment_variables": "default_env_variables"}
_TELLING: Final = (*_OLD_NAMES, *_OLD_NAMES.values(), "schedules", "compose", "builds", "charts", "manifests")
_USUAL: Final = "add application_template: .release/application_template.yaml, and the template in that file"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile(Located):
    """The paths, normalised (`./a` is `a`), or `None` where none is named; `foreign` is a file of another tool."""

    application_template: str | None = None
    environment_variables: str | None = None
    schedules: str | None = None
    foreign: bool = False
    unsupported: tuple[Unsupported, ...] = ()


def read_release_file(source: bytes, origin: Origin) -> tuple[ReleaseFile | None, tuple[Problem, ...]]:
    """The file, and all its problems; `None` where one of them is an error."""
    reading = read(source, origin)
    findings = Findings()
    findings.add(reading.problems)
    root = reading.root
    if root is None and findings.fatal:
        return None, findings.problems
    if root is None or (isinstance(root, Scalar) and root.value is None):
        findings.warning("R201", whole_file(origin), message="the file is empty, so no environment can be made", hint=_USUAL)
        return ReleaseFile(place=whole_file(origin)), findings.problems
    if not isinstance(root, MappingNode) or not _of_release(root):
        hint = f"for Release, {_USUAL}"
        findings.note(
            "R202", root.place, message="none of Release's keys is here, so the file belongs to another tool", hint=hint
        )
        return ReleaseFile(place=root.place, foreign=True), findings.problems
    findings.add(reading.doubts)
    release = _release_file(root, findings)
    return None if findings.fatal else release, findings.problems


def _of_release(root: MappingNode) -> bool:
    """Whether a key of Release's is here, or one that is most likely misspelt."""
    return any(key in _TELLING or close_to(key, _OLD_NAMES) for key in root.members)


def _release_file(root: MappingNode, findings: Findings) -> ReleaseFile:
    findings.add(check(root, Format.RELEASE))
    fields = Fields(root, findings)
    template, variables = _path(fields, "application_template"), _path(fields, "environment_variables")
    if template is None and not findings.fatal:
        message = "application_template is not named, so no environment can be made"
        findings.warning("R203", root.place, message=message, hint=_USUAL)
    return ReleaseFile(
        place=root.place,
        keys=fields.keys,
        application_template=template,
        environment_variables=variables,
        schedules=_path(fields, "schedules"),
        unsupported=unsupported(root, Format.RELEASE),
    )


def _path(fields: Fields, name: str) -> str | None:
    """The path under a key or its old name."""
    old = _OLD_NAMES.get(name)
    written = old if old and fields.has(old) and not fields.has(name) else name
    if old and fields.has(old):
        beside = f"; {name} stands beside it and is taken" if written == name else ""
        hint = f"rename it to {name}" if written == old else "remove it"
        fields.findings.warning("R205", fields.key_place(old), message=f"{old} is the old name of {name}{beside}", hint=hint)
    text = fields.text(written)
    if text is None:
        return None
    try:
        return repository_path(text)
    except BadValue as error:
        fields.findings.error("R204", fields.at(written), message=f"{written}: {error.message}", hint=error.hint)
        return None
