"""Whether a window is about an environment, and in words why not."""

from reconciler.model.windows import ApplyWindow, EnvironmentFacts, Level, PauseWindow


def left_out(window: PauseWindow | ApplyWindow, facts: EnvironmentFacts) -> str | None:
    """Why the window is not about this environment; `None` where it is. An application's file speaks for it alone."""
    scope, origin = window.scope, window.place.origin
    if window.level is Level.APPLICATION and origin.application not in (None, facts.application):
        return f"it is declared by {origin.application}, not by {facts.application}"
    if scope.applications and facts.application not in scope.applications:
        return f"it is about {_any_of(scope.applications)}, not {facts.application}"
    if scope.types and facts.type not in scope.types:
        return f"it is about {_any_of(scope.types)} environments, not {facts.type} ones"
    if scope.branches and not any(glob.matches(facts.branch) for glob in scope.branches):
        return f"it is about branches {_any_of([glob.pattern for glob in scope.branches])}, not {facts.branch}"
    return None


def _any_of(names: tuple[str, ...] | list[str]) -> str:
    return " or ".join(names)
