"""Windows: what files and people declare of sleep and of changes, and what follows from it at an instant (design 8)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from reconciler.model.cron import Cron
from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Located, Place
from reconciler.model.reason import Reason
from reconciler.model.zone import Zone


class State(StrEnum):
    """Whether an environment sleeps."""

    AWAKE = "awake"
    ASLEEP = "asleep"


class Gate(StrEnum):
    """What an apply window lets through or keeps out."""

    APPLY = "apply"
    REPAIR = "repair"
    PRUNE = "prune"
    TEARDOWN = "teardown"


USUAL_GATES: Final = frozenset({Gate.APPLY, Gate.PRUNE, Gate.TEARDOWN})
"""What an apply window is about where it does not say; repair goes on."""


class Level(StrEnum):
    """Who speaks, from the one who decides first to the one who decides last (design 8.5)."""

    OVERRIDE = "override"
    BINDING = "binding"
    ENVIRONMENT = "environment"
    APPLICATION = "application"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which environments a window is about; an empty part leaves none out."""

    applications: tuple[AppName, ...] = ()
    types: tuple[EnvironmentType, ...] = ()
    branches: tuple[RefGlob, ...] = ()


@dataclass(frozen=True, slots=True)
class WallSpan:
    """From one time on the wall to another, on the next day where it is not later.

    `days` are the local days on which it begins, 0 is Monday. With `keep_paused` nothing ends on a Saturday or Sunday.
    """

    begins: time
    ends: time
    days: frozenset[int] = frozenset(range(7))
    keep_paused: bool = False


@dataclass(frozen=True, slots=True)
class Weekend:
    """Saturday 00:00 to Monday 00:00."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """Whenever the expression fires, for a duration of elapsed time."""

    cron: Cron
    duration: timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """Once, from one wall time to another; both without an offset."""

    begins: datetime
    ends: datetime


Form = WallSpan | Weekend | Recurring | Period


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedException(Located):
    """One local day, midnight to midnight, that is as it says whatever reaches into it."""

    date: date
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseWindow(Located):
    """When environments sleep."""

    name: str
    level: Level
    form: WallSpan | Weekend | Recurring
    zone: Zone
    exceptions: tuple[DatedException, ...] = ()
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPause(Located):
    """`pause: none`: cancels what less specific levels say."""

    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyWindow(Located):
    """When changes may be made (`allow`) or may not; with `interrupt` a run that has begun stops where the gate closes."""

    name: str
    level: Level
    allow: bool
    form: Recurring | Period
    zone: Zone
    gates: frozenset[Gate] = USUAL_GATES
    interrupt: bool = False
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True)
class Declarations:
    """What one file says of windows, or several together."""

    pause: tuple[PauseWindow, ...] = ()
    none: tuple[NoPause, ...] = ()
    apply: tuple[ApplyWindow, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pause or self.none or self.apply)


NO_WINDOWS: Final = Declarations()
"""What a file says that declares nothing."""


def joined(*parts: Declarations) -> Declarations:
    """Several files' declarations as one; each still knows its level and place."""
    return Declarations(
        pause=tuple(window for part in parts for window in part.pause),
        none=tuple(none for part in parts for none in part.none),
        apply=tuple(window for part in parts for window in part.apply),
    )


@dataclass(frozen=True, slots=True)
class WindowOverride:
    """A person's temporary word over the pause windows; `withdrawn` is when a person took it back before its end."""

    state: State
    begins: datetime
    until: datetime | None
    author: str
    reason: str
    withdrawn: datetime | None = None

    @property
    def ends(self) -> datetime | None:
        """When it ends, by itself or because it was taken back."""
        ends = [instant for instant in (self.until, self.withdrawn) if instant is not None]
        return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class EnvironmentFacts:
    """What of an environment decides which windows are about it; `may_pause` is its rule's word for a permanent one."""

    application: AppName
    branch: str
    type: EnvironmentType
    may_pause: bool = False


@dataclass(frozen=True, slots=True)
class Considered:
    """One declaration's own view at the instant, and whether it decides.

    `on` is asleep, or inside of an apply window, and `None` where the declaration is not about this environment. `since` and
    `until` bound that view; `None` where nothing changes within the search.
    """

    name: str
    level: Level
    place: Place | None
    on: bool | None
    since: datetime | None
    until: datetime | None
    sentence: str
    decides: bool


@dataclass(frozen=True, slots=True)
class PauseState:
    """Whether an environment sleeps at an instant, why, and between which instants: exact, `None` beyond the search."""

    state: State
    since: datetime | None
    until: datetime | None
    reason: Reason
    declaration: str | None
    considered: tuple[Considered, ...]


@dataclass(frozen=True, slots=True)
class GateState:
    """Whether a gate is open at an instant, why, and between which instants; `interrupt` stops a run that has begun."""

    gate: Gate
    open: bool
    since: datetime | None
    until: datetime | None
    reason: Reason
    declaration: str | None
    interrupt: bool
    considered: tuple[Considered, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """The instant at which sleep (`gate` is `None`) or a gate turns, and what holds from then on."""

    at: datetime
    gate: Gate | None
    to: str
    reason: Reason
