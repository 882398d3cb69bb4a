"""Reads a directory of manifests: its records, what lies in a namespace, and whose it is."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from reconciler.kinds.manifest import from_yaml
from reconciler.model.change import Change, Preview
from reconciler.model.environment import Environment
from reconciler.model.errors import BadValue, ReconcilerError, Refused
from reconciler.model.ids import EnvId, Namespace
from reconciler.model.objects import Live, LiveObjects, Manifest, ObjectKey
from reconciler.model.record import InstallationRecord, KeptRecord, Record, Revision, TargetRecords, Unreadable
from reconciler.model.settings import DirectoryTarget
from reconciler.target.directory.files import Entry, Folder, open_root, reading
from reconciler.target.directory.layout import KEY, OWN, RECORD, key_at, safe
from reconciler.target.directory.ownership import Claim, claim_of, stranger
from reconciler.target.directory.record import Saved, decode
from reconciler.target.directory.secret_files import held, sealed

KEY_BYTES: Final = 32
_SECRET: Final = b"Secret"


class DirectoryReader:
    """The `TargetReader` of a directory. Keeps nothing, so it may be asked from several threads."""

    def __init__(self, target: DirectoryTarget, installation: str) -> None:
        self._target = target
        self._installation = installation

    def records(self) -> TargetRecords:
        """Every record of this installation; one that cannot be read is named and harms no other.

        Namespaces of other installations are passed over. Raises `Refused` where the directory or the installation's own
        record cannot be read, because a lost tombstone would let the dead rise.
        """
        found: dict[EnvId, KeptRecord] = {}
        unreadable: list[Unreadable] = []
        with reading(self._target.directory):
            root = open_root(self._target.directory)
            if root is None:
                return TargetRecords({}, (), InstallationRecord(self._installation), None)
            with root:
                for name in root.folders():
                    record = None if name == OWN else _record(root, Namespace(name))
                    if isinstance(record, Unreadable):
                        unreadable.append(record)
                    elif record is not None and record.record.installation == self._installation:
                        _add(record, found, unreadable=unreadable)
                kept = installation_record_in(root)
        if kept is None or kept.record.installation != self._installation:
            return TargetRecords(MappingProxyType(found), tuple(unreadable), InstallationRecord(self._installation), None)
        return TargetRecords(MappingProxyType(found), tuple(unreadable), kept.record, kept.revision)

    def live(self, environment: Environment, record: Record | None) -> LiveObjects:
        """Whatever lies at places of objects in the environment's folder; other files there are nobody's business.

        Raises `Refused` where the folder cannot be read, and `InTheWay` where something that is no folder has its name.
        """
        claim = claim_of(self._installation, environment.id, listed=record.objects if record else {})
        with reading(self._target.directory / environment.namespace):
            root = open_root(self._target.directory)
            if root is None:
                return LiveObjects({})
            with root:
                folder = root.folder(safe(environment.namespace))
                if folder is None:
                    return LiveObjects({})
                with folder:
                    return LiveObjects(MappingProxyType(_objects(folder, environment.namespace, claim=claim)))

    def stand_at(self, keys: Sequence[ObjectKey], live: LiveObjects) -> LiveObjects:
        """The same: whatever lies at places of objects is among it."""
        return live

    def preview(self, changes: Sequence[Change]) -> Preview:
        """Nothing beyond the plan: a file becomes what is written to it."""
        return Preview({})

    def held(self, manifest: Manifest) -> Manifest:
        """The manifest as a file of this target would hold it: a Secret without its values, unless `write_secrets` is on."""
        return held(manifest, write_secrets=self._target.write_secrets)

    def key(self) -> bytes | None:
        """The installation's key, `None` where none was made yet. Raises `Refused` for a file that holds none."""
        with reading(self._target.directory / OWN / KEY):
            root = open_root(self._target.directory)
            if root is None:
                return None
            with root:
                entry = own_file(root, KEY)
                return None if entry is None else parse_key(entry, root.path / OWN / KEY)


def own_file(folder: Folder, name: str) -> Entry | None:
    """A file of the folder's `.reconciler`, `None` where there is none."""
    own = folder.folder(OWN)
    if own is None:
        return None
    with own:
        return own.read(name)


def parse_key(entry: Entry, path: Path) -> bytes:
    """The key that 64 hexadecimal digits spell. Raises `Refused` for anything else."""
    try:
        key = bytes.fromhex((entry.content or b"").decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        hint = "restore it from a backup, or delete it: a new one makes every Secret look changed once"
        raise Refused(f"{path} holds no key of {2 * KEY_BYTES} hexadecimal digits", hint)
    return key


def parse_manifest(entry: Entry | None) -> Manifest | None:
    """The manifest of a file, a Secret's values hidden; `None` for a file that holds none."""
    if entry is None or entry.content is None:
        return None
    return _parsed(entry.content) if _SECRET in entry.content else _remembered(entry.content)


def _parsed(content: bytes) -> Manifest | None:
    try:
        return sealed(from_yaml(content.decode("utf-8")))
    except (BadValue, UnicodeDecodeError):
        return None


# A daemon reads the same files at every tick, and parsing is most of what a quiet pass would cost. Secrets are not kept.
_remembered = lru_cache(maxsize=50_000)(_parsed)


def _content(entry: Entry) -> bytes:
    if entry.content is None:
        raise BadValue(f"it is {entry.oddity}")
    return entry.content


def _record(root: Folder, namespace: Namespace) -> Saved[Record] | Unreadable | None:
    try:
        with reading(root.path / namespace / OWN / RECORD):
            saved = read_record(root, namespace)
    except ReconcilerError as error:
        return Unreadable(namespace, f"{root.path / namespace / OWN / RECORD} cannot be read: {error.message}")
    if saved is None or saved.record.namespace == namespace:
        return saved
    return Unreadable(
        namespace, f"{root.path / namespace} holds the record of {saved.record.namespace}: it is a copy or was renamed"
    )


def read_record(root: Folder, namespace: str) -> Saved[Record] | None:
    """The record of a namespace, `None` where there is none. Raises `BadValue` for a file that is no record."""
    folder = root.folder(namespace)
    if folder is None:
        return None
    with folder:
        return record_in(folder)


def record_in(folder: Folder) -> Saved[Record] | None:
    """The record that a namespace's folder holds, as `read_record`."""
    entry = own_file(folder, RECORD)
    return None if entry is None else decode(_content(entry), Record)


def installation_record_in(root: Folder) -> Saved[InstallationRecord] | None:
    """The record of whichever installation the directory belongs to. Raises `Refused` where it cannot be read."""
    entry = own_file(root, RECORD)
    try:
        return None if entry is None else decode(_content(entry), InstallationRecord)
    except BadValue as error:
        path = root.path / OWN / RECORD
        raise Refused(f"{path} cannot be read: {error.message}", "restore it from a backup; tombstones stand in it") from error


def _add(saved: Saved[Record], found: dict[EnvId, KeptRecord], *, unreadable: list[Unreadable]) -> None:
    record = saved.record
    first = found.get(record.environment)
    if first is None:
        found[record.environment] = KeptRecord(record, Revision(saved.revision))
    else:
        reason = f"{record.namespace} says that it is {record.environment}, and so does {first.record.namespace}"
        unreadable.append(Unreadable(record.namespace, reason))


def _objects(folder: Folder, namespace: Namespace, *, claim: Claim) -> Mapping[ObjectKey, Live]:
    places = ((name, key_at(namespace, name)) for name in folder.names())
    entries = ((key, name, folder.read(name)) for name, key in places if key is not None)
    return {
        key: _live(key, entry, where=str(folder.path / name), claim=claim) for key, name, entry in entries if entry is not None
    }


def _live(key: ObjectKey, entry: Entry, *, where: str, claim: Claim) -> Live:
    if entry.content is None:
        return Live(key, None, owned=False, stranger=entry.oddity, where=where)
    manifest = parse_manifest(entry)
    whose = stranger(manifest, key, claim=claim)
    return Live(key, manifest, owned=whose is None, stranger=whose, where=where)
