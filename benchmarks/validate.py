"""`validate` beside check-jsonschema with our schemas and yamllint, which do less: one file, and 1,000 repositories."""

import cProfile
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.measure import scratch
from benchmarks.repositories import TEMPLATE_PATH, repository
from reconciler.cli.checks import checked_here
from reconciler.cli.subjects import Request
from reconciler.spec.schema import Format, text

HERE: Final = Path(sys.executable).parent
REPOSITORIES: Final = 1_000
RUNS: Final = 15
RUNS_OF_MANY: Final = 3
PROFILED: Final = 200
FILES: Final = {Format.TEMPLATE: TEMPLATE_PATH, Format.VARIABLES: ".release/variables-*.yaml", Format.RELEASE: ".release.yaml"}

Commands = Sequence[Sequence[str]]
"""What is run one after the other, and counted together."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds by the clock, and seconds of all processors together."""

    clock: float
    processors: float


def main() -> None:
    """Prints the ratios, and where the time of one file and of many goes."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        root = Path(folder)
        folders = [repository(root / f"repository-{number}", number) for number in range(1, REPOSITORIES + 1)]
        files = {kind: [str(*folder.glob(name)) for folder in folders] for kind, name in FILES.items()}
        schemas = {kind: root / f"{kind}.schema.json" for kind in FILES}
        for kind, schema in schemas.items():
            schema.write_text(text(kind))
        template = files[Format.TEMPLATE][0]
        _keep_compiled(root)
        print("one template, a whole process each")
        checks = [_check_jsonschema(schemas[Format.TEMPLATE], [template])]
        own = {"validate": [_validate([template])], "  its repository": [_validate([str(folders[0])])]}
        _compare({**own, "check-jsonschema": checks, "yamllint": [_yamllint([template])]}, runs=RUNS)
        print(f"{REPOSITORIES} repositories of three files, no two alike; check-jsonschema runs once for each schema")
        _compare(_commands_of_many(folders, files, schemas=schemas), runs=RUNS_OF_MANY)
        _profile(template)
        _profile_of_many(folders)


def _keep_compiled(root: Path) -> None:
    """Let every contender find its modules compiled, as after any installation, whatever this machine says of that."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(root / "compiled")


def _commands_of_many(
    folders: Sequence[Path], files: Mapping[Format, Sequence[str]], *, schemas: Mapping[Format, Path]
) -> dict[str, Commands]:
    checks = {kind: _check_jsonschema(schemas[kind], files[kind]) for kind in FILES}
    return {
        "validate": [_validate(map(str, folders))],
        "check-jsonschema": list(checks.values()),
        "  templates alone": [checks[Format.TEMPLATE]],
        "yamllint": [_yamllint([name for names in files.values() for name in names])],
    }


def _validate(paths: Iterable[str]) -> list[str]:
    return [str(HERE / "reconciler"), "validate", *paths]


def _check_jsonschema(schema: Path, files: Sequence[str]) -> list[str]:
    return [str(HERE / "check-jsonschema"), "--schemafile", str(schema), *files]


def _yamllint(files: Sequence[str]) -> list[str]:
    return [str(HERE / "yamllint"), "-d", "relaxed", *files]


def _compare(subjects: Mapping[str, Commands], *, runs: int) -> None:
    """Side by side: one run of each after the other, so that a busy machine is busy for all. Medians; the first run warms up."""
    times: dict[str, list[Taken]] = {name: [] for name in subjects}
    for commands in subjects.values():
        _taken(commands)
    for _ in range(runs):
        for name, commands in subjects.items():
            times[name].append(_taken(commands))
    medians = {name: _median(taken) for name, taken in times.items()}
    own = medians["validate"]
    print(f"  {'':18} {'clock':>8}   times validate   {'processors':>10}   times validate")
    for name, taken in medians.items():
        clock, processors = taken.clock / own.clock, taken.processors / own.processors
        print(f"  {name:18} {taken.clock:6.3f} s   {clock:14.2f}   {taken.processors:8.3f} s   {processors:14.2f}")


def _median(taken: Sequence[Taken]) -> Taken:
    middle = len(taken) // 2
    return Taken(sorted(one.clock for one in taken)[middle], sorted(one.processors for one in taken)[middle])


def _taken(commands: Commands) -> Taken:
    """Problems are among what is found, so an exit with 1 is an answer."""
    before, start = os.times(), time.perf_counter()
    for command in commands:
        code = subprocess.run(command, capture_output=True, check=False).returncode
        if code not in {0, 1}:
            raise SystemExit(f"{command[0]} ended with {code}")
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Taken(time.perf_counter() - start, spent)


def _profile(template: str) -> None:
    """Where one file's process spends its time: importing by package, and checking."""
    program = (
        "import sys, time; start = time.perf_counter()\n"
        "from reconciler.cli.main import call\n"
        "import reconciler.cli.validate, reconciler.cli.from_disk, reconciler.cli.reports.text\n"
        "loaded = time.perf_counter(); call(sys.argv[1:]); first = time.perf_counter(); call(sys.argv[1:])\n"
        "last = time.perf_counter()\n"
        "print(f'{loaded - start:.3f} {first - loaded:.3f} {last - first:.3f}', file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", program, "validate", template], capture_output=True, text=True, check=True)
    imports, first, second = run.stderr.split()
    print(f"one file: {imports} s importing, {first} s for the first check (schemas are compiled), {second} s for the next")
    start = time.perf_counter()
    command = [sys.executable, "-X", "importtime", *_validate([template])]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    print(f"imports by package, in milliseconds, measured in {time.perf_counter() - start:.2f} s")
    packages: dict[str, int] = {}
    for line in run.stderr.splitlines():
        taken, _, name = line.removeprefix("import time:").split("|")
        if taken.strip().isdigit():
            package = name.strip().split(".")[0]
            packages[package] = packages.get(package, 0) + int(taken)
    for package, own in sorted(packages.items(), key=lambda item: -item[1])[:10]:
        print(f"  {package:18} {own / 1000:6.1f}")


def _profile_of_many(folders: Sequence[Path]) -> None:
    """What of one process's time over many repositories each module takes by itself, and reading from the C parser among it."""
    request = Request(paths=tuple(folders[:PROFILED]))
    checked_here(request)
    start = time.process_time()
    checked_here(request)
    print(
        f"many: {(time.process_time() - start) / PROFILED * 1000:.2f} ms of one processor for each repository; shares by module"
    )
    profile = cProfile.Profile()
    profile.runcall(checked_here, request)
    shares: Counter[str] = Counter()
    for entry in profile.getstats():
        code = entry.code
        name = code if isinstance(code, str) else "/".join(Path(code.co_filename).parts[-2:])
        shares[name if len(name) < 40 else name[:40]] += round(entry.inlinetime * 1_000_000)
    whole = sum(shares.values())
    for name, own in shares.most_common(16):
        print(f"  {name:40} {own / whole:4.0%}")


if __name__ == "__main__":
    main()
