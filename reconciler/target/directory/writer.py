"""Writes a directory of manifests; nothing else writes there."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.kinds.manifest import to_yaml
from reconciler.model.change import Change
from reconciler.model.errors import BadValue, Fenced, InTheWay, Refused
from reconciler.model.ids import EnvId
from reconciler.model.instant import instant_text
from reconciler.model.objects import ENVIRONMENT, Manifest, ObjectKey, manifest_digest
from reconciler.model.record import InstallationRecord, Record, Revision
from reconciler.model.run import Answer
from reconciler.model.settings import DirectoryTarget
from reconciler.target.directory.atomic import make_folder, remove_file, remove_folder, replace_file, swap_in
from reconciler.target.directory.files import Folder, open_root, writing
from reconciler.target.directory.layout import KEY, OWN, RECORD, SCRATCH, file_of, folder_of, safe
from reconciler.target.directory.lock import locked
from reconciler.target.directory.ownership import annotations, claim_of, stranger
from reconciler.target.directory.reader import (
    KEY_BYTES,
    installation_record_in,
    own_file,
    parse_key,
    parse_manifest,
    record_in,
)
from reconciler.target.directory.record import Saved, encode, next_revision
from reconciler.target.directory.secret_files import held, opened

_PRIVATE = 0o600
_PUBLIC = 0o644


class DirectoryWriter:
    """The `TargetWriter` of a directory. Keeps nothing, so it may be asked from several threads.

    An object is healthy and complete once its file is written.
    """

    def __init__(self, target: DirectoryTarget, installation: str) -> None:
        self._target = target
        self._installation = installation

    def make_key(self) -> bytes:
        """The installation's key, made now where there is none: 32 random bytes in a file that its owner alone can read."""
        with self._root() as root, make_folder(root, OWN) as own, locked(own):
            entry = own_file(root, KEY)
            if entry is not None:
                return parse_key(entry, own.path / KEY)
            key = secrets.token_bytes(KEY_BYTES)
            swap_in(own, KEY, content=f"{key.hex()}\n".encode("ascii"), into=own, mode=_PRIVATE)
            return key

    def save(self, record: Record, expected: Revision | None) -> Revision:
        """Swaps the record under the directory's lock.

        Raises `Fenced` where another revision or another life of the environment is there, `InTheWay` where the namespace has
        another's record, `Refused` where that cannot be read, `Busy` where the lock is held, `NoSpace`.
        """
        name = safe(record.namespace)
        with self._locked() as root, writing(root.path / name):
            self._fence(_there(root, record), record, expected=expected)
            revision = next_revision(expected)
            with make_folder(root, name) as folder, make_folder(folder, OWN) as own:
                swap_in(own, RECORD, content=encode(record, revision), into=own)
            return revision

    def _fence(self, there: Saved[Record] | None, record: Record, *, expected: Revision | None) -> None:
        where = self._target.directory / record.namespace
        if there is None and expected is not None:
            raise Fenced(f"{where} lost its record since it was read", "look who removed it; the next pass starts anew")
        if there is None:
            return
        if (there.record.installation, there.record.environment) != (record.installation, record.environment):
            whose = f"environment {there.record.environment} of the installation {there.record.installation}"
            raise InTheWay(f"{where} belongs to {whose}", "give one of the two installations another directory")
        if there.revision != expected or instant_text(there.record.born) != instant_text(record.born):
            message = f"{where} has its record at revision {there.revision}, not {expected or 'none'}"
            raise Fenced(message, "another process works on this environment; the next pass reads it anew")

    def save_installation(self, record: InstallationRecord, expected: Revision | None) -> Revision:
        """Swaps the installation's record, as `save`."""
        with self._root() as root, make_folder(root, OWN) as own, locked(own):
            path = own.path / RECORD
            there = installation_record_in(root)
            if there is not None and there.record.installation != record.installation:
                hint = "give each installation a directory of its own"
                raise InTheWay(f"{path} belongs to the installation {there.record.installation}", hint)
            if (there.revision if there else None) != expected:
                raise Fenced(f"{path} was changed by another process", "the next pass reads it anew")
            revision = next_revision(expected)
            swap_in(own, RECORD, content=encode(record, revision), into=own)
            return revision

    def put(self, change: Change) -> Answer:
        """Writes the object's file; one that holds the same already is left untouched.

        Raises `InTheWay` where the file there is not ours, `Refused` for a name that is no file's name, `NoSpace`.
        """
        if change.desired is None:
            raise ValueError(f"{change.key} has nothing to be put")
        manifest = held(change.desired.manifest, write_secrets=self._target.write_secrets)
        content = to_yaml(opened(manifest)).encode("utf-8")
        name = file_of(change.key)
        with self._root() as root, writing(root.path / _uid(change.key)), make_folder(root, folder_of(change.key)) as folder:
            there = self._ours(folder, change, manifest=manifest)
            if there != content:
                replace_file(folder, name, content=content, mode=_mode(manifest))
        return Answer(change.key, _uid(change.key), manifest_digest(manifest))

    def delete(self, change: Change) -> Answer:
        """Removes the object's file; one that is gone already is deleted. Raises `InTheWay` where it is not ours, `NoSpace`."""
        name = file_of(change.key)
        with self._root() as root, writing(root.path / _uid(change.key)):
            folder = root.folder(folder_of(change.key))
            if folder is not None:
                with folder:
                    self._ours(folder, change, manifest=change.live.manifest if change.live else None)
                    remove_file(folder, name)
        return Answer(change.key, _uid(change.key), "", deleted=True)

    def forget(self, record: Record, expected: Revision) -> None:
        """Removes the environment's record, and its folder where nothing is left in it; what strangers put there stays.

        Doing it twice is doing it once. Raises `Fenced` and `InTheWay` as `save`.
        """
        with self._locked() as root, writing(root.path / record.namespace):
            there = _there(root, record)
            if there is not None:
                self._fence(there, record, expected=expected)
            folder = root.folder(record.namespace)
            if folder is not None:
                with folder:
                    _forget_own(folder)
                remove_folder(root, record.namespace)

    @contextmanager
    def _root(self) -> Iterator[Folder]:
        directory = self._target.directory
        with writing(directory):
            directory.mkdir(parents=True, exist_ok=True)
            root = open_root(directory)
            if root is None:
                raise FileNotFoundError(f"{directory} was removed while it was made")
            with root:
                yield root

    @contextmanager
    def _locked(self) -> Iterator[Folder]:
        with self._root() as root, make_folder(root, OWN) as own, locked(own):
            yield root

    def _ours(self, folder: Folder, change: Change, *, manifest: Manifest | None) -> bytes | None:
        """The bytes of the object's file, `None` where there is none; looked at just before it is written or removed."""
        where = folder.path / file_of(change.key)
        entry = folder.read(where.name)
        if entry is None:
            return None
        whose = entry.oddity or self._stranger(parse_manifest(entry), folder, key=change.key, known=manifest)
        if whose is not None:
            raise InTheWay(f"{where} is in the way of {change.key}: {whose}", "look whose it is and move it away")
        return entry.content

    def _stranger(self, found: Manifest | None, folder: Folder, *, key: ObjectKey, known: Manifest | None) -> str | None:
        kept = _readable(folder)
        if kept is None:
            environment = EnvId(str(annotations(known).get(ENVIRONMENT, "")))
            return stranger(found, key, claim=claim_of(self._installation, environment, listed={}))
        if kept.record.installation != self._installation:
            return f"the folder belongs to the installation {kept.record.installation}"
        return stranger(found, key, claim=claim_of(self._installation, kept.record.environment, listed=kept.record.objects))


def _readable(folder: Folder) -> Saved[Record] | None:
    try:
        return record_in(folder)
    except BadValue as error:
        hint = "restore it from a backup, or move it away: the objects that name this environment are found again"
        raise Refused(f"{folder.path / OWN / RECORD} cannot be read: {error.message}", hint) from error


def _there(root: Folder, record: Record) -> Saved[Record] | None:
    folder = root.folder(record.namespace)
    if folder is None:
        return None
    with folder:
        return _readable(folder)


def _mode(manifest: Manifest) -> int:
    return _PRIVATE if manifest.get("kind") == "Secret" and "data" in manifest else _PUBLIC


def _uid(key: ObjectKey) -> str:
    return f"{folder_of(key)}/{file_of(key)}"


def _forget_own(folder: Folder) -> None:
    own = folder.folder(OWN)
    if own is None:
        return
    with own:
        for name in own.names():
            if name.endswith(SCRATCH) or name == RECORD:
                remove_file(own, name)
    remove_folder(folder, OWN)
