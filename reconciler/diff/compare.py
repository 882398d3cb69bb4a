"""Desired × live × owned → what must happen to each object, with its reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.diff.fields import differences
from reconciler.diff.foreseen import AS_WANTED
from reconciler.diff.provenance import is_wanted, unmoved, why_different
from reconciler.diff.tasks import annotation, is_task, outdated, ran
from reconciler.diff.text import field_lines
from reconciler.kinds.table import kind_of
from reconciler.model.change import Change, Operation
from reconciler.model.ids import AppName
from reconciler.model.objects import MEMBER, Desired, Live, LiveObjects, ObjectKey
from reconciler.model.place import Origin, Place, whole_file
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.model.reason import Reason
from reconciler.model.record import JobRun

_RUNS_OR_RAN: Final = Reason("is there: a job runs once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What may be done, and what is known of before.

    `prunable` are the members whose objects may be deleted, `group` says so of objects without a member; everything else that is
    owned is outside the comparison (design 9.1). `jobs` ran already. `applied` are digests of the objects as last applied.
    `members` are the group's, where known: those outside it are no longer imported. With `exact` a field that is only live is a
    hand edit, as in a directory; without it such a field is somebody else's. With `take_over` a person said that what stands in
    the way becomes ours.
    """

    prunable: frozenset[AppName]
    group: bool
    jobs: Sequence[JobRun]
    applied: Mapping[ObjectKey, str] | None = None
    members: frozenset[AppName] | None = None
    teardown: bool = False
    exact: bool = True
    take_over: bool = False


def compare(objects: Sequence[Desired], live: LiveObjects, *, scope: Scope) -> tuple[Change, ...]:
    """One change for every object that is wanted or owned, in the order of their keys; what is kept is among them.

    An object that somebody else's stands in the way of has no change: `strangers` names it.
    """
    wanted = {desired.key: desired for desired in objects}
    unwanted = [found for found in live.owned() if found.key not in wanted]
    tasks = [found for found in live.owned() if is_task(found.key)]
    old = outdated(tasks, frozenset(wanted), jobs=scope.jobs)
    members = scope.members if scope.members is not None else frozenset(d.member for d in objects if d.member)
    changes = [_wanted(desired, live.objects.get(desired.key), scope=scope) for desired in wanted.values()]
    changes += [_unwanted(found, scope=scope, members=members, old=old) for found in unwanted]
    return tuple(sorted((change for change in changes if change is not None), key=lambda change: change.key))


def _wanted(desired: Desired, found: Live | None, *, scope: Scope) -> Change | None:
    if found is None:
        return _absent(desired, scope)
    if not found.owned:
        return _taken_over(desired, found) if scope.take_over and found.adoptable else None
    if is_task(desired.key):
        return Change(Operation.KEEP, desired.key, _RUNS_OR_RAN, desired.member, desired=desired, live=found)
    return _present(desired, found, scope=scope)


def _absent(desired: Desired, scope: Scope) -> Change:
    if is_task(desired.key):
        run = next((run for run in scope.jobs if run.name == desired.key.name), None)
        if run is not None:
            return Change(Operation.KEEP, desired.key, ran(run), desired.member, desired=desired)
    elif desired.key in (scope.applied or {}):
        put_back = Reason("deleted at the target, put back", desired.place)
        return Change(Operation.CREATE, desired.key, put_back, desired.member, desired=desired)
    new = Reason(f"new in {desired.member}" if desired.member else "new", desired.place)
    return Change(Operation.CREATE, desired.key, new, desired.member, desired=desired)


def _taken_over(desired: Desired, found: Live) -> Change:
    reason = Reason(f"taken over, as was asked: {found.stranger or 'not ours'}", desired.place)
    return Change(Operation.UPDATE, desired.key, reason, desired.member, desired=desired, live=found, take_over=True)


def _present(desired: Desired, found: Live, *, scope: Scope) -> Change:
    kind = kind_of(desired.key.kind)
    applied = (scope.applied or {}).get(desired.key)
    asked = found.digest is not None
    found_fields = differences(desired.manifest, found.manifest or {}, kind=kind, exact=scope.exact and not asked)
    if (asked and unmoved(desired, found, applied=applied)) or not (asked or found_fields):
        return Change(Operation.KEEP, desired.key, AS_WANTED, desired.member, desired=desired, live=found)
    reason = why_different(desired, found, applied=applied)
    fields = tuple(difference.change for difference in found_fields) if found.manifest is not None else ()
    return Change(Operation.UPDATE, desired.key, reason, desired.member, fields=fields, desired=desired, live=found)


def _unwanted(found: Live, *, scope: Scope, members: frozenset[AppName], old: frozenset[ObjectKey]) -> Change:
    name = annotation(found, MEMBER)
    member = AppName(name) if name else None
    if not (member in scope.prunable if member else scope.group):
        left = Reason(f"left alone: {member or 'the group'} is not compared now")
        return Change(Operation.KEEP, found.key, left, member, live=found)
    gone = member is not None and member not in members
    if is_task(found.key) and not scope.teardown and not gone and found.key not in old:
        return Change(Operation.KEEP, found.key, Reason("one of the last runs of its job"), member, live=found)
    return Change(Operation.DELETE, found.key, _why_gone(found.key, member, scope=scope, gone=gone), member, live=found)


def _why_gone(key: ObjectKey, member: AppName | None, *, scope: Scope, gone: bool) -> Reason:
    if scope.teardown:
        return Reason("the environment is torn down")
    if member is None:
        return Reason("the group needs it no more")
    if gone:
        return Reason(f"{member} is no longer imported" if scope.members is not None else f"{member} asks for nothing any more")
    return Reason("older than the last runs of its job" if is_task(key) else f"no longer in the template of {member}")


def strangers(objects: Sequence[Desired], live: LiveObjects, *, take_over: bool = False) -> tuple[Problem, ...]:
    """R901 for every live object that is not ours and stands where one of ours must go, unless it is taken over."""
    found = ((desired, live.objects.get(desired.key)) for desired in objects)
    pairs = ((desired, other) for desired, other in found if other is not None and not other.owned)
    return in_order([_in_the_way(desired, other) for desired, other in pairs if not (take_over and other.adoptable)])


def _in_the_way(desired: Desired, other: Live) -> Problem:
    where = other.where or f"{desired.key} in {desired.key.namespace or 'the cluster'}"
    message = f"{where} is in the way of {desired.key}: {other.stranger or 'not ours'}"
    hint = "look whose it is, then move it away or give the declaration another name"
    if other.adoptable:
        hint = f"{hint}; or make it ours with `reconciler sync --take-over`"
    return Problem(Severity.ERROR, "R901", _place(desired, other), message, hint)


def unchangeable(objects: Sequence[Desired], live: LiveObjects, *, scope: Scope) -> tuple[Problem, ...]:
    """R902 for every field that git changed and that the API server lets nobody change, such as a volume's size (design 7.7).

    An edit by hand of such a field is none: it is put back.
    """
    found = ((desired, live.objects.get(desired.key)) for desired in objects if not is_task(desired.key))
    pairs = ((desired, other) for desired, other in found if other is not None and other.owned and _moved_by_git(desired, scope))
    return in_order([problem for desired, other in pairs for problem in _fixed_fields(desired, other)])


def _moved_by_git(desired: Desired, scope: Scope) -> bool:
    applied = (scope.applied or {}).get(desired.key)
    return not applied or not is_wanted(desired.manifest, applied)


def _fixed_fields(desired: Desired, other: Live) -> Iterator[Problem]:
    kind = kind_of(desired.key.kind)
    if other.manifest is None:
        return
    for difference in differences(desired.manifest, other.manifest, kind=kind, exact=False):
        if kind.is_immutable(difference.path):
            lines = " ".join(field_lines(difference.change))
            message = f"{desired.key} cannot be changed in place: {lines}"
            hint = f"undo the change, or give it another name so that a new {desired.key.kind} is made beside it"
            yield Problem(Severity.ERROR, "R902", _place(desired, other), message, hint)


def _place(desired: Desired, live: Live) -> Place:
    return desired.place or desired.reason.place or whole_file(Origin(live.where or str(desired.key)))
