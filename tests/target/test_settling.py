"""What was compared and applied is as wanted when it is compared again, whatever it was before."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.diff.compare import Scope, compare
from reconciler.model.change import Operation
from reconciler.model.ids import AppName
from reconciler.model.objects import Desired, Manifest, key_of
from reconciler.model.reason import Reason
from reconciler.model.secret import SecretValue

MEMBER = AppName("frontend")
TEXTS = st.text(max_size=5) | st.sampled_from(
    ["yes", "012", "1:30", "~", "null", "a\nb\n", " x", "1e3", "", "#", "\u2028", "0x1f"]
)
SCALARS = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXTS | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS, lambda parts: st.lists(parts, max_size=3) | st.dictionaries(TEXTS, parts, max_size=3), max_leaves=8
)
KINDS = ("Deployment", "Service", "ConfigMap", "Ingress")
WISHES = st.dictionaries(st.tuples(st.sampled_from(KINDS), st.sampled_from(["a", "b-c"])), VALUES, max_size=5)
SECRETS = st.none() | st.dictionaries(st.sampled_from(["KEY", "OTHER"]), st.builds(SecretValue, st.text(max_size=4)), max_size=2)


def wanted(manifest: Callable[..., Manifest], wishes: dict[tuple[str, str], Any], secret: Any) -> list[Manifest]:
    """The manifests of a wish."""
    plain = [manifest(kind, name, spec=spec) for (kind, name), spec in wishes.items()]
    return plain if secret is None else [*plain, manifest("Secret", "s", data=secret)]


def one_pass(both: Any, env: Any, manifests: list[Manifest]) -> list[Operation]:
    """Compares, carries out, and says what was done."""
    objects = [Desired(key_of(manifest), both.reader.held(manifest), MEMBER, Reason("declared")) for manifest in manifests]
    full = dict(zip([each.key for each in objects], manifests, strict=True))
    scope = Scope(prunable=frozenset({MEMBER}), group=True, jobs=())
    done: list[Operation] = []
    for change in compare(objects, both.reader.live(env, None), scope=scope):
        if change.operation is Operation.DELETE:
            both.writer.delete(change)
        elif change.operation is not Operation.KEEP:
            both.writer.put(replace(change, desired=Desired(change.key, full[change.key], MEMBER, change.reason)))
        if change.operation is not Operation.KEEP:
            done.append(change.operation)
    return done


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=WISHES, then=WISHES, secret=SECRETS, write_secrets=st.booleans())
def test_a_second_pass_has_nothing_to_do(build: SimpleNamespace, directory: Callable[..., Any], **drawn: Any) -> None:
    env = build.environment()

    def manifest(kind: str, name: str, **fields: Any) -> Manifest:
        made: Manifest = build.manifest(env, kind, name, **fields)
        return made

    with TemporaryDirectory() as folder:
        both = directory(path=Path(folder) / "deployed", write_secrets=drawn["write_secrets"])
        for wishes, secret in ((drawn["first"], None), (drawn["then"], drawn["secret"])):
            manifests = wanted(manifest, wishes, secret)
            one_pass(both, env, manifests)
            assert one_pass(both, env, manifests) == []
            assert {live.key for live in both.reader.live(env, None).owned()} == {key_of(each) for each in manifests}
