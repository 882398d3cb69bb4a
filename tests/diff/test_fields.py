"""Which fields differ, and how they are named."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.diff.fields import differences
from reconciler.diff.text import field_lines
from reconciler.kinds.table import kind_of
from reconciler.model.objects import Manifest
from reconciler.model.secret import SecretValue


def pod(**container: Any) -> Manifest:
    """A Deployment with one container."""
    return {"kind": "Deployment", "spec": {"template": {"spec": {"containers": [{"name": "api", **container}]}}}}


def lines(want: Manifest, have: Manifest, *, kind: str = "Deployment", exact: bool = True) -> list[str]:
    """What differs, as people read it, without the way down to the container."""
    found = differences(want, have, kind=kind_of(kind), exact=exact)
    texts = [line for difference in found for line in field_lines(difference.change)]
    return [line.removeprefix("spec.template.spec.containers[name=api].") for line in texts]


def env(**values: str) -> list[Manifest]:
    """Variables of a container, in the order given."""
    return [{"name": name, "value": value} for name, value in values.items()]


CASES = {
    "a value": (pod(image="a:2"), pod(image="a:1"), ['image: "a:1" → "a:2"']),
    "an entry changed": (
        pod(env=env(A="1", COLOR="red")),
        pod(env=env(A="1", COLOR="blue")),
        ['env[name=COLOR].value: "blue" → "red"'],
    ),
    "an entry added in front": (
        pod(env=env(NEW="x", A="1")),
        pod(env=env(A="1")),
        ['env[name=NEW]: added {"name": "NEW", "value": "x"}'],
    ),
    "an entry removed": (pod(env=env(A="1")), pod(env=env(A="1", B="2")), ['env[name=B]: removed {"name": "B", "value": "2"}']),
    "entries in another order": (
        pod(env=env(B="2", A="1")),
        pod(env=env(A="1", B="2")),
        ['env[]: ["name=A", "name=B"] → ["name=B", "name=A"]'],
    ),
    "a port by number and protocol": (
        pod(ports=[{"containerPort": 80, "protocol": "TCP", "name": "web"}]),
        pod(ports=[{"containerPort": 80, "name": "http"}]),
        [
            'ports[containerPort=80,protocol=TCP].name: "http" → "web"',
            'ports[containerPort=80,protocol=TCP].protocol: added "TCP"',
        ],
    ),
    "a quantity written otherwise": (pod(resources={"limits": {"cpu": "1"}}), pod(resources={"limits": {"cpu": "1000m"}}), []),
    "a quantity as a number": (pod(resources={"limits": {"cpu": "1"}}), pod(resources={"limits": {"cpu": 1}}), []),
    "another quantity": (
        pod(resources={"limits": {"memory": "1Gi"}}),
        pod(resources={"limits": {"memory": "1G"}}),
        ['resources.limits.memory: "1G" → "1Gi"'],
    ),
    "a quantity that is none": (
        pod(resources={"limits": {"cpu": "1"}}),
        pod(resources={"limits": {"cpu": "much"}}),
        ['resources.limits.cpu: "much" → "1"'],
    ),
    "a list of words": (pod(args=["a", "b"]), pod(args=["a"]), ['args: ["a"] → ["a", "b"]']),
    "true is not 1": (pod(tty=True), pod(tty=1), ["tty: 1 → true"]),
    "text is not a number": (pod(value="1"), pod(value=1), ['value: 1 → "1"']),
    "null is not absent": (pod(), pod(value=None), ["value: removed null"]),
    "a field added by hand": (pod(), pod(tty=True), ["tty: removed true"]),
    "names given twice tell nothing": (
        pod(env=env(A="1")),
        pod(env=[*env(A="1"), *env(A="2")]),
        ['env[1]: removed {"name": "A", "value": "2"}'],
    ),
    "a mapping where a list was": (pod(args=["a"]), pod(args={"a": 1}), ['args: {"a": 1} → ["a"]']),
    "a name with dots": (
        {"metadata": {"labels": {"app.kubernetes.io/name": "b"}}},
        {"metadata": {"labels": {"app.kubernetes.io/name": "a"}}},
        ['metadata.labels[app.kubernetes.io/name]: "a" → "b"'],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_difference_is_named(case: str) -> None:
    want, have, expected = CASES[case]
    assert lines(want, have) == expected


def test_fields_of_others_are_theirs_where_the_comparison_is_not_exact() -> None:
    want, have = pod(env=env(A="1", B="2")), pod(tty=True, env=env(B="2", X="9", A="1"))
    assert lines(want, have, exact=False) == []


def test_a_changed_text_of_many_lines_shows_the_lines_that_differ() -> None:
    old, new = ({"data": {"app.conf": f"a\n{word}\nc\n"}} for word in ("old", "new"))
    assert lines(new, old, kind="ConfigMap") == ["data[app.conf]:", "    -old", "    +new"]


def test_nothing_in_a_text_can_move_the_terminals_cursor() -> None:
    (line,) = lines(pod(image="\x1b[2Jb\u202e"), pod(image="a"))
    assert line == 'image: "a" → "\\u001b[2Jb\\u202e"'


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "env", "a"]), parts, max_size=3)
    ),
    max_leaves=12,
)
MANIFESTS = st.builds(lambda spec, env: {"extra": spec, **pod(env=env)}, PLAIN, PLAIN)
SECRET = "hunter2-correct-horse"
HIDDEN = st.dictionaries(
    st.sampled_from(["KEY", "OTHER", "tls.crt"]), st.builds(lambda n: SecretValue(SECRET + n), st.text(max_size=2))
)


@settings(max_examples=60, deadline=None)
@given(MANIFESTS, MANIFESTS)
def test_only_equal_objects_do_not_differ(one: Manifest, other: Manifest) -> None:
    kind = kind_of("Deployment")
    assert differences(one, copy.deepcopy(one), kind=kind, exact=True) == ()
    found = differences(one, other, kind=kind, exact=True)
    assert bool(found) == bool(differences(other, one, kind=kind, exact=True))
    assert found == differences(copy.deepcopy(one), copy.deepcopy(other), kind=kind, exact=True)


@settings(max_examples=60, deadline=None)
@given(HIDDEN, HIDDEN, st.tuples(st.sampled_from(["data", "stringData", "daat"]), st.booleans()))
def test_a_secret_value_never_shows(one: dict[str, SecretValue], other: dict[str, SecretValue], how: tuple[str, bool]) -> None:
    field, plain = how
    copied = {key: value.reveal() for key, value in other.items()} if plain else other
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": str(copied)}
    want: Manifest = {"kind": "Secret", "metadata": {"name": "s"}, "data": one}
    have: Manifest = {"kind": "Secret", "metadata": {"name": "s", "annotations": annotations}, field: copied}
    for pair in ((want, have), (have, want)):
        assert SECRET not in "\n".join(lines(*pair, kind="Secret"))
        assert SECRET not in repr(differences(*pair, kind=kind_of("Secret"), exact=True))


def test_a_changed_secret_value_shows_that_it_changed() -> None:
    old, new = ({"kind": "Secret", "data": {"KEY": SecretValue(text), "B": SecretValue("b")}} for text in ("old", "new"))
    assert lines(new, old, kind="Secret") == ['data.KEY: "***" → "***"']


def test_a_secret_value_shows_nowhere_else_either() -> None:
    old, new = (pod(env=[{"name": "A", "value": SecretValue(text)}]) for text in ("old", "new"))
    assert lines(new, old) == ['env[name=A].value: "***" → "***"']
    assert lines(new, pod()) == ['env: added [{"name": "A", "value": "***"}]']
