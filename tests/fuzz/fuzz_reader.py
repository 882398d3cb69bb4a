"""Feeds bytes that a fuzzer makes to the reader: `scripts/fuzz`."""

import sys

import atheris

with atheris.instrument_imports(include=["reconciler.spec", "reconciler.model"]):
    from reconciler.model.place import Origin
    from reconciler.spec.reader import read


def one(source: bytes) -> None:
    """Any bytes give a value or problems, whose places lie in the file; nothing is raised."""
    lines = source.count(b"\n") + source.count(b"\r") + 3 + 3 * source.count(b"\xe2\x80") + source.count(b"\xc2\x85")
    for problem in read(source, Origin("fuzz.yaml")).problems:
        assert 1 <= problem.place.line <= problem.place.end_line <= lines
        assert problem.place.column >= 1


atheris.Setup(sys.argv, one)
atheris.Fuzz()
