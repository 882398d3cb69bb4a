"""What the importer says about its imports, and what the environment's rule says, on the objects."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
VARIABLES = ".release/environment_variables.yaml"
RULE = '{branches: ["feature/**"], type: ephemeral'
Alone = Callable[[str], "Town"]


def objects(town: "Town") -> dict[str, Any]:
    """Every manifest by kind and name, read as YAML."""
    found = [YAML(typ="safe").load(text) for text in town.manifests().values()]
    return {f"{one['kind']} {one['metadata']['name']}": one for one in found}


def container(town: "Town", workload: str) -> Any:
    """The one container of a workload."""
    (only,) = objects(town)[workload]["spec"]["template"]["spec"]["containers"]
    return only


def environment(town: "Town", workload: str) -> dict[str, str | None]:
    """The variables of a workload's container."""
    return {entry["name"]: entry.get("value") for entry in container(town, workload)["env"]}


def ignoring(town: "Town", pattern: str = "feature/**") -> None:
    """The importer ignores deployments of the backend from such branches."""
    new = f'- name: backend\n  ignore_deployment_refs: ["{pattern}"]\n'
    town.edit("frontend", "- name: backend\n", new, branch="feature/login")


def test_an_aborted_member_keeps_what_it_had_while_the_rest_goes_on(alone: Alone) -> None:
    town = alone("feature/login")
    town.edit("frontend", "API_INGRESS_URL", "${API_INGRESS_URL:-nowhere}", branch="feature/login", file=VARIABLES)
    town.sync()
    before = town.manifests()
    town.edit("backend", "image: postgres:17", "image: postgres:18", branch="feature/login")
    ignoring(town)
    report = town.sync()[LOGIN]
    assert report.outcome == "done"
    assert town.changed(before) == {"deployment-web.yaml", "deployment-mailer.yaml"}
    assert container(town, "StatefulSet db")["image"] == "postgres:17"
    assert environment(town, "Deployment web")["REACT_APP_BACKEND_API"] == "nowhere"
    assert report.run is not None
    stages = {str(stage.member): (stage.state.value, stage.reason) for stage in report.run.stages}
    assert stages["backend"][0] == "aborted"
    assert "feature/**" in stages["backend"][1]
    assert stages["frontend"][0] == "done"
    assert town.outcomes() == {LOGIN: "nothing"}


def test_a_member_that_is_aborted_from_the_beginning_makes_no_objects(alone: Alone) -> None:
    town = alone("feature/login")
    town.edit("frontend", "API_INGRESS_URL", "${API_INGRESS_URL:-nowhere}", branch="feature/login", file=VARIABLES)
    ignoring(town)
    assert town.outcomes() == {LOGIN: "done"}
    assert {name for name in objects(town) if not name.startswith("Namespace")} == {
        "Deployment mailer",
        "Deployment web",
        "Ingress web",
        "Service web",
    }
    assert town.outcomes() == {LOGIN: "nothing"}


def test_a_variable_of_an_aborted_member_without_fallback_is_unset_with_a_warning(alone: Alone) -> None:
    town = alone("feature/login")
    ignoring(town)
    report = town.sync()[LOGIN]
    assert report.outcome == "done"
    assert report.plan is not None
    assert [(problem.severity.value, problem.code) for problem in report.plan.problems] == [("warning", "R603")]
    assert "REACT_APP_BACKEND_API" not in environment(town, "Deployment web")


def test_a_member_that_is_ignored_no_longer_is_deployed(alone: Alone) -> None:
    town = alone("feature/login")
    ignoring(town)
    town.sync()
    town.edit("frontend", '  ignore_deployment_refs: ["feature/**"]\n', "", branch="feature/login")
    assert town.outcomes() == {LOGIN: "done"}
    assert container(town, "StatefulSet db")["image"] == "postgres:17"
    assert environment(town, "Deployment web")["REACT_APP_BACKEND_API"] == "https://api-tcq7gr3h.preview.example.com"


def test_a_negated_glob_ignores_everything_but(alone: Alone) -> None:
    town = alone("feature/login")
    ignoring(town, "!main")
    town.sync()
    assert "Deployment api" not in objects(town)


def test_an_excluded_service_has_no_objects_and_gives_no_variables(alone: Alone) -> None:
    town = alone("feature/login")
    town.edit("frontend", "API_INGRESS_URL", "${API_INGRESS_URL:-nowhere}", branch="feature/login", file=VARIABLES)
    town.edit("frontend", "- name: backend\n", "- name: backend\n  exclude_services: [{name: api}]\n", branch="feature/login")
    assert town.outcomes() == {LOGIN: "done"}
    assert not {"Deployment api", "Service api", "Ingress api"} & set(objects(town))
    assert "StatefulSet db" in objects(town)
    assert environment(town, "Deployment web")["REACT_APP_BACKEND_API"] == "nowhere"


def collide(town: "Town") -> None:
    """The notifier has a service `web`, too."""
    town.edit("notifier", "- name: mailer\n  image: acme/notifier/mailer", "- name: web\n  image: other", branch="stable")


def test_two_services_of_one_name_are_an_error_at_both_places(alone: Alone) -> None:
    town = alone("feature/login")
    collide(town)
    report = town.sync()[LOGIN]
    assert report.outcome == "failed"
    assert report.plan is not None
    (problem,) = (one for one in report.plan.problems if one.code == "R511")
    places = {str(place.origin.application) for place in (problem.place, *problem.related)}
    assert places == {"notifier", "frontend"}
    assert town.manifests() == {}


def test_the_last_wins_where_the_application_says_so(alone: Alone) -> None:
    town = alone("feature/login")
    collide(town)
    town.settings("    domain: preview.example.com\n", "    domain: preview.example.com\n    imports: {collisions: last_wins}\n")
    report = town.sync()[LOGIN]
    assert report.outcome == "done"
    assert container(town, "Deployment web")["image"].startswith("registry.example.com/repositories/frontend/web:")
    assert report.plan is not None
    assert "R512" in {problem.code for problem in report.plan.problems}


def test_an_environment_that_follows_its_creation_keeps_its_configuration_while_images_follow(alone: Alone) -> None:
    town = alone("feature/login")
    town.settings(RULE, f"{RULE}, follow: creation")
    town.sync()
    first = container(town, "Deployment web")
    commit = town.edit("frontend", "  replicas: 1\n", "  replicas: 4\n", branch="feature/login")
    town.edit("frontend", "port: 8080}", "port: 9090}", branch="feature/login")
    commit = town.edit("frontend", "value: green", "value: red", branch="feature/login", file=VARIABLES)
    assert town.outcomes() == {LOGIN: "done"}
    web = objects(town)["Deployment web"]
    assert web["spec"]["replicas"] == 1
    now = container(town, "Deployment web")
    assert now["readinessProbe"] == first["readinessProbe"]
    assert environment(town, "Deployment web")["COLOR"] == "green"
    assert now["image"] == f"registry.example.com/repositories/frontend/web:{commit}"
    assert town.record(LOGIN).frozen not in {None, commit}
    assert town.outcomes() == {LOGIN: "nothing"}


@pytest.mark.parametrize("size", ["small", "large"])
def test_parameters_of_a_rule_are_put_into_the_template(alone: Alone, size: str) -> None:
    town = alone("feature/login")
    town.settings(RULE, f"{RULE}, parameters: {{size: {size}}}")
    new = "parameters:\n- {name: size, type: string, default: medium}\nservices:\n- name: web\n  envs:\n"
    town.edit(
        "frontend",
        "services:\n- name: web\n  image",
        f"{new}  - {{key: SIZE, value: '${{parameters.size}}'}}\n  image",
        branch="feature/login",
    )
    assert town.outcomes() == {LOGIN: "done"}
    assert environment(town, "Deployment web")["SIZE"] == size


def test_variables_of_a_rule_win_over_the_variables_file(alone: Alone) -> None:
    town = alone("feature/login")
    town.sync()
    before = town.manifests()
    town.settings(RULE, f"{RULE}, variables: {{COLOR: blue}}")
    assert environment(town, "Deployment web")["COLOR"] == "green"
    assert town.outcomes() == {LOGIN: "done"}
    assert environment(town, "Deployment web")["COLOR"] == "blue"
    assert "deployment-web.yaml" in town.changed(before)
    assert town.outcomes() == {LOGIN: "nothing"}
