"""The forms of the answer: read back as their readers do."""

import contextlib
import json
import os
import pty
import re
import select
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.cli.reports.excerpt import excerpt
from reconciler.model.place import Origin, Place

if TYPE_CHECKING:
    from tests.conftest import Village

TEMPLATE = ".release/application_template.yaml"
BAD = """\
services:
- name: web
\timgae: a
"""
COLLIDING = """\
environment_templates: [{name: ephemeral}, {name: permanent}]
services:
- name: web
  image: "nginx:1.29"
- name: web
  imgae: nginx, 100%:1.29
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with several problems, in a folder whose name must be quoted everywhere."""
    folder = tmp_path / 'a, b: "c" & 100% <é>'
    (folder / ".release").mkdir(parents=True)
    (folder / ".release.yaml").write_text(f"application_template: {TEMPLATE}\n")
    (folder / TEMPLATE).write_text(COLLIDING)
    return folder


def answer(village: "Village", folder: Path, form: str) -> str:
    """What `validate` prints in a form."""
    done = village.call("validate", str(folder), "--output", form)
    assert (done.code, done.err) == (1, "")
    return done.out


def listed(village: "Village", folder: Path) -> list[dict[str, Any]]:
    """The problems as JSON gives them, which the other forms must have too."""
    found: list[dict[str, Any]] = json.loads(answer(village, folder, "json"))["problems"]
    assert len(found) >= 3
    assert any(problem["related"] for problem in found)
    return found


OBJECTS: dict[str, tuple[set[str], set[str]]] = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": ({"tool", "results", "columnKind"}, set()),
    "driver": ({"name"}, {"version", "rules"}),
    "rule": ({"id"}, {"shortDescription", "help"}),
    "result": ({"message"}, {"ruleId", "ruleIndex", "level", "locations", "relatedLocations"}),
    "location": (set(), {"id", "physicalLocation", "message"}),
    "physical": ({"artifactLocation"}, {"region"}),
    "artifact": ({"uri"}, {"uriBaseId"}),
    "region": ({"startLine"}, {"startColumn", "endLine", "endColumn"}),
    "message": ({"text"}, {"markdown"}),
}
"""What the schema of SARIF 2.1.0 requires of each object, and what else is used of what it allows; it allows no unknown keys."""


def shaped(value: Any, name: str) -> Any:
    """The object, which has what it must have and nothing that it may not."""
    required, allowed = OBJECTS[name]
    assert required <= set(value) <= required | allowed, name
    return value


def test_sarif_has_the_shape_of_its_standard(village: "Village", repository: Path) -> None:
    log = shaped(json.loads(answer(village, repository, "sarif")), "log")
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    for run in log["runs"]:
        assert shaped(run, "run")["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
        driver = shaped(shaped_tool(run["tool"]), "driver")
        for rule in driver["rules"]:
            shaped(rule, "rule")
            for text in (rule["shortDescription"], rule["help"]):
                assert shaped(text, "message")["text"]
        assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
        for result in run["results"]:
            check_result(shaped(result, "result"), driver["rules"])


def shaped_tool(tool: dict[str, Any]) -> Any:
    """The driver of a tool component, which has nothing else here."""
    assert set(tool) == {"driver"}
    return tool["driver"]


def check_result(result: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    """A result: its level is one of the standard's, its rule is its index's, its places are in order."""
    assert result["level"] in {"none", "note", "warning", "error"}
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert shaped(result["message"], "message")["text"]
    for location in (*result["locations"], *result.get("relatedLocations", ())):
        physical = shaped(shaped(location, "location")["physicalLocation"], "physical")
        uri = shaped(physical["artifactLocation"], "artifact")["uri"]
        assert re.fullmatch(r"(file://)?[\w.\-~/%!$&'()*+,;=:@]+", uri, re.ASCII)
        if "region" in physical:
            region = shaped(physical["region"], "region")
            assert all(isinstance(number, int) and number >= 1 for number in region.values())
            assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])


def test_sarif_says_what_json_says(village: "Village", repository: Path) -> None:
    results = json.loads(answer(village, repository, "sarif"))["runs"][0]["results"]
    problems = listed(village, repository)
    assert [result["ruleId"] for result in results] == [problem["code"] for problem in problems]
    assert [len(result.get("relatedLocations", ())) for result in results] == [len(problem["related"]) for problem in problems]
    regions = [result["locations"][0]["physicalLocation"].get("region", {"startLine": 1}) for result in results]
    assert [region["startLine"] for region in regions] == [problem["line"] for problem in problems]


UNESCAPED = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def unescaped(text: str) -> str:
    """As the runner of GitHub Actions reads it."""
    return re.sub("%25|%0D|%0A|%3A|%2C", lambda match: UNESCAPED[match[0]], text)


def test_github_reads_each_annotation_back(village: "Village", repository: Path) -> None:
    lines = answer(village, repository, "github").splitlines()
    problems = listed(village, repository)
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        match = re.fullmatch("::(error|warning|notice) ([^:]*)::(.*)", line)
        assert match is not None
        properties = {name: unescaped(value) for name, _, value in (part.partition("=") for part in match[2].split(","))}
        assert match[1].replace("notice", "note") == problem["severity"]
        assert (properties["file"], properties["line"], properties["title"]) == (
            problem["file"],
            str(problem["line"]),
            problem["code"],
        )
        assert unescaped(match[3]).startswith(problem["message"])


def test_junit_has_a_case_for_each_problem(village: "Village", repository: Path) -> None:
    root = ET.fromstring(answer(village, repository, "junit"))
    problems = listed(village, repository)
    errors = [problem for problem in problems if problem["severity"] == "error"]
    assert root.tag == "testsuites"
    assert [failure.get("type") for failure in root.iter("failure")] == [problem["code"] for problem in errors]
    assert int(root.get("failures", "")) == len(errors)
    assert int(root.get("tests", "")) == len(list(root.iter("testcase"))) == len(problems) + 1
    suites = {suite.get("name"): suite for suite in root.iter("testsuite")}
    assert set(suites) == {str(repository / name) for name in (".release.yaml", TEMPLATE)}
    assert [case.get("name") for case in suites[str(repository / ".release.yaml")]] == ["valid"]


def test_junit_holds_whatever_a_file_holds(village: "Village", repository: Path) -> None:
    (repository / TEMPLATE).write_text('services:\n- name: "\\x01\\e[2J\\uFFFE]]>"\n')
    ET.fromstring(answer(village, repository, "junit"))


def test_elsewhere_than_on_a_terminal_no_line_is_shown(village: "Village", repository: Path) -> None:
    assert "^" not in answer(village, repository, "text")
    assert "\x1b" not in answer(village, repository, "text")


def on_a_terminal(folder: Path) -> str:
    """What `validate` prints on a terminal of 80 columns, without its colours."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(COLUMNS="80", TERM="xterm")
        os.execv(sys.executable, [sys.executable, "-c", "from reconciler.cli.main import main; main()", "validate", str(folder)])
    shown = b""
    with contextlib.suppress(OSError):
        while select.select([terminal], [], [], 20)[0] and (chunk := os.read(terminal, 65536)):
            shown += chunk
    os.close(terminal)
    os.waitpid(child, 0)
    return re.sub("\x1b\\[[0-9;]*m", "", shown.decode()).replace("\r\n", "\n")


def test_on_a_terminal_the_line_is_shown_with_a_caret(repository: Path) -> None:
    shown = on_a_terminal(repository)
    assert "    6 |   imgae: nginx, 100%:1.29\n      |   ^^^^^\n    did you mean 'image'?\n" in shown


def test_a_tab_before_the_stretch(repository: Path) -> None:
    (repository / TEMPLATE).write_text(BAD)
    assert "    3 |     imgae: a\n" in on_a_terminal(repository)


def shown(line: str, column: int, end: int, *, width: int = 80) -> tuple[str, ...]:
    """An excerpt of the second line of a file."""
    return excerpt(f"first\n{line}\nlast".encode(), Place(Origin("x"), 2, column, 2, end), width=width)


CARETS = {
    "plain": (("key: value", 6, 11), "    2 | key: value", "      |      ^^^^^"),
    "after a tab": (("\tkey", 2, 5), "    2 |     key", "      |     ^^^"),
    "a tab within": (("a\tb", 1, 4), "    2 | a   b", "      | ^^^^^"),
    "wide characters before": (("日本: x", 5, 6), "    2 | 日本: x", "      |       ^"),
    "under wide characters": (("日本: x", 1, 3), "    2 | 日本: x", "      | ^^^^"),
    "combining characters": (("e\u0301e\u0301: x", 6, 7), "    2 | e\u0301e\u0301: x", "      |    ^"),
    "what does not print": (("a\x07\x1bb: x", 4, 5), "    2 | a��b: x", "      |    ^"),
    "nothing": (("key: ", 6, 6), "    2 | key: ", "      |      ^"),
    "beyond the line": (("key", 20, 25), "    2 | key", "      |    ^"),
}


@pytest.mark.parametrize("name", CARETS)
def test_the_caret_stands_under_the_stretch(name: str) -> None:
    (line, column, end), text, carets = CARETS[name]
    assert shown(line, column, end) == (text, carets)


def test_a_stretch_of_several_lines_is_shown_by_its_first() -> None:
    place = Place(Origin("x"), 1, 4, 3, 2)
    assert excerpt(b"a: [1,\n2,\n]", place, width=80) == ("    1 | a: [1,", "      |    ^^^")


@pytest.mark.parametrize("column", [1, 30, 60, 61, 70, 71, 72, 73, 100, 4990, 5000])
@pytest.mark.parametrize("letter", ["x", "日"])
def test_a_long_line_is_cut_around_the_stretch(column: int, letter: str) -> None:
    line = letter * (column - 1) + "HERE" + letter * (5000 - column)
    text, carets = shown(line, column, column + 4)
    cells = [2 if character == "日" else 1 for character in text]
    assert sum(cells) <= 80
    assert len(carets) <= 80
    start = len(carets) - 4
    at = next(index for index in range(len(text)) if sum(cells[:index]) == start)
    assert text[at : at + 4] == "HERE"
    assert carets.endswith("^^^^")


def test_a_problem_of_the_whole_file_has_no_line() -> None:
    assert excerpt(b"x", Place(Origin("x"), 1, 1, 1, 1), width=80) == ()


def test_a_line_beyond_the_file_is_shown_empty() -> None:
    assert excerpt(b"x\n", Place(Origin("x"), 9, 1, 9, 2), width=80) == ("    9 | ", "      | ^")


def test_lines_end_where_yaml_ends_them() -> None:
    source = "\ufeffa\r\nb\rc\x85d\u2028e\n".encode()
    assert [excerpt(source, Place(Origin("x"), line, 1, line, 2), width=80)[0][-1] for line in range(1, 6)] == list("abcde")
