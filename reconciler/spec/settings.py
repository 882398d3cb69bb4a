"""The operator's `config.yaml` (docs/config.md): every key as a value, every mistake at its line."""

from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from reconciler.model.duration import parse_duration
from reconciler.model.errors import BadValue
from reconciler.model.place import Origin, whole_file
from reconciler.model.problem import Problem
from reconciler.model.settings import Installation, PruneLimits
from reconciler.model.windows import Level
from reconciler.spec.ambiguous import without_echoes
from reconciler.spec.fields import Fields
from reconciler.spec.findings import Findings
from reconciler.spec.folders import Folders
from reconciler.spec.limits import NODES_OF_OPERATOR
from reconciler.spec.node import MappingNode, Node
from reconciler.spec.reader import read
from reconciler.spec.schedules import read_windows
from reconciler.spec.schema import Format, check, unsupported, without_dates
from reconciler.spec.settings_applications import Surroundings, read_applications
from reconciler.spec.settings_secrets import read_stores
from reconciler.spec.settings_targets import read_targets

_INSTALLATION: Final = "main"
_STORE: Final = "/var/lib/reconciler/state.db"
_MIRRORS: Final = "/var/lib/reconciler/mirrors"
_EVERY: Final = timedelta(seconds=60)
_SHORTEST: Final = timedelta(seconds=1)
_WORKERS: Final = 8
_PAUSE_AFTER: Final = timedelta(hours=1)


def read_settings(source: bytes, origin: Origin, *, folder: Path, home: Path) -> tuple[Installation | None, tuple[Problem, ...]]:
    """The configuration with absolute paths, and all problems of the file; `None` where one of them is an error.

    `folder` is the one that relative paths start from, `home` what `~` stands for.
    """
    reading = read(source, origin, nodes=NODES_OF_OPERATOR)
    findings = Findings()
    findings.add(reading.problems)
    if reading.root is None:
        if not findings.fatal:
            findings.error("R701", whole_file(origin), message="the file is empty", hint="start from config.example.yaml")
        return None, findings.problems
    findings.add(without_dates(reading.doubts, reading.root, format=Format.CONFIG))
    findings.add(check(reading.root, Format.CONFIG))
    _say_unsupported(reading.root, findings)
    if not isinstance(reading.root, MappingNode):
        return None, findings.problems
    installation = _installation(Fields(reading.root, findings), Folders(folder, home))
    return None if findings.fatal else installation, tuple(without_echoes(findings.problems))


def _say_unsupported(root: Node, findings: Findings) -> None:
    for entry in unsupported(root, Format.CONFIG):
        message = f"{entry.key} is read and has no effect in this version"
        findings.warning("R709", entry.place, message=message, hint="remove it until a version supports it")


def _installation(fields: Fields, folders: Folders) -> Installation:
    targets, names = read_targets(fields.mapping("targets"), folders)
    declared = fields.mapping("applications")
    stores = read_stores(fields.mapping("secrets"), folders, applications=tuple(declared.keys) if declared else ())
    allow_local = fields.flag("allow_local") or False
    windows = fields.mapping("windows")
    surroundings = Surroundings(folders, targets=names, stores=stores, allow_local=allow_local)
    return Installation(
        place=fields.place,
        keys=fields.keys,
        name=fields.text("installation") or _INSTALLATION,
        store=_store(fields, folders),
        mirrors=folders.path(fields.text("mirrors") or _MIRRORS),
        allow_local=allow_local,
        targets=MappingProxyType(targets),
        secret_stores=MappingProxyType(stores),
        applications=MappingProxyType(read_applications(declared, surroundings)),
        every=_every(fields.mapping("reconcile")),
        workers=_workers(fields.mapping("reconcile")),
        prune=_prune(fields),
        windows=read_windows(windows, level=Level.BINDING),
        pause_after=_pause_after(windows),
    )


def _store(fields: Fields, folders: Folders) -> Path:
    """`sqlite:///var/x` is the absolute path, `sqlite://x` and `sqlite:x` are relative to the file."""
    text = fields.text("store")
    if text is None:
        return Path(_STORE)
    scheme, colon, rest = text.partition(":")
    path = rest.removeprefix("//")
    if colon and scheme == "sqlite" and path and not path.endswith("/"):
        return folders.path(path)
    trouble = (
        "PostgreSQL is not supported by this version" if scheme.startswith("postgres") else "this is not the address of a store"
    )
    fields.findings.error("R704", fields.at("store"), message=f"store: {trouble}", hint="write sqlite:///path/to/state.db")
    return Path(_STORE)


def _every(fields: Fields | None) -> timedelta:
    text = fields.text("every") if fields else None
    if fields is None or text is None:
        return _EVERY
    try:
        every = parse_duration(text)
    except BadValue:
        return _EVERY
    if every < _SHORTEST:
        message = f"reconcile.every: {text} is shorter than one second"
        fields.findings.error("R713", fields.at("every"), message=message, hint="write 10s or more")
    return every


def _pause_after(fields: Fields | None) -> timedelta:
    text = fields.text("pause_after") if fields else None
    try:
        return _PAUSE_AFTER if text is None else parse_duration(text)
    except BadValue:
        return _PAUSE_AFTER


def _workers(fields: Fields | None) -> int:
    written = fields.text("workers") if fields else None
    return int(written) if written and written.isdecimal() else _WORKERS


def _prune(fields: Fields) -> PruneLimits:
    prune = fields.mapping("prune")
    if prune is None:
        return PruneLimits(place=fields.place)
    at_most, percent = prune.text("at_most"), prune.text("at_most_percent")
    limits = PruneLimits(place=prune.place)
    return PruneLimits(
        place=prune.place,
        keys=prune.keys,
        at_most=int(at_most) if at_most and at_most.isdecimal() else limits.at_most,
        at_most_percent=int(percent) if percent and percent.isdecimal() else limits.at_most_percent,
    )
