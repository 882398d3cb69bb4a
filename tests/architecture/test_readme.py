"""The README's examples: what they show is what a real run prints."""

import re
from pathlib import Path

import pytest

from reconciler.cli.main import call

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"<!-- demo: begin -->\n```\n(.*?)```\n<!-- demo: end -->", README, re.DOTALL)
LINKS = re.findall(r"\]\(([^)#:]+)\)", README)


def without_digests(text: str) -> str:
    """The text without digests of plans, which name the folder that the demo ran in."""
    return re.sub(r"plan [0-9a-f]{12}", "plan", text)


def test_the_demo_prints_what_the_readme_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["demo", str(tmp_path / "demo")]) == 0
    printed = without_digests(capsys.readouterr().out).splitlines()
    at = 0
    for line in without_digests("…\n".join(SHOWN)).splitlines():
        if line != "…":
            assert line in printed[at:], line
            at += printed[at:].index(line) + 1
    assert SHOWN


def test_the_two_commands_of_the_readme_are_there() -> None:
    block = README.split("```\n", 2)[1]
    commands = [line.split("#")[0].strip() for line in block.splitlines()]
    assert commands == ["scripts/demo", "scripts/test"]
    assert all((ROOT / command).stat().st_mode & 0o100 for command in commands)


@pytest.mark.parametrize("link", LINKS)
def test_what_the_readme_links_to_is_there(link: str) -> None:
    assert (ROOT / link).exists()


def test_ci_calls_the_readmes_test_command() -> None:
    assert "scripts/test" in (ROOT / ".ci/run").read_text()


def test_the_projects_own_repository_validates(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["validate", str(ROOT)]) == 0, capsys.readouterr()
