"""Windows as people write them: an application's schedules file, and the same two lists in the operator's `config.yaml`."""

from typing import Final, TypeVar

from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin, whole_file
from reconciler.model.problem import Problem
from reconciler.model.windows import (
    USUAL_GATES,
    ApplyWindow,
    Declarations,
    Gate,
    Level,
    NoPause,
    PauseWindow,
    Scope,
)
from reconciler.spec.ambiguous import without_echoes
from reconciler.spec.fields import Fields
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, Scalar
from reconciler.spec.reader import read
from reconciler.spec.schedules_forms import read_apply_form, read_exceptions, read_pause_form, read_zone
from reconciler.spec.schema import Format, check, without_dates
from reconciler.spec.settings_globs import read_globs
from reconciler.spec.unique import refuse_twins

_NONE: Final = "none"
_Word = TypeVar("_Word", Gate, EnvironmentType)


def read_schedules(source: bytes, origin: Origin) -> tuple[Declarations | None, tuple[Problem, ...]]:
    """The declarations of an application's file, and all problems of it; `None` where one of them is an error.

    The caller keeps the last good declarations in force then: a file that cannot be read wakes and pauses nothing.
    """
    reading = read(source, origin)
    findings = Findings()
    findings.add(reading.problems)
    root = reading.root
    if root is None and findings.fatal:
        return None, findings.problems
    if root is None or (isinstance(root, Scalar) and root.value is None):
        findings.note("R801", whole_file(origin), message="the file is empty, so it declares no window")
        return Declarations(), findings.problems
    findings.add(without_dates(reading.doubts, root, format=Format.SCHEDULES))
    findings.add(check(root, Format.SCHEDULES))
    fields = Fields(root, findings) if isinstance(root, MappingNode) else None
    declared = read_windows(fields, level=Level.APPLICATION)
    _warn_of_strangers(declared, origin.application, findings=findings)
    return None if findings.fatal else declared, tuple(without_echoes(findings.problems))


def read_windows(fields: Fields | None, *, level: Level) -> Declarations:
    """The two lists below `fields`: a schedules file, or `windows:` in `config.yaml`; what is wrong goes to their findings.

    `level` is whose word it is. At `Level.BINDING`, the operator's, a pause window that says `default: true` is of
    `Level.DEFAULT`. The shape is the schema's to check.
    """
    if fields is None:
        return Declarations()
    pause = tuple(_pause(item, level=level) for item in fields.mappings("pause"))
    apply = tuple(_apply(item, level=level) for item in fields.mappings("apply"))
    none = (NoPause(place=fields.at("pause"), level=level),) if fields.text("pause") == _NONE else ()
    found = Declarations(
        pause=tuple(window for window in pause if window is not None),
        none=none,
        apply=tuple(window for window in apply if window is not None),
    )
    refuse_twins([(window.name, window.at("name")) for window in found.pause], what="pause window", findings=fields.findings)
    refuse_twins([(window.name, window.at("name")) for window in found.apply], what="apply window", findings=fields.findings)
    return found


def _pause(fields: Fields, *, level: Level) -> PauseWindow | None:
    name, zone, form = fields.text("name"), read_zone(fields), read_pause_form(fields)
    exceptions, scope = read_exceptions(fields), _scope(fields)
    if name is None or zone is None or form is None:
        return None
    is_default = level is Level.BINDING and fields.flag("default")
    return PauseWindow(
        place=fields.place,
        keys=fields.keys,
        name=name,
        level=Level.DEFAULT if is_default else level,
        form=form,
        zone=zone,
        exceptions=exceptions,
        scope=scope,
    )


def _apply(fields: Fields, *, level: Level) -> ApplyWindow | None:
    name, zone, form = fields.text("name"), read_zone(fields), read_apply_form(fields)
    scope = _scope(fields)
    if name is None or zone is None or form is None:
        return None
    return ApplyWindow(
        place=fields.place,
        keys=fields.keys,
        name=name,
        level=level,
        allow=fields.has("allow"),
        form=form,
        zone=zone,
        gates=frozenset(_of_words(fields.texts("gates"), Gate)) or USUAL_GATES,
        interrupt=fields.flag("interrupt") or False,
        scope=scope,
    )


def _scope(fields: Fields) -> Scope:
    scope = fields.mapping("scope")
    if scope is None:
        return Scope()
    return Scope(
        applications=tuple(AppName(name) for name in scope.texts("applications")),
        types=_of_words(scope.texts("types"), EnvironmentType),
        branches=read_globs(scope, "branches"),
    )


def _of_words(texts: tuple[str, ...], words: type[_Word]) -> tuple[_Word, ...]:
    return tuple(word for word in words if word in texts)


def _warn_of_strangers(declared: Declarations, application: AppName | None, *, findings: Findings) -> None:
    """An application's file speaks for it alone (design 8.7)."""
    spoken = [(window.name, window.scope, window.at("scope")) for window in declared.pause]
    spoken += [(window.name, window.scope, window.at("scope")) for window in declared.apply]
    for name, scope, place in spoken:
        if application is not None and scope.applications and application not in scope.applications:
            others = ", ".join(scope.applications)
            message = f"window {name!r} is about {others}, but a file of {application} speaks for it alone"
            findings.warning("R802", place, message=message, hint="remove `applications`, or ask the operator")
