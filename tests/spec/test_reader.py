"""What the reader makes of YAML, and what it refuses."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.place import Origin
from reconciler.spec.node import MappingNode, Node, Scalar, SequenceNode, plain
from reconciler.spec.reader import Reading, read

ORIGIN = Origin("file.yaml")
BRACKETS = b"[" * 30_000 + b"]" * 30_000
ALIAS_BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)
MERGE_BOMB = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n}\n  <<: [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 24))
TEXT = """\
app: web
services:
  - name: 'smile 😀 here'
    ports: [80, {a: b}]
  -
script: |
  one
  two

# the end
"""


def read_text(text: str | bytes) -> Reading:
    """The reading of a text or of bytes."""
    return read(text if isinstance(text, bytes) else text.encode(), ORIGIN)


def told(text: str | bytes) -> list[tuple[str, int, int]]:
    """Code, line and column of each problem."""
    return [(problem.code, problem.place.line, problem.place.column) for problem in read_text(text).problems]


def stretch(node: Node | None) -> tuple[int, int, int, int]:
    """Where a node begins and ends."""
    assert node is not None
    place = node.place
    return (place.line, place.column, place.end_line, place.end_column)


def test_a_document_becomes_plain_values() -> None:
    root = read_text(TEXT).root
    assert root is not None
    assert plain(root) == {
        "app": "web",
        "services": [{"name": "smile 😀 here", "ports": [80, {"a": "b"}]}, None],
        "script": "one\ntwo\n",
    }


def test_places_count_from_one_in_characters() -> None:
    root = read_text(TEXT).root
    assert isinstance(root, MappingNode)
    services = root.get("services")
    assert isinstance(services, SequenceNode)
    first = services.items[0]
    assert isinstance(first, MappingNode)
    assert stretch(root.get("app")) == (1, 6, 1, 9)
    assert stretch(first.get("name")) == (3, 11, 3, 25)
    assert (first.members["ports"].key.line, first.members["ports"].key.column) == (4, 5)


def test_a_collection_ends_with_its_last_leaf_and_a_bracketed_one_with_its_bracket() -> None:
    root = read_text(TEXT).root
    assert isinstance(root, MappingNode)
    services = root.get("services")
    assert isinstance(services, SequenceNode)
    assert isinstance(services.items[0], MappingNode)
    assert stretch(services.items[0].get("ports")) == (4, 12, 4, 24)
    assert stretch(services.items[0]) == (3, 5, 4, 24)
    assert stretch(services) == (3, 3, 5, 4)


def test_block_text_ends_before_the_blank_lines_and_comments_after_it() -> None:
    root = read_text(TEXT).root
    assert isinstance(root, MappingNode)
    assert stretch(root.get("script")) == (6, 9, 8, 6)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-12", -12),
        ("1.50", 1.5),
        ("-1.5e3", -1500.0),
        ("yes", "yes"),
        ("on", "on"),
        ("1_000", "1_000"),
        ("017", "017"),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        ("2020-01-01", "2020-01-01"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("1.", "1."),
        ("9" * 65, "9" * 65),
        ("'12'", "12"),
        ('"true"', "true"),
    ],
)
def test_scalars_mean_what_every_reader_takes_them_for(written: str, value: object) -> None:
    root = read_text(f"a: {written}").root
    assert isinstance(root, MappingNode)
    scalar = root.get("a")
    assert isinstance(scalar, Scalar)
    assert scalar.value == value
    assert type(scalar.value) is type(value)


def test_a_number_keeps_its_text() -> None:
    root = read_text("version: 1.20").root
    assert isinstance(root, MappingNode)
    version = root.get("version")
    assert isinstance(version, Scalar)
    assert (version.value, version.text, version.plain) == (1.2, "1.20", True)


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    root = read_text(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n").root
    assert root is not None
    assert plain(root) == {"a": 1, "b": 2}


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_a_file_without_a_value_has_no_problems(text: str) -> None:
    reading = read_text(text)
    assert reading.problems == ()
    assert reading.root is None or plain(reading.root) is None


def test_modest_aliases_stand_for_what_their_anchor_marks() -> None:
    root = read_text("a: &x {k: v}\nb: *x\nc: [*x, *x]\n").root
    assert root is not None
    assert plain(root) == {"a": {"k": "v"}, "b": {"k": "v"}, "c": [{"k": "v"}, {"k": "v"}]}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: 2\na: 3\n", [("R011", 3, 1)]),
        ("a: !!str 1\n", [("R012", 1, 4)]),
        ("a: !Ref x\n", [("R012", 1, 4)]),
        ("a: *nope\n", [("R013", 1, 4)]),
        ("a: &a [*a]\n", [("R013", 1, 8)]),
        ("a: 1\n---\nb: 2\n", [("R015", 2, 1)]),
        ("%YAML 1.1\n---\na: yes\n", [("R016", 1, 1)]),
        ("%TAG !x! y\n---\na: yes\n", [("R016", 1, 1)]),
        ("1: a\ntrue: b\nnull: c\n", [("R017", 1, 1), ("R017", 2, 1), ("R017", 3, 1)]),
        ("? [1, 2]\n: 3\nb: 4\n", [("R017", 1, 3)]),
        ("a: &x {k: v}\nb:\n  <<: *x\n", [("R018", 3, 3)]),
        ("a: b: c\n", [("R010", 1, 5)]),
        ("a: 1\n\tb: 2\n", [("R010", 2, 1)]),
        ("a: [1\nb: 2\n", [("R010", 2, 2)]),
        ("b: 1\na: 'x\n", [("R010", 2, 4)]),
        ("a: \x07\n", [("R003", 1, 4)]),
        (b"a: 1\nb: \xff\n", [("R002", 2, 4)]),
        ("a: 1".encode("utf-16"), [("R002", 1, 1)]),
        ("a: 1".encode("utf-32"), [("R002", 1, 1)]),
        (b"a: \x00", [("R003", 1, 4)]),
        (b"#" * (1024 * 1024 + 1), [("R001", 1, 1)]),
        ("a: " + "x" * 65_537, [("R014", 1, 4)]),
        ("a: \n" + "- x\n" * 10_001, [("R014", 9_999, 3)]),
    ],
)
def test_what_is_ambiguous_or_broken_is_a_problem_at_its_place(text: str | bytes, problems: list[tuple[str, int, int]]) -> None:
    assert told(text) == problems


def test_all_problems_of_a_file_are_told_at_once() -> None:
    text = "%YAML 1.1\n---\na: !x 1\na: 2\n3: 4\nb: *c\nd: [\n"
    assert [code for code, _, _ in told(text)] == ["R016", "R012", "R011", "R017", "R013", "R010"]


def test_a_key_that_stands_twice_names_the_first_and_keeps_its_value() -> None:
    reading = read_text("a: 1\na: 2\n")
    assert reading.problems[0].related[0].line == 1
    assert reading.root is not None
    assert plain(reading.root) == {"a": 1}


@pytest.mark.parametrize(
    "bomb",
    [
        BRACKETS,
        b"[" * 200_000,
        b"- " * 400_000,
        b"? " * 400_000,
        b"[{" * 300_000,
        b"".join(b" " * depth + b"a:\n" for depth in range(1000)),
        ALIAS_BOMB.encode(),
        MERGE_BOMB.encode(),
        b"%TAG !a! x\n" * 90_000 + b"--- 1",
    ],
    ids=["brackets", "open", "dashes", "questions", "mixed", "blocks", "aliases", "merges", "tags"],
)
def test_a_bomb_is_refused_at_once(bomb: bytes) -> None:
    began = time.perf_counter()
    reading = read(bomb, ORIGIN)
    assert time.perf_counter() - began < 2
    assert reading.problems


def test_an_alias_counts_as_deep_as_what_it_stands_for() -> None:
    half = "[" * 40 + "]" * 40
    assert told(f"a: &x {half}\nb: {'[' * 30}*x{']' * 30}\n") == [("R014", 2, 34)]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(source: bytes) -> None:
    assert isinstance(read(source, ORIGIN), Reading)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:-?&*![]{}'\"|>%#\n ,~<1.", max_size=60))
def test_no_text_of_yaml_signs_makes_it_raise(text: str) -> None:
    reading = read(text.encode(), ORIGIN)
    assert all(problem.place.line >= 1 and problem.place.column >= 1 for problem in reading.problems)
    if reading.root is not None:
        plain(reading.root)


NAMES = st.text(alphabet="abcdefgh", min_size=1, max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | NAMES.filter(lambda name: name not in {"null"}),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def flow(value: object) -> str:
    """A plain value as YAML on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(flow(inner) for inner in value) + "]"
        case _:
            return str(value)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_what_is_written_is_what_is_read(value: object) -> None:
    reading = read_text(flow(value))
    assert reading.problems == ()
    assert reading.root is not None
    assert plain(reading.root) == value


def test_five_hundred_lines_take_some_milliseconds() -> None:
    service = "- name: web\n  image: acme/web\n  ports:\n  - type: node_port\n    target_port: '80'\n  cpu:\n    limits: 100m\n"
    source = (service * 72).encode()
    best = 1.0
    for _ in range(3):
        began = time.perf_counter()
        read(source, ORIGIN)
        best = min(best, time.perf_counter() - began)
    assert best < 0.05
