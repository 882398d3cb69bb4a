"""`validate` beside check-jsonschema with our own schema and beside yamllint, which do less: one file, and 1,000 repositories."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from reconciler.spec.schema import Format, text

HERE = Path(sys.executable).parent
SCRATCH = "/dev/shm" if Path("/dev/shm").is_dir() else None
REPOSITORIES = 1_000
RUNS = 15
POINTER = "application_template: .release/application_template.yaml\nenvironment_variables: .release/environment_variables.yaml\n"
VARIABLES = "defaults:\n" + "".join(f"- key: NAME_{index}\n  value: value {index}\n" for index in range(20))
SERVICE = """- name: service-{0}
  image: acme/shop/service-{0}
  has_repo: true
  ports:
  - {{type: node_port, port: 80, target_port: 8080}}
  envs:
  - {{key: COLOUR, value: blue}}
  readiness_probe:
    http_get: {{path: /, port: 8080}}
"""
TEMPLATE = (
    "services:\n"
    + "".join(SERVICE.format(index) for index in range(5))
    + "environment_templates:\n- name: ephemeral\n- name: permanent\n"
)


def main() -> None:
    """Prints the ratios, and where a run of one file spends its time."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        root = Path(folder)
        schema = root / "template.schema.json"
        schema.write_text(text(Format.TEMPLATE))
        folders = [_repository(root / f"repository-{index}") for index in range(REPOSITORIES)]
        templates = [str(folder / ".release/application_template.yaml") for folder in folders]
        print("one file, a whole process each (median of processor time)")
        _compare(_commands(folders[:1], templates[:1], schema=schema), runs=RUNS)
        print(f"{REPOSITORIES} repositories in one run; the other two see the templates alone")
        _compare(_commands(folders, templates, schema=schema), runs=1)
        _profile(folders[0])


def _repository(folder: Path) -> Path:
    (folder / ".release").mkdir(parents=True)
    (folder / ".release.yaml").write_text(POINTER)
    (folder / ".release/application_template.yaml").write_text(TEMPLATE)
    (folder / ".release/environment_variables.yaml").write_text(VARIABLES)
    return folder


def _commands(folders: Sequence[Path], templates: Sequence[str], *, schema: Path) -> dict[str, list[str]]:
    return {
        "validate": [str(HERE / "reconciler"), "validate", *map(str, folders)],
        "check-jsonschema": [str(HERE / "check-jsonschema"), "--schemafile", str(schema), *templates],
        "yamllint": [str(HERE / "yamllint"), "-d", "relaxed", *templates],
    }


def _compare(commands: dict[str, list[str]], *, runs: int) -> None:
    """Side by side: one run of each after the other, so that a busy machine is busy for all."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(_seconds(command))
    medians = {name: sorted(taken)[len(taken) // 2] for name, taken in times.items()}
    for name, seconds in medians.items():
        print(f"  {name:18} {seconds:8.3f} s   {seconds / medians['validate']:5.2f} times validate")
    print(f"  validate takes {medians['validate'] / medians['yamllint']:.2f} times what yamllint takes")


def _seconds(command: Sequence[str]) -> float:
    before = os.times()
    subprocess.run(command, capture_output=True, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _profile(folder: Path) -> None:
    """Where one file's process spends its time: importing by package, and checking."""
    program = (
        "import sys, time; start = time.perf_counter()\n"
        "from reconciler.cli.main import call\n"
        "import reconciler.cli.validate, reconciler.cli.from_disk, reconciler.cli.reports.text\n"
        "loaded = time.perf_counter(); call(['validate']); first = time.perf_counter(); call(['validate'])\n"
        "last = time.perf_counter()\n"
        "print(f'{loaded - start:.3f} {first - loaded:.3f} {last - first:.3f}', file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    imports, first, second = run.stderr.split()
    print(f"one file: {imports} s importing, {first} s for the first check (schemas are compiled), {second} s for the next")
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-X", "importtime", str(HERE / "reconciler"), "validate"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    print(f"imports by package, in milliseconds, measured in {time.perf_counter() - start:.2f} s")
    packages: dict[str, int] = {}
    for line in run.stderr.splitlines():
        taken, _, name = line.removeprefix("import time:").split("|")
        if taken.strip().isdigit():
            package = name.strip().split(".")[0]
            packages[package] = packages.get(package, 0) + int(taken)
    for package, own in sorted(packages.items(), key=lambda item: -item[1])[:10]:
        print(f"  {package:18} {own / 1000:6.1f}")


if __name__ == "__main__":
    main()
