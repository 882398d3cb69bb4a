"""Quantities are compared by value and written as the API server writes them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.errors import BadValue
from reconciler.model.quantity import parse_quantity


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("1000m", "1"),
        ("1024Mi", "1Gi"),
        ("1536Mi", "1536Mi"),
        ("0.5", "500m"),
        ("1.5Gi", "1536Mi"),
        ("2e3", "2k"),
        ("1E3", "1k"),
        ("100", "100"),
        ("0", "0"),
        ("0Mi", "0"),
        ("+1", "1"),
        ("-1", "-1"),
        (".5", "500m"),
        ("5.", "5"),
        ("1E", "1E"),
        ("48", "48"),
        ("0.1Ki", "102400m"),
    ],
)
def test_a_quantity_is_written_with_the_largest_suffix_that_leaves_a_whole_number(written: str, canonical: str) -> None:
    assert str(parse_quantity(written)) == canonical


@pytest.mark.parametrize(("one", "other"), [("1000m", "1"), ("1Gi", "1024Mi"), ("0.5", "500m"), ("1k", "1000")])
def test_two_ways_to_write_an_amount_are_equal(one: str, other: str) -> None:
    assert parse_quantity(one) == parse_quantity(other)
    assert hash(parse_quantity(one)) == hash(parse_quantity(other))


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "NaN", "Infinity", "1_000", "١", "1GB", "1gi", "one", "1e999999999", "1.2.3", "--1", "0x10", "1e", "9" * 41],
)
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_quantity(text)


@given(st.integers(0, 10**12), st.sampled_from(["", "m", "k", "M", "Ki", "Mi", "Gi"]))
def test_the_canonical_text_means_the_same(number: int, suffix: str) -> None:
    quantity = parse_quantity(f"{number}{suffix}")
    assert parse_quantity(str(quantity)) == quantity
    assert str(parse_quantity(str(quantity))) == str(quantity)


def test_a_quantity_below_a_nano_is_rounded_up() -> None:
    assert str(parse_quantity("0.0000000001")) == "1n"
    assert parse_quantity("0.0000000001").value == Fraction(1, 10**10)
