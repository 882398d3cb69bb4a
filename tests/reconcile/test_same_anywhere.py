"""The same commits and the same key give the same bytes, wherever and in whatever order they are written down."""

import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from tests.conftest import Village
    from tests.reconcile.conftest import Town

VARIABLES = ".release/environment_variables.yaml"
STORE = {"vault": {"directory": "vault", "grant": [{"applications": ["frontend"], "types": ["ephemeral", "permanent"]}]}}
ORDERS = list(itertools.permutations(("frontend", "backend", "notifier")))


def settings(village: "Village") -> dict[str, Any]:
    """The config with a secret store and values in the manifests."""
    found: dict[str, Any] = YAML(typ="safe").load(village.config.read_text())
    found["secrets"] = {"stores": STORE}
    found["targets"]["files"]["write_secrets"] = True
    found["applications"]["frontend"]["environments"][1]["secrets"] = True
    return found


def asks_for_a_secret(village: "Village") -> None:
    """The frontend asks for a secret on both branches, and the store has it."""
    for branch in ("main", "feature/login"):
        text = village.repository("frontend").git("show", f"{branch}:{VARIABLES}") + "\n"
        new = "- {key: TOKEN, value: $secrets.vault.token, secret: true}\nmapping:"
        village.repository("frontend").commit({VARIABLES: text.replace("mapping:", new)}, branch=branch)
    (village.root / "vault").mkdir()
    (village.root / "vault/token").write_text("correct horse")


def copied(village: "Village", other: "Village") -> None:
    """The same commits, secrets and installation key in another folder."""
    for name in ("repositories", "vault"):
        shutil.copytree(village.root / name, other.root / name)
    own = other.deployed / ".reconciler"
    own.mkdir(parents=True)
    shutil.copy(village.deployed / ".reconciler/key", own / "key")


def shuffled(village: "Village", order: tuple[str, ...]) -> str:
    """The same settings with all keys the other way round, and the applications in that order."""
    found = dict(reversed(settings(village).items()))
    applications = found["applications"]
    found["applications"] = {name: dict(reversed(applications[name].items())) for name in order}
    return json.dumps(found)


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_two_folders_and_shuffled_settings_give_the_same_bytes(
    town: "Town", order: tuple[str, ...], elsewhere: Callable[[str], "Village"]
) -> None:
    village, other = town.village, elsewhere("another place/ünd")
    asks_for_a_secret(village)
    text = village.config.read_text()
    village.configure(json.dumps(settings(village)))
    assert village.run("sync").code == 0
    copied(village, other)
    village.configure(text)
    other.configure(shuffled(village, order))
    assert other.run("sync").code == 0
    assert other.manifests() == village.manifests()
    assert any("secret" in name for name in village.manifests())


def test_only_digests_of_secrets_know_the_key(town: "Town", elsewhere: Callable[[str], "Village"]) -> None:
    village, other = town.village, elsewhere("another")
    asks_for_a_secret(village)
    village.configure(json.dumps(settings(village)))
    village.run("sync")
    copied(village, other)
    (other.deployed / ".reconciler/key").unlink()
    other.configure(village.config.read_text())
    other.run("sync")
    mine, theirs = village.manifests(), other.manifests()
    assert set(mine) == set(theirs)
    assert {Path(name).name.partition("-")[0] for name in mine if mine[name] != theirs[name]} == {"deployment", "secret"}


def test_a_second_run_from_nothing_gives_the_same_bytes(town: "Town") -> None:
    town.sync()
    before = town.manifests()
    for name in ("deployed", "mirrors"):
        shutil.rmtree(town.village.root / name)
    (town.village.root / "state.db").unlink()
    town.later(days=400)
    town.sync()
    assert town.manifests() == before
