"""Who wakes now: a target lets so many environments wake at once, and the others sleep on until it is their turn (design 8.4)."""

from collections.abc import Mapping
from datetime import datetime
from threading import Lock

from reconciler.model.ids import EnvId
from reconciler.model.plan import Hold, HoldKind, Plan
from reconciler.model.reason import Reason
from reconciler.model.record import Record
from reconciler.model.settings import Target
from reconciler.plan.sight import World


class Wakings:
    """The environments that are waking, by target: those whose records say so, and those that were let in since the last look.

    An environment that was let in stays so until it is ready or asleep again, whatever happens to its run. It counts for
    as long as its target allows to get ready. Several threads may use it at once.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: dict[str, dict[EnvId, datetime]] = {}
        self._awaited: set[str] = set()

    def learn(self, world: World) -> None:
        """Join in what the records of a look say."""
        with self._lock:
            for target, records in world.records.items():
                recorded = {name: kept.record.waking for name, kept in records.environments.items() if kept.record.waking}
                self._since[target] = {**recorded, **self._since.get(target, {})}

    def wait(self, target: Target, environment: EnvId, *, now: datetime) -> Hold | None:
        """What an environment waits for that is to wake; `None` where there is room for it, or it was let in already."""
        with self._lock:
            return self._wait(target, environment, now=now)

    def let_in(self, target: Target, environment: EnvId, *, now: datetime, anyway: bool = False) -> bool:
        """Whether the environment may wake; it counts from now on. One that is let in `anyway` needs no room."""
        with self._lock:
            if not anyway and self._wait(target, environment, now=now):
                return False
            self._since.setdefault(target.name, {}).setdefault(environment, now)
            return True

    def tell(self, target: str, environment: EnvId, *, since: datetime | None) -> bool:
        """What a pass has left of an environment's waking; whether there is room now for somebody who waits."""
        with self._lock:
            waking = self._since.setdefault(target, {})
            if since is not None:
                waking[environment] = since
                return False
            freed = waking.pop(environment, None) is not None and target in self._awaited
            if freed:
                self._awaited.discard(target)
            return freed

    def _wait(self, target: Target, environment: EnvId, *, now: datetime) -> Hold | None:
        let_in = self._since.get(target.name, {})
        ends = _ends(let_in, target, now=now)
        if environment in let_in or len(ends) < target.waking.at_once:
            return None
        self._awaited.add(target.name)
        text = f"it sleeps on until it is its turn to wake: target {target.name} wakes at most {target.waking.at_once} at once"
        return Hold(HoldKind.TIME, Reason(text, target.at("waking")), min(ends), partly=True)


def waking_since(record: Record | None, plan: Plan | None) -> datetime | None:
    """When an environment began to wake that is not seen to be ready; `plan` is what was seen of it, if anything was."""
    if record is None or plan is None or plan.times is None or plan.unready or plan.wakes:
        return record.waking if record else None
    return None


def _ends(since: Mapping[EnvId, datetime], target: Target, *, now: datetime) -> list[datetime]:
    """Until when each waking counts that counts now."""
    ends = (began + target.waking.ready_within for began in since.values())
    return [end for end in ends if end > now]
