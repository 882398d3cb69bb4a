"""What the importer leaves out, and two members with a service of one name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.imports.collide import settle
from reconciler.imports.leave_out import leave_out
from reconciler.imports.resolve import Resolution
from reconciler.model.configuration import Configuration, Hostname, RouteRule, Step, Workflow, WorkflowName
from reconciler.model.ids import AppName
from reconciler.model.importplan import ImportPlan
from reconciler.model.problem import Problem, Severity
from reconciler.model.workload import CronJob, Job

Rows = dict[str, dict[str, Any]]
Settled = tuple[Mapping[AppName, Configuration], tuple[Problem, ...]]


@pytest.fixture
def settled(
    resolved: Callable[..., Resolution], configured: Callable[[str, Mapping[str, Any]], Configuration]
) -> Callable[..., Settled]:
    """The group of the first application, settled; applications in `without` have no configuration."""

    def settled_of(rows: Rows, *, last_wins: bool = False, without: tuple[str, ...] = ()) -> Settled:
        plan = resolved(rows, f"{next(iter(rows))}@main").plan
        assert isinstance(plan, ImportPlan)
        configurations = {AppName(name): configured(name, row) for name, row in rows.items() if name not in without}
        return settle(plan, configurations, last_wins=last_wins)

    return settled_of


def names(configuration: Configuration) -> list[str]:
    """The services."""
    return [service.name for service in configuration.services]


def importing(*services: str, **entry: Any) -> dict[str, Any]:
    """An application with services that imports backend."""
    return {"services": services, "imports": [{"name": "backend", **entry}]}


BACKEND = {"services": ["api", "db", "redis", "sidekiq"]}


def test_members_whose_services_differ_live_side_by_side(settled: Callable[..., Settled]) -> None:
    group, problems = settled({"frontend": importing("app"), "backend": BACKEND})
    assert problems == ()
    assert names(group[AppName("backend")]) == ["api", "db", "redis", "sidekiq"]


def test_an_excluded_service_is_left_out_of_the_import_alone(settled: Callable[..., Settled]) -> None:
    group, problems = settled({"frontend": importing("app", "redis", exclude_services=["redis"]), "backend": BACKEND})
    assert problems == ()
    assert names(group[AppName("backend")]) == ["api", "db", "sidekiq"]
    assert names(group[AppName("frontend")]) == ["app", "redis"]


def test_an_exclusion_of_nothing_is_a_doubt_at_its_line(settled: Callable[..., Settled]) -> None:
    _, (problem,) = settled({"frontend": importing("app", exclude_services=["reddis"]), "backend": BACKEND})
    assert (problem.severity, problem.code, problem.place.line) == (Severity.WARNING, "R510", 12)
    assert problem.message == "backend has no service reddis to exclude"
    assert problem.hint.startswith("did you mean redis?")


def test_two_services_of_one_name_are_an_error_that_names_both_places(settled: Callable[..., Settled]) -> None:
    _, (problem,) = settled({"frontend": importing("app", "api"), "backend": BACKEND})
    assert (problem.severity, problem.code) == (Severity.ERROR, "R511")
    assert problem.message == "service api is in backend and in frontend, which share a namespace"
    assert "${app_name}-api" in problem.hint
    assert [str(place) for place in (problem.place, *problem.related)] == [
        "frontend application_template.yaml:51:5",
        "backend application_template.yaml:50:5",
    ]


def test_a_prefix_with_the_applications_name_keeps_them_apart(settled: Callable[..., Settled]) -> None:
    _, problems = settled({"frontend": importing("frontend-api"), "backend": {"services": ["backend-api"]}})
    assert problems == ()


def test_where_the_last_wins_the_importer_keeps_its_service(settled: Callable[..., Settled]) -> None:
    group, (problem,) = settled({"frontend": importing("app", "api"), "backend": BACKEND}, last_wins=True)
    assert (problem.severity, problem.code) == (Severity.NOTE, "R512")
    assert names(group[AppName("backend")]) == ["db", "redis", "sidekiq"]
    assert names(group[AppName("frontend")]) == ["app", "api"]


def test_of_three_the_last_in_deploy_order_wins(settled: Callable[..., Settled]) -> None:
    rows: Rows = {
        "web": {"services": ["web"], "imports": ["one", "two"]},
        "one": {"services": ["api", "one"]},
        "two": {"services": ["api"]},
    }
    group, problems = settled(rows, last_wins=True)
    assert [names(group[AppName(name)]) for name in ("one", "two", "web")] == [["one"], ["api"], ["web"]]
    assert len(problems) == 1
    rows["web"]["services"] = ["api"]
    group, problems = settled(rows, last_wins=True)
    assert [names(group[AppName(name)]) for name in ("one", "two", "web")] == [["one"], [], ["api"]]
    assert len(problems) == 2


def test_members_that_are_aborted_or_unreadable_take_no_part(settled: Callable[..., Settled]) -> None:
    group, problems = settled({"frontend": importing("api", exclude_services=["x"]), "backend": BACKEND}, without=("backend",))
    assert problems == ()
    assert set(group) == {"frontend"}


@pytest.fixture
def whole(configured: Callable[[str, Mapping[str, Any]], Configuration]) -> Configuration:
    """A backend with everything that can hang on a service."""
    bare = configured("backend", {"services": ["api", "redis"]})
    at = bare.place
    api, redis = bare.services
    steps = (
        Step(place=at, name="first", tasks=("services.redis", "jobs.seed")),
        Step(place=at, name="second", tasks=("services.api", "services.redis")),
        Step(place=at, name="third", tasks=("release.remove_environment",)),
    )
    return replace(
        bare,
        services=(replace(api, depends_on=("redis", "elsewhere")), redis),
        jobs=(Job(place=at, name="seed", from_services="redis"), Job(place=at, name="migrate", from_services="api")),
        cron_jobs=(CronJob(place=at, name="flush", from_services="redis", schedule="0 3 * * *"),),
        hostnames=(Hostname(place=at, service="redis", host="r.x"), Hostname(place=at, service="api", host="a.x")),
        rules=(RouteRule(place=at, service="redis", hosts=("r.x",), path="/"),),
        workflows=(Workflow(place=at, name=WorkflowName.SETUP, steps=steps),),
    )


def test_what_hangs_on_a_service_is_left_out_with_it(whole: Configuration) -> None:
    left = leave_out(whole, {"redis"}, elsewhere=frozenset())
    assert names(left) == ["api"]
    assert [job.name for job in (*left.jobs, *left.cron_jobs)] == ["migrate"]
    assert [hostname.service for hostname in left.hostnames] == ["api"]
    assert left.rules == ()
    assert [step.tasks for step in left.workflows[0].steps] == [("services.api",), ("release.remove_environment",)]
    assert left.services[0].depends_on == ("elsewhere",)


def test_what_the_group_still_has_is_still_depended_on(whole: Configuration) -> None:
    left = leave_out(whole, {"redis"}, elsewhere=frozenset({"redis"}))
    assert left.services[0].depends_on == ("redis", "elsewhere")


def test_nothing_left_out_is_the_same_configuration(whole: Configuration) -> None:
    assert leave_out(whole, frozenset(), elsewhere=frozenset()) is whole
