"""A kubeconfig is read as kubectl reads it, and what is wrong with one is a sentence."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.kinds.manifest import to_yaml
from reconciler.kinds.table import kind_of
from reconciler.model.errors import BadValue, NeedsPerson
from reconciler.target.kubernetes.kubeconfig import kubeconfig_files, read_context
from reconciler.target.kubernetes.requests import Method, Request, path_of

HOME = Path("/home/ada")


def config(path: Path, **changes: Any) -> Path:
    """A file with one context `dev`, changed by what is given."""
    document = {
        "apiVersion": "v1",
        "current-context": "dev",
        "clusters": [{"name": "c", "cluster": {"server": "https://api.example.com:6443"}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": "dev", "context": {"cluster": "c", "user": "u"}}],
        **changes,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_yaml(document))
    return path


def user(facts: Any) -> dict[str, Any]:
    """A change of the only user."""
    return {"users": [{"name": "u", "user": facts}]}


def cluster(facts: Any) -> dict[str, Any]:
    """A change of the only cluster."""
    return {"clusters": [{"name": "c", "cluster": facts}]}


def test_the_files_are_those_that_kubectl_would_read() -> None:
    assert kubeconfig_files(Path("/etc/k"), {"KUBECONFIG": "/x"}, home=HOME) == (Path("/etc/k"),)
    assert kubeconfig_files(None, {"KUBECONFIG": "/x::/y"}, home=HOME) == (Path("/x"), Path("/y"))
    assert kubeconfig_files(None, {}, home=HOME) == (HOME / ".kube" / "config",)


def test_of_several_files_the_first_that_says_something_wins(tmp_path: Path) -> None:
    first = config(tmp_path / "a", **{"current-context": "", "contexts": [], **cluster({"server": "https://first"})})
    second = config(tmp_path / "b", **cluster({"server": "https://second"}))
    found = read_context((tmp_path / "absent", first, second), None)
    assert (found.name, found.server, found.files) == ("dev", "https://first", (first, second))


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    facts = {"tokenFile": "secrets/token", "client-key": "/etc/key", "exec": {"command": "./login"}}
    found = read_context((config(tmp_path / "deep" / "config", **user(facts)),), "dev")
    held = found.document["users"][0]["user"]
    assert found.token_file == tmp_path / "deep" / "secrets" / "token"
    assert held == {"client-key": "/etc/key", "exec": {"command": str(tmp_path / "deep" / "login")}}


def test_a_context_does_not_show_its_token(tmp_path: Path) -> None:
    assert "hunter2" not in repr(read_context((config(tmp_path / "c", **user({"token": "hunter2"})),), None))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"current-context": None}, "has no current context; write `context: NAME` in the target: there are dev"),
        ({"current-context": "prod"}, r"context prod is not in .*; there are dev"),
        ({"contexts": None}, r"context dev is not in .*; there are no contexts in it"),
        ({"contexts": {"dev": {}}}, "contexts in kubeconfig .* is not a list of mappings"),
        ({"contexts": ["dev"]}, "contexts in kubeconfig .* is not a list of mappings"),
        ({"contexts": [{"name": "dev", "context": "c"}]}, "context dev in kubeconfig .* is not a mapping"),
        ({"contexts": [{"name": "dev", "context": {"cluster": "x"}}]}, "context dev names the cluster x, which"),
        ({"contexts": [{"name": "dev", "context": {}}]}, r"context dev names the cluster \(none\), which"),
        ({"users": []}, "context dev names the user u, which its kubeconfig does not have"),
        (user({"token": 12}), "token in kubeconfig .* is not a text; put it in quotes"),
        (user({"auth-provider": {"name": "gcp"}}), "logs in by an auth-provider, which is not supported"),
        (cluster({}), "the cluster of context dev has no address"),
        (cluster({"server": "api.example.com"}), "the cluster of context dev has no address"),
        (cluster({"server": "https://user:pw@host"}), "the cluster of context dev has no address"),
        (cluster({"server": "https://host:port"}), "the cluster of context dev has no address"),
    ],
)
def test_a_kubeconfig_that_cannot_be_used_says_why(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(NeedsPerson, match=words):
        read_context((config(tmp_path / "config", **changes),), None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a mapping"),
        (b"- a", "is not a mapping"),
        (b"a: [", "is not YAML"),
        (b"a: \xff", "is not UTF-8"),
        (b"a: &x 1\nb: *x", "cannot be read"),
    ],
)
def test_a_file_that_is_no_kubeconfig_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "config").write_bytes(content)
    with pytest.raises(NeedsPerson, match=words):
        read_context((tmp_path / "config",), None)


def test_a_kubeconfig_that_is_not_there_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match=r"config is not there; write `kubeconfig: PATH` in the target, or `in_cluster: true`"):
        read_context((tmp_path / "config",), None)


@pytest.mark.parametrize(
    ("kind", "names", "path"),
    [
        ("Namespace", {"name": "shop"}, "/api/v1/namespaces/shop"),
        ("Namespace", {"namespace": "shop", "name": "shop"}, "/api/v1/namespaces/shop"),
        ("ConfigMap", {}, "/api/v1/configmaps"),
        ("ConfigMap", {"namespace": "shop"}, "/api/v1/namespaces/shop/configmaps"),
        ("Deployment", {"namespace": "shop", "name": "api"}, "/apis/apps/v1/namespaces/shop/deployments/api"),
        (
            "Deployment",
            {"namespace": "shop", "name": "api", "subresource": "scale"},
            "/apis/apps/v1/namespaces/shop/deployments/api/scale",
        ),
        ("Ingress", {"namespace": "shop", "name": "a/b?c"}, "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/a%2Fb%3Fc"),
    ],
)
def test_the_path_of_an_object(kind: str, names: dict[str, str], path: str) -> None:
    assert path_of(kind_of(kind), **names) == path


def test_a_name_cannot_climb() -> None:
    with pytest.raises(BadValue, match=r"'\.\.' names no object"):
        path_of(kind_of("ConfigMap"), namespace="..", name="x")


def test_a_request_says_whether_it_writes_and_never_shows_its_body() -> None:
    plain = Request(Method.PATCH, "/x", "it", (("fieldManager", "a b"),), {"data": "hunter2"})
    assert (plain.url, plain.writes) == ("/x?fieldManager=a+b", True)
    assert "hunter2" not in repr(plain)
    assert not Request(Method.PATCH, "/x", "it", (("dryRun", "All"),)).writes
    assert not Request(Method.GET, "/x", "it").writes
