"""Notes to people and words on when to deploy become no object, and no digest moves with them: that would set up again."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from ruamel.yaml import YAML

from reconciler.spec.key_table import key_table
from reconciler.spec.schema import Format

if TYPE_CHECKING:
    from tests.keys.conftest import Bench

FORMATS: Final = (Format.RELEASE, Format.TEMPLATE, Format.VARIABLES)
DOCUMENTS: Final = YAML(typ="safe").load((Path(__file__).parent / "information.yaml").read_text())
INFORMATION: Final = [(form, row.key) for form in FORMATS for row in key_table(form) if row.state == "information"]
SERVICES: Final = [{"name": "api", "image": "api:1"}, {"name": "db", "image": "postgres:16"}]
WHEN: Final[dict[str, Any]] = {
    "auto_deploy": False,
    "parallelize_app_imports": True,
    "tracking_branch": "stable",
    "tracking_tag": "v1",
    "services": [{**SERVICES[0], "depends_on": ["db"]}, SERVICES[1]],
}


@pytest.mark.parametrize(("form", "key"), INFORMATION)
def test_an_environment_is_the_same_without_a_note(form: Format, key: str, *, bench: "Bench", change: Callable[..., int]) -> None:
    documents: dict[str, Any] = deepcopy(DOCUMENTS)
    outcome = bench.plan(documents)
    assert outcome.errors == []
    assert change(documents[form], key) > 0
    without = bench.plan(documents)
    assert (outcome.wanted, outcome.waves, outcome.digest) == (without.wanted, without.waves, without.digest)


@pytest.mark.parametrize("key", WHEN)
def test_a_word_on_when_to_deploy_moves_no_digest(key: str, bench: "Bench") -> None:
    template = {"services": SERVICES}
    outcome, without = bench.plan({"template": {**template, key: WHEN[key]}}), bench.plan({"template": template})
    assert (outcome.wanted, outcome.digest) == (without.wanted, without.digest)


def test_a_digest_moves_with_what_becomes_an_object(bench: "Bench") -> None:
    templates = [{"services": SERVICES}, {"services": SERVICES[:1]}, {"services": SERVICES, "resources": {"replicas": 2}}]
    assert len({bench.plan({"template": template}).digest for template in templates}) == len(templates)
