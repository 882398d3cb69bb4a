"""Builders that the tests of this room share."""

from collections.abc import Callable

import pytest

from reconciler.model.place import Origin
from reconciler.spec.node import Node
from reconciler.spec.reader import read

NodeOf = Callable[[str], Node]


@pytest.fixture
def origin() -> Origin:
    """A file on the local disk."""
    return Origin("file.yaml")


@pytest.fixture
def node_of(origin: Origin) -> NodeOf:
    """The node of a YAML text that has no problems."""

    def node_of(text: str) -> Node:
        reading = read(text.encode(), origin)
        assert reading.problems == ()
        assert reading.root is not None
        return reading.root

    return node_of
