"""Cron expressions and zones as values: what they mean, and what is said where they are none."""

from datetime import date

import pytest

from reconciler.model.cron import Cron
from reconciler.model.errors import BadValue
from reconciler.model.zone import Zone, zone_names


def test_an_expression_names_minutes_of_days() -> None:
    cron = Cron("0,30 9-10 * * MON")
    assert cron.minutes == (540, 570, 600, 630)
    assert [day for day in range(1, 15) if cron.on(date(2026, 6, day))] == [1, 8]
    assert not cron.elapsed


@pytest.mark.parametrize(("text", "days"), [("0 0 L * *", [30]), ("0 0 * * 5#2", [12]), ("0 0 1,15 * 0", [1, 7, 14, 15, 21, 28])])
def test_days_may_be_the_last_the_nth_or_either_of_two(text: str, days: list[int]) -> None:
    assert [day for day in range(1, 31) if Cron(text).on(date(2026, 6, day))] == days


@pytest.mark.parametrize(
    ("text", "elapsed"), [("* 3 * * *", True), ("0 */2 * * *", True), ("0 0-23 * * *", False), ("@daily", False)]
)
def test_a_star_in_hour_or_minute_runs_on_elapsed_time(text: str, *, elapsed: bool) -> None:
    assert Cron(text).elapsed is elapsed


def test_expressions_are_equal_by_their_text() -> None:
    assert Cron("@daily") == Cron("@daily")
    assert len({Cron("@daily"), Cron("@daily"), Cron("0 0 * * *")}) == 2


@pytest.mark.parametrize(
    "text", ["", "* * * *", "0 0 0 * * *", "60 * * * *", "0 0 30 2 *", "0 0 31 4,6 *", "0 9 ? * *", "9" * 300]
)
def test_what_is_no_expression_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(BadValue, match="cron") as refused:
        Cron(text)
    assert refused.value.hint


def test_every_name_of_the_database_is_a_zone() -> None:
    assert len(zone_names()) > 590
    assert all(Zone(name).info.key == name for name in zone_names())


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("CEST", "Europe/Berlin"),
        ("pdt", "America/Los_Angeles"),
        ("europe/berlin", "'Europe/Berlin'"),
        ("Europe/Berln", "'Europe/Berlin'"),
        ("UTC+1", "an offset knows no clock changes"),
        ("-05:00", "an offset knows no clock changes"),
        ("../zones", "write a name such as"),
        ("Factory", "write a name such as"),
        ("", "write a name such as"),
    ],
)
def test_what_is_no_zone_is_refused_with_what_was_meant(name: str, hint: str) -> None:
    with pytest.raises(BadValue, match="is not a time zone") as refused:
        Zone(name)
    assert hint in refused.value.hint
