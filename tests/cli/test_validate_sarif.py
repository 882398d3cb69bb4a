"""SARIF beside the schema of its standard, which a Go module carries; without Go or its proxy this is left out."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema_rs import Draft4Validator

from tests.codes import codes_of
from tests.invalid import CASES, ask, prepare

if TYPE_CHECKING:
    from tests.conftest import Village

MODULE = "github.com/owenrumney/go-sarif/v3@v3.3.1"
ENVIRON = dict(os.environ)
"""Other fixtures give each test an empty home; Go keeps its modules in the user's."""


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    """The schema of SARIF 2.1.0 as OASIS publishes it."""
    if shutil.which("go") is None:
        pytest.skip("the schema of SARIF comes with a Go module, and Go is not installed")
    command = ["go", "mod", "download", "-json", MODULE]
    done = subprocess.run(command, capture_output=True, check=False, cwd="/", env=ENVIRON, text=True, timeout=60)
    if done.returncode:
        pytest.skip(f"the schema of SARIF comes with a Go module, which cannot be had: {done.stdout}{done.stderr}")
    source = Path(json.loads(done.stdout)["Dir"], "pkg/report/v210/sarif/schema.go").read_text()
    quoted = re.search("`(.*)`", source, re.DOTALL)
    assert quoted is not None
    found: dict[str, Any] = json.loads(quoted[1])
    assert found["id"].endswith("/sarif-schema-2.1.0.json")
    return found


@pytest.mark.slow
def test_every_answer_obeys_the_schema(schema: dict[str, Any], village: "Village", tmp_path: Path) -> None:
    validator = Draft4Validator(schema)
    for code in [case for case in CASES if case in codes_of("validate --config")]:
        prepare(code, tmp_path / code.lower())
        log = json.loads(ask(village, tmp_path / code.lower(), code, "--output", "sarif").out)
        assert [error.message for error in validator.iter_errors(log)] == [], code
        assert log["runs"][0]["results"]


def test_the_schema_can_say_no(schema: dict[str, Any]) -> None:
    assert not Draft4Validator(schema).is_valid({"version": "2.1.0", "runs": [{"results": []}]})
    assert not Draft4Validator(schema).is_valid({"version": "2.2.0", "runs": []})
