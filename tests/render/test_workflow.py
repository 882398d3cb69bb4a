"""The order of waves: what a workflow says, or what services depend on."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model.configuration import WorkflowName

Render = Callable[..., Any]

STEPS = """
services: [{name: web, image: x}, {name: api, image: x}, {name: db, image: x}, {name: extra, image: x}]
jobs: [{name: migrate, image: x}]
workflows:
- name: setup
  parallelize:
  - {step: data, tasks: [services.db]}
  - {step: migrate, tasks: [jobs.migrate]}
  - {step: code, tasks: [services.web, services.api]}
- name: patch
  order_from: [services.api, services.db]
"""


def order(group: Any) -> list[list[str]]:
    """The names of what runs, wave by wave; jobs without their digests."""
    running = {one.key: one.job or one.key.name for one in group.rendered.objects if one.key.kind in {"Deployment", "Job"}}
    waves = [[running[key] for key in wave.keys if key in running] for wave in group.rendered.waves]
    return [names for names in waves if names]


@pytest.mark.parametrize(
    ("workflow", "expected"),
    [
        (WorkflowName.SETUP, [["db"], ["migrate"], ["api", "web"], ["extra"]]),
        (WorkflowName.PATCH, [["api"], ["db"], ["extra", "web"]]),
        (WorkflowName.REPAIR, [["db"], ["api", "web"], ["extra"]]),
        (WorkflowName.NONE, [["db"], ["api", "web"], ["extra"]]),
    ],
)
def test_steps_give_the_waves_and_what_no_step_names_comes_last(
    render: Render, workflow: WorkflowName, expected: list[list[str]]
) -> None:
    assert order(render(STEPS, workflow=workflow)) == expected


def test_every_service_means_those_that_no_step_names(render: Render) -> None:
    template = """
services: [{name: web, image: x}, {name: api, image: x}, {name: db, image: x}]
workflows: [{name: setup, order_from: [services.db, services.all, services.api]}]
"""
    assert order(render(template)) == [["db"], ["web"], ["api"]]


def test_what_two_steps_name_belongs_to_the_first(render: Render) -> None:
    template = """
services: [{name: web, image: x}, {name: db, image: x}]
workflows: [{name: setup, order_from: [services.db, services.web, services.db]}]
"""
    assert order(render(template)) == [["db"], ["web"]]


def test_a_patch_without_definition_follows_setup(render: Render) -> None:
    template = STEPS[: STEPS.index("- name: patch")]
    assert order(render(template, workflow=WorkflowName.PATCH)) == [["db"], ["api", "web"], ["extra"]]


def test_charts_and_infrastructure_make_no_waves(render: Render) -> None:
    template = """
services: [{name: web, image: x}]
charts: [{name: redis, directory: ./chart}]
workflows: [{name: setup, order_from: [charts.redis, services.web]}]
"""
    assert [name for name, _ in render(template).waves()] == ["namespace", "services.web"]


def test_without_workflows_each_comes_after_what_it_depends_on_and_jobs_last(render: Render) -> None:
    group = render("""
services:
- {name: web, image: x, depends_on: [api]}
- {name: cache, image: x}
- {name: api, image: x, depends_on: [db, cache]}
- {name: db, image: x}
jobs: [{name: migrate, image: x}]
""")
    assert order(group) == [["cache"], ["db"], ["api"], ["web"], ["migrate"]]
    assert group.codes() == []


def test_what_pods_lean_on_comes_first_and_routes_come_last(render: Render) -> None:
    group = render(
        """
service_accounts: [{name: reader}]
services:
- name: api
  image: x
  volumes: [{type: persistent, name: data, size: 1Gi, mount_path: /d}]
  configmap: [{name: a, repo_path: a, mount_path: /a}]
  ports: [{type: node_port, port: 80, target_port: 80}]
cron_jobs: [{name: clean, image: x, schedule: "0 3 * * *"}]
""",
        files={"a": b""},
    )
    assert group.waves() == [
        ("namespace", ["Namespace shop-tabcdefg"]),
        ("supports", ["ConfigMap api", "PersistentVolumeClaim api-data", "ServiceAccount shop-reader"]),
        ("api", ["Service api", "Deployment api"]),
        ("routes", ["Ingress api", "CronJob shop-clean"]),
    ]


BACKEND = "services: [{name: db, image: x}, {name: api, image: x, depends_on: [db]}]"
SHOP = "app_imports: [{name: backend}]\nservices: [{name: web, image: x, depends_on: [api]}, {name: docs, image: x}]"


def test_imported_members_come_first_one_after_another(render_group: Render) -> None:
    group = render_group({"backend": BACKEND, "shop": SHOP})
    assert order(group) == [["db"], ["api"], ["web"], ["docs"]]
    assert [wave.member for wave in group.rendered.waves] == [None, "backend", "backend", "shop", "shop"]


def test_side_by_side_members_wait_for_each_other_only_where_they_depend(render_group: Render) -> None:
    group = render_group({"backend": BACKEND, "shop": f"parallelize_app_imports: true\n{SHOP}"})
    assert order(group) == [["db"], ["api"], ["web"], ["docs"]]
    other = SHOP.replace("depends_on: [api]", "depends_on: []")
    group = render_group({"backend": BACKEND, "shop": f"parallelize_app_imports: true\n{other}"})
    assert order(group) == [["db", "web"], ["api", "docs"]]
    assert [wave.member for wave in group.rendered.waves] == [None, None, None]


def test_a_dependence_on_a_later_member_is_a_doubt(render_group: Render) -> None:
    backend = "services: [{name: api, image: x, depends_on: [web]}]"
    shop = "app_imports: [{name: backend}]\nservices: [{name: web, image: x}]"
    group = render_group({"backend": backend, "shop": shop})
    assert (group.problem("R691").severity, order(group)) == ("warning", [["api"], ["web"]])
    together = render_group({"backend": backend, "shop": f"parallelize_app_imports: true\n{shop}"})
    assert (together.codes(), order(together)) == ([], [["web"], ["api"]])


BACK = "services: [{name: a, image: x, depends_on: [c]}, {name: b, image: x, depends_on: [d]}]"
FRONT = "app_imports: [{name: backend}]\nservices: [{name: c, image: x, depends_on: [a]}, {name: d, image: x, depends_on: [b]}]"
STEPPED = f"{FRONT}\nworkflows: [{{name: setup, order_from: [services.c, services.d]}}]"


@pytest.mark.parametrize("lines", ["", "parallelize_app_imports: true\n"])
def test_each_circle_through_two_members_is_a_problem_and_still_has_an_order(render_group: Render, lines: str) -> None:
    group = render_group({"backend": BACK, "shop": lines + FRONT})
    circles = [problem for problem in group.rendered.problems if problem.code == "R690"]
    assert [problem.message for problem in circles] == [
        "services a → c → a depend on each other in a circle",
        "services b → d → b depend on each other in a circle",
    ]
    assert [place.origin.application for problem in circles for place in (problem.place, *problem.related)] == [
        "backend",
        "shop",
    ] * 2
    assert sorted(name for names in order(group) for name in names) == ["a", "b", "c", "d"]


def test_steps_of_one_member_cut_the_circle(render_group: Render) -> None:
    group = render_group({"backend": BACK, "shop": STEPPED})
    assert "R690" not in group.codes()
    assert order(group) == [["a"], ["b"], ["c"], ["d"]]
