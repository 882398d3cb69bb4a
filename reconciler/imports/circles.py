"""Applications that import each other in a circle: every environment ends the circle for itself, which is worth a word."""

from collections import deque
from collections.abc import Mapping, Sequence

from reconciler.model.configuration import Import
from reconciler.model.ids import AppName
from reconciler.model.problem import Problem, Severity


def circles(application: AppName, imports: Mapping[AppName, Sequence[Import]]) -> tuple[Problem, ...]:
    """A note (R513) for each import of an application that leads back to it, by the shortest way.

    `imports` are those of every application that is known. It is no error: imports of imports are not followed (design 6.1),
    so applications that need each other may each have environments with the other in them.
    """
    ways = (_way_back(entry, application, imports=imports) for entry in imports.get(application, ()))
    return tuple(_note(application, way) for way in ways if way)


def _way_back(first: Import, home: AppName, *, imports: Mapping[AppName, Sequence[Import]]) -> tuple[Import, ...]:
    """The entries from the first to one that names home; empty where none does."""
    seen = {first.name}
    ways: deque[tuple[Import, ...]] = deque([(first,)])
    while ways:
        way = ways.popleft()
        for entry in imports.get(way[-1].name, ()):
            if entry.name == home:
                return (*way, entry)
            if entry.name not in seen:
                seen.add(entry.name)
                ways.append((*way, entry))
    return ()


def _note(application: AppName, way: Sequence[Import]) -> Problem:
    message = f"{application} imports {', which imports '.join(entry.name for entry in way)}"
    hint = "imports of imports are not followed, so each of them comes with its own imports alone"
    first, *others = (entry.at("name") for entry in way)
    return Problem(Severity.NOTE, "R513", first, message, hint, tuple(others))
