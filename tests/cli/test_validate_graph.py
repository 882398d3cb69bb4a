"""`validate --config` and `--with`: the state that is checked, in the group that its branch would make."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Answer, Repository, Village

TEMPLATE = ".release/application_template.yaml"
VARIABLES = ".release/environment_variables.yaml"

Validate = Callable[..., "Answer"]
Change = Callable[..., None]


@pytest.fixture
def frontend(village: "Village") -> "Iterator[Repository]":
    """The repository of the frontend, which is where the command runs."""
    repository = village.repository("frontend")
    with contextlib.chdir(repository.path):
        yield repository


@pytest.fixture
def validate(village: "Village", frontend: "Repository") -> Validate:
    """Run `validate` with the village's config, or without."""

    def run(*arguments: str, configured: bool = True) -> "Answer":
        config = ("--config", str(village.config)) if configured else ()
        return village.call("validate", *arguments, *config)

    return run


@pytest.fixture
def change(frontend: "Repository") -> Change:
    """Change a file of the work tree, and commit nothing."""

    def write(old: str, new: str, *, file: str = TEMPLATE) -> None:
        path = frontend.path / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return write


MISTAKES = {
    "an unknown application": (
        "- name: backend",
        "- name: backendd",
        f"{TEMPLATE}:6:9: error R501 backendd is no application of config.yaml\n    did you mean backend?",
    ),
    "a branch that is not there": (
        "- name: backend",
        "- name: backend\n  branch: nowhere",
        f"{TEMPLATE}:7:11: error R506 branch nowhere, which the import pins, is not in ",
    ),
    "an application that imports itself": (
        "- name: backend",
        "- name: frontend",
        f"{TEMPLATE}:6:9: error R346 'frontend' imports itself\n",
    ),
    "a service to exclude that the member lacks": (
        "- name: backend",
        "- name: backend\n  exclude_services: [{name: apo}]",
        f"{TEMPLATE}:7:21: warning R510 backend has no service apo to exclude\n",
    ),
    "a host outside of the domain": (
        "web-${env_id}.${domain}",
        "web-${env_id}.example.org",
        f"{TEMPLATE}:4:8: error R623 host ",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_line_in_the_work_tree(validate: Validate, change: Change, name: str) -> None:
    old, new, words = MISTAKES[name]
    assert validate().code == 0
    change(old, new)
    answer = validate()
    assert words in answer.out
    assert answer.code == (1 if " error " in words else 0)
    assert "@0000000" not in answer.out


def test_services_of_one_name_are_told_with_both_places(validate: Validate, frontend: "Repository", village: "Village") -> None:
    text = (frontend.path / TEMPLATE).read_text()
    (frontend.path / TEMPLATE).write_text(f"{text}- name: mailer\n  image: nginx:1.29\n")
    answer = validate()
    assert f"{TEMPLATE}:27:3: error R511 service mailer is in notifier and in frontend, which share a namespace\n" in answer.out
    assert answer.out.endswith("\n1 error\n")
    commit = village.repository("notifier").git("rev-parse", "stable")[:7]
    assert f"    see notifier@{commit} {TEMPLATE}:" in answer.out


def test_a_variable_that_no_member_gives(validate: Validate, change: Change) -> None:
    change("API_INGRESS_URL", "APX_INGRESS_URL", file=VARIABLES)
    words = f"{VARIABLES}:5:26: error R602 mapping REACT_APP_BACKEND_API needs APX_INGRESS_URL"
    assert words in validate().out
    both = ("--with", "backend=../backend", "--with", "notifier=../notifier")
    assert words in validate(*both, configured=False).out
    assert validate(configured=False).code == 0


def test_a_host_that_two_members_ask_for_is_told_with_both_places(validate: Validate, village: "Village", change: Change) -> None:
    change("web-${env_id}.${domain}", "api-${env_id}.${domain}")
    commit = village.repository("backend").git("rev-parse", "HEAD")[:7]
    for answer in (validate(), validate("--with", "backend=../backend", "--with", "notifier=../notifier", configured=False)):
        assert answer.code == 1
        assert f"{TEMPLATE}:4:8: error R621 api-" in answer.out
        assert f"    see backend@{commit} {TEMPLATE}:4:8\n1 error\n" in answer.out


def test_applications_that_import_each_other_are_noted_at_any_distance(validate: Validate, village: "Village") -> None:
    for name, other in (("backend", "notifier"), ("notifier", "frontend")):
        text = (village.repository(name).path / TEMPLATE).read_text()
        village.repository(name).commit({TEMPLATE: f"{text}app_imports:\n- name: {other}\n"})
    village.repository("notifier").git("branch", "--force", "stable")
    answer = validate()
    assert answer.code == 0
    assert f"{TEMPLATE}:6:9: note R513 frontend imports backend, which imports notifier, which imports frontend\n" in answer.out
    assert f"{TEMPLATE}:7:9: note R513 frontend imports notifier, which imports frontend\n" in answer.out
    assert village.run("sync").code == 0
    circles = [line for line in answer.out.splitlines() if " R513 " in line]
    assert [line for line in validate("--offline").out.splitlines() if " R513 " in line] == circles


def test_a_member_far_off_that_cannot_be_read_is_nobodys_problem(validate: Validate, village: "Village") -> None:
    text = (village.repository("backend").path / TEMPLATE).read_text()
    village.configure(f"{village.config.read_text()}  gone:\n    repository: repositories/gone\n    target: files\n")
    village.repository("backend").commit({TEMPLATE: f"{text}app_imports:\n- name: gone\n- name: strange\n"})
    assert validate().out == "no problems\n"


def test_mounted_files_are_judged_without_a_config(validate: Validate, frontend: "Repository", change: Change) -> None:
    both = ("--with", "backend=../backend", "--with", "notifier=../notifier")
    mount = "\n  configmap:\n  - {name: a, repo_path: a.txt, mount_path: /a}\n  - {name: b, repo_path: b.txt, mount_path: /b}"
    change("  has_repo: true", f"  has_repo: true{mount}")
    (frontend.path / "a.txt").write_text("a" * 600_000)
    assert f"{TEMPLATE}:24:26: error R658 file b.txt is not in the repository" in validate(*both, configured=False).out
    (frontend.path / "b.txt").write_text("b" * 600_000)
    assert f"{TEMPLATE}:23:3: error R660 files of service web are larger than 1000000 bytes together" in validate().out


def test_what_is_committed_at_the_member_decides(validate: Validate, village: "Village") -> None:
    assert validate().code == 0
    commit = village.repository("backend").commit({TEMPLATE: "services: 1\n"})
    answer = validate()
    assert answer.code == 1
    assert f"backend@{commit[:7]} {TEMPLATE}:1:11: error R103 " in answer.out
    assert validate("--branch", "feature/login").code == 0


def test_the_branch_is_the_one_that_is_checked_out(validate: Validate, frontend: "Repository", village: "Village") -> None:
    village.repository("backend").commit({TEMPLATE: "services: 1\n"}, branch="feature/login")
    assert validate().code == 0
    frontend.git("checkout", "--quiet", "feature/login")
    assert validate().code == 1
    assert validate("--staged").code == 1
    assert validate("--rev", "main").code == 0
    frontend.git("checkout", "--quiet", "--detach")
    answer = validate()
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == ". is on no branch; say for which one imports are resolved with --branch NAME\n"
    assert validate("--branch", "main").code == 0


def test_a_branch_that_nobody_has_pushed_or_declared(validate: Validate, frontend: "Repository", change: Change) -> None:
    frontend.git("checkout", "--quiet", "-b", "try/something")
    assert validate().code == 0
    change("- name: backend", "- name: backendd")
    assert "error R501 backendd is no application" in validate().out


def test_an_application_that_is_only_imported_needs_no_domain(validate: Validate) -> None:
    assert validate("../backend").code == 0


def test_the_application_is_known_by_its_address_or_by_name(
    validate: Validate, frontend: "Repository", village: "Village"
) -> None:
    clone = village.root / "elsewhere"
    frontend.git("clone", "--quiet", str(frontend.path), str(clone))
    assert validate(str(clone)).code == 0
    frontend.git("-C", str(clone), "remote", "remove", "origin")
    answer = validate(str(clone))
    assert (answer.code, answer.err) == (
        1,
        f"{clone} is no repository of {village.config}; say which with --application NAME\n",
    )
    assert validate(str(clone), "--application", "frontend").code == 0
    assert "did you mean frontend?" in validate(str(clone), "--application", "frontent").err


def test_offline_uses_what_the_daemon_has_seen(validate: Validate, village: "Village", change: Change) -> None:
    answer = validate("--offline")
    assert answer.code == 1
    assert "error R505 backend is not known yet: its repository has never been listed (remotes were not asked" in answer.out
    assert village.run("sync").code == 0
    (village.root / "repositories/backend").rename(village.root / "gone")
    answer = validate("--offline")
    assert answer.code == 0
    assert f"{TEMPLATE}:6:9: note R514 backend is judged at main as last seen: " in answer.out
    assert "remotes were not asked (--offline)" in answer.out
    change("- name: backend", "- name: backend\n  branch: nowhere")
    assert "error R506 branch nowhere" in validate("--offline").out


def test_a_remote_that_does_not_answer_is_judged_as_last_seen_and_said(validate: Validate, village: "Village") -> None:
    assert village.run("sync").code == 0
    assert " R514 " not in validate().out
    (village.root / "repositories/backend").rename(village.root / "gone")
    answer = validate()
    assert answer.code == 0
    (told,) = (line for line in answer.out.splitlines() if " R514 " in line)
    assert told.startswith(f"{TEMPLATE}:6:9: note R514 backend is judged at main as last seen: ")
    assert "there is no repository" in told


def test_a_checkout_beside_this_one_takes_the_place_of_a_repository(
    validate: Validate, frontend: "Repository", village: "Village"
) -> None:
    other = village.root / "other/backend"
    frontend.git("clone", "--quiet", str(village.repository("backend").path), str(other))
    village.repository("backend").commit({TEMPLATE: "services: 1\n"})
    assert validate().code == 1
    assert validate("--with", f"backend={other}").code == 0


def test_without_a_config_every_import_must_be_named(validate: Validate) -> None:
    answer = validate("--with", "backend=../backend", configured=False)
    words = f"{TEMPLATE}:7:9: error R501 notifier is not named with --with\n    add --with notifier=URL, or use --config\n"
    assert (answer.code, answer.out) == (1, f"{words}1 error\n")
    answer = validate("--with", "backend=../backend", "--with", "notifier=../nowhere", configured=False)
    assert f"{TEMPLATE}:7:9: error R505 notifier is not known yet" in answer.out
    assert "see --with" not in answer.out
    assert validate("--with", "backend=../backend", "--with", "notifier=../notifier", configured=False).code == 0


def test_a_config_that_cannot_be_used_is_told_beside_the_rest(validate: Validate, village: "Village", change: Change) -> None:
    change("has_repo:", "has_repoo:")
    village.configure(village.config.read_text().replace("target: files", "target: fils", 1))
    answer = validate()
    assert "key 'has_repoo' is unknown" in answer.out
    assert f"{village.config}:11:13: error R705 " in answer.out
    village.config.unlink()
    assert validate().err.startswith(f"{village.config} cannot be read: No such file or directory; name the operator's")


def test_a_remote_is_judged_in_its_group_too(validate: Validate, change: Change, frontend: "Repository") -> None:
    change("- name: backend", "- name: backendd")
    frontend.git("commit", "--all", "--quiet", "--message", "Bad")
    commit = frontend.git("rev-parse", "HEAD")
    answer = validate("--repo", str(frontend.path))
    assert f"frontend@{commit[:7]} {TEMPLATE}:6:9: error R501 " in answer.out


def test_secret_stores_are_never_read(validate: Validate, village: "Village", frontend: "Repository") -> None:
    (frontend.path / VARIABLES).write_text("defaults:\n- {key: TOKEN, value: $secrets.vault.token}\n")
    answer = validate()
    assert "R601" not in answer.out
    assert answer.code == 0
    assert not village.deployed.exists()
    assert not (village.root / "state.db").exists()
