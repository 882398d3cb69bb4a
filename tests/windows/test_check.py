"""Doubts about windows: each with its place, and silence where there is nothing to doubt."""

from datetime import UTC, datetime

import pytest

from reconciler.model.place import Origin
from reconciler.spec.schedules import read_schedules
from reconciler.windows.check import check

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NIGHTS = "- {name: nights, pause: '19:00', resume: '07:00', timezone: Europe/Berlin}\n"
BLOCK = "pause:\n- name: nights\n  pause: '19:00'\n  resume: '07:00'\n  timezone: UTC\n"
SMALL = "- name: small hours\n  pause: '02:15'\n  resume: '02:45'\n"


def doubts(text: str) -> list[tuple[str, int, str]]:
    """Code, line and message of every doubt."""
    declared, problems = read_schedules(text.encode(), Origin("schedules.yaml"))
    assert declared is not None, problems
    return [(problem.code, problem.place.line, problem.message) for problem in check(declared, now=NOW)]


DOUBTS = [
    (
        "apply:\n- {name: freeze, deny: true, from: 2025-12-20T00:00, to: 2026-01-03T00:00, timezone: UTC}\n",
        [("R820", 2, "apply window 'freeze' is never there within the coming two years")],
    ),
    (
        "pause:\n- {name: daily, cron: '@daily', duration: 25h, timezone: UTC}\n",
        [("R821", 2, "pause window 'daily' is there at all times within the coming two years")],
    ),
    (
        "pause:\n" + NIGHTS + "- {name: lunch, cron: 0 18 * * 1, duration: 2h, timezone: Europe/Berlin}\n",
        [("R822", 3, "pause window 'lunch' overlaps 'nights', for the first time Mon 2026-06-01 19:00 +02:00")],
    ),
    (
        "pause:\n" + SMALL + "  timezone: Europe/Berlin\n",
        [
            ("R823", 2, "window 'small hours': the clock of Europe/Berlin jumps over the whole of it on 2027-03-28"),
            ("R824", 2, "window 'small hours': 2026-10-25 02:15 in Europe/Berlin is there twice; the first counts, and 7 more "),
        ],
    ),
    (
        "pause:\n- {name: cron, cron: 30 2 * * *, duration: 1h, timezone: America/New_York}\n",
        [("R824", 2, "window 'cron': 2027-03-14 02:30 in America/New_York does not exist; Sun 2027-03-14 03:00 -04:00 counts")],
    ),
    (
        "pause:\n- {name: weekend, weekends: only, timezone: Asia/Beirut}\n",
        [],
    ),
    (
        BLOCK + "  except:\n  - {date: 2026-05-01, state: awake}\n  - {date: 2026-12-24, state: awake}\n",
        [("R825", 7, "exception for 2026-05-01 has no effect: that day is over")],
    ),
    (
        "pause:\n- name: weekend\n  weekends: only\n  timezone: UTC\n  except: [{date: 2026-06-03, state: awake}]\n",
        [("R825", 5, "exception for 2026-06-03 has no effect: the window is awake on that day anyway")],
    ),
    (
        "pause:\n- {name: lunch, pause: '12:00', resume: '13:00', days: [mon, fri], weekends: keep_paused, timezone: UTC}\n",
        [("R826", 2, "pause window 'lunch': no pause ends on a Saturday or Sunday, so `keep_paused` changes nothing")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), DOUBTS)
def test_a_doubt_has_its_line_and_its_words(text: str, expected: list[tuple[str, int, str]]) -> None:
    found = doubts(text)
    assert [(code, line) for code, line, _ in found] == [(code, line) for code, line, _ in expected]
    assert all(message.startswith(words) for (_, _, message), (_, _, words) in zip(found, expected, strict=True)), found


@pytest.mark.parametrize(
    "text",
    [
        "pause:\n" + NIGHTS,
        "pause:\n- {name: hours, cron: '30 */2 * * *', duration: 30m, timezone: Europe/Berlin}\n",
        "pause:\n" + SMALL + "  timezone: Europe/Berlin\n  days: [mon]\n",
        "pause:\n" + SMALL + "  timezone: Asia/Tokyo\n",
        "pause:\n"
        + NIGHTS.replace("nights", "a")
        + NIGHTS.replace("timezone", "scope: {types: [permanent]}, timezone")
        .replace("name: nights", "name: b")
        .replace("'19:00'", "'08:00'")
        .replace("'07:00'", "'09:00'"),
    ],
)
def test_nothing_is_doubted_where_all_is_well(text: str) -> None:
    assert doubts(text) == []
