"""The environment variables file of an application (Release, environment variables file)."""

from types import MappingProxyType
from typing import Final

from reconciler.model.digest import digest_of
from reconciler.model.errors import BadValue
from reconciler.model.mapping_text import parse_mapping
from reconciler.model.place import Origin, whole_file
from reconciler.model.problem import Problem
from reconciler.model.variables import Entry, MappingEntry, SecretReference, Variables
from reconciler.spec.ambiguous import without_echoes
from reconciler.spec.credentials import credentials
from reconciler.spec.fields import Fields
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, Scalar
from reconciler.spec.reader import read
from reconciler.spec.schema import Format, check

_REFERENCE: Final = "$secrets."


def read_variables(source: bytes, origin: Origin) -> tuple[Variables | None, tuple[Problem, ...]]:
    """The variables, and all problems of the file; `None` where one of them is an error."""
    reading = read(source, origin)
    findings = Findings()
    findings.add(reading.problems)
    root = reading.root
    if root is None and findings.fatal:
        return None, findings.problems
    if root is None or (isinstance(root, Scalar) and root.value is None):
        findings.note("R401", whole_file(origin), message="the file is empty, so no variable is set")
        root = MappingNode(whole_file(origin))
    findings.add(reading.doubts)
    findings.add(credentials(root, source))
    findings.add(check(root, Format.VARIABLES))
    variables = _variables(Fields(root, findings)) if isinstance(root, MappingNode) else None
    return None if findings.fatal else variables, tuple(without_echoes(findings.problems))


def parse_reference(text: str) -> SecretReference:
    """`$secrets.<store>.<path>` as a value; the path may hold dots and slashes, one leading slash means nothing.

    Raises `BadValue` where store or path is missing, and for a path that climbs.
    """
    store, _, path = text.removeprefix(_REFERENCE).partition(".")
    path = path.removeprefix("/")
    if not store or not path:
        raise BadValue(f"secret reference {text!r} is not complete", "write $secrets.<store>.<path>")
    if any(step in ("", ".", "..") for step in path.split("/")) or "\\" in path:
        raise BadValue(f"secret reference {text!r} climbs", "write the path without '.', '..' and empty steps")
    return SecretReference(store, path)


def _variables(fields: Fields) -> Variables:
    defaults = _section(fields, _defaults_key(fields))
    sections = fields.mapping("services")
    services = {name: _section(sections, name) for name in sections.keys} if sections else {}
    mapping = _mapping(fields.mapping("mapping"))
    gitops = fields.mapping("gitops")
    immutable = gitops.texts("immutable_keys") if gitops else ()
    return Variables(
        place=fields.place,
        keys={**fields.keys, **{f"services[{name}]": sections.key_place(name) for name in services if sections}},
        digest=_digest(defaults, services, mapping=mapping, immutable=immutable),
        defaults=defaults,
        services=MappingProxyType(services),
        mapping=mapping,
        immutable_keys=immutable,
    )


def _defaults_key(fields: Fields) -> str:
    """The environment-specific form of the file says `envs` where this one says `defaults`."""
    if not fields.has("envs"):
        return "defaults"
    if fields.has("defaults"):
        message = "envs stands beside defaults, and only one of them can be the defaults"
        fields.findings.error("R402", fields.key_place("envs"), message=message, hint="move its variables to defaults")
    else:
        message = "envs is the name in an environment's own file, and is read as defaults"
        fields.findings.warning("R402", fields.key_place("envs"), message=message, hint="rename it to defaults")
    return "envs"


def _section(fields: Fields, key: str) -> tuple[Entry, ...]:
    """One list of variables, each name at most once."""
    entries: dict[str, Entry] = {}
    for item in fields.mappings(key):
        if not item.has("key"):
            continue
        entry = _entry(item)
        first = entries.setdefault(entry.key, entry)
        if first is not entry:
            message = f"variable {entry.key} stands twice in {key}; the first is in line {first.place.line}"
            findings, related = fields.findings, (first.at("key"),)
            findings.error("R403", entry.at("key"), message=message, hint="remove one of the two", related=related)
    return tuple(entries.values())


def _entry(item: Fields) -> Entry:
    """A value is its text as written: `1.10` stays `1.10`, `true` stays `true`, nothing is the empty text."""
    key = item.text("key") or ""
    value = item.text("value")
    secret = item.flag("secret") or False
    if value is not None and value.startswith(_REFERENCE):
        return Entry(place=item.place, keys=item.keys, key=key, secret=True, reference=_reference(item, value))
    if secret and value is None:
        return Entry(place=item.place, keys=item.keys, key=key, secret=True, reference=SecretReference(None, key))
    if secret:
        message = f"secret {key} has its value in git, where everybody who reads the repository sees it"
        hint = "leave the value out, or write $secrets.<store>.<path>"
        item.findings.warning("R404", item.at("value"), message=message, hint=hint)
    return Entry(place=item.place, keys=item.keys, key=key, value=value or "", secret=secret)


def _reference(item: Fields, text: str) -> SecretReference | None:
    try:
        return parse_reference(text)
    except BadValue as error:
        item.findings.error("R405", item.at("value"), message=error.message, hint=error.hint)
        return None


def _mapping(fields: Fields | None) -> tuple[MappingEntry, ...]:
    if fields is None:
        return ()
    for key, text, place in fields.pairs():
        try:
            parse_mapping(text)
        except BadValue as error:
            fields.findings.error("R407", place, message=f"mapping {key}: {error.message}", hint=error.hint)
    return tuple(MappingEntry(place=place, key=key, text=text) for key, text, place in fields.pairs())


def _digest(
    defaults: tuple[Entry, ...],
    services: dict[str, tuple[Entry, ...]],
    *,
    mapping: tuple[MappingEntry, ...],
    immutable: tuple[str, ...],
) -> str:
    """Over what the file means: the order of variables and an empty section change nothing."""
    return digest_of(
        {
            "defaults": _meaning(defaults),
            "services": {name: _meaning(entries) for name, entries in services.items() if entries},
            "mapping": {entry.key: entry.text for entry in mapping},
            "immutable": sorted(set(immutable)),
        }
    )


def _meaning(entries: tuple[Entry, ...]) -> dict[str, list[str | bool | None]]:
    return {
        entry.key: [entry.value, entry.secret, *((entry.reference.store, entry.reference.path) if entry.reference else ())]
        for entry in entries
    }
