"""States, gates and next changes of 10,000 environments with a hundred files of declarations, beside one look at a clock."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta

from benchmarks.measure import row, seconds
from reconciler.model.cron import Cron
from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin, whole_file
from reconciler.model.windows import (
    ApplyWindow,
    Declarations,
    EnvironmentFacts,
    Gate,
    Level,
    PauseWindow,
    Recurring,
    Scope,
    State,
    WallSpan,
    WindowOverride,
)
from reconciler.model.zone import Zone
from reconciler.windows.changes import next_change
from reconciler.windows.gates import gate_state
from reconciler.windows.state import state

ENVIRONMENTS = 10_000
APPLICATIONS = 100
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
PLACE = whole_file(Origin("config.yaml"))
ZONES = tuple(Zone(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "UTC"))

Work = tuple[Declarations, EnvironmentFacts, Sequence[WindowOverride]]


def declarations(number: int) -> Declarations:
    """Nights of an application at its own minute, lunch, a binding window about something else, and office hours."""
    zone = ZONES[number % len(ZONES)]
    nights = WallSpan(time(18 + number % 5, number % 60), time(7), frozenset(range(5)), keep_paused=True)
    lunch = Recurring(Cron(f"{number % 60} 12 * * 1-5"), timedelta(minutes=30))
    office = Recurring(Cron("0 9 * * 1-5"), timedelta(hours=8))
    pauses = (
        PauseWindow(place=PLACE, name="lunch", level=Level.APPLICATION, form=lunch, zone=zone),
        PauseWindow(place=PLACE, name="nights", level=Level.APPLICATION, form=nights, zone=zone),
        PauseWindow(
            place=PLACE, name="other", level=Level.BINDING, form=nights, zone=zone, scope=Scope(branches=(RefGlob("release-*"),))
        ),
    )
    hours = ApplyWindow(place=PLACE, name="office", level=Level.BINDING, allow=True, form=office, zone=zone)
    return Declarations(pause=pauses, apply=(hours,))


def environments() -> list[Work]:
    """Every tenth has an override."""
    declared = [declarations(number) for number in range(APPLICATIONS)]
    kinds = EnvironmentType.EPHEMERAL
    made: list[Work] = []
    for number in range(ENVIRONMENTS):
        facts = EnvironmentFacts(AppName(f"application-{number % APPLICATIONS}"), f"feature/{number}", kinds)
        told = WindowOverride(State.AWAKE, NOW - timedelta(hours=1), NOW + timedelta(minutes=number), "ada", "demo")
        made.append((declared[number % APPLICATIONS], facts, (told,) if number % 10 == 0 else ()))
    return made


def over(works: Sequence[Work], look: Callable[[Work, datetime], object]) -> Callable[[], object]:
    """One look at every environment, each time at another minute."""
    minute = iter(range(1_000_000))

    def run() -> None:
        now = NOW + timedelta(minutes=next(minute))
        for work in works:
            look(work, now)

    return run


def main() -> None:
    """Print microseconds for each environment."""
    works = environments()
    clock = seconds(over(works, lambda _, now: now.astimezone(ZONES[0].info).hour < 7))
    print(row("look at a clock", clock, beside=clock, per=ENVIRONMENTS))
    looks: dict[str, Callable[[Work, datetime], object]] = {
        "state with its reason and every sentence": lambda work, now: state(work[0], work[1], overrides=work[2], now=now),
        "gate with its reason and every sentence": lambda work, now: gate_state(work[0], work[1], gate=Gate.APPLY, now=now),
        "next change of sleep and all gates": lambda work, now: next_change(work[0], work[1], overrides=work[2], now=now),
    }
    for what, look in looks.items():
        first = seconds(over(works, look), times=1)
        print(row(f"{what}, first", first, beside=clock, per=ENVIRONMENTS))
        print(row(f"{what}, again", seconds(over(works, look)), beside=clock, per=ENVIRONMENTS))


if __name__ == "__main__":
    main()
