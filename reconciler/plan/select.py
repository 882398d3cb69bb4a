"""Find the environments that a person means by the names given on the command line."""

import difflib
from collections.abc import Sequence

from reconciler.model.environment import Life
from reconciler.model.errors import Missing
from reconciler.model.ids import ref_text


def select(lives: Sequence[Life], names: Sequence[str]) -> tuple[Life, ...]:
    """The lives of those names, in the order of the lives; all of them where no name is given.

    A name is `application/name` (a declared name first), `application/branch`, `application/refs/heads/…` or the namespace.
    Raises `Missing` for the names that fit none, all of them at once.
    """
    if not names:
        return tuple(lives)
    meant = {name: _meant(lives, name) for name in names}
    unknown = [name for name, found in meant.items() if not found]
    if unknown:
        raise Missing("; ".join(_unknown(lives, name) for name in unknown), "`reconciler status` lists the environments")
    chosen = {life.environment.id for found in meant.values() for life in found}
    return tuple(life for life in lives if life.environment.id in chosen)


def _meant(lives: Sequence[Life], name: str) -> list[Life]:
    application, _, rest = name.partition("/")
    mine = [life for life in lives if life.environment.application == application]
    for found in (
        [life for life in mine if life.environment.name == rest],
        [life for life in mine if life.environment.branch == rest],
        [life for life in mine if ref_text(life.environment.ref) == rest],
        [life for life in lives if life.environment.namespace == name],
    ):
        if found:
            return found
    return []


def _unknown(lives: Sequence[Life], name: str) -> str:
    close = difflib.get_close_matches(name, [str(life.environment) for life in lives], n=1)
    return f"{name} is no environment" + (f" (did you mean {close[0]}?)" if close else "")
