"""How a template as a whole becomes a configuration."""

from collections.abc import Mapping

import pytest

from reconciler.model.configuration import Configuration
from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity, errors_of
from reconciler.spec.configure import Names, configure
from reconciler.spec.template import read_template

ORIGIN = Origin("template.yaml")
NOTHING: Mapping[str, str] = {}


def configured(
    text: str, *, entry: str = "ephemeral", parameters: Mapping[str, str] = NOTHING
) -> tuple[Configuration | None, tuple[Problem, ...]]:
    """The configuration of a template, and the problems that matter."""
    template, problems = read_template(text.encode(), ORIGIN)
    assert template is not None
    configuration, more = configure(template, Names(AppName("shop"), "t1abcde", "example.com", parameters, (entry,)))
    return configuration, tuple(problem for problem in (*problems, *more) if problem.severity is not Severity.NOTE)


def sound(text: str, *, entry: str = "ephemeral", parameters: Mapping[str, str] = NOTHING) -> Configuration:
    """The configuration of a template without problems."""
    configuration, problems = configured(text, entry=entry, parameters=parameters)
    assert problems == ()
    assert configuration is not None
    return configuration


def test_an_empty_mapping_is_a_configuration_with_the_defaults_of_release() -> None:
    configuration = sound("{}")

    assert configuration.services == ()
    assert configuration.auto_deploy
    assert not configuration.parallelize_app_imports
    assert configuration.ingress is None


def test_the_entry_decides() -> None:
    text = """
services: [{name: web, image: web, replicas: 1}]
environment_templates:
- name: ephemeral
- name: permanent
  auto_deploy: false
  services: [{name: web, replicas: 4}]
"""
    assert sound(text).services[0].replicas == 1
    permanent = sound(text, entry="permanent")
    assert (permanent.entry, permanent.services[0].replicas, permanent.auto_deploy) == ("permanent", 4, False)
    assert permanent.services[0].at("replicas").line == 7


def test_parameters_reach_typed_values() -> None:
    text = "parameters: [{name: size}]\nservices: [{name: web, image: web, replicas: '${parameters.size}'}]\n"

    assert sound(text, parameters={"size": "3"}).services[0].replicas == 3


def test_imports_are_read_with_their_globs() -> None:
    text = """
parallelize_app_imports: true
app_imports:
- name: backend
  branch: main
  exclude_services: [{name: redis}]
  ignore_deployment_refs: ["!main", "releases/**"]
"""
    configuration = sound(text)

    (entry,) = configuration.imports
    assert (entry.name, entry.branch, entry.exclude_services) == ("backend", "main", ("redis",))
    assert [glob.pattern for glob in entry.ignore_deployment_refs] == ["!main", "releases/**"]
    assert configuration.parallelize_app_imports
    assert entry.at("branch").line == 5


def test_a_glob_that_cannot_be_compiled_is_an_error_at_its_line() -> None:
    configuration, problems = configured("app_imports:\n- name: b\n  ignore_deployment_refs:\n  - main\n  - 'a['\n")

    assert configuration is None
    assert [(problem.code, problem.place.line) for problem in problems] == [("R322", 5)]


def test_shared_volumes_accounts_selectors_and_builds_are_read() -> None:
    configuration = sound("""
shared_volumes: [{name: media, size: 5Gi, type: persistent}, {name: fast, size: 1Gi, type: aws-efs}]
service_accounts: [{name: reader, cloud_role: "arn:role"}]
node_selector: [{key: kubernetes.io/arch, value: amd64}]
builds: [{name: nginx, context: ., dockerfile: Dockerfile}]
""")

    assert [(volume.name, str(volume.size), volume.type) for volume in configuration.shared_volumes] == [
        ("media", "5Gi", None),
        ("fast", "1Gi", "aws-efs"),
    ]
    assert [(account.name, account.cloud_role) for account in configuration.service_accounts] == [("reader", "arn:role")]
    assert [(label.key, label.value) for label in configuration.node_selector] == [("kubernetes.io/arch", "amd64")]
    assert configuration.builds == ("nginx",)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("services: [{name: a, image: a}]", "# a word\nservices:\n- image: a\n  name: a", True),
        ("app: a\ncontext: x\ndomain: d.com", "app: b\nrepo_name: a/b\ngit_fetch_depth: 1", True),
        ("services: [{name: a, image: a}]", "services: [{name: a, image: b}]", False),
        (
            "parameters: [{name: s, default: '1'}]\nservices: [{name: a, image: 'a:${parameters.s}'}]",
            "parameters: [{name: s, default: '2'}]\nservices: [{name: a, image: 'a:${parameters.s}'}]",
            False,
        ),
    ],
)
def test_the_digest_moves_with_the_meaning_alone(one: str, other: str, same: bool) -> None:
    assert (sound(one).digest == sound(other).digest) is same


def test_what_is_read_and_not_rendered_is_listed_with_its_place() -> None:
    configuration = sound("""
execution_type: runnable
charts: [{name: tonic}]
services:
- {name: web, image: web, static: false, volumes: [{type: s3, bucket: b, mount_path: /b}]}
- {name: site, static: true, build_base: front}
builds: [{name: other, repo_url: github.com/a/b}]
service_accounts: [{name: a, cloud_role: "arn:${cloud_account_id}"}]
""")

    assert [(entry.key, entry.place.line) for entry in configuration.unsupported] == [
        ("execution_type", 2),
        ("charts", 3),
        ("services[0].volumes[0].type", 5),
        ("services[0].volumes[0].bucket", 5),
        ("services[1].static", 6),
        ("services[1].build_base", 6),
        ("builds[0].repo_url", 7),
        ("${cloud_account_id}", 8),
    ]


def test_every_mistake_is_told_at_once() -> None:
    configuration, problems = configured("""
services:
- {name: Web, image: web, memory: {limits: lots}}
- {name: db}
hostnames: [{Web: "a_b"}]
""")

    assert configuration is None
    assert [(problem.code, problem.place.line) for problem in errors_of(problems)] == [
        ("R323", 3),
        ("R320", 3),
        ("R330", 4),
        ("R333", 5),
    ]


def test_a_flawed_template_gives_no_configuration_and_its_other_mistakes() -> None:
    configuration, problems = configured("jobs: {}\nservices: [{name: web}]\n")

    assert configuration is None
    assert sorted(problem.code for problem in problems) == ["R103", "R330"]


def test_a_template_without_domain_is_a_problem_only_where_a_host_needs_it() -> None:
    template, _ = read_template(b"services: [{name: db, image: db}]", ORIGIN)
    assert template is not None

    configuration, problems = configure(template, Names(AppName("shop"), "t1abcde", None, {}, ()))

    assert configuration is not None
    assert problems == ()
