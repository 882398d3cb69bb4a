"""Every error says what must happen next."""

from collections.abc import Iterator

from reconciler.model import errors
from reconciler.model.errors import Next, ReconcilerError


def family(of: type[ReconcilerError]) -> Iterator[type[ReconcilerError]]:
    """The class and all below it."""
    yield of
    for child in of.__subclasses__():
        yield from family(child)


def test_every_error_says_what_must_happen_next() -> None:
    assert {error.next for error in family(ReconcilerError)} == set(Next)


def test_the_tree_at_the_top_of_the_file_names_every_error() -> None:
    named = errors.__doc__ or ""
    ours = [error for error in family(ReconcilerError) if error.__module__ == errors.__name__]
    assert [error.__name__ for error in ours if error.__name__ not in named] == []


def test_an_error_ends_with_its_hint() -> None:
    assert str(errors.Missing("x is not there", "make it")) == "x is not there; make it"
    assert str(errors.Missing("x is not there")) == "x is not there"
