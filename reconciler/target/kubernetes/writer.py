"""Writes to a cluster; nothing else writes there."""

from collections.abc import Iterable
from typing import Final

from reconciler.model.change import Change
from reconciler.model.errors import InTheWay
from reconciler.model.ids import Namespace, RunNumber
from reconciler.model.objects import Applied, Manifest, ObjectKey, manifest_digest
from reconciler.model.record import InstallationRecord, Record, Revision
from reconciler.model.run import Answer
from reconciler.target.kubernetes import asking, saving
from reconciler.target.kubernetes.answers import claim_by, held_digest, is_ending, is_unready, key_in, sealed
from reconciler.target.kubernetes.applying import awakened, body_of, given_up, taken
from reconciler.target.kubernetes.cluster import Cluster, wrong_of
from reconciler.target.kubernetes.conflicts import apply_new, apply_over
from reconciler.target.kubernetes.emptying import demand_empty, leftovers
from reconciler.target.kubernetes.failures import Wrong
from reconciler.target.kubernetes.failures_in_words import Rejected
from reconciler.target.kubernetes.key import make_key
from reconciler.target.kubernetes.managers import Entry, Managers, managers_of
from reconciler.target.kubernetes.ownership import Claim, stranger
from reconciler.target.kubernetes.rights import with_right
from reconciler.target.kubernetes.spaces import space_key

_TRIES: Final = 5


class KubernetesWriter:
    """The `TargetWriter` of a cluster. Several threads may ask it, each about another environment.

    It keeps which namespaces were made in the runs under way, bare ones before they have a record: what is made there needs no
    look whether it is there already.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._bare: set[Namespace] = set()
        self._new: dict[Namespace, RunNumber] = {}

    def make_key(self) -> bytes:
        """The installation's key, made now where there is none: 32 random bytes in a Secret beside its record."""
        return make_key(self._cluster)

    def save(self, record: Record, expected: Revision | None) -> Revision:
        """Swaps the record; the first one makes the namespace where that is not there. Raises `Fenced`, `InTheWay`."""
        space, run = record.namespace, record.open_run
        bare = space in self._bare
        self._bare.discard(space)
        revision, new = saving.save(self._cluster, record, expected=expected, bare=bare)
        if new and run is not None:
            self._new[space] = run.number
        elif run is None or run.number != self._new.get(space):
            self._new.pop(space, None)
        return revision

    def save_installation(self, record: InstallationRecord, expected: Revision | None) -> Revision:
        """Swaps the installation's record, as `save`."""
        return saving.save_installation(self._cluster, record, expected=expected)

    def put(self, change: Change) -> Answer:
        """Applies the object: makes it, or changes the very one that is ours; looked at just before, but in a new namespace.

        Raises `InTheWay` where the object there is not ours, `Rejected` with manager and field where another manager keeps a
        field, and what else the server says.
        """
        if change.desired is None:
            raise ValueError(f"{change.key} has nothing to be put")
        manifest = change.desired.manifest
        found = None if self._is_new(change) else self._find(change.key)
        managers = managers_of(found or {}, self._cluster.target.overrule)
        if found is None:
            answer = apply_new(self._cluster, sealed(manifest), managers=managers).body
            if change.key.kind == "Namespace":
                self._bare.add(Namespace(change.key.name))
        else:
            if change.take_over:
                self._manage(found, managers.taken_over(manifest["apiVersion"]))
            else:
                self._demand_ours(found, change.key, claim=claim_by(manifest, self._cluster.installation))
                found = self._settled(self._woken(found, manifest, managers=managers), manifest)
            answer = apply_over(self._cluster, body_of(manifest, found), managers=managers, force=change.take_over).body
        digest = held_digest(answer, managers_of(answer, self._cluster.target.overrule))
        applied = str(Applied(manifest_digest(manifest), digest))
        return Answer(change.key, answer["metadata"]["uid"], applied, unready=is_unready(answer))

    def delete(self, change: Change) -> Answer:
        """Deletes the object, and in the background what depends on it; one that is gone or going already is deleted.

        Raises `InTheWay` where it is not ours, and for a namespace that holds what is not the environment's.
        """
        found = self._find(change.key)
        gone = Answer(change.key, found["metadata"]["uid"] if found else "", "", deleted=True)
        if found is None or is_ending(found):
            return gone
        known = change.live.manifest if change.live else None
        claim = claim_by(known or {"metadata": {}}, self._cluster.installation)
        self._demand_ours(found, change.key, claim=claim)
        if change.key.kind == "Namespace":
            demand_empty(self._cluster, Namespace(change.key.name), claim=claim)
        self._delete(change.key, found)
        return gone

    def forget(self, record: Record, expected: Revision) -> None:
        """Removes the environment's record, and its namespace where nothing is left in it; what strangers put there stays.

        Doing it twice is doing it once. Raises `Fenced` and `InTheWay` as `save`.
        """
        saving.forget(self._cluster, record, expected=expected)
        key = space_key(record.namespace)
        claim = Claim(record.installation, record.environment)
        space = self._cluster.find(key)
        if space is None or is_ending(space) or self._stranger(space, key, claim=claim) is not None:
            return
        if not leftovers(self._cluster, record.namespace, claim=claim):
            self._delete(key, space)

    def _is_new(self, change: Change) -> bool:
        """Whether nothing can be there but what came within this run; the right to Secrets is taken by the first look at one."""
        return change.live is None and not change.take_over and change.key.namespace in self._new and change.key.kind != "Secret"

    def _woken(self, found: Manifest, manifest: Manifest, *, managers: Managers) -> Manifest:
        """The object with as many replicas as it had before it fell asleep, where an autoscaler rules it again."""
        waking = awakened(manifest, found)
        return found if waking is None else apply_over(self._cluster, body_of(waking, found), managers=managers).body

    def _settled(self, found: Manifest, manifest: Manifest) -> Manifest:
        """The object once each field is whose it must be before an apply; controllers may change the rest meanwhile."""
        for left in reversed(range(_TRIES)):
            managers = managers_of(found, self._cluster.target.overrule)
            try:
                self._manage(found, managers.settled(taken=taken(manifest, found), given_up=given_up(manifest, managers)))
            except Rejected as error:
                again = self._find(key_in(found)) if left and wrong_of(error) is Wrong.STALE else None
                if again is None or again["metadata"]["uid"] != found["metadata"]["uid"]:
                    raise
                found = again
            else:
                return found
        raise AssertionError("the last try either settles or raises")

    def _find(self, key: ObjectKey) -> Manifest | None:
        """The object as it is now. The first look at a namespace's Secrets takes the right to them."""
        if key.kind != "Secret":
            return self._cluster.find(key)
        try:
            return with_right(self._cluster, asking.get(key), namespace=key.namespace).body
        except Rejected as error:
            if wrong_of(error) is Wrong.ABSENT:
                return None
            raise

    def _delete(self, key: ObjectKey, found: Manifest) -> None:
        self._cluster.answer_unless(asking.delete(key, uid=found["metadata"]["uid"]), Wrong.ABSENT)

    def _manage(self, found: Manifest, entries: Iterable[Entry] | None) -> None:
        """Other managers, before an apply, and so what it removes: no value changes by this."""
        if entries is not None:
            self._cluster.send(asking.manage(key_in(found), entries, version=found["metadata"]["resourceVersion"]))

    def _demand_ours(self, found: Manifest, key: ObjectKey, *, claim: Claim) -> None:
        words = self._stranger(found, key, claim=claim)
        if words is not None:
            raise InTheWay(f"{asking.named(key)} is in the way: {words}", "look whose it is and move it away")

    def _stranger(self, found: Manifest, key: ObjectKey, *, claim: Claim) -> str | None:
        other = stranger(found, key, claim=claim, managers=managers_of(found, self._cluster.target.overrule))
        return other.words if other else None
