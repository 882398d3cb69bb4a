"""The limits of size and shape that keep the tail from growing (docs/decisions/0001-rooms-and-limits.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "reconciler"
MODULE_LINES = 350
FUNCTION_LINES = 40
POSITIONAL = 2
DRAWERS = {"utils", "util", "helpers", "common", "manager", "base", "misc"}
BOUNDARIES = 3


def modules(*roots: Path) -> list[Path]:
    """Every module below the roots."""
    return sorted(path for root in roots or (PACKAGE,) for path in root.rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function of a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def lines_without_docstring(node: ast.FunctionDef) -> int:
    """From `def` to the last line, less the docstring."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None:
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def test_no_module_is_longer_than_the_limit() -> None:
    long = {
        str(path): count
        for path in modules(PACKAGE, ROOT / "tests")
        if (count := len(path.read_text().splitlines())) > MODULE_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_the_limit() -> None:
    long = [
        f"{path}:{node.name}" for path in modules() for node in functions(path) if lines_without_docstring(node) > FUNCTION_LINES
    ]
    assert long == []


def test_parameters_after_the_second_are_named_by_the_caller() -> None:
    many = []
    for path in modules():
        for node in functions(path):
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            if node.name.startswith("__") and node.name != "__init__":
                continue
            if names[:1] in (["self"], ["cls"]):
                names = names[1:]
            if len(names) > POSITIONAL and not any("click" in ast.unparse(decorator) for decorator in node.decorator_list):
                many.append(f"{path}:{node.name}")
    assert many == []


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    silent = [
        str(path)
        for path in modules(PACKAGE, ROOT / "tests", ROOT / "benchmarks")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_every_public_function_and_class_says_what_it_is() -> None:
    silent = []
    for path in modules():
        tree = ast.parse(path.read_text())
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path}:{node.name}")
    assert silent == []


def test_no_module_is_a_drawer() -> None:
    assert [str(path) for path in modules() if path.stem in DRAWERS] == []


def test_no_own_module_is_imported_inside_a_function_except_by_the_table_of_commands() -> None:
    lazy = []
    for path in modules():
        for function in functions(path):
            for node in ast.walk(function):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                lazy += [f"{path}:{name}" for name in names if name.startswith("reconciler")]
    assert lazy == []


def test_broad_except_stands_only_at_the_boundaries() -> None:
    broad = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            ):
                broad.append(str(path.relative_to(PACKAGE)))
    assert len(broad) <= BOUNDARIES, broad


def test_only_one_module_prints() -> None:
    printers = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "print",
                "click.echo",
                "sys.stdout.write",
                "sys.stderr.write",
            }:
                printers.add(str(path.relative_to(PACKAGE)))
    assert printers <= {"cli/output.py"}


def test_every_value_of_the_model_is_frozen() -> None:
    thawed = []
    for path in modules(PACKAGE / "model"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                thawed += [
                    f"{path}:{node.name}"
                    for decorator in node.decorator_list
                    if "dataclass" in ast.unparse(decorator)
                    and not {"frozen=True", "slots=True"} <= set(ast.unparse(decorator)[10:-1].split(", "))
                ]
    assert thawed == []
