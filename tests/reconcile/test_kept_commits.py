"""The commits that an environment leans on stay in the mirrors, whatever becomes of its branches."""

import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
BRANCH = "feature/login"
NIGHTS = 'windows: {pause: [{name: nights, pause: "19:00", resume: "07:00", timezone: UTC}]}\n'
NIGHT = datetime(2026, 3, 1, 20, tzinfo=UTC)
TEMPLATE = ".release/application_template.yaml"


@pytest.fixture
def asleep(town: "Town") -> "Town":
    """An environment that was deployed at noon, from a commit of its own branch alone, and sleeps."""
    town.edit("frontend", "replicas: 1", "replicas: 3", branch=BRANCH)
    town.configure(town.village.config.read_text() + NIGHTS)
    town.sync()
    town.clock.at = NIGHT
    town.sync()
    return town


def force_push(town: "Town", template: str) -> None:
    """Another history of the branch, begun at main: nothing of the one before is left in it."""
    repository = town.repository("frontend")
    repository.git("checkout", "--quiet", "-B", BRANCH, "main")
    repository.commit({TEMPLATE: template}, branch=BRANCH)


def collect_garbage(town: "Town") -> None:
    """What no ref of a mirror names is removed."""
    for mirror in town.village.root.glob("mirrors/*.git"):
        subprocess.run(["git", "-C", str(mirror), "gc", "--quiet", "--prune=now"], check=True)


def reachable(town: "Town") -> set[str]:
    """Every commit in the mirrors."""
    command = ["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"]
    found: set[str] = set()
    for mirror in town.village.root.glob("mirrors/*.git"):
        done = subprocess.run(["git", "-C", str(mirror), *command], check=True, capture_output=True, text=True)
        found |= {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" commit")}
    return found


def template(town: "Town", replicas: int) -> str:
    """The template as the branch has it, with another number of replicas."""
    return town.repository("frontend").git("show", f"{BRANCH}:{TEMPLATE}").replace("replicas: 3", f"replicas: {replicas}") + "\n"


def test_asleep_it_wakes_as_it_was_deployed_though_its_branch_was_forced_elsewhere(asleep: "Town") -> None:
    deployed = {member.commit for member in asleep.record(LOGIN).members.values()}
    force_push(asleep, template(asleep, 2))
    assert asleep.outcomes()[LOGIN] == "done"
    slept = asleep.record(LOGIN).sleep
    assert slept is not None
    assert not deployed >= set(slept.commits.values())
    asleep.edit("frontend", "services:", "servises:", branch=BRANCH)
    asleep.sync()
    collect_garbage(asleep)
    assert deployed | set(slept.commits.values()) <= reachable(asleep)
    asleep.clock.at = NIGHT + timedelta(hours=12)
    report = asleep.sync()[LOGIN]
    assert (report.outcome, asleep.record(LOGIN).sleep) == ("done", None)
    assert {member.commit for member in asleep.record(LOGIN).members.values()} == deployed
    collect_garbage(asleep)
    assert deployed <= reachable(asleep)


def test_what_nothing_leans_on_any_more_is_let_go(asleep: "Town") -> None:
    asleep.clock.at = NIGHT + timedelta(hours=12)
    asleep.sync()
    before = {member.commit for member in asleep.record(LOGIN).members.values()}
    force_push(asleep, template(asleep, 2))
    assert asleep.outcomes()[LOGIN] == "done"
    collect_garbage(asleep)
    left = before - {member.commit for member in asleep.record(LOGIN).members.values()}
    assert left
    assert not left & reachable(asleep)


def test_the_windows_in_force_outlive_their_commit(asleep: "Town") -> None:
    repository = asleep.repository("frontend")
    afternoons = 'pause: [{name: afternoons, pause: "12:30", resume: "19:00", timezone: UTC}]\n'
    pointer = repository.git("show", f"{BRANCH}:.release.yaml") + "\nschedules: windows.yaml\n"
    asleep.clock.at = NIGHT + timedelta(hours=12)
    repository.commit({".release.yaml": pointer, "windows.yaml": afternoons}, branch=BRANCH)
    asleep.sync()
    asleep.settings(NIGHTS, "")
    force_push(asleep, template(asleep, 2))
    repository.commit({".release.yaml": pointer, "windows.yaml": "pause: afternoons\n"}, branch=BRANCH)
    asleep.sync()
    collect_garbage(asleep)
    asleep.clock.at = NIGHT + timedelta(hours=18)
    asleep.sync()
    assert asleep.record(LOGIN).sleep is not None
