"""Jobs run once for a commit, their inputs and an attempt; cron jobs again and again."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model.configuration import WorkflowName

Render = Callable[..., Any]

MIGRATE = """
services:
- name: api
  image: acme/api
  envs: [{key: COLOR, value: blue}]
  memory: {limits: 256Mi}
  volumes: [{type: persistent, name: data, size: 1Gi, mount_path: /data}]
jobs:
- name: migrate
  from_services: api
  command: [migrate]
  completed_timeout: 600
"""


def job_name(render: Render, template: str = MIGRATE, **words: Any) -> str:
    """The name of the one Job of the group."""
    [name] = render(template, **words).names("Job")
    assert isinstance(name, str)
    return name


def test_a_job_runs_its_command_in_the_image_of_its_service(render: Render) -> None:
    group = render(MIGRATE)
    [name] = group.names("Job")
    container = group.container(name, "Job")
    assert (container["name"], container["image"], container["command"]) == ("migrate", "acme/api", ["migrate"])
    assert container["resources"] == {"limits": {"memory": "256Mi"}}
    assert {"name": "COLOR", "value": "blue"} in container["env"]
    assert "volumeMounts" not in container


def test_what_a_job_says_itself_is_not_inherited(render: Render) -> None:
    group = render(MIGRATE.replace("  from_services: api", "  from_services: api\n  image: acme/tools\n  memory: {limits: 1Gi}"))
    container = group.container(group.names("Job")[0], "Job")
    assert (container["image"], container["resources"]) == ("acme/tools", {"limits": {"memory": "1Gi"}})


def test_a_job_runs_once_and_its_deadline_counts_from_its_pod(render: Render) -> None:
    group = render(MIGRATE)
    [name] = group.names("Job")
    spec = group.manifest("Job", name)["spec"]
    assert spec["backoffLimit"] == 0
    assert not {"ttlSecondsAfterFinished", "activeDeadlineSeconds", "suspend"} & set(spec)
    assert (group.pod(name, "Job")["restartPolicy"], group.pod(name, "Job")["activeDeadlineSeconds"]) == ("Never", 600)


def test_a_job_says_which_job_it_is_a_run_of(render: Render) -> None:
    group = render(MIGRATE)
    desired = group.desired("Job", group.names("Job")[0])
    assert desired.job == "migrate"
    assert desired.manifest["metadata"]["annotations"]["reconciler/job"] == "migrate"


def test_the_same_inputs_give_the_same_name(render: Render) -> None:
    name = job_name(render)
    assert name == job_name(render)
    assert name == job_name(render, f"# a comment\n{MIGRATE}")
    assert name == job_name(render, MIGRATE.replace("name: data", "name: other"))


def test_an_upgrade_of_ours_runs_no_job_again(render: Render) -> None:
    assert job_name(render) == "shop-migrate-dboa27c"


CHANGED = {
    "the commit": {"commits": {"shop": "c" * 40}},
    "the attempt": {"attempts": {"shop/migrate": 2}},
    "its command": {"template": MIGRATE.replace("[migrate]", "[migrate, --all]")},
    "the image of its service": {"template": MIGRATE.replace("acme/api", "acme/api2")},
    "a variable of its service": {"template": MIGRATE.replace("blue", "green")},
    "a default variable": {"variables": {"shop": "defaults: [{key: A, value: b}]"}},
}


@pytest.mark.parametrize("words", CHANGED.values(), ids=list(CHANGED))
def test_another_input_gives_another_run(render: Render, words: dict[str, Any]) -> None:
    assert job_name(render, **words) != job_name(render)


def test_an_attempt_of_another_job_changes_nothing(render: Render) -> None:
    assert job_name(render, attempts={"shop/other": 2, "other/migrate": 2}) == job_name(render)


def test_a_long_name_is_cut_before_its_digest(render: Render) -> None:
    long = "x" * 60
    names = render(f"jobs: [{{name: {long}a, image: x}}, {{name: {long}b, image: x}}]").names("Job")
    assert len(set(names)) == 2
    assert all(len(name) <= 63 for name in names)


WORKFLOWS = """
jobs: [{name: one, image: x}, {name: two, image: x}, {name: three, image: x}]
workflows:
- {name: setup, parallelize: [{step: a, tasks: [jobs.one, jobs.two]}]}
- {name: patch, parallelize: [{step: a, tasks: [jobs.two]}]}
"""


@pytest.mark.parametrize(
    ("workflow", "jobs"),
    [
        (WorkflowName.SETUP, {"one", "two"}),
        (WorkflowName.PATCH, {"two"}),
        (WorkflowName.REPAIR, set()),
        (WorkflowName.NONE, set()),
    ],
)
def test_only_the_jobs_of_the_chosen_workflow_run(render: Render, workflow: WorkflowName, jobs: set[str]) -> None:
    assert {one.job for one in render(WORKFLOWS, workflow=workflow).rendered.objects} - {None} == jobs


def test_without_workflows_all_jobs_run_at_setup_and_none_at_a_patch(render: Render) -> None:
    assert len(render("jobs: [{name: a, image: x}, {name: b, image: x}]").names("Job")) == 2
    assert render("jobs: [{name: a, image: x}]", workflow=WorkflowName.PATCH).names("Job") == []


def test_every_job_means_those_that_no_step_names(render: Render) -> None:
    template = WORKFLOWS.replace("[jobs.one, jobs.two]", "[jobs.one]}, {step: b, tasks: [jobs.all]")
    waves = render(template).waves()
    assert [name for name, _ in waves] == ["namespace", "a", "b"]
    assert [len(keys) for _, keys in waves] == [1, 1, 2]


def test_a_cron_job_keeps_its_schedule_and_does_not_overlap(render: Render) -> None:
    group = render("cron_jobs: [{name: clean, image: acme/clean, schedule: '0 3 * * *', completed_timeout: 60}]")
    spec = group.manifest("CronJob", "shop-clean")["spec"]
    assert (spec["schedule"], spec["timeZone"]) == ("0 3 * * *", "Etc/UTC")
    assert (spec["concurrencyPolicy"], spec["startingDeadlineSeconds"]) == ("Forbid", 60)
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert (pod["restartPolicy"], pod["activeDeadlineSeconds"]) == ("Never", 60)


def test_a_cron_job_has_a_name_that_its_jobs_can_be_called_after(render: Render) -> None:
    [name] = render(f"cron_jobs: [{{name: {'x' * 60}, image: x, schedule: '0 3 * * *'}}]").names("CronJob")
    assert len(name) <= 52
