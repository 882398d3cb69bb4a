"""Secret values come from stores outside git; what waits for one, what changes with one, and what is never written."""

import base64
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
VARIABLES = ".release/environment_variables.yaml"
RULE = '{branches: ["feature/**"], type: ephemeral'
STORE = """\
secrets:
  stores:
    vault:
      directory: vault
      grant:
      - {applications: [frontend], types: [ephemeral], prefix: frontend/}
applications:
"""
VALUE = "correct horse battery staple"
Alone = Callable[[str], "Town"]


@pytest.fixture
def safe(alone: Alone) -> "Town":
    """A town whose frontend asks for the secret `$secrets.vault.frontend/token`, which the store has."""
    town = alone("feature/login")
    town.settings("applications:\n", STORE)
    town.settings(RULE, f"{RULE}, secrets: true")
    new = "- key: TOKEN\n  value: $secrets.vault.frontend/token\n  secret: true\nmapping:"
    town.edit("frontend", "mapping:", new, branch="feature/login", file=VARIABLES)
    put(town, VALUE)
    return town


def put(town: "Town", value: str | None) -> None:
    """Write the value into the store, or take it away."""
    path = town.village.root / "vault/frontend/token"
    path.parent.mkdir(parents=True, exist_ok=True)
    if value is None:
        path.unlink()
    else:
        path.write_text(value)


def manifest(town: "Town", kind: str) -> tuple[Path, Any]:
    """The file of the frontend's object of that kind, and what it holds."""
    (path,) = town.village.deployed.glob(f"*/{kind}-*web*.yaml")
    return path, YAML(typ="safe").load(path.read_text())


def digest(town: "Town") -> str:
    """The digest that the pods bear; the Secret bears the same."""
    pods = manifest(town, "deployment")[1]["spec"]["template"]["metadata"]["annotations"]["reconciler/secret-digest"]
    secret = manifest(town, "secret")[1]["metadata"]["annotations"]["reconciler/secret-digest"]
    assert pods == secret
    return str(pods)


def everywhere(town: "Town") -> bytes:
    """All that the program wrote: target, store, mirrors."""
    kept = [town.village.deployed, town.village.root / "mirrors", *town.village.root.glob("state.db*")]
    files = [path for root in kept for path in ([root] if root.is_file() else root.rglob("*")) if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


def test_a_secret_reaches_the_container_by_reference_and_its_value_is_written_nowhere(safe: "Town") -> None:
    assert safe.outcomes() == {LOGIN: "done"}
    _, web = manifest(safe, "deployment")
    (entry,) = (one for one in web["spec"]["template"]["spec"]["containers"][0]["env"] if one["name"] == "TOKEN")
    path, secret = manifest(safe, "secret")
    assert entry == {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": secret["metadata"]["name"], "key": "TOKEN"}}}
    assert "data" not in secret
    assert secret["metadata"]["annotations"]["reconciler/secret-keys"] == "TOKEN"
    assert "stringData" not in path.read_text()
    for text in (VALUE.encode(), base64.b64encode(VALUE.encode())):
        assert text not in everywhere(safe)


def test_a_changed_value_changes_the_digest_and_so_rolls_the_pods_that_use_it(safe: "Town") -> None:
    safe.sync()
    before, first = safe.manifests(), digest(safe)
    put(safe, "another")
    assert safe.outcomes() == {LOGIN: "done"}
    assert digest(safe) != first
    assert safe.changed(before) == {"deployment-web.yaml", manifest(safe, "secret")[0].name}
    assert safe.outcomes() == {LOGIN: "nothing"}


def test_a_missing_value_fails_at_the_line_that_asks_and_what_is_there_stays(safe: "Town") -> None:
    safe.sync()
    before = safe.files()
    put(safe, None)
    report = safe.sync()[LOGIN]
    assert report.outcome == "failed"
    assert f"{VARIABLES}:4:3: error R601" in report.detail
    assert "vault" in report.detail
    assert "frontend/token" in report.detail
    assert safe.files() == before
    put(safe, VALUE)
    assert safe.outcomes() == {LOGIN: "nothing"}
    assert safe.files() == before


def test_an_environment_whose_secret_is_missing_is_not_born(safe: "Town") -> None:
    put(safe, None)
    assert safe.outcomes() == {LOGIN: "failed"}
    assert not safe.village.deployed.exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (", secrets: true", ""),
        ("types: [ephemeral]", "types: [permanent]"),
        ("prefix: frontend/", "prefix: backend/"),
        ("applications: [frontend]", "applications: [backend]"),
    ],
)
def test_a_value_that_is_not_granted_is_as_good_as_missing(safe: "Town", old: str, new: str) -> None:
    safe.settings(old, new)
    if "backend]" in new:
        safe.settings("  backend:\n", "  backend:\n    importable_by: [frontend]\n")
    report = safe.sync()[LOGIN]
    assert "error R601" in report.detail
    assert VALUE not in report.detail
    assert safe.manifests() == {}


def test_values_are_written_where_the_target_says_so_for_nobody_else_to_read(safe: "Town") -> None:
    safe.settings("directory: deployed", "directory: deployed, write_secrets: true")
    safe.sync()
    path, secret = manifest(safe, "secret")
    assert base64.b64decode(secret["data"]["TOKEN"]).decode() == VALUE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [other.name for other in path.parent.glob("*.yaml") if VALUE in other.read_text()] == []
    assert safe.outcomes() == {LOGIN: "nothing"}


def test_a_value_that_was_edited_at_the_target_is_put_back(safe: "Town") -> None:
    safe.settings("directory: deployed", "directory: deployed, write_secrets: true")
    safe.sync()
    before = safe.manifests()
    path, secret = manifest(safe, "secret")
    path.write_text(path.read_text().replace(secret["data"]["TOKEN"], base64.b64encode(b"mine").decode()))
    report = safe.sync()[LOGIN]
    assert report.outcome == "done"
    assert safe.manifests() == before
    assert VALUE.encode() not in (safe.village.root / "state.db").read_bytes()


def test_turning_values_on_and_off_writes_the_secret_anew(safe: "Town") -> None:
    safe.sync()
    bare = safe.manifests()
    safe.settings("directory: deployed", "directory: deployed, write_secrets: true")
    assert safe.outcomes() == {LOGIN: "done"}
    assert safe.changed(bare) == {manifest(safe, "secret")[0].name}
    safe.settings(", write_secrets: true", "")
    assert safe.outcomes() == {LOGIN: "done"}
    assert safe.manifests() == bare


def test_a_plan_before_the_first_secret_makes_no_key_and_has_the_digest_of_the_plan_after(safe: "Town") -> None:
    before = safe.village.run("plan", "--output", "json").json["environments"][0]["plan"]
    assert not safe.village.deployed.exists()
    report = safe.sync()[LOGIN]
    assert report.plan is not None
    assert report.plan.digest == before
    key = safe.village.deployed / ".reconciler/key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_no_answer_shows_a_value(safe: "Town") -> None:
    safe.settings("directory: deployed", "directory: deployed, write_secrets: true")
    commands = (["plan"], ["plan", "--all"], ["status", LOGIN], ["explain", LOGIN], ["history"], ["imports", "show"])
    said = [safe.village.run(*command, *form) for command in commands for form in ([], ["--output", "json"])]
    said.append(safe.village.run("sync"))
    put(safe, "another secret")
    said += [safe.village.run(*command, *form) for command in commands for form in ([], ["--output", "json"])]
    hidden = [VALUE, "another secret", base64.b64encode(VALUE.encode()).decode(), base64.b64encode(b"another secret").decode()]
    assert [answer for answer in said for value in hidden if value in answer.out + answer.err] == []
