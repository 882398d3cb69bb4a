"""Small values: names, durations, instants, digests, refs, secrets, reasons."""

import json
import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.digest import canonical, digest_of, short_digest
from reconciler.model.duration import duration_text, parse_duration
from reconciler.model.errors import BadValue
from reconciler.model.ids import branch_ref, is_branch, ref_from_text, ref_text, short_name, tag_ref
from reconciler.model.instant import instant_from_text, instant_text
from reconciler.model.names import as_label, fit, is_host, is_label, is_variable, variable_prefix
from reconciler.model.place import Origin, Place
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.model.reason import Reason
from reconciler.model.secret import MASK, SecretValue


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("1h30m", 5400), ("3d", 259200), ("0s", 0)])
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "3", "d", "-1h", "1.5h", "30m1h", "1 h", "٣d", "1w", "9999999d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_duration(text)


@given(st.integers(0, 10**7))
def test_a_duration_written_is_a_duration_read(seconds: int) -> None:
    assert parse_duration(duration_text(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_an_instant_comes_back() -> None:
    instant = datetime(2026, 11, 21, 9, 0, 1, tzinfo=UTC)
    assert instant_from_text(instant_text(instant)) == instant
    with pytest.raises(BadValue):
        instant_from_text("yesterday")


@given(st.text(st.characters(codec="ascii"), min_size=64, max_size=300))
def test_a_long_name_is_cut_to_fit_and_stays_its_own(name: str) -> None:
    assert len(fit(name)) <= 63
    assert fit(name) == fit(name)
    assert fit(name) != fit(name + "x")


def test_a_name_that_fits_is_left_as_it_is() -> None:
    assert fit("web") == "web"


@pytest.mark.parametrize(("text", "label"), [("feature/Login", "feature-login"), ("--x--", "x"), ("ä", ""), ("a_b", "a-b")])
def test_text_becomes_a_label(text: str, label: str) -> None:
    assert as_label(text) == label


def test_names_are_judged() -> None:
    assert is_label("a-1")
    assert not is_label("A")
    assert not is_label("a-")
    assert not is_label("a" * 64)
    assert is_host("a.b.example.com")
    assert not is_host("*.example.com")
    assert not is_host("a..b")
    assert is_variable("_A1")
    assert not is_variable("1A")
    assert variable_prefix("insurance-service") == "INSURANCE_SERVICE"


def test_a_digest_does_not_know_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": [1, "x"]}) == digest_of({"b": [1, "x"], "a": 1})
    assert digest_of([1, 2]) != digest_of([2, 1])
    assert len(short_digest("x")) == 7


def test_a_digest_refuses_what_json_cannot_hold() -> None:
    with pytest.raises(TypeError):
        canonical({"password": SecretValue("hush")})


@given(st.binary(min_size=1).filter(lambda raw: b"\0" not in raw))
def test_a_ref_of_any_bytes_comes_back(raw: bytes) -> None:
    ref = ref_from_text("refs/heads/" + raw.decode("utf-8", "surrogateescape"))
    assert ref_from_text(ref_text(ref)) == ref
    short_name(ref).encode()


def test_branches_and_tags_are_told_apart() -> None:
    assert is_branch(branch_ref("main"))
    assert not is_branch(tag_ref("v1"))
    assert short_name(branch_ref("feature/x")) == "feature/x"
    assert short_name(tag_ref("v1")) == "v1"


@given(st.text(min_size=9))
def test_a_secret_gives_itself_away_to_nobody(text: str) -> None:
    value = SecretValue(text)
    assert (str(value), repr(value), f"{value}") == (MASK, MASK, MASK)
    assert text not in json.dumps([value], default=str)
    assert text not in value.digest(b"key")
    with pytest.raises(TypeError):
        pickle.dumps(value)
    assert value.reveal() == text


def test_a_digest_of_a_secret_needs_the_key_to_be_told() -> None:
    assert SecretValue("hush").digest(b"one") != SecretValue("hush").digest(b"two")
    assert SecretValue("hush") == SecretValue("hush")
    assert SecretValue("hush") != SecretValue("other")


def test_a_reason_needs_words() -> None:
    with pytest.raises(ValueError, match="words"):
        Reason("")


def test_problems_are_told_once_and_in_order() -> None:
    origin = Origin("a.yaml")
    first, second = (Problem(Severity.ERROR, "R101", Place(origin, line, 1, line, 2), "x") for line in (1, 2))
    assert in_order([second, first, second]) == (first, second)
    assert str(first) == "a.yaml:1:1: error R101 x"
