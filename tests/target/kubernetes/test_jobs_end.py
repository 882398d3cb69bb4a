"""Sleep waits for what runs: a job is left to finish, one that a cron job started too, and meanwhile nothing new is started."""

from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

MIGRATE: Final = "  from_services: api\n  command: [bin/migrate]\n"
ENDLESS: Final = "  image: acme/migrate:stuck\n  command: [bin/migrate]\n"
CRON_JOB: Final = """\
cron_jobs:
- {name: tick, image: acme/tick:stuck, command: [tick], schedule: "* * * * *"}
"""


def jobs(town: "Town", begin: str) -> list[Any]:
    """The jobs whose names begin so."""
    return [job for job in town.admin.get(town.path("Job"))["items"] if job["metadata"]["name"].startswith(begin)]


def ended(town: "Town", begin: str) -> bool:
    """Whether all of them are complete, each with its first pod."""
    statuses = [job["status"] for job in jobs(town, begin)]
    return all(status.get("succeeded") == 1 and not status.get("failed") for status in statuses)


def finish(town: "Town", begin: str) -> None:
    """Let the pods of these jobs succeed, as programs that have done their work."""
    path = f"/api/v1/namespaces/{town.namespace}/pods"
    town.until(lambda: len(pods(town, begin)) == len(jobs(town, begin)))
    for name in pods(town, begin):
        town.admin.merge(f"{path}/{name}/status", {"status": {"phase": "Succeeded"}}, manager="kubelet")
    town.until(lambda: ended(town, begin), what=lambda: jobs(town, begin))


def pods(town: "Town", begin: str) -> list[str]:
    """The pods of these jobs."""
    found = town.admin.get(f"/api/v1/namespaces/{town.namespace}/pods")["items"]
    return [pod["metadata"]["name"] for pod in found if pod["metadata"]["name"].startswith(begin)]


def sizes(town: "Town") -> set[int]:
    """How many pods workloads are to have."""
    return {town.get(kind, name)["spec"]["replicas"] for kind, name in (("Deployment", "api"), ("StatefulSet", "db"))}


def test_a_running_job_is_left_to_finish(sleepy: "Town") -> None:
    sleepy.edit(sleepy.template().replace(MIGRATE, ENDLESS))
    sleepy.sync()
    answer = sleepy.say("pause", code=4)
    assert "sleep waits for Job " in answer.out
    assert sizes(sleepy) == {1}
    finish(sleepy, "backend-migrate")
    sleepy.sync()
    assert sizes(sleepy) == {0}
    assert ended(sleepy, "backend-migrate")


def test_what_a_cron_job_started_is_left_to_finish_and_nothing_follows_it(sleepy: "Town") -> None:
    sleepy.edit(sleepy.template() + CRON_JOB)
    sleepy.sync()
    sleepy.until(lambda: bool(sleepy.get("CronJob", "backend-tick")["status"].get("active")))
    sleepy.until(lambda: ended(sleepy, "backend-migrate"))
    sleepy.say("pause", code=4)
    assert sizes(sleepy) == {1}
    assert sleepy.get("CronJob", "backend-tick")["spec"]["suspend"] is True
    sleepy.cluster.audit.forget()
    assert "sleep waits for CronJob " in sleepy.sync(code=4).out
    assert sleepy.writes() == []
    finish(sleepy, "backend-tick")
    sleepy.until(lambda: not sleepy.get("CronJob", "backend-tick")["status"].get("active"))
    sleepy.sync()
    assert sizes(sleepy) == {0}
    assert len(jobs(sleepy, "backend-tick")) == 1
