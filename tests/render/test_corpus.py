"""Every real template renders, and how many objects of which kind it gives is written down in `corpus_counts.json`.

After a change that is meant, `UPDATE_CORPUS_COUNTS=1 pytest tests/render/test_corpus.py` writes the table anew; read its diff.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from reconciler.model.ids import AppName
from reconciler.model.problem import errors_of
from reconciler.render.needs import needs
from reconciler.spec.configure import Names, configure
from reconciler.spec.template import read_template

TABLE: Final = Path(__file__).parent / "corpus_counts.json"
UPDATE: Final = os.environ.get("UPDATE_CORPUS_COUNTS") == "1"
WORKLOADS: Final = {"Deployment", "StatefulSet"}
TYPES: Final = ("ephemeral", "permanent")
WITHOUT_WORKLOADS: Final = {
    "releasehub-samples/telepresence-quickstart example-app/app-template.yaml": "it has the key hostnames twice, an error (R011)",
}
"""Templates with services and yet without workloads, and why."""
WITH_ERRORS: Final = {
    "awesome-release/cloudformation_dynamodb .release/application_template.yaml": (
        "R655",
        "it asks for a cloud role; a template that anybody can push must not give itself one, so config.yaml has to allow it",
    ),
}
"""Templates whose objects have an error, with its code, and why that is right."""


def templates(corpus: Path) -> list[tuple[str, str]]:
    """The repository and path of every application template that lies in the corpus; its list names one more."""
    entries = json.loads((corpus / "manifest.json").read_text())
    known = {(entry["repo"], entry["path"]) for entry in entries if entry["kind"] == "app"}
    return sorted((repository, path) for repository, path in known if (folder(corpus, repository) / path).is_file())


def variables_beside(corpus: Path, repository: str, path: str) -> str:
    """The variables file nearest to the template in its repository, or an empty one."""
    entries = json.loads((corpus / "manifest.json").read_text())
    known = [entry["path"] for entry in entries if (entry["repo"], entry["kind"]) == (repository, "vars")]
    near = [other for other in known if Path(other).parent == Path(path).parent]
    return (folder(corpus, repository) / (near or known)[0]).read_text() if near or known else "defaults: []"


def folder(corpus: Path, repository: str) -> Path:
    """Where a repository's files lie."""
    return corpus / repository.replace("/", "+")


def counts(rendered: Any) -> dict[str, Any]:
    """What is compared: objects by kind, unsupported keys, and the codes of errors."""
    errors = Counter(problem.code for problem in errors_of(rendered.problems))
    return {
        "objects": dict(sorted(Counter(one.key.kind for one in rendered.objects).items())),
        "unsupported": dict(sorted(Counter(one.key for one in rendered.unsupported).items())),
        **({"errors": dict(sorted(errors.items()))} if errors else {}),
    }


def outcome(team: Any, *, template: str, variables: str, entry: str) -> dict[str, Any]:
    """The counts of one template for one type of environment, or the codes of the errors that stop it."""
    words = {"variables": {"shop": variables}, "entry": entry}
    one = team({"shop": template}, **words)
    errors = template_errors(one)
    if errors:
        return {"refused": errors}
    asked = needs(one.resolved(), one.setting())
    files = {need.path: b"text" for need in asked.files}
    secrets = {need.key: "hush" for need in asked.secrets}
    return counts(team({"shop": template}, **words, files=files, secrets=secrets).rendered())


def template_errors(one: Any) -> dict[str, int]:
    """The codes of a template's errors."""
    source = one.templates["shop"].encode()
    template, found = read_template(source, one.origin("shop"))
    problems = list(found)
    if template is not None:
        problems += configure(template, Names(AppName("shop"), "tabcdefg", "example.com", {}, (one.entry,)))[1]
    return dict(sorted(Counter(problem.code for problem in errors_of(problems)).items()))


@pytest.fixture(scope="module")
def written() -> Iterator[dict[str, Any]]:
    """The committed counts by repository and path, written anew at the end where that was asked for."""
    table: dict[str, Any] = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    yield table
    if UPDATE:
        TABLE.write_text(json.dumps(dict(sorted(table.items())), indent=1) + "\n")


def test_every_template_gives_the_objects_that_are_written_down(corpus: Path, team: Any, written: dict[str, Any]) -> None:
    found = {}
    for repository, path in templates(corpus):
        template = (folder(corpus, repository) / path).read_text()
        variables = variables_beside(corpus, repository, path)
        found[f"{repository} {path}"] = {
            entry: outcome(team, template=template, variables=variables, entry=entry) for entry in TYPES
        }
    if UPDATE:
        written.clear()
        written.update(found)
    assert found == written


def test_every_template_with_services_gives_workloads(corpus: Path, written: dict[str, Any]) -> None:
    empty = set()
    for repository, path in templates(corpus):
        services = re.search(r"^services:\s*\n\s*-", (folder(corpus, repository) / path).read_text(), re.MULTILINE)
        for entry in TYPES:
            objects = written[f"{repository} {path}"][entry].get("objects", {})
            if services and not WORKLOADS & set(objects):
                empty.add(f"{repository} {path}")
    assert empty == set(WITHOUT_WORKLOADS)


def test_only_the_listed_templates_have_errors(written: dict[str, Any]) -> None:
    wrong = {
        name: set(counts.get("errors", ())) for name, types in written.items() for counts in types.values() if "errors" in counts
    }
    assert wrong == {name: {code} for name, (code, _) in WITH_ERRORS.items()}
