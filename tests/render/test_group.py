"""What holds for every group: the same files give the same bytes, whole objects, and each in exactly one wave."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.kinds.manifest import from_yaml, to_yaml
from reconciler.kinds.table import KINDS, kind_of
from reconciler.model.configuration import WorkflowName
from reconciler.model.names import is_label
from reconciler.model.secret import SecretValue
from reconciler.render.group import group

Render = Callable[..., Any]

SHOP: dict[str, Any] = {
    "app_imports": [{"name": "backend"}],
    "node_selector": [{"key": "pool", "value": "a"}],
    "shared_volumes": [{"name": "media", "size": "5Gi"}],
    "service_accounts": [{"name": "reader"}],
    "resources": {"cpu": {"limits": "1000m", "requests": "100m"}, "memory": {"limits": "1Gi"}, "replicas": 2},
    "services": [
        {
            "name": "web",
            "image": "nginx:1.27",
            "ports": [{"type": "node_port", "port": 80, "target_port": 8080}],
            "envs": [{"key": "A", "value": "yes"}, {"key": "B", "value": "012"}],
            "volumes": [{"claim": "media", "mount_path": "/m"}, {"type": "persistent", "name": "d", "mount_path": "/d"}],
            "configmap": [{"name": "a", "repo_path": "a", "mount_path": "/a"}],
            "autoscale": {"min_replicas": 1, "max_replicas": 3},
            "liveness_probe": {"http_get": {"path": "/", "port": 8080}},
            "depends_on": ["db"],
            "service_account_name": "reader",
        },
        {"name": "db", "image": "postgres:16", "stateful": True, "volumes": [{"type": "shmem", "name": "s", "mount_path": "/s"}]},
    ],
    "jobs": [{"name": "migrate", "from_services": "web", "command": ["migrate"]}],
    "cron_jobs": [{"name": "clean", "image": "x", "schedule": "0 3 * * *"}],
}
BACKEND: dict[str, Any] = {"services": [{"name": "api", "image": "x", "ports": [{"type": "container_port", "port": 80}]}]}
VARIABLES = {
    "defaults": [{"key": "PLAIN", "value": "1"}, {"key": "TOKEN", "value": "hush", "secret": True}],
    "services": {"web": [{"key": "C", "value": "3"}], "db": [{"key": "D", "value": "4"}]},
    "mapping": {"E": "${A}-${C:-none}", "F": "PLAIN"},
}


def shuffled(value: Any, random: Random) -> Any:
    """The same value with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key], random) for key in keys}
    return [shuffled(part, random) for part in value] if isinstance(value, list) else value


def words(random: Random | None = None) -> dict[str, Any]:
    """What both applications are rendered from."""
    backend, shop, variables = (json.dumps(shuffled(one, random) if random else one) for one in (BACKEND, SHOP, VARIABLES))
    return {
        "templates": {"backend": backend, "shop": shop},
        "variables": {"shop": variables},
        "files": {"a": b"text"},
    }


def plain(value: Any) -> Any:
    """A manifest that can be written: secret values as the length of their text."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return len(value.reveal()) if isinstance(value, SecretValue) else value


def text_of(rendered: Any) -> str:
    """All objects and waves as one text."""
    return "---\n".join(to_yaml(plain(one.manifest)) for one in rendered.objects) + repr(rendered.waves)


def at(value: Any, pattern: tuple[str, ...]) -> Iterator[Any]:
    """The values at a pattern."""
    if not pattern:
        yield value
    elif isinstance(value, Mapping) and pattern[0] in value:
        yield from at(value[pattern[0]], pattern[1:])


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the fixture is a class, it holds nothing
@given(seed=st.integers())
def test_the_order_of_keys_in_any_file_changes_no_byte(team: Any, seed: int) -> None:
    assert text_of(team(**words(Random(seed))).rendered()) == text_of(team(**words()).rendered())


def test_every_object_is_whole_and_says_whose_it_is(team: Any) -> None:
    rendered = team(**words()).rendered()
    kinds = Counter(one.key.kind for one in rendered.objects)
    assert set(kinds) == set(KINDS) - {"ResourceQuota", "NetworkPolicy"}
    for one in rendered.objects:
        kind = kind_of(one.key.kind)
        assert (one.manifest["apiVersion"], one.manifest["kind"]) == (kind.api_version, kind.name)
        assert one.manifest["metadata"]["name"] == one.key.name
        assert is_label(one.key.name)
        assert one.manifest["metadata"].get("namespace", "") == one.key.namespace
        assert one.manifest["metadata"]["annotations"]["reconciler/object"] == f"{one.key.kind}/{one.key.name}"
        assert [pattern for pattern in kind.required if not list(at(one.manifest, pattern))] == []
        assert str(one.reason)


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("workflow", [name for name in WorkflowName if name is not WorkflowName.TEARDOWN])
def test_every_object_stands_in_exactly_one_wave(team: Any, workflow: WorkflowName, parallel: bool) -> None:
    shop = json.dumps({**SHOP, "parallelize_app_imports": parallel})
    rendered = team(**{**words(), "templates": {**words()["templates"], "shop": shop}, "workflow": workflow}).rendered()
    placed = Counter(key for wave in rendered.waves for key in wave.keys)
    assert placed == Counter(one.key for one in rendered.objects)


def test_manifests_read_back_as_they_were(team: Any) -> None:
    for one in team(**words()).rendered().objects:
        assert from_yaml(to_yaml(plain(one.manifest))) == plain(one.manifest)


def test_an_aborted_member_gives_nothing_and_harms_nobody(team: Any) -> None:
    whole = team(**words())
    resolved = whole.resolved()
    configurations = {name: found for name, found in resolved.configurations.items() if name != "backend"}
    partial = type(resolved)(resolved.plan, configurations, resolved.variables)
    rendered = group(partial, whole.inputs(), setting=whole.setting())
    assert {one.member for one in rendered.objects} == {None, "shop"}


def test_two_declarations_of_one_object_are_a_problem_that_names_both(render_group: Render) -> None:
    volumes = "volumes: [{type: persistent, name: media, size: 1Gi, mount_path: /m}]"
    built = render_group(
        {"shop": f"shared_volumes: [{{name: media, size: 2Gi}}]\nservices: [{{name: shop, image: x, {volumes}}}]"}
    )
    problem = built.problem("R692")
    assert problem.message == (
        "PersistentVolumeClaim shop-media is made twice: by volume media of service shop (shop) and by shared volume media (shop)"
    )
    assert (problem.place.line, problem.related[0].line) == (1, 2)
    assert built.names("PersistentVolumeClaim") == ["shop-media"]


def test_what_is_not_rendered_is_said_once_with_its_place(render: Render) -> None:
    built = render("services: [{name: api, image: x}]\ncharts: [{name: redis, directory: ./chart}]")
    [said] = [one for one in built.rendered.unsupported if one.key == "charts"]
    assert said.place.line == 2
