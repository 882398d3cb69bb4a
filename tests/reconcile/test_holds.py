"""What waits for a person: `auto_deploy: false`, and plans that delete much."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.reconcile.passes import Report

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
Alone = Callable[[str], "Town"]


def test_a_push_waits_where_auto_deploy_is_false(alone: Alone) -> None:
    town = alone("feature/login")
    town.edit("frontend", "auto_deploy: true", "auto_deploy: false", branch="feature/login")
    assert town.outcomes() == {LOGIN: "done"}, "a birth does not wait"
    before = town.files()
    town.repository("frontend").commit({"README": "hello\n"}, branch="feature/login")
    report = town.sync()[LOGIN]
    assert report.outcome == "held"
    assert report.detail.startswith("auto_deploy is false: run `reconciler sync frontend/feature/login` to deploy it (frontend@")
    assert report.detail.endswith(".release/application_template.yaml:2:14)")
    assert town.files() == before
    assert town.outcomes(LOGIN) == {LOGIN: "done"}
    assert town.changed({name: text for name, (_, text) in before.items() if name.endswith(".yaml")}) == {"deployment-web.yaml"}
    assert town.outcomes() == {LOGIN: "nothing"}


def test_a_push_to_a_member_waits_by_the_importers_word(alone: Alone) -> None:
    town = alone("feature/login")
    town.edit("frontend", "auto_deploy: true", "auto_deploy: false", branch="feature/login")
    town.sync()
    town.repository("backend").commit({"README": "hello\n"}, branch="feature/login")
    assert town.outcomes() == {LOGIN: "held"}


def test_a_member_that_says_false_holds_nothing(alone: Alone) -> None:
    town = alone("feature/login")
    town.edit("backend", "auto_deploy: true", "auto_deploy: false", branch="feature/login")
    town.sync()
    town.repository("frontend").commit({"README": "hello\n"}, branch="feature/login")
    assert town.outcomes() == {LOGIN: "done"}


def test_what_was_edited_by_hand_is_put_back_all_the_same(alone: Alone) -> None:
    town = alone("feature/login")
    town.edit("frontend", "auto_deploy: true", "auto_deploy: false", branch="feature/login")
    town.sync()
    before = town.manifests()
    web = next(iter(town.village.deployed.glob("*/deployment-web.yaml")))
    web.write_text(web.read_text().replace("replicas: 1", "replicas: 9"))
    assert town.outcomes() == {LOGIN: "done"}
    assert town.manifests() == before


def held_by_the_guard(town: "Town") -> Report:
    """Born with the backend, then importing it no longer: six of eleven objects would go, and that waits."""
    variables = ".release/environment_variables.yaml"
    town.edit("frontend", "depends_on: [api]", "depends_on: []", branch="feature/login")
    town.edit("frontend", "API_INGRESS_URL", "${API_INGRESS_URL:-none}", branch="feature/login", file=variables)
    town.sync()
    town.edit("frontend", "- name: backend\n", "", branch="feature/login")
    report = town.sync()[LOGIN]
    assert report.outcome == "held"
    return report


def digest_of(report: Report) -> str:
    """What a person would quote."""
    assert report.plan is not None
    return report.plan.digest[:12]


def test_a_plan_that_deletes_much_says_how_to_go_on(alone: Alone) -> None:
    town = alone("feature/login")
    report = held_by_the_guard(town)
    assert report.detail.endswith(f"to go on: reconciler sync {LOGIN} --confirm {digest_of(report)}")
    assert digest_of(town.sync()[LOGIN]) == digest_of(report)


def test_no_other_word_carries_it_out(alone: Alone) -> None:
    town = alone("feature/login")
    digest = digest_of(held_by_the_guard(town))
    before = town.files()
    for wrong in ("0" * 12, digest[:11], "", digest[:11] + ("0" if digest[11] != "0" else "1")):
        assert town.sync(LOGIN, confirm=wrong)[LOGIN].outcome == "held"
    assert town.sync(LOGIN)[LOGIN].outcome == "held", "asking by name confirms nothing"
    assert town.files() == before


def test_its_digest_carries_out_exactly_this_plan(alone: Alone) -> None:
    town = alone("feature/login")
    digest = digest_of(held_by_the_guard(town))
    report = town.sync(LOGIN, confirm=digest)[LOGIN]
    assert (report.outcome, digest_of(report)) == ("done", digest)
    assert sorted(name.rpartition("/")[2] for name in town.manifests()) == [
        "deployment-mailer.yaml",
        "deployment-web.yaml",
        "ingress-web.yaml",
        "namespace-frontend-tcq7gr3h.yaml",
        "service-web.yaml",
    ]
    assert town.outcomes() == {LOGIN: "nothing"}


def test_a_digest_that_is_confirmed_too_late_carries_out_nothing(alone: Alone) -> None:
    town = alone("feature/login")
    stale = digest_of(held_by_the_guard(town))
    town.repository("frontend").commit({"README": "hello\n"}, branch="feature/login")
    before = town.files()
    report = town.sync(LOGIN, confirm=stale)[LOGIN]
    assert report.outcome == "held"
    assert digest_of(report) != stale
    assert town.files() == before


def test_an_edit_at_the_target_is_another_plan(alone: Alone) -> None:
    town = alone("feature/login")
    town.settings("targets:", "prune: {at_most: 2}\ntargets:")
    stale = digest_of(held_by_the_guard(town))
    next(iter(town.village.deployed.glob("*/deployment-api.yaml"))).unlink()
    assert town.sync(LOGIN, confirm=stale)[LOGIN].outcome == "held"


def test_a_teardown_is_asked_for_and_passes_the_guard(alone: Alone) -> None:
    town = alone("feature/login")
    held_by_the_guard(town)
    assert town.sync(LOGIN, doomed="no more")[LOGIN].outcome == "done"
    assert town.manifests() == {}
