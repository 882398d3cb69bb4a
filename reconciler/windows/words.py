"""Windows in sentences: instants as a zone's clock shows them, whose word it is, and since and until when."""

from datetime import UTC, datetime
from typing import Final

from reconciler.model.windows import ApplyWindow, GateState, Level, PauseState, PauseWindow
from reconciler.model.zone import Zone

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WHOSE: Final = {
    Level.OVERRIDE: "window override",
    Level.BINDING: "operator's binding",
    Level.ENVIRONMENT: "environment rule's",
    Level.APPLICATION: "application's",
    Level.DEFAULT: "operator's default",
}


def moment(instant: datetime, zone: Zone | None = None) -> str:
    """`Fri 2026-11-20 19:00 +01:00`: with its offset, so that no hour is meant twice; in UTC where there is no zone."""
    local = instant.astimezone(zone.info if zone else UTC)
    offset = local.isoformat()[-6:]
    clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    return f"{_DAYS[local.weekday()]} {local.date()} {clock} {offset}"


def lasting(since: datetime | None, until: datetime | None, *, zone: Zone | None = None) -> str:
    """`since … until …`, as much of it as is known."""
    words = [f"since {moment(since, zone)}"] if since else []
    words += [f"until {moment(until, zone)}"] if until else []
    return " ".join(words) or "with no change within two years"


def called(window: PauseWindow | ApplyWindow) -> str:
    """`application's pause window nights`; only pause windows bind or are a default."""
    if isinstance(window, PauseWindow):
        return f"{WHOSE[window.level]} pause window {window.name}"
    whose = "operator's" if window.level is Level.BINDING else WHOSE[window.level]
    return f"{whose} {'allow' if window.allow else 'deny'} window {window.name}"


def written(window: PauseWindow | ApplyWindow) -> str:
    """`application's pause window nights (….yaml:3:5, Europe/Berlin)`."""
    return f"{called(window)} ({window.place}, {window.zone})"


def explain(state: PauseState | GateState) -> tuple[str, ...]:
    """What holds, and a sentence for each declaration; an arrow marks the one that decides."""
    head = f"{_what(state)} {lasting(state.since, state.until)}: {state.reason.text}"
    return (head, *(f"{'→' if one.decides else ' '} {one.sentence}" for one in state.considered))


def _what(state: PauseState | GateState) -> str:
    if isinstance(state, PauseState):
        return str(state.state)
    return f"{state.gate} {'open' if state.open else 'closed'}"
