"""What lies in a directory target, and whose it is."""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.kinds.manifest import from_yaml, to_yaml
from reconciler.model.errors import InTheWay, Refused
from reconciler.model.ids import Namespace
from reconciler.model.objects import SECRET_KEYS, ObjectKey
from reconciler.model.secret import SecretValue
from reconciler.target.directory.files import LARGEST
from reconciler.target.directory.layout import file_of, folder_of, key_at

Directories = Callable[..., Any]


@pytest.fixture
def env(build: SimpleNamespace) -> Any:
    """An environment."""
    return build.environment()


@pytest.fixture
def folder(tmp_path: Path, env: Any) -> Path:
    """The environment's folder, made already."""
    made: Path = tmp_path / "deployed" / env.namespace
    made.mkdir(parents=True)
    return made


@pytest.fixture
def scene(directory: Directories, env: Any, folder: Path) -> SimpleNamespace:
    """A target with its `reader` and `writer`, an environment `env`, and the environment's `folder`."""
    both = directory()
    return SimpleNamespace(reader=both.reader, writer=both.writer, env=env, folder=folder)


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (ObjectKey("Deployment", Namespace("shop"), "api"), "shop/deployment-api.yaml"),
        (ObjectKey("PersistentVolumeClaim", Namespace("shop"), "a-b.c"), "shop/persistentvolumeclaim-a-b.c.yaml"),
        (ObjectKey("Namespace", Namespace(""), "shop"), "shop/namespace-shop.yaml"),
    ],
)
def test_each_object_has_one_place(key: ObjectKey, place: str) -> None:
    assert f"{folder_of(key)}/{file_of(key)}" == place
    assert key_at(*place.split("/")) == key


@pytest.mark.parametrize(
    "name", ["README.md", "deployment-.yaml", "widget-a.yaml", "deployment.yaml", "deployment-A.yaml", "namespace-b.yaml"]
)
def test_other_names_are_no_places_of_objects(name: str) -> None:
    assert key_at("shop", name) is None


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "", ".hidden", "A", "a\n", "a\0"])
def test_no_path_climbs(name: str) -> None:
    with pytest.raises(Refused):
        file_of(ObjectKey("Deployment", Namespace("shop"), name))
    with pytest.raises(Refused):
        folder_of(ObjectKey("Deployment", Namespace(name or "/"), "a"))


def test_a_file_reads_as_a_manifest_and_ends_with_nothing_beside_it(
    directory: Directories, build: SimpleNamespace, tmp_path: Path
) -> None:
    env = build.environment()
    manifest = build.manifest(env, spec={"replicas": 1})
    directory().writer.put(build.put(manifest))
    path = tmp_path / "deployed" / env.namespace / "deployment-api.yaml"
    assert path.read_text() == to_yaml(manifest)
    assert path.stat().st_mode & 0o777 == 0o644
    assert sorted(each.name for each in path.parent.rglob("*")) == [".reconciler", "deployment-api.yaml"]


def test_what_is_as_wanted_is_not_written(directory: Directories, build: SimpleNamespace, tmp_path: Path) -> None:
    env = build.environment()
    writer, change = directory().writer, build.put(build.manifest(env))
    writer.put(change)
    path = tmp_path / "deployed" / env.namespace / "deployment-api.yaml"
    os.utime(path, (1, 1))
    before = path.stat()
    writer.put(change)
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


MARKS = {"reconciler/installation": "main"}
STRANGERS = {
    "nothing": ("", "a file that is no manifest"),
    "no yaml": ("a: [", "a file that is no manifest"),
    "binary": ("\x00\x01", "a file that is no manifest"),
    "two documents": ("a: 1\n---\nb: 2\n", "a file that is no manifest"),
    "many brackets": ("[" * 60_000, "a file that is no manifest"),
    "too large": ("#" * (LARGEST + 1), f"a file of {LARGEST + 1} bytes"),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_a_file_that_is_no_manifest_is_in_the_way(case: str, scene: SimpleNamespace, build: SimpleNamespace) -> None:
    content, whose = STRANGERS[case]
    path = scene.folder / "deployment-api.yaml"
    path.write_text(content)
    (live,) = scene.reader.live(scene.env, None).objects.values()
    assert (live.manifest, live.owned, live.stranger, live.where) == (None, False, whose, str(path))
    with pytest.raises(InTheWay, match=r"deployment-api\.yaml is in the way of Deployment api"):
        scene.writer.put(build.put(build.manifest(scene.env)))
    with pytest.raises(InTheWay):
        scene.writer.delete(build.gone(live.key, live))
    assert path.read_text() == content


@pytest.mark.parametrize(
    "case",
    [
        ({"annotations": {}}, "not made by the reconciler"),
        ({"annotations": {"reconciler/installation": "other"}}, "made by the installation other"),
        (
            {"annotations": {"reconciler/installation": "main", "reconciler/environment": "t0000000"}},
            "of the environment t0000000",
        ),
        ({"annotations": {"reconciler/installation": ["main"]}}, "made by the installation ['main']"),
        ({"annotations": {**MARKS, "reconciler/object": "Deployment/web"}}, "a copy of Deployment/web"),
        ({"annotations": MARKS}, "a copy of another object"),
        ({"name": "web"}, "a copy of Deployment/api"),
        ({"namespace": "elsewhere"}, "a copy of Deployment/api"),
    ],
)
def test_whose_a_file_is_stands_in_its_annotations(
    case: tuple[dict[str, Any], str], scene: SimpleNamespace, build: SimpleNamespace
) -> None:
    edit, whose = case
    manifest = build.manifest(scene.env)
    manifest["metadata"] |= edit
    (scene.folder / "deployment-api.yaml").write_text(to_yaml(manifest))
    (live,) = scene.reader.live(scene.env, None).objects.values()
    assert (live.owned, live.stranger) == (False, whose)


def test_a_renamed_copy_is_a_stranger_and_the_original_stays_ours(
    directory: Directories, build: SimpleNamespace, folder: Path
) -> None:
    env = build.environment()
    both = directory()
    both.writer.put(build.put(build.manifest(env)))
    (folder / "deployment-copy.yaml").write_bytes((folder / "deployment-api.yaml").read_bytes())
    (folder / "api-backup.yaml").write_bytes((folder / "deployment-api.yaml").read_bytes())
    found = {str(key): live.stranger for key, live in both.reader.live(env, None).objects.items()}
    assert found == {"Deployment api": None, "Deployment copy": "a copy of Deployment/api"}


def test_what_the_record_lists_is_ours_however_it_was_edited(
    directory: Directories, build: SimpleNamespace, folder: Path
) -> None:
    env = build.environment()
    both, manifest = directory(), build.manifest(env)
    change = build.put(manifest)
    record = build.record(env, change.key)
    both.writer.save(record, None)
    path = folder / "deployment-api.yaml"
    for content in ("", "gone: astray\n", to_yaml({**manifest, "metadata": {"name": "api"}})):
        path.write_text(content)
        (live,) = both.reader.live(env, record).objects.values()
        assert live.owned
        both.writer.put(change)
        assert from_yaml(path.read_text()) == manifest
    path.write_text("broken")
    both.writer.delete(build.gone(change.key, None))
    assert not path.exists()


def test_a_listed_place_that_another_installation_took_is_not_ours(
    directory: Directories, build: SimpleNamespace, folder: Path
) -> None:
    env = build.environment()
    both, change = directory(), build.put(build.manifest(env))
    record = build.record(env, change.key)
    both.writer.save(record, None)
    (folder / "deployment-api.yaml").write_text(to_yaml(build.manifest(env, installation="other")))
    (live,) = both.reader.live(env, record).objects.values()
    assert (live.owned, live.stranger) == (False, "made by the installation other")
    with pytest.raises(InTheWay):
        both.writer.put(change)


def _link(path: Path) -> None:
    (path.parent.parent / "elsewhere.yaml").write_text("theirs")
    path.symlink_to(path.parent.parent / "elsewhere.yaml")


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "link": (_link, "a symbolic link"),
    "dangling link": (lambda path: path.symlink_to("nowhere"), "a symbolic link"),
    "folder": (lambda path: path.mkdir(), "a folder"),
    "pipe": (os.mkfifo, "no regular file"),
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_no_file_is_in_the_way_even_at_a_listed_place(case: str, scene: SimpleNamespace, build: SimpleNamespace) -> None:
    make, whose = ODD[case]
    change = build.put(build.manifest(scene.env))
    record = build.record(scene.env, change.key)
    scene.writer.save(record, None)
    make(scene.folder / "deployment-api.yaml")
    (live,) = scene.reader.live(scene.env, record).objects.values()
    assert (live.owned, live.stranger) == (False, whose)
    for call in (scene.writer.put, scene.writer.delete):
        with pytest.raises(InTheWay, match=whose):
            call(change)
    elsewhere = scene.folder.parent / "elsewhere.yaml"
    assert not elsewhere.exists() or elsewhere.read_text() == "theirs"


def test_a_namespace_that_is_a_link_is_never_entered(directory: Directories, build: SimpleNamespace, tmp_path: Path) -> None:
    env = build.environment()
    outside, deployed = tmp_path / "outside", tmp_path / "deployed"
    outside.mkdir()
    deployed.mkdir()
    (deployed / env.namespace).symlink_to(outside)
    both = directory()
    calls: list[Callable[[], object]] = [
        lambda: both.reader.live(env, None),
        lambda: both.writer.save(build.record(env), None),
        lambda: both.writer.put(build.put(build.manifest(env))),
    ]
    for call in calls:
        with pytest.raises(InTheWay, match=env.namespace):
            call()
    assert both.reader.records().environments == {}
    assert list(outside.iterdir()) == []


def test_forgetting_leaves_what_strangers_put_there(directory: Directories, build: SimpleNamespace, folder: Path) -> None:
    env = build.environment()
    both, record = directory(), build.record(env)
    (folder / "NOTES.md").write_text("mine")
    revision = both.writer.save(record, None)
    (folder / ".reconciler" / "deployment-api.yaml.0123.tmp").write_text("half")
    both.writer.forget(record, revision)
    assert sorted(each.name for each in folder.rglob("*")) == ["NOTES.md"]


def test_a_forgotten_environment_leaves_no_folder(directory: Directories, build: SimpleNamespace, folder: Path) -> None:
    env = build.environment()
    both, record = directory(), build.record(env)
    both.writer.forget(record, both.writer.save(record, None))
    assert not folder.exists()


SECRET = {"PASSWORD": SecretValue("höhe\n"), "BYTES": SecretValue("a\udcff")}


def test_a_secret_is_written_without_its_values(directory: Directories, build: SimpleNamespace, folder: Path) -> None:
    env = build.environment()
    both, manifest = directory(), build.manifest(env, "Secret", "api", type="Opaque", data=dict(SECRET))
    both.writer.put(build.put(manifest))
    written = from_yaml((folder / "secret-api.yaml").read_text())
    assert "data" not in written
    assert written["metadata"]["annotations"][SECRET_KEYS] == "BYTES,PASSWORD"
    (live,) = both.reader.live(env, None).owned()
    assert live.manifest == both.reader.held(manifest)


def test_with_write_secrets_values_are_in_a_file_of_the_owners_alone(
    directory: Directories, build: SimpleNamespace, folder: Path
) -> None:
    env = build.environment()
    both, manifest = directory(write_secrets=True), build.manifest(env, "Secret", "api", type="Opaque", data=dict(SECRET))
    both.writer.put(build.put(manifest))
    path = folder / "secret-api.yaml"
    assert path.stat().st_mode & 0o777 == 0o600
    written = from_yaml(path.read_text())["data"]
    assert base64.b64decode(written["PASSWORD"]) == "höhe\n".encode()
    assert base64.b64decode(written["BYTES"]) == b"a\xff"
    (live,) = both.reader.live(env, None).owned()
    assert live.manifest == manifest


def test_values_typed_into_a_file_by_hand_are_hidden_when_read(
    directory: Directories, build: SimpleNamespace, folder: Path
) -> None:
    env = build.environment()
    manifest = build.manifest(env, "Secret", "api", data={"A": "no base 64"}, stringData={"B": "typed-in"})
    (folder / "secret-api.yaml").write_text(to_yaml(manifest))
    (live,) = directory().reader.live(env, None).owned()
    assert "typed-in" not in repr(live)
    assert "no base 64" not in repr(live)


def test_the_key_is_the_owners_alone(directory: Directories, tmp_path: Path) -> None:
    both = directory()
    key = both.writer.make_key()
    path = tmp_path / "deployed" / ".reconciler" / "key"
    assert path.read_text() == f"{key.hex()}\n"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("short")
    for call in (both.reader.key, both.writer.make_key):
        with pytest.raises(Refused, match="holds no key of 64 hexadecimal digits"):
            call()
