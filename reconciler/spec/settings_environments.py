"""The environment rules of an application in `config.yaml`."""

from collections.abc import Iterator
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from reconciler.model.duration import parse_duration
from reconciler.model.errors import BadValue
from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType, Expiry, Since
from reconciler.model.place import Place
from reconciler.model.settings import EnvironmentRule
from reconciler.model.windows import Level
from reconciler.spec.fields import Fields
from reconciler.spec.schedules import read_windows
from reconciler.spec.settings_globs import read_globs

_SHORTEST: Final = timedelta(minutes=1)


def read_rules(application: AppName, parts: tuple[Fields, ...]) -> tuple[EnvironmentRule, ...]:
    """The rules in the order of the file; a name, branch or glob that an earlier rule has is a problem."""
    seen: dict[str, Place] = {}
    rules = []
    for fields in parts:
        for thing, place in _claims(fields):
            first = seen.setdefault(thing, place)
            if first is not place:
                message = f"applications.{application}.environments: {thing} stands in an earlier rule, in line {first.line}"
                hint = "remove one of the two; the first rule that matches decides"
                fields.findings.error("R707", place, message=message, hint=hint, related=(first,))
        rules.append(_rule(fields))
    return tuple(rules)


def _claims(fields: Fields) -> Iterator[tuple[str, Place]]:
    """What a rule alone may have."""
    for key in ("name", "branch"):
        if fields.has(key):
            yield f"{key} {fields.text(key)!r}", fields.at(key)
    for text, place in fields.places("branches"):
        yield f"glob {text!r}", place


def _rule(fields: Fields) -> EnvironmentRule:
    at_most, kind = fields.text("at_most"), fields.text("type")
    return EnvironmentRule(
        place=fields.place,
        keys=fields.keys,
        type=EnvironmentType.EPHEMERAL if kind == EnvironmentType.EPHEMERAL else EnvironmentType.PERMANENT,
        name=fields.text("name"),
        branch=fields.text("branch"),
        branches=read_globs(fields, "branches"),
        template_entry=fields.text("template_entry"),
        at_most=int(at_most) if at_most and at_most.isdecimal() else None,
        recreate=fields.flag("recreate") or False,
        follow_creation=fields.text("follow") == "creation",
        secrets=fields.flag("secrets") or False,
        parameters=_texts(fields.mapping("parameters")),
        variables=_texts(fields.mapping("variables")),
        hosts=fields.texts("hosts"),
        expires_after=_expiry(fields),
        may_pause=fields.flag("may_pause") or False,
        windows=read_windows(fields.mapping("windows"), level=Level.ENVIRONMENT),
    )


def _expiry(fields: Fields) -> Expiry | None:
    written = fields.mapping("expires_after")
    after = written.text("after") if written else fields.text("expires_after")
    since = written.text("from") if written else None
    if after is None:
        return None
    if fields.text("type") == EnvironmentType.PERMANENT:
        message = "expires_after: a permanent environment does not expire"
        fields.findings.error("R715", fields.at("expires_after"), message=message, hint="remove it, or write `type: ephemeral`")
    try:
        expiry = Expiry(parse_duration(after), Since.BIRTH if since == Since.BIRTH else Since.PUSH)
    except BadValue:
        return None
    if expiry.after < _SHORTEST:
        message = f"expires_after: {after} is shorter than a minute"
        fields.findings.error("R716", fields.at("expires_after"), message=message, hint="write 12h, 3d or more")
    return expiry


def _texts(fields: Fields | None) -> MappingProxyType[str, str]:
    """Values are their text as written: `1.10` stays `1.10`."""
    return MappingProxyType({key: text for key, text, _ in fields.pairs()} if fields else {})
