"""The schemas are good for other tools too: editors and check-jsonschema see what the validator sees."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import Problem
from reconciler.plan.check import check_template, check_variables_file
from reconciler.spec.reader import read
from reconciler.spec.release_file import read_release_file
from reconciler.spec.schema import Format, text

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMAS = ROOT / "reconciler/spec/schemas"
TOOL = Path(sys.executable).parent / "check-jsonschema"
KINDS = {"rel": Format.RELEASE, "app": Format.TEMPLATE, "envcfg": Format.TEMPLATE, "vars": Format.VARIABLES}
STRUCTURAL = {"R301", *(f"R10{digit}" for digit in range(1, 8))}
FIXTURES = {
    ".release.yaml": Format.RELEASE,
    "application_template.yaml": Format.TEMPLATE,
    "environment_variables.yaml": Format.VARIABLES,
}


def files(corpus: Path) -> Iterator[tuple[Path, Format]]:
    """The real files, and those with one mistake each, that can be read as YAML."""
    for entry in json.loads((corpus / "manifest.json").read_text()):
        path = corpus / entry["repo"].replace("/", "+") / entry["path"]
        if entry["kind"] in KINDS and path.is_file():
            yield path, KINDS[entry["kind"]]
    for path in sorted((ROOT / "fixtures/invalid").rglob("*.yaml")):
        if path.name in FIXTURES:
            yield path, FIXTURES[path.name]


def said(path: Path, format: Format) -> tuple[Problem, ...]:
    """What the validator says of a file alone."""
    source, origin = path.read_bytes(), Origin(str(path))
    if format is Format.TEMPLATE:
        return check_template(source, origin, name=AppName("shop"))
    if format is Format.VARIABLES:
        return check_variables_file(source, origin, configurations=[])
    return read_release_file(source, origin)[1]


@pytest.mark.parametrize("format", list(Format))
def test_a_schema_is_one_of_draft_2020_12(format: Format) -> None:
    schema = json.loads(text(format))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("format", list(Format))
def test_every_key_is_described_for_editors(format: Format) -> None:
    def bare(part: object, path: str) -> Iterator[str]:
        if isinstance(part, dict):
            for name, inner in part.get("properties", {}).items():
                if "description" not in inner and "$ref" not in inner:
                    yield f"{path}.{name}"
            for name, inner in part.items():
                if name not in {"if", "then", "else"}:
                    yield from bare(inner, f"{path}.{name}")

    assert list(bare(json.loads(text(format)), "")) == []


@pytest.mark.slow
def test_check_jsonschema_and_the_validator_agree_on_every_file(corpus: Path) -> None:
    known = [(path, one) for path, one in files(corpus) if read(path.read_bytes(), Origin("")).problems == ()]
    assert len(known) > 100
    for schema in set(KINDS.values()):
        paths = [path for path, one in known if one is schema]
        command = [str(TOOL), "--schemafile", str(SCHEMAS / f"{schema}.schema.json"), "--output-format", "json", *map(str, paths)]
        answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
        assert answer.get("parse_errors", []) == []
        theirs = {error["filename"] for error in answer["errors"]}
        problems = {str(path): said(path, schema) for path in paths}
        foreign = {name for name, found in problems.items() if any(problem.code == "R202" for problem in found)}
        ours = {name for name, found in problems.items() if STRUCTURAL & {problem.code for problem in found}}
        assert theirs - foreign == ours
