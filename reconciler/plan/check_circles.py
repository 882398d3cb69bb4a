"""Follow the imports of imports, to see which of them lead back; for nothing else are they followed."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.imports.circles import circles
from reconciler.imports.rules import Asked, Choice, choose
from reconciler.model.configuration import Configuration, Import, TrackingFacts
from reconciler.model.environment import Environment
from reconciler.model.errors import ReconcilerError
from reconciler.model.ids import AppName, Commit
from reconciler.model.importplan import Read
from reconciler.model.problem import Problem
from reconciler.plan.gather import names_of
from reconciler.plan.library import Library
from reconciler.plan.sight import World

_FARTHEST: Final = 8
_MOST: Final = 64
"""As many members as a group may have, and as far as imports may ever be followed (design 6.1)."""


def check_circles(environment: Environment, world: World, *, library: Library, commit: Commit) -> tuple[Problem, ...]:
    """A note for each import of the environment's application, at `commit`, that leads back to it.

    Branches are chosen as for members of the environment. What cannot be read or is not known leads nowhere.
    """
    trail = _Trail(environment, world, library)
    found: dict[AppName, Sequence[Import]] = {}
    waiting = deque([(environment.application, commit, 0)])
    while waiting and len(found) < _MOST:
        application, at, steps = waiting.popleft()
        if application in found:
            continue
        found[application] = trail.imports(application, at)
        known = ((entry.name, trail.commit(entry)) for entry in found[application] if entry.name not in found)
        waiting += [(name, after, steps + 1) for name, after in known if after is not None and steps < _FARTHEST]
    return circles(environment.application, found)


@dataclass(frozen=True, slots=True)
class _Trail:
    """What answers where an import leads."""

    environment: Environment
    world: World
    library: Library

    def imports(self, application: AppName, commit: Commit) -> Sequence[Import]:
        """What an application imports at a commit; nothing where its files cannot be read."""
        try:
            files = self.library.member(commit, names_of(self.environment, self.world, application=application))
        except ReconcilerError:
            return ()
        return files.configuration.imports if files.configuration else ()

    def commit(self, entry: Import) -> Commit | None:
        """The commit that an import leads to."""
        application = self.world.installation.applications.get(entry.name)
        if application is None or not self.world.tables[entry.name].known:
            return None
        known: dict[Read, TrackingFacts | Configuration | None] = {}
        asked = Asked(entry, application, self.world.tables[entry.name], self.environment.ref, None, known)
        answer = choose(asked)
        if isinstance(answer, Read):
            known[answer] = self._tracking(answer)
            answer = choose(asked)
        return answer.commit if isinstance(answer, Choice) else None

    def _tracking(self, read: Read) -> TrackingFacts | None:
        try:
            return self.library.tracking(read.application, read.commit)
        except ReconcilerError:
            return None
