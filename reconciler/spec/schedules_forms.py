"""When a window is there: its zone, its times, its expression and its dates as people write them."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, TypeVar

from reconciler.model.cron import Cron
from reconciler.model.duration import parse_duration
from reconciler.model.errors import BadValue
from reconciler.model.windows import DatedException, Period, Recurring, State, WallSpan, Weekend
from reconciler.model.zone import Zone
from reconciler.spec.fields import Fields

OPENINGS: Final = 24
"""How often a day a window may begin: each pause takes minutes to carry out, and a search reads every one of them."""

LONGEST: Final = timedelta(days=366)
"""How long a window may last that an expression begins."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_DATE: Final = re.compile(r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})", re.ASCII)
_Value = TypeVar("_Value")


def read_zone(fields: Fields) -> Zone | None:
    """The zone under `timezone`. R803 for what is none."""
    return _parsed(fields, "timezone", parse=Zone, code="R803")


def read_pause_form(fields: Fields) -> WallSpan | Weekend | Recurring | None:
    """The form of a pause window, `None` where it is not right."""
    if fields.has("cron"):
        return _recurring(fields)
    weekends = fields.text("weekends")
    if weekends == "only":
        return Weekend()
    begins, ends = (_quietly(_time, fields.text(key)) for key in ("pause", "resume"))
    if begins is None or ends is None:
        return None
    if begins == ends:
        hint = "write another time; to sleep all day, let a cron expression begin it for 24h"
        fields.findings.error("R804", fields.at("resume"), message="resume is the same time as pause", hint=hint)
        return None
    days = frozenset(_DAYS.index(day) for day in fields.texts("days") if day in _DAYS) or frozenset(range(7))
    return WallSpan(begins, ends, days, keep_paused=weekends == "keep_paused")


def read_apply_form(fields: Fields) -> Recurring | Period | None:
    """The form of an apply window, `None` where it is not right."""
    if fields.has("cron"):
        return _recurring(fields)
    begins, ends = (_parsed(fields, key, parse=_moment, code="R805") for key in ("from", "to"))
    if begins is None or ends is None:
        return None
    if ends <= begins:
        message = f"the window ends at {fields.text('to')}, before it begins" if ends < begins else "the window ends as it begins"
        fields.findings.error("R806", fields.at("to"), message=message, hint="write the later time under `to`")
        return None
    return Period(begins, ends)


def read_exceptions(fields: Fields) -> tuple[DatedException, ...]:
    """The dated exceptions. R805 for a day that no calendar has, R807 for one that stands twice."""
    found: dict[date, DatedException] = {}
    for item in fields.mappings("except"):
        day, state = _parsed(item, "date", parse=_date, code="R805"), item.text("state")
        if day is None or state not in tuple(State):
            continue
        one = DatedException(place=item.place, keys=item.keys, date=day, state=State(state))
        first = found.setdefault(day, one)
        if first is not one:
            what = "contradicts" if first.state is not one.state else "repeats"
            message = f"exception for {day} {what} the one in line {first.place.line}"
            hint = "remove one of the two"
            item.findings.error("R807", item.at("date"), message=message, hint=hint, related=(first.at("date"),))
    return tuple(found.values())


def _recurring(fields: Fields) -> Recurring | None:
    cron = _parsed(fields, "cron", parse=Cron, code="R808")
    duration = _quietly(parse_duration, fields.text("duration"))
    if duration is None or cron is None:
        return None
    if not timedelta() < duration <= LONGEST:
        message = f"duration {fields.text('duration')} is {'nothing' if not duration else f'longer than {LONGEST.days} days'}"
        fields.findings.error("R809", fields.at("duration"), message=message, hint="write a duration such as 30m or 8h")
        return None
    form = Recurring(cron, duration)
    times = _begins_a_day(form)
    if times > OPENINGS:
        message = f"cron {cron.text!r} begins the window {times} times a day, more often than {OPENINGS}"
        fields.findings.error("R810", fields.at("cron"), message=message, hint="let it begin at most once an hour")
        return None
    return form


def _begins_a_day(form: Recurring) -> int:
    """How often the window begins on a day that the expression names; what runs into the next beginning counts once."""
    length = form.duration // timedelta(minutes=1)
    minutes = form.cron.minutes
    return 1 + sum(later - earlier > length for earlier, later in pairwise(minutes))


def _time(text: str) -> time:
    """Raises a plain `ValueError` for another form, which the schema has refused already; so do the next two."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]))


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise BadValue(f"{text!r} is a day that no calendar has", "check how many days the month has") from error


def _moment(text: str) -> datetime:
    day, _, clock = text.partition("T")
    at = _time(clock)
    return datetime.combine(_date(day), at)


def _parsed(fields: Fields, key: str, *, parse: Callable[[str], _Value], code: str) -> _Value | None:
    """The value under a key; a text that the schema has refused is not judged again."""
    text = fields.text(key)
    if text is None:
        return None
    try:
        return parse(text)
    except BadValue as error:
        fields.findings.error(code, fields.at(key), message=f"{key}: {error.message}", hint=error.hint)
    except ValueError:
        return None
    return None


def _quietly(parse: Callable[[str], _Value], text: str | None) -> _Value | None:
    """The value of a text, `None` where the schema has refused it already."""
    try:
        return parse(text) if text is not None else None
    except ValueError:
        return None
