"""Records as files."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.environment import Tombstone
from reconciler.model.errors import BadValue, Refused
from reconciler.model.ids import Ref
from reconciler.model.objects import ObjectKey
from reconciler.model.record import InstallationRecord, JobRun, MemberState, Record, Revision
from reconciler.target.directory.record import decode, encode

FILE = Path(__file__).parent / "cases" / "record.json"
SECONDS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""Instants to the second, in UTC."""
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NAMES = st.text("abc-.1", min_size=1, max_size=6)
REFS = st.binary(max_size=6).map(lambda tail: Ref(b"refs/heads/" + tail))


def registered() -> None:
    """Tells hypothesis what instants, refs and names of objects look like; all else follows from the types."""
    st.register_type_strategy(datetime, SECONDS)
    st.register_type_strategy(ObjectKey, st.builds(ObjectKey, NAMES, NAMES, NAMES))


registered()
RECORDS = st.builds(
    Record,
    ref=REFS,
    name=st.none() | WORDS,
    members=st.dictionaries(NAMES, st.builds(MemberState, ref=REFS), max_size=2),
    jobs=st.lists(st.builds(JobRun), max_size=2).map(tuple),
    overrides=st.just(()),
)


@settings(max_examples=60, deadline=None)
@given(RECORDS, st.integers(1, 10**9))
def test_any_record_is_read_as_it_was_written(record: Record, revision: int) -> None:
    content = encode(record, Revision(str(revision)))
    saved = decode(content, Record)
    assert (saved.record, saved.revision) == (record, str(revision))
    assert encode(saved.record, saved.revision) == content


@settings(max_examples=30, deadline=None)
@given(st.lists(st.builds(Tombstone, ref=REFS), max_size=3).map(tuple))
def test_tombstones_are_read_as_they_were_written(stones: tuple[Tombstone, ...]) -> None:
    record = InstallationRecord("main", stones)
    assert decode(encode(record, Revision("1")), InstallationRecord).record == record


def test_the_file_of_a_record_stays_as_it_is(build: SimpleNamespace) -> None:
    assert encode(build.full_record(build.environment()), Revision("7")).decode() == FILE.read_text()


def test_an_older_record_is_migrated(build: SimpleNamespace) -> None:
    record = build.full_record(build.environment())
    document = json.loads(encode(record, Revision("7")))
    document["version"] = 0
    document["record"]["objects"] = list(document["record"]["objects"])
    assert decode(json.dumps(document).encode(), Record).record == record


def broken(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Puts a value where it does not belong; `...` takes the key away."""

    def _break(document: dict[str, Any]) -> None:
        *way, last = path.split(".")
        for step in way:
            document = document[step]
        if value is ...:
            del document[last]
        else:
            document[last] = value

    return _break


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("version", 2, "newer reconciler (version 2, this one knows 1)"),
        ("version", -1, "unknown version -1"),
        ("version", True, "no version"),
        ("version", ..., "no version"),
        ("revision", "7", "no revision"),
        ("record", [], "record is no dict"),
        ("record.born", "yesterday", "'yesterday' is not an instant"),
        ("record.born", ..., "record.born is missing"),
        ("record.type", "eternal", "record.type is 'eternal'"),
        ("record.type", [], "record.type is no str"),
        ("record.hosts", ["a", 1], "record.hosts[1] is no str"),
        ("record.members", {"frontend": {}}, "record.members.frontend.ref is missing"),
        ("record.objects", {"Deployment/api": ""}, "no kind/namespace/name"),
        ("record.open_run", 3, "record.open_run is no dict"),
    ],
)
def test_what_is_wrong_in_a_record_is_named(path: str, value: Any, said: str) -> None:
    document = json.loads(FILE.read_text())
    broken(path, value)(document)
    with pytest.raises(BadValue) as caught:
        decode(json.dumps(document).encode(), Record)
    assert said in caught.value.message


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b"[" * 100_000])
def test_what_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(BadValue):
        decode(content, Record)


def test_a_bad_record_harms_no_other(directory: Callable[..., Any], build: SimpleNamespace, tmp_path: Path) -> None:
    both, good, bad, copied = directory(), build.environment("good"), build.environment("bad"), "frontend-copy"
    for environment in (good, bad):
        both.writer.save(build.record(environment), None)
    deployed = tmp_path / "deployed"
    own = deployed / copied / ".reconciler"
    own.mkdir(parents=True)
    (own / "record.json").write_bytes((deployed / good.namespace / ".reconciler" / "record.json").read_bytes())
    (deployed / bad.namespace / ".reconciler" / "record.json").write_text('{"version": 9}')
    records = both.reader.records()
    assert set(records.environments) == {good.id}
    reasons = {unreadable.namespace: unreadable.reason for unreadable in records.unreadable}
    assert "newer reconciler (version 9" in reasons[bad.namespace]
    assert "it is a copy or was renamed" in reasons[copied]
    with pytest.raises(Refused, match="newer reconciler"):
        both.writer.save(build.record(bad), None)


def test_an_installations_record_that_cannot_be_read_stops_the_target(directory: Callable[..., Any], tmp_path: Path) -> None:
    both = directory()
    both.writer.save_installation(InstallationRecord("main"), None)
    (tmp_path / "deployed" / ".reconciler" / "record.json").write_text("{}")
    with pytest.raises(Refused, match="tombstones"):
        both.reader.records()
    with pytest.raises(Refused, match="tombstones"):
        both.writer.save_installation(InstallationRecord("main"), None)
