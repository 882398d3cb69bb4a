"""Inputs that once broke something, and bombs, are judged within a second and a hundred megabytes."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import Problem
from reconciler.plan.check import Repository, check_repository, check_template, check_variables_file
from reconciler.spec.schedules import read_schedules

INPUTS = sorted((Path(__file__).resolve().parent.parent.parent / "fixtures/fuzz").iterdir())
SECONDS = 1.0
MEGABYTES = 100
ORIGIN = Origin("fuzz.yaml")

BOMBS: dict[str, Callable[[], str]] = {
    "100,000 keys": lambda: "".join(f"k{i}: 1\n" for i in range(100_000)),
    "unknown keys": lambda: "".join(f"unknown_{i}: 1\n" for i in range(4_900)),
    "nothing but items": lambda: "services:\n" + "- {}\n" * 4_900,
    "services that wait for others": lambda: (
        "services:\n" + "".join(f"- {{name: a{i}, image: x, depends_on: [b{i}]}}\n" for i in range(1_000))
    ),
    "a chain of services": lambda: (
        "services:\n" + "".join(f"- {{name: a{i}, image: x, depends_on: [a{i + 1}]}}\n" for i in range(1_000))
    ),
    "tasks of nothing": lambda: f"workflows:\n- name: setup\n  order_from: [{','.join(f'jobs.n{i}' for i in range(9_000))}]\n",
    "tasks of nothing beside services": lambda: (
        "services:\n"
        + "".join(f"- {{name: w{i}, image: x}}\n" for i in range(60))
        + f"workflows:\n- name: setup\n  order_from: [{','.join(f'services.x{i}' for i in range(9_000))}]\n"
    ),
    "one host for many": lambda: (
        "services:\n"
        + "".join(f"- {{name: w{i}, image: x, ports: [{{type: node_port, port: 80}}]}}\n" for i in range(800))
        + f"hostnames: [{','.join(f'{{w{i}: a.example.com}}' for i in range(800))}]\n"
    ),
    "entries": lambda: (
        "services: [{name: a, image: x}]\nenvironment_templates:\n" + "".join(f"- name: e{i}\n" for i in range(3_000))
    ),
    "deep lists": lambda: "a: " + "[" * 500_000,
    "deep mappings": lambda: "{a: " * 100_000,
    "colons in brackets": lambda: f"services: [{','.join('{name: a:b}' for _ in range(3_000))}]",
    "colons and deep lists": lambda: "{a: b:c, d: " + "[" * 60_000,
    "aliases of aliases": lambda: (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{','.join('*' + chr(97 + i) for _ in range(9))}]\n" for i in range(12))
    ),
    "merges of merges": lambda: "a: &a {x: 1}\n" + "".join(f"b{i}: &b{i}\n  <<: *a\n  y: 1\n" for i in range(1_500)),
    "names": lambda: f"tracking_branch: '{'${x}' * 12_000}'\n",
    "a gigantic value": lambda: "a: '" + "x" * 1_000_000 + "'\n",
    "question marks": lambda: "? " * 300_000,
    "a control character at the end": lambda: "a: 1\n" * 100_000 + "\x01",
    "directives": lambda: "%YAML 1.1\n" * 50_000,
}


def judged(source: bytes) -> tuple[Problem, ...]:
    """What is said of the bytes in the place of each file."""
    files = {".release.yaml": source}
    repository = check_repository(Repository(AppName("shop"), "here", files.get, Origin), read_schedules)
    variables = check_variables_file(source, ORIGIN, configurations=[])
    return (*check_template(source, ORIGIN, name=AppName("shop")), *variables, *read_schedules(source, ORIGIN)[1], *repository)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_what_a_fuzzer_found_is_judged(path: Path) -> None:
    start = time.process_time()
    judged(path.read_bytes())
    assert time.process_time() - start < SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_problem_in_time(name: str) -> None:
    source = BOMBS[name]().encode()
    start = time.process_time()
    found = check_template(source, ORIGIN, name=AppName("shop"))
    assert time.process_time() - start < SECONDS
    assert found


@pytest.mark.slow
def test_many_mappings_of_nothing_beside_many_services_are_judged_in_time() -> None:
    files = {
        ".release.yaml": "application_template: template.yaml\nenvironment_variables: variables.yaml\n",
        "template.yaml": "services:\n" + "".join(f"- {{name: w{i}, image: x}}\n" for i in range(1_900)),
        "variables.yaml": "mapping:\n" + "".join(f"  A{i}: B{i}\n  C{i}: D{i}_INGRESS_URL\n" for i in range(2_400)),
    }
    sources = {path: text.encode() for path, text in files.items()}
    start = time.process_time()
    found = check_repository(Repository(AppName("shop"), "here", sources.get, Origin), read_schedules)
    assert time.process_time() - start < SECONDS
    assert len([problem for problem in found if problem.code == "R408"]) == 4_800


@pytest.mark.slow
def test_bombs_take_little_memory() -> None:
    text = "\n".join(
        [
            "import importlib.util, resource, sys",
            f"spec = importlib.util.spec_from_file_location('replay', {str(Path(__file__))!r})",
            "replay = importlib.util.module_from_spec(spec)",
            "spec.loader.exec_module(replay)",
            "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss",
            "for bomb in replay.BOMBS.values():",
            "    replay.judged(bomb().encode())",
            "print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)",
        ]
    )
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    before, after = (int(word) // 1024 for word in run.stdout.split())
    assert after - min(before, after) < MEGABYTES, (before, after)
