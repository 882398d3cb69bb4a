"""Imports that lead back to the application they begin at."""

from collections.abc import Mapping, Sequence

import pytest

from reconciler.imports.circles import circles
from reconciler.model.configuration import Import
from reconciler.model.ids import AppName
from reconciler.model.place import Origin, Place
from reconciler.model.problem import Severity


def importing(graph: Mapping[str, str]) -> dict[AppName, Sequence[Import]]:
    """The imports of applications of one letter; each entry stands in the line of its rank."""
    return {
        AppName(name): [
            Import(place=Place(Origin("template.yaml", AppName(name)), line, 3, line, 9), name=AppName(other))
            for line, other in enumerate(others, 1)
        ]
        for name, others in graph.items()
    }


NONE = {
    "alone": {"a": ""},
    "a chain": {"a": "b", "b": "c", "c": ""},
    "a diamond": {"a": "bc", "b": "d", "c": "d", "d": ""},
    "a circle of others": {"a": "b", "b": "c", "c": "b"},
    "one that is not known": {"a": "b"},
}


@pytest.mark.parametrize("name", NONE)
def test_what_does_not_lead_back_is_no_circle(name: str) -> None:
    assert circles(AppName("a"), importing(NONE[name])) == ()


def test_a_circle_is_a_note_with_the_places_of_all_its_entries() -> None:
    (note,) = circles(AppName("a"), importing({"a": "xb", "b": "yc", "c": "a"}))
    assert (note.severity, note.code) == (Severity.NOTE, "R513")
    assert note.message == "a imports b, which imports c, which imports a"
    places = [(place.origin.application, place.line) for place in (note.place, *note.related)]
    assert places == [("a", 2), ("b", 2), ("c", 1)]


def test_each_import_that_leads_back_is_told_by_its_shortest_way() -> None:
    found = circles(AppName("a"), importing({"a": "bc", "b": "cda", "c": "d", "d": "a"}))
    assert [note.message for note in found] == [
        "a imports b, which imports a",
        "a imports c, which imports d, which imports a",
    ]
