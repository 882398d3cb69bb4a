"""`--output json`: one document a command, with the keys that docs/json.md names, in a fixed order."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

PAGE = Path(__file__).resolve().parent.parent.parent / "docs/json.md"
LOGIN = "frontend/feature/login"

PLACE = ["application", "commit", "file", "line", "column"]
PROBLEM = ["severity", "code", *PLACE, "end_line", "end_column", "message", "hint", "related"]
HEAD = ["application", "branch", "name", "type", "namespace", "id", "state", "reason"]
IMPORTS = [*HEAD, "digest", "members", "problems"]
PLAN = [*IMPORTS[:-1], "problems", "plan", "workflow", "changes", "held", "holds", "time", "unsupported", "urls"]
RUN = [
    "environment",
    "id",
    "number",
    "workflow",
    "reason",
    "plan",
    "commits",
    "began",
    "ended",
    "outcome",
    "stages",
    "counts",
    "error",
]
STATUS = [key for key in PLAN if key not in {"changes", "held", "workflow"}]
STANDING = ["standing", "pending", "asleep_since", "waking_since", "born", "hosts", "objects", "runs"]

LISTS = {
    "members": [
        "application",
        "repository",
        "ref",
        "commit",
        "rule",
        "reason",
        "aborted",
        "aborted_reason",
        "stale",
        "excluded_services",
        "rejected",
    ],
    "rejected": ["rule", "ref", "reason"],
    "changes": ["operation", "kind", "namespace", "name", "application", "reason", "fields"],
    "fields": ["path", "before", "after"],
    "held": ["operation", "kind", "namespace", "name", "application", "reason", "fields"],
    "holds": ["kind", "reason", "until", "gate", "partly"],
    "problems": PROBLEM,
    "related": PLACE,
    "unsupported": ["key", "what", *PLACE],
    "urls": ["application", "service", "url"],
    "answers": ["question", "decision", "reason"],
    "runs": RUN,
    "stages": ["application", "workflow", "state", "reason"],
    "passes": ["at", "reason", "environments", "changed", "failed"],
}
"""The keys of the items of every list, wherever it stands."""

DOCUMENTS: dict[str, tuple[list[str], list[str]]] = {
    "imports show": (["version", "environments"], IMPORTS),
    "plan": (["version", "environments"], PLAN),
    "sync": (["version", "environments"], [*PLAN, "outcome", "detail"]),
    "status": (
        ["version", "environments"],
        [*STATUS, *STANDING],
    ),
    f"explain {LOGIN}": (["version", "environments"], [*HEAD, "answers"]),
    "history --passes": (["version", "runs", "passes"], []),
    f"teardown {LOGIN} --yes": (["version", "environments"], [*PLAN, "outcome", "detail"]),
}
"""By command: the keys of the document, and those of its environments."""


def lists(value: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping that stands in a list, with the list's name; what a manifest holds is not ours to name."""
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield name, item
            yield from lists(item, name)
    elif isinstance(value, dict):
        for key, part in value.items():
            if name != "fields" or key == "path":
                yield from lists(part, key)


def told(village: "Village", command: str) -> Any:
    """The answer of a command on a village where there is something to tell."""
    village.run("sync")
    template = village.repository("backend").path / ".release/application_template.yaml"
    text = template.read_text().replace("postgres:17", "postgres:18") + "charts:\n- name: redis\n"
    village.repository("backend").commit({".release/application_template.yaml": text}, branch="feature/login")
    village.repository("frontend").commit({".release.yaml": None}, branch="feature/broken")
    return village.run(*command.split(), "--output", "json").json


@pytest.mark.parametrize("command", DOCUMENTS)
def test_every_key_stands_where_the_page_says(village: "Village", command: str) -> None:
    document = told(village, command)
    outer, inner = DOCUMENTS[command]
    assert document["version"] == 1
    assert list(document) == outer
    assert [list(one) for one in document.get("environments", [])] == [inner] * len(document.get("environments", []))
    for name, item in lists(document):
        if name != "environments":
            assert list(item) == LISTS[name], name


def test_problems_have_every_key_too(village: "Village") -> None:
    broken = village.root / "broken"
    broken.mkdir()
    (broken / ".release.yaml").write_text("application_template: t.yaml\n")
    (broken / "t.yaml").write_text("services:\n- {name: web, image: a}\n- {name: web, image: b}\n")
    document = village.call("validate", str(broken), "--output", "json").json
    assert list(document) == ["version", "problems"]
    found = dict(lists(document))
    assert set(found) == {"problems", "related"}
    assert all(list(item) == LISTS[name] for name, item in lists(document))
    problem = found["problems"]
    assert (problem["line"], problem["column"]) >= (1, 1)
    assert {type(problem["line"]), type(problem["message"]), type(problem["application"])} == {int, str, type(None)}


def test_the_page_names_every_key() -> None:
    page = re.sub(r"\s+", " ", PAGE.read_text())
    named = {word for words in re.findall(r"`([^`]+)`", page) for word in re.findall(r"[a-z_]+", words)}
    keys = {key for outer, inner in DOCUMENTS.values() for key in (*outer, *inner)} | {
        key for keys in LISTS.values() for key in keys
    }
    assert keys - named == set()


def test_instants_are_rfc_3339_in_utc(village: "Village") -> None:
    (run, *_) = told(village, "history")["runs"]
    for key in ("began", "ended"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", run[key])


@pytest.mark.parametrize("command", ["plan", "imports show", "status", f"explain {LOGIN}"])
def test_two_looks_give_the_same_document(village: "Village", command: str) -> None:
    told(village, command)
    first, second = (village.run(*command.split(), "--output", "json").out for _ in range(2))
    assert first == second


@pytest.mark.parametrize("command", ["plan nothing/here", "status nothing/here", "explain nothing/here"])
def test_a_refusal_prints_no_half_document(village: "Village", command: str) -> None:
    answer = village.run(*command.split(), "--output", "json")
    assert (answer.code, answer.out) == (1, "")
