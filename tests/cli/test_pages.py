"""Every page of a problem shows a bad example that gives its code, and a good one that does not."""

import re
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.pages import codes, page
from tests.codes import codes_of, first_command
from tests.invalid import BY_COMMAND, CASES, ask, prepare

if TYPE_CHECKING:
    from tests.conftest import Village

EXAMPLE = re.compile(r"^```yaml\n# (bad|good)\b.*\n((?:.*\n)*?)```$", re.MULTILINE)
COMMAND = re.compile(r"^```sh\n((?:.*\n)+?)```$", re.MULTILINE)
DEPTHS = ("", "  ", "    ", "      ", "        ")


def of_targets(code: str) -> bool:
    """Whether a code is said by `plan` alone, of what is live at a target or of the present time: no file shows that."""
    return first_command(code) == "plan"


SHOWN = [code for code in codes() if code not in BY_COMMAND and not of_targets(code)]


def examples(code: str) -> dict[str, str]:
    """The bad and the good example of a page."""
    found = EXAMPLE.findall(page(code))
    assert [kind for kind, _ in found] == ["bad", "good"], code
    return dict(found)


@pytest.mark.parametrize("code", codes())
def test_every_page_has_a_bad_and_a_good_example_or_a_command(code: str) -> None:
    if code in SHOWN:
        found = examples(code)
        assert found["bad"] != found["good"]
    else:
        assert COMMAND.search(page(code))


def test_every_code_belongs_to_a_command() -> None:
    assert {code for code in codes() if first_command(code)} == set(codes())
    assert codes_of("plan") <= set(codes())


def told(village: "Village", folder: Path, code: str) -> set[str]:
    """The codes that are given in a folder."""
    return {problem["code"] for problem in ask(village, folder, code, "--output", "json").json["problems"]}


@pytest.mark.slow
@pytest.mark.parametrize("code", SHOWN)
def test_the_bad_example_gives_its_code_and_the_good_one_does_not(code: str, village: "Village", tmp_path: Path) -> None:
    assert code in CASES
    folder = tmp_path / code.lower()
    prepare(code, folder)
    found = examples(code)
    (path, depth), *others = places(folder, found["bad"])
    assert others == [], "the bad example stands in one file"
    assert code in told(village, folder, code)
    bad, good = (indent(found[kind], depth) for kind in ("bad", "good"))
    path.write_text(path.read_text().replace(bad, good) if bad else good)
    assert code not in told(village, folder, code)


def places(folder: Path, example: str) -> list[tuple[Path, str]]:
    """The files that hold the lines of an example, and how deep; an empty example is an empty file."""
    texts = {path: path.read_text() for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.parts}
    depths = DEPTHS if example else DEPTHS[:1]
    return [(path, depth) for path, text in texts.items() for depth in depths if holds(text, indent(example, depth))]


def holds(text: str, example: str) -> bool:
    """Whether whole lines of a file are the example."""
    return f"\n{text}".count(f"\n{example}") == 1 if example else not text
