"""The order of a group: every object in exactly one wave, imported members first (design 6.10, 7.12)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.kinds.table import kind_of
from reconciler.model.ids import AppName
from reconciler.model.objects import Desired, ObjectKey
from reconciler.model.rendered import Wave
from reconciler.render.workflow import SERVICES, Batch


@dataclass(frozen=True, slots=True)
class Lane:
    """What one member contributes: what its pods lean on, the objects of each task, its batches, and what comes last."""

    member: AppName
    supports: tuple[Desired, ...]
    tasks: Mapping[str, tuple[Desired, ...]]
    batches: tuple[Batch, ...]
    last: tuple[Desired, ...]


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    member: AppName
    keys: tuple[ObjectKey, ...]
    tasks: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def one_after_another(lanes: Sequence[Lane]) -> tuple[Wave, ...]:
    """Each member's waves after those of the member before it."""
    return tuple(Wave(slot.name, slot.member, slot.keys) for lane in lanes for slot in _slots(lane))


def side_by_side(lanes: Sequence[Lane]) -> tuple[Wave, ...]:
    """The members' first waves together, then their second ones…; a member waits for services of others it depends on."""
    waiting = [list(_slots(lane)) for lane in lanes]
    everything = {task for slots in waiting for slot in slots for task in slot.tasks}
    done: set[str] = set()
    waves = []
    while any(waiting):
        missing = everything - done
        ready = [slots for slots in waiting if slots and not missing & {f"{SERVICES}{name}" for name in slots[0].after}]
        # Nobody can go on only in a circle, which is a problem of its own: the first goes.
        together = [slots.pop(0) for slots in ready or [next(slots for slots in waiting if slots)]]
        done |= {task for slot in together for task in slot.tasks}
        waves.append(_joined(together))
    return tuple(waves)


def _joined(slots: Sequence[_Slot]) -> Wave:
    names = dict.fromkeys(slot.name for slot in slots)
    members = {slot.member for slot in slots}
    keys = tuple(key for slot in slots for key in slot.keys)
    return Wave(", ".join(names), members.pop() if len(members) == 1 else None, keys)


def _slots(lane: Lane) -> Iterator[_Slot]:
    """The lane's waves that hold objects; an object that two steps name belongs to the first of them."""
    placed: set[ObjectKey] = set()
    steps = [(batch, _of_tasks(lane, batch.tasks)) for batch in lane.batches]
    for batch, objects in ((Batch("supports", ()), lane.supports), *steps, (Batch("routes", ()), lane.last)):
        keys = tuple(key for key in in_kind_order(objects) if key not in placed)
        placed |= set(keys)
        if keys:
            yield _Slot(batch.name, lane.member, keys, batch.tasks, batch.after)


def _of_tasks(lane: Lane, tasks: Iterable[str]) -> tuple[Desired, ...]:
    return tuple(desired for task in tasks for desired in lane.tasks.get(task, ()))


def in_kind_order(objects: Iterable[Desired]) -> tuple[ObjectKey, ...]:
    """The objects' keys, what others lean on first, then by kind and name."""
    keys = {desired.key for desired in objects}
    return tuple(sorted(keys, key=lambda key: (kind_of(key.kind).wave, key)))
