"""Wakings on a real server: an environment wakes until its pods are ready, and the next one waits for that."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

ALWAYS = 'windows: {pause: [{name: always, cron: "0 * * * *", duration: 1h, timezone: UTC}]}\n'
BRANCHES = ("feature/a", "feature/b", "feature/login")


@pytest.fixture
def tired(town: "Town") -> "Town":
    """Three environments that sleep and are to wake, one at a time."""
    repository = town.village.repository("frontend")
    for branch in BRANCHES[:2]:
        repository.branch(branch)
    kept = "  volumes:\n  - {type: persistent, name: data, mount_path: /var/lib/postgresql/data, size: 1Gi}\n"
    town.edit(town.template().replace(kept, ""))
    rules = '- {branches: ["feature/**"], type: ephemeral}'
    town.configure(more="waking: {at_once: 1, ready_within: 1h}", rules=rules)
    before = town.village.config.read_text()
    town.sync()
    town.village.configure(before + ALWAYS)
    town.until(lambda: town.village.run("sync").code == 0)
    assert since(town, "asleep_since") == set(BRANCHES)
    town.village.configure(before)
    return town


def since(town: "Town", what: str) -> set[str]:
    """The branches whose environments sleep (`asleep_since`), or wake and are not ready (`waking_since`)."""
    found = town.village.run("status", "--output", "json").json["environments"]
    return {one["branch"] for one in found if one[what] is not None}


def test_each_waits_until_the_one_before_is_ready(tired: "Town") -> None:
    for left in (2, 1):
        answer = tired.sync(code=4)
        assert "it sleeps on until it is its turn to wake: target dev wakes at most 1 at once" in answer.out
        assert len(since(tired, "asleep_since")) == left
        tired.until(lambda: since(tired, "waking_since") == set())
    tired.sync()
    assert since(tired, "asleep_since") == set()


def test_one_that_never_gets_ready_keeps_the_others_asleep(tired: "Town") -> None:
    images = tired.village.config.read_text()
    tired.village.configure(images.replace("{repository}/{name}:{commit}", "{repository}/{name}:stuck"))
    tired.sync(code=4)
    for _ in range(3):
        tired.sync(code=4)
        assert (len(since(tired, "waking_since")), len(since(tired, "asleep_since"))) == (1, 2)
    text = tired.village.config.read_text()
    tired.village.configure(text.replace("ready_within: 1h", "ready_within: 1s"))
    tired.until(lambda: tired.village.run("sync").code == 0)
    assert since(tired, "asleep_since") == set()
