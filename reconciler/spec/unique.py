"""Things that must not stand twice: the second is a problem that names the first one's place."""

from collections.abc import Sequence

from reconciler.model.place import Place
from reconciler.spec.findings import Findings


def refuse_twins(named: Sequence[tuple[str, Place]], *, what: str, findings: Findings) -> None:
    """R325 for each name that stands twice."""
    for name, place, first in _twins(named):
        findings.error(
            "R325", place, message=f"{what} {name!r} stands twice", hint=f"the first is at {first}; rename one", related=(first,)
        )


def warn_of_twins(named: Sequence[tuple[str, Place]], *, what: str, findings: Findings) -> None:
    """R326 for each name that stands twice where the later one wins."""
    for name, place, first in _twins(named):
        findings.warning(
            "R326", place, message=f"{what} {name!r} stands twice; the later one wins", hint="remove one", related=(first,)
        )


def _twins(named: Sequence[tuple[str, Place]]) -> Sequence[tuple[str, Place, Place]]:
    first: dict[str, Place] = {}
    found = []
    for name, place in named:
        if not name:
            continue
        if name in first:
            found.append((name, place, first[name]))
        first.setdefault(name, place)
    return found
