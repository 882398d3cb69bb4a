"""Cron expressions: which minutes of which days they name; what clock changes do to them is judged where they are used."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from cronsim import CronSim, CronSimError

from reconciler.model.errors import BadValue

_LIMIT: Final = 200
_BEGIN: Final = datetime.combine(date(2000, 1, 1), time())
_NAMED: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FORM: Final = "write minute, hour, day of month, month and day of week, such as 0 9 * * 1-5"


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression of five fields, or a name such as `@daily`, as Debian's cron reads it.

    `minutes` are minutes after midnight, in order. `elapsed` is true where hour or minute begins with a star: such an
    expression runs on elapsed time, one with fixed times follows the clock on the wall. Raises `BadValue` for another grammar
    and for an expression that no date satisfies.
    """

    text: str
    minutes: tuple[int, ...] = field(init=False, repr=False, compare=False)
    elapsed: bool = field(init=False, repr=False, compare=False)
    _sim: CronSim = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sim = _parse(self.text)
        minute, hour = sim.parts[1:3]
        object.__setattr__(self, "_sim", sim)
        object.__setattr__(self, "minutes", tuple(60 * h + m for h in sorted(sim.hours) for m in sorted(sim.minutes)))
        object.__setattr__(self, "elapsed", minute.startswith("*") or hour.startswith("*"))

    def on(self, day: date) -> bool:
        """Whether it names this day."""
        return day.month in self._sim.months and self._sim.match_day(day)

    def __str__(self) -> str:
        return self.text


def _parse(text: str) -> CronSim:
    expression = _NAMED.get(text.strip().lower(), text)
    if len(expression) > _LIMIT or len(expression.split()) != 5:
        raise BadValue(f"cron {text[:60]!r} does not have five fields", _FORM)
    try:
        sim = CronSim(expression, _BEGIN)
        fires = next(CronSim(expression, _BEGIN), None)
    except CronSimError as error:
        if _no_month_has_the_day(expression):
            raise _never(text) from error
        raise BadValue(f"cron {text!r} has a {str(error).lower()}", _FORM) from error
    if fires is None:
        raise _never(text)
    return sim


def _no_month_has_the_day(expression: str) -> bool:
    """Whether what is wrong is the day and the months together, as in 31 February: each field alone can be read."""
    minute, hour, day, month, weekday = expression.split()
    try:
        CronSim(f"{minute} {hour} {day} * {weekday}", _BEGIN)
        CronSim(f"{minute} {hour} * {month} {weekday}", _BEGIN)
    except CronSimError:
        return False
    return True


def _never(text: str) -> BadValue:
    return BadValue(f"cron {text!r} never fires", "no date has that day, month and day of week")
