"""What happens to each object, and why."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from reconciler.diff.compare import compare, strangers, unchangeable
from reconciler.model.change import Change, Operation
from reconciler.model.ids import AppName
from reconciler.model.objects import Live, LiveObjects, manifest_digest
from reconciler.model.record import JobRun

NOTHING = LiveObjects({})


def said(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    """Operation, object and reason of each change."""
    return [(change.operation.value, str(change.key), change.reason.text) for change in changes]


def test_what_is_not_there_is_created_with_the_line_that_asks_for_it(build: SimpleNamespace) -> None:
    (change,) = compare([build.desired(build.manifest(), line=12)], NOTHING, scope=build.scope())
    assert said((change,)) == [("create", "Deployment api", "new in frontend")]
    assert change.reason.place is not None
    assert change.reason.place.line == 12


def test_what_is_as_wanted_is_kept(build: SimpleNamespace) -> None:
    objects = [
        build.desired(build.manifest(spec={"replicas": 2})),
        build.desired(build.manifest("Namespace", "n", member=None), member=None),
    ]
    assert said(compare(objects, build.as_live(objects), scope=build.scope())) == [
        ("keep", "Deployment api", "as wanted"),
        ("keep", "Namespace n", "as wanted"),
    ]


@pytest.mark.parametrize(
    "case",
    [
        (1, 1, 2, "changed in git"),
        (1, 5, 1, "edited by hand, put back"),
        (1, 5, 2, "changed in git, and edited by hand"),
        (None, 5, 2, "differs from what git asks for"),
    ],
)
def test_an_update_says_who_moved(build: SimpleNamespace, case: tuple[int | None, int, int, str]) -> None:
    applied, live, wanted, reason = case
    want = build.desired(build.manifest(spec={"replicas": wanted}))
    there = build.as_live([build.desired(build.manifest(spec={"replicas": live}))])
    digests = {} if applied is None else {want.key: manifest_digest(build.manifest(spec={"replicas": applied}))}
    (change,) = compare([want], there, scope=build.scope(applied=digests))
    assert (change.operation, change.reason.text) == (Operation.UPDATE, reason)
    assert [(field.path, field.before, field.after) for field in change.fields] == [("spec.replicas", live, wanted)]


def test_an_edit_names_its_author_where_the_target_can_tell(build: SimpleNamespace) -> None:
    want = build.desired(build.manifest(spec={"replicas": 1}))
    there = build.as_live([build.desired(build.manifest(spec={"replicas": 3}))], author="kubectl-edit")
    (change,) = compare([want], there, scope=build.scope(applied={want.key: manifest_digest(want.manifest)}))
    assert change.reason.text == "edited by kubectl-edit, put back"


def test_what_was_applied_and_is_gone_was_deleted_by_hand(build: SimpleNamespace) -> None:
    want = build.desired(build.manifest())
    (change,) = compare([want], NOTHING, scope=build.scope(applied={want.key: ""}))
    assert said((change,)) == [("create", "Deployment api", "deleted at the target, put back")]


def test_a_file_that_is_no_manifest_any_more_is_put_back(build: SimpleNamespace) -> None:
    want = build.desired(build.manifest())
    there = LiveObjects({want.key: Live(want.key, None, owned=True)})
    assert said(compare([want], there, scope=build.scope())) == [
        ("update", "Deployment api", "edited by hand until it was no manifest any more, put back")
    ]


def test_what_a_member_no_longer_asks_for_is_deleted(build: SimpleNamespace) -> None:
    kept, gone = build.desired(build.manifest(name="api")), build.desired(build.manifest(name="web"))
    assert said(compare([kept], build.as_live([kept, gone]), scope=build.scope())) == [
        ("keep", "Deployment api", "as wanted"),
        ("delete", "Deployment web", "no longer in the template of frontend"),
    ]


def test_a_member_that_is_no_longer_imported_loses_its_objects(build: SimpleNamespace) -> None:
    gone = build.desired(build.manifest(name="db", member="backend"), member="backend")
    members = frozenset({AppName("frontend")})
    assert said(compare([], build.as_live([gone]), scope=build.scope("frontend", "backend", members=members))) == [
        ("delete", "Deployment db", "backend is no longer imported")
    ]


def test_a_member_outside_the_scope_is_left_alone(build: SimpleNamespace) -> None:
    held = build.desired(build.manifest(name="db", member="backend"), member="backend")
    assert said(compare([], build.as_live([held]), scope=build.scope())) == [
        ("keep", "Deployment db", "left alone: backend is not compared now")
    ]


def test_objects_of_the_group_go_only_with_the_group(build: SimpleNamespace) -> None:
    own = build.desired(build.manifest("NetworkPolicy", "inside", member=None), member=None)
    assert [c.operation for c in compare([], build.as_live([own]), scope=build.scope(group=False))] == [Operation.KEEP]
    assert [c.operation for c in compare([], build.as_live([own]), scope=build.scope(group=True))] == [Operation.DELETE]


def test_a_teardown_deletes_whatever_is_ours_jobs_too(build: SimpleNamespace) -> None:
    ours = [build.desired(build.manifest(name="api")), build.desired(build.manifest("Job", "migrate-1", job="migrate"))]
    changes = compare([], build.as_live(ours), scope=build.scope(teardown=True))
    assert {(change.operation, change.reason.text) for change in changes} == {(Operation.DELETE, "the environment is torn down")}


def test_a_stranger_is_a_problem_and_no_change(build: SimpleNamespace) -> None:
    want = build.desired(build.manifest(), line=3)
    there = LiveObjects(
        {want.key: Live(want.key, build.manifest(), owned=False, stranger="made by the installation other", where="a.yaml")}
    )
    assert compare([want], there, scope=build.scope()) == ()
    (problem,) = strangers([want], there)
    assert (problem.code, problem.place.line) == ("R901", 3)
    assert problem.message == "a.yaml is in the way of Deployment api: made by the installation other"


def test_a_stranger_that_nobody_wants_is_never_deleted(build: SimpleNamespace) -> None:
    other = build.desired(build.manifest(name="theirs"))
    there = LiveObjects({other.key: Live(other.key, other.manifest, owned=False, stranger="not ours")})
    assert compare([], there, scope=build.scope(teardown=True)) == ()
    assert strangers([], there) == ()


def test_a_volume_that_git_resizes_is_a_problem(build: SimpleNamespace) -> None:
    small, large = (
        build.desired(
            build.manifest("PersistentVolumeClaim", "data", spec={"resources": {"requests": {"storage": size}}}), line=20
        )
        for size in ("1Gi", "2Gi")
    )
    applied = {small.key: manifest_digest(small.manifest)}
    (problem,) = unchangeable([large], build.as_live([small]), scope=build.scope(applied=applied))
    assert (problem.code, problem.place.line) == ("R902", 20)
    assert 'spec.resources.requests.storage: "1Gi" → "2Gi"' in problem.message
    assert unchangeable([small], build.as_live([large]), scope=build.scope(applied=applied)) == ()


def run(name: str, *, succeeded: bool = True, hour: int = 1) -> JobRun:
    """A job that ended at an hour."""
    at = datetime(2026, 3, 2, hour, tzinfo=UTC)
    return JobRun(name, AppName("frontend"), "migrate", attempt=1, succeeded=succeeded, at=at)


def test_a_job_is_created_once_whatever_became_of_its_object(build: SimpleNamespace) -> None:
    job = build.desired(build.manifest("Job", "migrate-1", job="migrate"))
    assert [c.operation for c in compare([job], NOTHING, scope=build.scope())] == [Operation.CREATE]
    assert said(compare([job], NOTHING, scope=build.scope(jobs=[run("migrate-1", succeeded=False)]))) == [
        ("keep", "Job migrate-1", "ran already: failed at 2026-03-02T01:00:00Z")
    ]
    edited = build.desired(build.manifest("Job", "migrate-1", job="migrate", spec={"parallelism": 4}))
    assert [c.operation for c in compare([job], build.as_live([edited]), scope=build.scope())] == [Operation.KEEP]


def test_of_each_job_the_last_three_runs_are_kept(build: SimpleNamespace) -> None:
    runs = [build.desired(build.manifest("Job", name, job="migrate")) for name in ("m-d", "m-a", "m-c", "m-b")]
    others = [build.desired(build.manifest("Job", f"seed-{number}", job="seed")) for number in range(3)]
    ended = [run("m-b", hour=1), run("m-c", hour=2), run("m-a", hour=3)]
    changes = compare([runs[0]], build.as_live([*runs, *others]), scope=build.scope(jobs=ended))
    assert said(tuple(c for c in changes if c.operation is Operation.DELETE)) == [
        ("delete", "Job m-b", "older than the last runs of its job")
    ]
