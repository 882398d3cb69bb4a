"""`config.yaml` as values, and every mistake at its line."""

from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity, errors_of
from reconciler.model.settings import Application, DirectoryTarget, Installation, KubernetesTarget
from reconciler.spec.settings import read_settings

ORIGIN = Origin("config.yaml")
FOLDER = Path("/etc/reconciler")
HOME = Path("/home/ada")
START = "targets: {files: {directory: out}}\n"
WEB = AppName("web")


def read_text(text: str) -> tuple[Installation | None, tuple[Problem, ...]]:
    """The configuration and its problems."""
    return read_settings(text.encode(), ORIGIN, folder=FOLDER, home=HOME)


def installation(text: str) -> Installation:
    """The configuration of a text without errors."""
    found, problems = read_text(text)
    assert found is not None, problems
    return found


def application(keys: str = "", *, before: str = "") -> Application:
    """One application with more keys than it needs."""
    text = f"{before}{START}applications:\n  web: {{repository: 'https://x.example/a/web.git', target: files{keys}}}\n"
    return installation(text).applications[WEB]


def told(text: str) -> list[tuple[str, int]]:
    """Code and line of each problem."""
    return [(problem.code, problem.place.line) for problem in read_text(text)[1]]


def told_of_application(keys: str, *, repository: str = "https://x.example/web.git") -> list[str]:
    """The codes of problems of one application."""
    text = f"{START}applications:\n  web: {{repository: '{repository}', target: files, {keys}}}\n"
    return [code for code, _ in told(text)]


def test_an_installation_has_defaults() -> None:
    found = installation(START)
    assert (found.name, found.store, found.mirrors) == (
        "main",
        Path("/var/lib/reconciler/state.db"),
        Path("/var/lib/reconciler/mirrors"),
    )
    assert (found.every, found.workers, found.allow_local) == (timedelta(seconds=60), 8, False)
    assert (found.prune.at_most, found.prune.at_most_percent) == (20, 30)


def test_paths_are_relative_to_the_file_and_the_tilde_is_the_home() -> None:
    found = installation("mirrors: ~/m\nstore: sqlite:state.db\ntargets: {files: {directory: ./out}}\n")
    target = found.targets["files"]
    assert isinstance(target, DirectoryTarget)
    assert (found.mirrors, found.store, target.directory) == (HOME / "m", FOLDER / "state.db", FOLDER / "out")


@pytest.mark.parametrize(
    ("written", "path"),
    [("sqlite:///var/x.db", Path("/var/x.db")), ("sqlite://x.db", FOLDER / "x.db"), ("sqlite:~/x.db", HOME / "x.db")],
)
def test_a_store_is_a_path(written: str, path: Path) -> None:
    assert installation(f"store: {written}\n").store == path


@pytest.mark.parametrize("written", ["postgresql://u:secret@h/db", "mysql://h", "sqlite:", "/var/x.db"])
def test_another_store_is_an_error_that_hides_its_password(written: str) -> None:
    found, problems = read_text(f"store: '{written}'\n")
    assert found is None
    assert [problem.code for problem in problems] == ["R704"]
    assert "secret" not in str(problems[0])


def test_a_target_carries_how_it_routes_and_stores() -> None:
    text = (
        "targets:\n  files:\n    directory: /out\n    write_secrets: true\n    image_pull_secrets: [registry]\n"
        "    ingress: {class: nginx, scheme: http, tls: {secret: wildcard}}\n    storage_classes: {aws-efs: efs-sc}\n"
    )
    target = installation(text).targets["files"]
    assert isinstance(target, DirectoryTarget)
    assert target.write_secrets
    assert target.image_pull_secrets == ("registry",)
    assert (target.ingress.ingress_class, target.ingress.scheme, target.ingress.tls_secret) == ("nginx", "http", "wildcard")
    assert target.storage_classes == {"aws-efs": "efs-sc"}


def test_a_cluster_has_defaults() -> None:
    target = installation("targets:\n  dev: {kubernetes: {context: dev}}\n").targets["dev"]
    assert isinstance(target, KubernetesTarget)
    assert (target.context, target.kubeconfig, target.in_cluster) == ("dev", None, False)
    assert (target.namespace, target.overrule, target.namespaces) == ("reconciler-system", ("kubectl*",), None)


def test_a_cluster_says_what_its_namespaces_get() -> None:
    text = (
        "targets:\n  dev:\n    kubernetes: {kubeconfig: k8s/config, namespace: ops}\n    overrule: []\n"
        "    namespaces: {pod_security: restricted, quota: {pods: 10, requests.cpu: 1.5}, connections_from: []}\n"
    )
    target = installation(text).targets["dev"]
    assert isinstance(target, KubernetesTarget)
    assert target.kubeconfig is not None
    assert target.kubeconfig.is_absolute()
    assert (target.namespace, target.overrule) == ("ops", ())
    found = target.namespaces
    assert found is not None
    assert (found.pod_security, found.quota, found.connections_from) == ("restricted", {"pods": "10", "requests.cpu": "1.5"}, ())


def test_a_pods_account_needs_no_kubeconfig() -> None:
    found, problems = read_text("targets:\n  dev: {kubernetes: {in_cluster: true, context: dev}}\n")
    assert found is None
    assert [problem.code for problem in problems] == ["R703"]


def test_a_quota_has_quantities() -> None:
    found, problems = read_text("targets:\n  dev: {kubernetes: {}, namespaces: {quota: {requests.memory: 8 GB}}}\n")
    assert found is None
    assert [problem.code for problem in problems] == ["R714"]


def test_a_directory_overrules_nobody() -> None:
    found, problems = read_text("targets:\n  files: {directory: /out, overrule: [kubectl]}\n")
    assert found is None
    assert len(problems) == 1


def test_an_application_has_defaults() -> None:
    web = application()
    assert (web.name, web.repository, web.target) == ("web", "https://x.example/a/web.git", "files")
    assert (web.joined_hosts, web.last_wins, web.environments) == (False, False, ())
    assert [glob.pattern for glob in web.importable_by] == ["**"]
    assert [glob.pattern for glob in web.same_name_from] == ["**"]


def test_an_application_with_a_secret_store_may_be_imported_by_nobody_unless_it_says_so() -> None:
    before = "secrets: {stores: {rsm: {directory: /s, grant: [{applications: [web], types: [permanent]}]}}}\n"
    assert application(before=before).importable_by == ()
    assert [glob.pattern for glob in application(", importable_by: ['*']", before=before).importable_by] == ["*"]


def test_rules_are_read_in_order_with_values_as_written() -> None:
    rules = (
        ", environments: [{name: production, branch: main, type: permanent, follow: creation, hosts: [www.example.com]},"
        " {branches: ['feature/**'], type: ephemeral, at_most: 3, recreate: true, secrets: true,"
        " template_entry: small, parameters: {size: 1.10}, variables: {COLOR: yes, DEBUG: true}}]"
    )
    production, feature = application(rules).environments
    assert (production.name, production.branch, production.type) == ("production", "main", EnvironmentType.PERMANENT)
    assert (production.follow_creation, production.hosts) == (True, ("www.example.com",))
    assert [glob.pattern for glob in feature.branches] == ["feature/**"]
    assert (feature.at_most, feature.recreate, feature.secrets, feature.template_entry) == (3, True, True, "small")
    assert (dict(feature.parameters), dict(feature.variables)) == ({"size": "1.10"}, {"COLOR": "yes", "DEBUG": "true"})


def test_credentials_name_files_and_never_values() -> None:
    credentials = application(", credentials: {username: bot, password_file: token}").credentials
    assert credentials is not None
    assert (credentials.username, credentials.password_file) == ("bot", FOLDER / "token")


@pytest.mark.parametrize(
    "keys",
    [
        "credentials: {ssh_key_file: a, known_hosts_file: b}",
        "credentials: {username: a, password_file: b, password_env: C}",
    ],
)
def test_credentials_suit_the_address(keys: str) -> None:
    assert set(told_of_application(keys)) == {"R710"}


def test_a_target_that_is_not_declared_is_told_with_those_that_are() -> None:
    _, problems = read_text(START + "applications:\n  web:\n    repository: https://x.example/w.git\n    target: flies\n")
    assert [(problem.code, problem.place.line, problem.hint) for problem in problems] == [("R705", 5, "did you mean 'files'?")]
    assert "declared are: files" in problems[0].message


def test_one_repository_may_be_two_applications() -> None:
    one = "{repository: 'https://x.example/mono.git', target: files}"
    assert len(installation(f"{START}applications: {{web: {one}, api: {one}}}\n").applications) == 2


@pytest.mark.parametrize(
    ("image", "severity"),
    [
        ("r.example/{repository}/{name}:{commit}", None),
        ("r.example/{repo}:{commit}", Severity.ERROR),
        ("r.example/{name:>9}:{commit}", Severity.ERROR),
        ("r.example/{}:{commit}", Severity.ERROR),
        ("r.example/{name", Severity.ERROR),
        ("r.example/{name}", Severity.WARNING),
    ],
)
def test_the_placeholders_of_an_image_are_checked(image: str, severity: Severity | None) -> None:
    text = f"{START}applications: {{web: {{repository: 'https://x.example/w', target: files, image: '{image}'}}}}\n"
    assert [problem.severity for problem in read_text(text)[1]] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("keys", "codes"),
    [
        ("same_name_from: ['a[']", ["R712"]),
        ("importable_by: ['!']", ["R712"]),
        ("environments: [{type: ephemeral, branches: ['[']}]", ["R712"]),
        ("environments: [{type: ephemeral}]", ["R102"]),
        ("environments: [{type: permanent, branch: a, branches: [b]}]", ["R107"]),
        ("environments: [{type: ephemeral, branches: [a], name: b}]", ["R107"]),
        ("environments: [{type: permanent, branch: a}, {type: permanent, branch: a}]", ["R707"]),
        ("environments: [{type: permanent, branch: a, name: x}, {type: permanent, branch: b, name: x}]", ["R707"]),
        ("environments: [{type: ephemeral, branches: [a, a]}]", ["R707"]),
        ("environments: [{type: forever, branch: a}]", ["R104"]),
        ("environments: [{type: ephemeral, branch: a, expires_after: soon}]", ["R105"]),
        ("environments: [{type: ephemeral, branch: a, expires_after: {after: 3d, from: death}}]", ["R104"]),
        ("environments: [{type: ephemeral, branch: a, expires_after: {from: birth}}]", ["R102"]),
        ("environments: [{type: ephemeral, branch: a, expires_after: 0s}]", ["R716"]),
        ("environments: [{type: permanent, branch: a, expires_after: 3d}]", ["R715"]),
        ("environments: [{type: ephemeral, branch: a, windows: {pause: never}}]", ["R104"]),
        (
            "environments: [{type: ephemeral, branch: a, windows: {pause: [{name: a, cron: '0 0 * * *', default: true}]}}]",
            ["R102", "R102", "R107"],
        ),
        ("domain: 'not a host'", ["R105"]),
        ("imports: {colisions: error}", ["R101"]),
    ],
)
def test_mistakes_in_an_application_are_told(keys: str, codes: list[str]) -> None:
    assert told_of_application(keys) == codes


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [("R701", 1)]),
        ("# nothing\n", [("R701", 1)]),
        ("- a\n", [("R103", 1)]),
        ("version: 2\n", [("R104", 1)]),
        ("tragets: {}\n", [("R101", 1)]),
        ("targets: {dev: {}}\n", [("R102", 1)]),
        ("targets: {Dev: {directory: x}}\n", [("R105", 1)]),
        ("secrets: {stores: {a: {directory: x, env_prefix: X_}}}\n", [("R107", 1)]),
        (
            "secrets:\n  stores:\n    a:\n      directory: x\n      grant: [{applications: [w], types: [permanent]}]\n",
            [("R708", 5)],
        ),
        ("reconcile: {every: 0s}\n", [("R713", 1)]),
        ("reconcile: {every: often}\n", [("R105", 1)]),
        ("reconcile: {workers: 0}\n", [("R106", 1)]),
        ("prune: {at_most_percent: 101}\n", [("R106", 1)]),
    ],
)
def test_mistakes_are_told_at_their_lines(text: str, problems: list[tuple[str, int]]) -> None:
    found, _ = read_text(text)
    assert found is None
    assert told(text) == problems


def test_the_prefix_of_a_grant_stays_in_the_store() -> None:
    grant = "grant: [{applications: [web], types: [permanent], prefix: ../}]"
    text = f"{START}applications: {{web: {{repository: 'https://x.example/w', target: files}}}}\n"
    assert told(f"{text}secrets: {{stores: {{a: {{directory: /s, {grant}}}}}}}\n") == [("R711", 3)]


def test_keys_without_effect_are_warnings_and_the_rest_is_read() -> None:
    found, problems = read_text("web: {listen: ':80'}\nwindows: {pause: [], apply: []}\n")
    assert found is not None
    assert errors_of(problems) == ()
    assert [(problem.code, problem.place.line, problem.message) for problem in problems] == [
        ("R709", 1, "web.listen is read and has no effect in this version"),
    ]
