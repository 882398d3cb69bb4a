"""The tables of docs/formats.md and the schemas say the same, and what the model names is an understood key."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Final

import pytest

from reconciler.model.configuration import Configuration, Hostname, Import, RouteRule, Step, Workflow
from reconciler.model.workload import Autoscale, Container, CronJob, FileMount, Job, Port, Probe, Service, Volume
from reconciler.spec.key_table import key_table
from reconciler.spec.schema import Format

ROOT: Final = Path(__file__).resolve().parent.parent.parent
ROW: Final = re.compile(r"\| `(?P<key>[^`]+)` \| (?P<meaning>.*?) \| (?P<state>\w+) \| .*\|")
HEADINGS: Final = {
    Format.RELEASE: "## .release.yaml",
    Format.TEMPLATE: "## Application template",
    Format.VARIABLES: "## Environment variables",
}
OF_OUR_OWN: Final = {"place", "keys", "built", "path", "port", "command", "host", "hosts", "steps", "name", "key"}


def rows_of(format: Format) -> list[tuple[str, str, str]]:
    """The rows of a format's table: key, meaning, state."""
    text = (ROOT / "docs" / "formats.md").read_text()
    section = text.split(HEADINGS[format] + "\n")[1].split("\n## ")[0]
    matches = [ROW.fullmatch(line) for line in section.splitlines()]
    return [(match["key"], match["meaning"], match["state"]) for match in matches if match]


@pytest.mark.parametrize("format", list(HEADINGS))
def test_the_table_of_a_format_lists_exactly_the_keys_of_its_schema(format: Format) -> None:
    assert rows_of(format) == [(row.key, row.meaning, row.state) for row in key_table(format)]


@pytest.mark.parametrize("format", list(Format))
def test_every_key_has_a_meaning_and_a_state(format: Format) -> None:
    assert [
        row.key for row in key_table(format) if not row.meaning or row.state not in {"understood", "unsupported", "information"}
    ] == []


@pytest.mark.parametrize(
    ("part", "prefix"),
    [
        (Configuration, ""),
        (Import, "app_imports[]."),
        (Service, "services[]."),
        (Container, "services[].init[]."),
        (Job, "jobs[]."),
        (CronJob, "cron_jobs[]."),
        (Port, "services[].ports[]."),
        (Volume, "services[].volumes[]."),
        (FileMount, "services[].configmap[]."),
        (Autoscale, "services[].autoscale."),
        (Probe, "services[].liveness_probe."),
        (RouteRule, "rules[]."),
        (Step, "workflows[].parallelize[]."),
    ],
)
def test_what_the_model_names_is_an_understood_key(part: type[Configuration], prefix: str) -> None:
    understood = {row.key for row in key_table(Format.TEMPLATE) if row.state == "understood"}
    made_here = {"application", "entry", "digest", "imports", "unsupported"} if part is Configuration else set()
    named = {field.name for field in fields(part)} - OF_OUR_OWN - made_here

    assert {f"{prefix}{name}" for name in named} <= understood


def test_hosts_and_workflows_are_understood() -> None:
    understood = {row.key for row in key_table(Format.TEMPLATE) if row.state == "understood"}

    assert {field.name for field in fields(Hostname)} - OF_OUR_OWN == {"service"}
    assert {field.name for field in fields(Workflow)} - OF_OUR_OWN == set()
    assert {"hostnames[].*", "workflows[].name", "workflows[].order_from", "workflows[].parallelize"} <= understood
