"""What `init` has found out of a repository, before it is written: services, jobs, their variables and who waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.model.problem import Problem
from reconciler.spec.compose_project import Body


@dataclass(frozen=True, slots=True)
class Unit:
    """One service or job. `body` are its keys in the template, `waits` the names of the units that come before it."""

    name: str
    is_job: bool
    body: Body
    variables: tuple[Body, ...] = ()
    waits: tuple[str, ...] = ()

    @property
    def task(self) -> str:
        """Its name in a workflow."""
        return f"{'jobs' if self.is_job else 'services'}.{self.name}"


@dataclass(frozen=True, slots=True)
class Draft:
    """All units in the order of their source; `problems` are what was changed, assumed or could not be carried over."""

    units: tuple[Unit, ...]
    shared_volumes: tuple[Body, ...]
    problems: tuple[Problem, ...]


def layers(units: Sequence[Unit]) -> tuple[tuple[Unit, ...], ...]:
    """The units in steps: each stands in the first step after all that it waits for.

    Units that wait for each other (which the readers refuse) come last, together.
    """
    rest, done, found = list(units), set[str](), list[tuple[Unit, ...]]()
    names = {unit.name for unit in units}
    while rest:
        ready = tuple(unit for unit in rest if set(unit.waits) & names <= done) or tuple(rest)
        found.append(ready)
        done |= {unit.name for unit in ready}
        rest = [unit for unit in rest if unit.name not in done]
    return tuple(found)


def ring(units: Sequence[Unit]) -> tuple[str, ...]:
    """The names of units that wait for each other, in the order in which they wait; empty where there are none."""
    last = layers(units)[-1:]
    waits = {unit.name: unit.waits for unit in (last[0] if last else ())}
    for start in waits:
        path = [start]
        while (step := next((name for name in waits[path[-1]] if name in waits), None)) is not None:
            if step in path:
                return tuple(path[path.index(step) :])
            path.append(step)
    return ()
