"""Names and labels that Kubernetes takes, the same on every machine and never one for two things."""

import re

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.ids import AppName
from reconciler.model.names import is_label
from reconciler.render.labels import label_value
from reconciler.render.names import label_of, owned_name

TEXTS = st.text(alphabet="abcABC012-_./é ", min_size=1, max_size=90)


def test_a_fitting_name_stays_as_it_is() -> None:
    assert owned_name(AppName("shop"), "uploads") == "shop-uploads"


def test_a_long_name_is_cut_and_keeps_its_digest() -> None:
    name = owned_name(AppName("shop"), "x" * 80, limit=52)

    assert len(name) == 52
    assert name != owned_name(AppName("shop"), "x" * 81, limit=52)


def test_names_that_differ_only_in_what_is_cleaned_stay_apart() -> None:
    assert len({label_of("a_b"), label_of("a-b"), label_of("A-b"), label_of("a.b")}) == 4


@given(TEXTS)
def test_every_name_is_a_label(text: str) -> None:
    assert is_label(label_of(text))


@given(TEXTS)
def test_every_label_value_is_one(text: str) -> None:
    value = label_value(text)

    assert len(value) <= 63
    assert re.fullmatch(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?", value)


@given(TEXTS, TEXTS)
def test_two_texts_are_two_names(one: str, two: str) -> None:
    assert (label_of(one) == label_of(two)) is (one == two)
    assert (label_value(one) == label_value(two)) is (one == two)
