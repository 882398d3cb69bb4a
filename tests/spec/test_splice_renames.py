"""Old names of keys become new ones by splicing: every other byte of the file stays."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from reconciler.model.place import Origin
from reconciler.spec.reader import read
from reconciler.spec.renames import Renamed, rename_keys
from reconciler.spec.schema import Format
from reconciler.spec.splice import Sheet, Splice

POINTERS = {
    "default_app_template: a.yaml\n": "application_template: a.yaml\n",
    "# c\n\n'default_app_template' :  \"a\"  # d\n\n": "# c\n\n'application_template' :  \"a\"  # d\n\n",
    '{"default_app_template":a, default_env_variables: "b"}': '{"application_template":a, environment_variables: "b"}',
    "\ufeffdefault_env_variables: é\r\ndefault_app_template: ü": "\ufeffenvironment_variables: é\r\napplication_template: ü",
    "---\n? default_app_template\n: a\n...\n": "---\n? application_template\n: a\n...\n",
    "&k default_app_template: &v a\n": "&k application_template: &v a\n",
    "compose: default_app_template\ndefault_app_template: a\n": "compose: default_app_template\napplication_template: a\n",
    "compose: 'a\u2028 b'\ndefault_app_template: a\n": "compose: 'a\u2028 b'\napplication_template: a\n",
    "application_template: a\n": "application_template: a\n",
}

TEMPLATES = {
    "app: a\nmode: development\ndomain: b\n": "app: a\ndomain: b\n",
    "app: a\nmode: development": "app: a\n",
    "app: a\r\nmode: 'x'\r\n\r\n# c\r\ndomain: b\r\n": "app: a\r\n\r\n# c\r\ndomain: b\r\n",
    "app: a\nmode: x  # why\ndomain: b\n": "app: a\n# why\ndomain: b\n",
    "mode: |\n  long\n  text\n# c\napp: a\n": "# c\napp: a\n",
    "mode:\napp: a\n": "app: a\n",
    "mode: >-\n  x\n\napp: a\n": "\napp: a\n",
    "{mode: x, app: a}": "{app: a}",
    "{app: a, mode: x}": "{app: a}",
    "{app: a, mode: , domain: b}": "{app: a, domain: b}",
    "app: a\nenvironment_templates:\n- mode: x\n  name: e\n- name: p\n  mode: y\n": (
        "app: a\nenvironment_templates:\n- name: e\n- name: p\n"
    ),
    "app: a\nenvironment_templates: [{name: e, mode: x}]\nservices:\n- {name: a, mode: keep}\n": (
        "app: a\nenvironment_templates: [{name: e}]\nservices:\n- {name: a, mode: keep}\n"
    ),
}

BY_HAND = [
    "x: &m y\nmode: *m\napp: a\n",
    "mode: x\n",
    "mode: &m x\napp: *m\n",
    "environment_templates:\n- mode: x\n",
    "app: a\nenvironment_templates:\n- mode: x\n  # about the name\n  name: e\n",
    "{app: a, # why\n mode: x}\n",
]


def renamed(text: str, format: Format) -> Renamed:
    """The outcome for a text."""
    return rename_keys(text.encode(), Origin("file.yaml"), format=format)


@pytest.mark.parametrize("text", POINTERS)
def test_names_of_a_pointer_file(text: str) -> None:
    assert renamed(text, Format.RELEASE).content.decode() == POINTERS[text]
    assert renamed(POINTERS[text], Format.RELEASE).edits == ()


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_key_without_successor_goes(text: str) -> None:
    done = renamed(text, Format.TEMPLATE)
    assert (done.content.decode(), done.problems) == (TEMPLATES[text], ())
    assert renamed(TEMPLATES[text], Format.TEMPLATE).edits == ()


@pytest.mark.parametrize("text", BY_HAND)
def test_what_cannot_be_changed_alone_is_left_to_a_person(text: str) -> None:
    done = renamed(text, Format.TEMPLATE)
    assert (done.content.decode(), done.edits) == (text, ())
    assert [problem.code for problem in done.problems] == ["R870"]


def test_an_escaped_name_is_left_to_a_person() -> None:
    done = renamed('"default\\x5fapp_template": a\n', Format.RELEASE)
    assert [problem.code for problem in done.problems] == ["R870"]


def test_the_defaults_of_variables_get_their_name() -> None:
    text = "services: {}\nenvs:\n- key: envs\n  value: envs\n"
    assert renamed(text, Format.VARIABLES).content.decode() == text.replace("envs:\n", "defaults:\n")


def test_an_old_name_beside_its_new_one_is_told_with_both_places_and_changes_nothing() -> None:
    text = "default_app_template: a\ndefault_env_variables: b\napplication_template: c\n"
    done = renamed(text, Format.RELEASE)
    (problem,) = done.problems
    assert (done.content.decode(), done.edits) == (text, ())
    assert (problem.severity, problem.code, problem.place.line) == ("error", "R205", 1)
    assert [place.line for place in problem.related] == [3]


@pytest.mark.parametrize(
    "source", [b"", b"- a\n", b"\xff\xfe", b"default_app_template: [\n", b"a: 1\na: 2\ndefault_app_template: a\n"]
)
def test_files_that_cannot_be_understood_stay(source: bytes) -> None:
    done = rename_keys(source, Origin("file.yaml"), format=Format.RELEASE)
    assert (done.content, done.edits) == (source, ())


def test_real_files_lose_their_old_names_and_nothing_else(corpus: Path) -> None:
    changed = 0
    for path in sorted(corpus.rglob("*.y*ml")):
        source = path.read_bytes()
        done = rename_keys(source, Origin(str(path)), format=Format.TEMPLATE)
        lines = [line for line in source.split(b"\n") if not line.startswith(b"mode:")]
        assert done.content == (b"\n".join(lines) if done.edits else source)
        assert rename_keys(done.content, Origin(str(path)), format=Format.TEMPLATE).edits == ()
        changed += bool(done.edits)
    assert changed >= 8


KEYS = some.sampled_from(["default_app_template", "default_env_variables", "mode", "envs", "app", "compose", '"app b"', "'é'"])
VALUES = some.sampled_from(["a", "'b' # c", '"d"', "", "{x: y}", "[1, 2]", "|\n  t\n\n  u", "\n  k: v # w", "&x z", "é # ü"])
LINES = some.one_of(some.tuples(KEYS, VALUES).map(": ".join), some.sampled_from(["", "# c", "  # d", "   "]))


@settings(max_examples=300, deadline=None)
@given(
    some.lists(LINES, max_size=8),
    some.sampled_from(["\n", "\r\n"]),
    some.sampled_from([Format.RELEASE, Format.TEMPLATE, Format.VARIABLES]),
)
def test_any_file_is_the_same_but_for_its_names(lines: list[str], end: str, format: Format) -> None:
    text = end.join(line.replace("\n", end) for line in lines)
    done = renamed(text, format)
    if not done.edits:
        assert done.content.decode() == text
        return
    assert renamed(done.content.decode(), format).edits == ()
    assert len(read(done.content, Origin("file.yaml")).problems) <= len(read(text.encode(), Origin("file.yaml")).problems)
    old, new = text.split(end), done.content.decode().split(end)
    for edit in done.edits:
        if edit.new:
            old[edit.place.line - 1] = old[edit.place.line - 1].replace(edit.old, edit.new, 1)
    assert [line for line in new if line not in old and line.strip() not in "".join(old)] == []


def test_splices_are_made_at_the_places_of_the_reader() -> None:
    source = "\ufeffa: 1\r\nb: é\u0085c: 3".encode()
    root = read(source, Origin("file.yaml")).root
    assert root is not None
    sheet = Sheet(source)
    assert sheet.spliced([]) == source
    assert sheet.text[sheet.start(root.place) : sheet.end(root.place)] == "a: 1\r\nb: é\u0085c: 3"
    assert sheet.spliced([Splice(9, 10, "xy"), Splice(0, 1, "")]) == "\ufeff: 1\r\nb: xy\u0085c: 3".encode()
