"""`init`: Compose files as people write them become templates that pass `validate` and run."""

import contextlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from tests.conftest import Answer, Village

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = sorted(path for path in (ROOT / "fixtures/compose").iterdir())
MADE = (".release.yaml", ".release/application_template.yaml", ".release/environment_variables.yaml")
COMPOSE = "services: {web: {image: nginx, ports: [8080:80]}}\n"
SETTINGS = """\
version: 1
installation: main
store: sqlite:state.db
mirrors: mirrors
allow_local: true
targets:
  files: {directory: deployed}
secrets:
  stores:
    vault: {directory: vault, grant: [{applications: [made], types: [permanent], prefix: made/}]}
applications:
  made:
    repository: repositories/made
    target: files
    domain: preview.example.com
    image: "registry.example.com/{repository}/{name}:{commit}"
    environments:
    - {name: production, branch: main, type: permanent}
"""

Init = Callable[..., "Answer"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder called `shop` with a small Compose file."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "compose.yaml").write_text(COMPOSE)
    return folder


@pytest.fixture
def init(village: "Village", shop: Path) -> Init:
    """Run `init` in the shop."""

    def call(*arguments: str) -> "Answer":
        with contextlib.chdir(shop):
            return village.call("init", *arguments)

    return call


def copied(case: Path, folder: Path) -> Path:
    """The case's repository, without what is expected of it."""
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns("expected"))
    return folder


def made(folder: Path) -> dict[str, str]:
    """The files that `init` writes, as far as they are there."""
    return {name: (folder / name).read_text() for name in MADE if (folder / name).is_file()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_repository_becomes_what_is_expected_and_passes_validate(case: Path, village: "Village", tmp_path: Path) -> None:
    folder = copied(case, tmp_path / case.name)
    with contextlib.chdir(folder):
        answer = village.call("init", "--force")
        checked = village.call("validate", "--strict")
    assert (answer.code, answer.err) == (0, "")
    assert made(folder) == {name: (case / "expected" / name.removeprefix(".release/").lstrip(".")).read_text() for name in MADE}
    assert answer.out == (case / "expected/output.txt").read_text()
    assert checked.code == 0, checked.out


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_made_runs(case: Path, village: "Village") -> None:
    folder = copied(case, village.root / "repositories/made")
    assert village.call("init", str(folder), "--force").code == 0
    village.repository("made").commit({}, message="Begin")
    variables = YAML(typ="safe").load((folder / MADE[2]).read_text())
    for entry in (entry for entries in variables["services"].values() for entry in entries if entry.get("secret")):
        secret = village.root / "vault/made/permanent" / entry["key"]
        secret.parent.mkdir(parents=True, exist_ok=True)
        secret.write_text("secret")
    village.configure(SETTINGS)
    answer = village.run("sync")
    template = YAML(typ="safe").load((folder / MADE[1]).read_text())
    kinds = [re.findall(rb"^kind: (\w+)", content, re.MULTILINE)[0].decode() for content in village.manifests().values()]
    assert answer.err == ""
    assert kinds.count("Deployment") == len(template["services"]), answer.out
    assert kinds.count("Ingress") == len(template.get("hostnames", []))


def test_nothing_is_replaced_without_force(init: Init, shop: Path) -> None:
    assert init().code == 0
    (shop / MADE[1]).write_text("mine\n")
    (shop / MADE[0]).unlink()
    answer = init()
    assert (answer.code, answer.out) == (1, "")
    assert f"{MADE[1]} is there already; add --force to replace it" in answer.err
    assert list(made(shop)) == [MADE[1], MADE[2]]
    assert made(shop)[MADE[1]] == "mine\n"
    (shop / MADE[1]).chmod(0o600)
    assert init("--force").code == 0
    assert "name: web" in made(shop)[MADE[1]]
    assert (shop / MADE[1]).stat().st_mode & 0o777 == 0o600


def test_a_second_writing_gives_the_same_bytes(init: Init, shop: Path) -> None:
    init()
    before = made(shop)
    assert init("--force").code == 0
    assert made(shop) == before
    assert sorted(path.name for path in shop.rglob("*") if path.is_file()) == sorted(
        ["compose.yaml", *(Path(name).name for name in MADE)]
    )


def test_a_dry_run_prints_the_files_and_writes_none(init: Init, shop: Path) -> None:
    answer = init("--dry-run")
    assert (answer.code, made(shop)) == (0, {})
    assert [line[2:] for line in answer.out.splitlines() if line.startswith("# .")] == list(MADE)
    assert "- name: web\n" in answer.out


def test_json_has_the_files_and_the_problems(init: Init, shop: Path) -> None:
    (shop / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n    user: root\n")
    document = init("--output", "json").json
    assert list(document) == ["version", "source", "written", "files", "problems"]
    assert (document["source"], document["written"]) == ("compose.yaml", True)
    assert {file["file"]: file["content"] for file in document["files"]} == made(shop)
    (problem,) = document["problems"]
    assert (problem["code"], problem["file"], problem["line"], problem["column"]) == ("R851", "compose.yaml", 4, 5)


def test_where_one_file_cannot_be_written_none_is(init: Init, shop: Path, small_disk: Callable[[Path, str], None]) -> None:
    small_disk(shop / ".release", "4k")
    (shop / ".release/full").write_bytes(b"x" * 4096)
    answer = init()
    assert answer.code == 1
    assert "No space left on device; nothing was changed" in answer.err
    assert sorted(path.name for path in shop.rglob("*")) == [".release", "compose.yaml", "full"]


def test_a_folder_in_the_place_of_a_file_stops_all(init: Init, shop: Path) -> None:
    (shop / MADE[2]).mkdir(parents=True)
    assert init("--force").code == 1
    assert made(shop) == {}


def test_a_link_out_of_the_repository_is_not_written_through(init: Init, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (shop / ".release").symlink_to(tmp_path / "elsewhere")
    answer = init()
    assert (answer.code, made(shop)) == (1, {})
    assert "leads out of the repository" in answer.err


def test_profiles_values_and_a_name_can_be_given(init: Init, shop: Path) -> None:
    (shop / "compose.yaml").write_text(
        "services: {a: {image: 'nginx:${TAG}', profiles: [x]}, b: {image: redis, profiles: [y]}}\n"
    )
    (shop / "values").write_text("TAG=1.27\n")
    assert init("--profile", "x", "--env-file", "values", "--app", "My Shop").code == 0
    template = made(shop)[MADE[1]]
    assert "app: my-shop\n" in template
    assert "image: nginx:1.27\n" in template
    assert "redis" not in template


def test_images_of_builds_are_called_after_the_origin(init: Init, shop: Path) -> None:
    (shop / "compose.yaml").write_text("services: {web: {build: .}}\n")
    (shop / ".git").mkdir()
    (shop / ".git/config").write_text(
        '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://token@github.com/Acme/Store.git\n'
    )
    assert init("--dry-run").out.count("acme/store") == 2


BAD = {
    "no compose file": (None, "has no Compose file, no Dockerfile and no package.json; write one of compose.yaml"),
    "empty": (b"", "compose.yaml:1:1: error R860 the file is empty"),
    "binary": (b"\x89PNG\r\n\x00", "compose.yaml:1:1: error R002 byte 0x89 is not UTF-8"),
    "too large": (b"#" * 1_100_000, "compose.yaml:1:1: error R001 the file has"),
    "a list": (b"- a\n", "compose.yaml:1:1: error R860 the file is no Compose file"),
    "no services": (b"volumes: {a: {}}\n", "compose.yaml:1:1: error R860 the file has no services"),
    "not YAML": (b"services: [\n", "compose.yaml:2:1: error R010"),
    "a bomb": (
        b"a: &a [x, x, x, x, x, x, x, x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (i + 1, i + 1, b", ".join([b"*%c" % i] * 9)) for i in range(97, 105)),
        "R014",
    ),
    "a ring": (
        b"services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: {a: {condition: service_started}}}\n",
        "compose.yaml:2:17: error R861 services wait for each other: a → b → a\n",
    ),
    "itself": (b"services:\n  a: {extends: {service: a}}\n", "compose.yaml:2:16: error R861 service 'a' extends itself"),
    "a merged list": (b"services:\n  a: {<<: [1], image: x}\n", "compose.yaml:2:7: error R018"),
    "a service that is text": (b"services: {a: nginx}\n", "compose.yaml:1:12: error R862 service 'a' is no mapping"),
    "a port": (b"services: {a: {image: x, ports: ['80:http']}}\n", "compose.yaml:1:34: error R862 port '80:http' is none"),
    "built elsewhere": (
        b"services: {a: {build: 'https://github.com/a/b.git'}}\n",
        "error R860 no service of the file can be carried over",
    ),
    "profiles alone": (
        b"services: {a: {image: x, profiles: [p]}}\n",
        "error R860 the file has no service that starts without a profile",
    ),
    "a tag without value": (b"services: {a: {image: 'x:${TAG}'}}\n", "warning R854 TAG has no value here and becomes empty"),
    "more asked than allowed": (
        b"services: {a: {image: x, mem_limit: 10m, mem_reservation: 20m}}\n",
        "error R327 memory requests 20Mi, more than its limit 10Mi",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_and_nothing_is_written(init: Init, shop: Path, name: str) -> None:
    content, words = BAD[name]
    (shop / "compose.yaml").unlink()
    if content is not None:
        (shop / "compose.yaml").write_bytes(content)
    answer = init()
    assert words in answer.out + answer.err
    assert (answer.code, made(shop)) == (1, {})


def test_a_compose_file_outside_the_repository_is_not_read(init: Init, shop: Path) -> None:
    (shop.parent / "compose.yaml").write_text(COMPOSE)
    assert "R860 ../compose.yaml is no file of the repository" in init("--compose", "../compose.yaml").out
    (shop / "compose.yaml").unlink()
    (shop / "compose.yaml").symlink_to(shop.parent / "compose.yaml")
    assert "R860 compose.yaml is no file of the repository" in init().out
