"""Documents that cannot lie: every module, command, option and problem code has its line."""

import ast
import re
from pathlib import Path

import click
from click.testing import CliRunner

from reconciler.cli.main import cli
from reconciler.cli.pages import codes, page, title

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "reconciler"
CODE = re.compile(r'"(R\d{3})"')


def sentences() -> dict[str, str]:
    """The sentence of every module, by its path."""
    return {
        str(path.relative_to(ROOT)): ast.get_docstring(ast.parse(path.read_text())) or ""
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "__init__.py"
    }


def leaves(command: click.Command, name: str = "") -> dict[str, click.Command]:
    """Every command that does something, by the words that call it."""
    if not isinstance(command, click.Group):
        return {name.strip(): command}
    context = click.Context(command)
    found: dict[str, click.Command] = {}
    for one in command.list_commands(context):
        child = command.get_command(context, one)
        assert child is not None
        found |= leaves(child, f"{name} {one}")
    return found


def test_the_architecture_page_has_one_line_per_module_with_its_sentence() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    written = dict(re.findall(r"^\| `(reconciler/\S+\.py)` \| (.*) \|$", page, re.MULTILINE))
    assert written == {path: text.replace("\n", " ").replace("|", "\\|") for path, text in sentences().items()}


def test_every_command_and_option_is_in_the_page_of_commands() -> None:
    page = (ROOT / "docs/cli.md").read_text()
    missing = []
    for name, command in leaves(cli).items():
        if f"`{name}" not in page:
            missing.append(name)
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not any(f"`{option}" in page for option in parameter.opts):
                missing.append(f"{name} {parameter.opts}")
    assert missing == []


def test_every_option_in_the_page_of_commands_exists() -> None:
    page = (ROOT / "docs/cli.md").read_text()
    known = {option for command in [*leaves(cli).values(), cli] for parameter in command.params for option in parameter.opts}
    written = set(re.findall(r"`(--[a-z-]+)", page))
    assert written - known - {"--help"} == set()


def test_every_command_says_what_it_does() -> None:
    for name in leaves(cli):
        result = CliRunner().invoke(cli, [*name.split(), "--help"])
        assert result.exit_code == 0
        assert len(result.output.splitlines()) > 3


def test_every_problem_code_has_its_page_and_every_page_its_code() -> None:
    used = {code for path in PACKAGE.rglob("*.py") for code in CODE.findall(path.read_text())}
    assert used == set(codes())


def test_every_page_of_a_problem_begins_with_its_code() -> None:
    for code in codes():
        assert page(code).startswith(f"# {code}: ")


def test_the_list_of_problems_has_one_line_per_code_with_its_title() -> None:
    text = (ROOT / "docs/problems.md").read_text()
    written = dict(re.findall(r"^\| \[(R\d{3})\]\(\S+\) \| (.*) \|$", text, re.MULTILINE))
    assert written == {code: title(code) for code in codes()}
