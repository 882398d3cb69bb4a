"""Which level of pause windows decides for an environment: the first that speaks (design 8.5)."""

from dataclasses import dataclass
from typing import Final

from reconciler.model.windows import Declarations, EnvironmentFacts, Level, NoPause, PauseWindow
from reconciler.windows.scopes import left_out

ORDER: Final = (Level.BINDING, Level.ENVIRONMENT, Level.APPLICATION, Level.DEFAULT)


@dataclass(frozen=True, slots=True)
class Decision:
    """The level that decides, with its windows or its `none`; nobody speaks where there is no level."""

    level: Level | None = None
    windows: tuple[PauseWindow, ...] = ()
    none: NoPause | None = None


def deciding(declared: Declarations, facts: EnvironmentFacts) -> Decision:
    """The first level that has a window about this environment, or a `none`."""
    for level in ORDER:
        windows = tuple(window for window in declared.pause if window.level is level and left_out(window, facts) is None)
        if windows:
            return Decision(level, windows)
        none = next((none for none in declared.none if none.level is level), None)
        if none is not None:
            return Decision(level, none=none)
    return Decision()
