"""What the pure rooms' callers need of the world, as protocols that the I/O rooms fulfil; reading apart from writing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from reconciler.model.change import Change, Preview
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, Commit, EnvId, RunNumber
from reconciler.model.objects import LiveObjects, Manifest, ObjectKey
from reconciler.model.reason import Reason
from reconciler.model.record import InstallationRecord, Record, Revision, TargetRecords
from reconciler.model.refs import KnownRefs, Listing
from reconciler.model.run import Answer, PassLine, Run
from reconciler.model.secret import Grantee, SecretValue
from reconciler.model.variables import SecretReference

Others = Mapping[AppName, Collection[Commit]]
"""Further commits of applications, as many as there are of each."""

NO_OTHERS: Final[Others] = MappingProxyType({})


class RefLister(Protocol):
    """Asks remotes for their refs."""

    def begin(self) -> None:
        """A new pass begins: each remote is asked once more, however many applications and environments use it."""

    def list(self, application: AppName) -> Listing:
        """One listing of the application's remote, and the objects its heads need. Raises `Unreachable` or `Refused`."""


class FileReader(Protocol):
    """Reads files of repositories at commits, from mirrors."""

    def files(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> Mapping[str, bytes | None]:
        """The files by path, `None` for one that is not there.

        Raises `Refused` for symbolic links, submodules, paths outside the repository and files beyond the limit, and
        `Missing` where the commit is not in the mirror.
        """

    def committed_at(self, application: AppName, commits: Iterable[Commit]) -> Mapping[Commit, datetime]:
        """When each commit was made."""

    def count_changes(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> int:
        """How many commits on the first-parent line up to this one touched any of the paths (versions, design 5.6)."""


class CommitKeeper(Protocol):
    """Keeps commits in the mirrors by refs of our own (design 7.16)."""

    def keep(self, environment: EnvId, commits: Mapping[AppName, Commit], *, also: Others = NO_OTHERS) -> None:
        """Keep exactly these commits for the environment, and of the others those that are still there; none forgets it."""


class SecretReader(Protocol):
    """Looks secret values up."""

    def read(self, reference: SecretReference, grantee: Grantee) -> SecretValue | Reason:
        """The value, or why there is none: no such store, no grant, no such path. The reason never holds a value."""


class TargetReader(Protocol):
    """Reads one target."""

    def records(self) -> TargetRecords:
        """Every record of this installation; one bad record harms no other."""

    def live(self, environment: Environment, record: Record | None) -> LiveObjects:
        """Everything in the environment's namespace that is ours or could be in our way. Raises `Unreachable`, `Refused`."""

    def stand_at(self, keys: Sequence[ObjectKey], live: LiveObjects) -> LiveObjects:
        """The same, and whatever stands at the places of these keys, which are not among it."""

    def preview(self, changes: Sequence[Change]) -> Preview:
        """What the target would make of creations and updates; writes nothing. Raises `Unreachable`, `Refused`."""

    def held(self, manifest: Manifest) -> Manifest:
        """What this target would hold of a desired manifest, so that desired and live can be compared: a directory may hold
        Secrets without their values. The argument is left as it is.
        """

    def key(self) -> bytes | None:
        """The installation's key, `None` where none was made yet."""


class TargetWriter(Protocol):
    """Writes to one target; idempotent."""

    def make_key(self) -> bytes:
        """The installation's key, made now where there is none."""

    def save(self, record: Record, expected: Revision | None) -> Revision:
        """Swap the record. Raises `Fenced` where the target holds another revision than expected (`None`: none at all)."""

    def save_installation(self, record: InstallationRecord, expected: Revision | None) -> Revision:
        """Swap the installation's record, as `save`."""

    def put(self, change: Change) -> Answer:
        """Create or update the object. Raises `InTheWay`, `Refused`, `NoSpace`, `Unreachable`."""

    def delete(self, change: Change) -> Answer:
        """Delete the object; one that is gone already is deleted."""

    def forget(self, record: Record, expected: Revision) -> None:
        """Remove an environment's record and its emptied namespace, after teardown. Strangers' things stay."""


class History(Protocol):
    """Reads what happened. An installation without a store has an empty history."""

    def known_refs(self) -> Mapping[AppName, KnownRefs]:
        """What listings have told so far."""

    def runs(self, environment: EnvId | None = None, limit: int = 20) -> tuple[Run, ...]:
        """Newest first."""

    def passes(self, limit: int = 20) -> tuple[PassLine, ...]:
        """Newest first."""


class Journal(Protocol):
    """Writes what happens, in the order of design 7.17."""

    def refs_seen(self, application: AppName, known: KnownRefs) -> None:
        """Remember a successful listing; writes nothing where nothing but its time changed."""

    def next_number(self, environment: EnvId) -> RunNumber:
        """One more than the newest run of the environment, or 1."""

    def intent(self, run: Run) -> None:
        """A run begins: before anything of it is sent."""

    def answered(self, environment: EnvId, answers: Sequence[Answer]) -> None:
        """A wave was answered: the index of owned objects follows."""

    def ended(self, run: Run) -> None:
        """A run ended."""

    def passed(self, line: PassLine) -> None:
        """A pass's own line."""


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """The present instant, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


class Queue(Protocol):
    """Work that waits, by key; asking twice before it is taken is asking once."""

    def ask(self, key: str, reason: str) -> None:
        """Look at this key again."""

    def take(self, timeout: float) -> tuple[str, str] | None:
        """The next key with its reasons joined, held until `done`; `None` after the timeout or once closed."""

    def done(self, key: str) -> None:
        """The key may be taken again."""

    def close(self) -> None:
        """No more work is handed out."""
