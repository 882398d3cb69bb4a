"""The example configuration and the table of keys say everything that the schema says."""

import re
import subprocess
import sys
from pathlib import Path

from reconciler.model.place import Origin
from reconciler.spec.key_table import key_table
from reconciler.spec.schema import Format
from reconciler.spec.settings import read_settings

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "config.example.yaml"


def test_the_example_reads_without_a_word() -> None:
    found, problems = read_settings(EXAMPLE.read_bytes(), Origin("config.example.yaml"), folder=ROOT, home=ROOT)
    assert found is not None
    assert problems == ()


def test_the_example_shows_every_key() -> None:
    shown = set(re.findall(r"([a-z_]+):(?=\s|$)", EXAMPLE.read_text(), re.MULTILINE)) | {"password_env"}
    names = {row.key.replace("[]", "").rsplit(".", 1)[-1] for row in key_table(Format.CONFIG)} - {"*"}
    assert names - shown == set()


def test_the_table_of_keys_has_each_key_with_its_meaning() -> None:
    lines = (ROOT / "docs" / "config.md").read_text().splitlines()
    table = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    rows = key_table(Format.CONFIG)
    assert [row.key for row in rows if row.key not in table or row.meaning not in table[row.key]] == []
    assert [row.key for row in rows if (row.state == "unsupported") != ("No effect" in table[row.key])] == []
    assert set(table) == {row.key for row in rows}


def test_each_problem_of_these_files_has_its_page() -> None:
    told = set()
    for module in (ROOT / "reconciler" / "spec").glob("*.py"):
        told |= set(re.findall(r'"(R[0-9]{3})"', module.read_text()))
    mine = {code for code in told if code[1] in "0147" or code[1:] in {"201", "202", "203", "204", "205"}}
    assert {code for code in mine if not (ROOT / "reconciler" / "cli" / "problems" / f"{code}.md").is_file()} == set()


def test_reading_files_imports_nothing_that_talks_to_the_world() -> None:
    program = (
        "import sys, reconciler.spec.settings, reconciler.spec.variables, reconciler.spec.release_file\n"
        "print(sorted({'git', 'kubernetes', 'click', 'rich', 'watchfiles', 'pydantic'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
