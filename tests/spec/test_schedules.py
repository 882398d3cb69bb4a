"""The schedules file: windows as values, and every mistake at its line with what to do."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from reconciler.model.cron import Cron
from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity
from reconciler.model.windows import Declarations, Gate, Level, Period, Recurring, Scope, State, WallSpan, Weekend
from reconciler.model.zone import Zone
from reconciler.spec.fields import Fields
from reconciler.spec.findings import Findings
from reconciler.spec.key_table import key_table
from reconciler.spec.node import MappingNode
from reconciler.spec.reader import read
from reconciler.spec.schedules import read_schedules, read_windows
from reconciler.spec.schema import Format

ORIGIN = Origin(".release/schedules.yaml", AppName("frontend"))
NIGHTS = "pause:\n- name: nights\n  pause: '19:00'\n  resume: '07:00'\n  timezone: Europe/Berlin\n"
OFFICE = "apply:\n- name: office\n  allow: true\n  cron: 0 9 * * 1-5\n  duration: 8h\n  timezone: Europe/Berlin\n"
FREEZE = "apply:\n- name: freeze\n  deny: true\n  from: 2026-12-20T00:00\n  to: 2027-01-03T00:00\n  timezone: UTC\n"


def read_text(text: str) -> tuple[Declarations | None, tuple[Problem, ...]]:
    """The declarations and their problems."""
    return read_schedules(text.encode(), ORIGIN)


def declared(text: str) -> Declarations:
    """The declarations of a text without problems."""
    found, problems = read_text(text)
    assert problems == ()
    assert found is not None
    return found


def test_a_night_is_a_span_on_the_wall_with_days_weekends_exceptions_and_scope() -> None:
    text = NIGHTS + (
        "  days: [mon, fri]\n  weekends: keep_paused\n  except: [{date: 2026-12-24, state: awake}]\n"
        "  scope: {applications: [frontend], types: [ephemeral], branches: ['feature/**']}\n"
    )
    (window,) = declared(text).pause
    assert window.form == WallSpan(time(19), time(7), frozenset({0, 4}), keep_paused=True)
    assert (window.name, window.zone, window.level) == ("nights", Zone("Europe/Berlin"), Level.APPLICATION)
    assert [(one.date, one.state, one.place.line) for one in window.exceptions] == [(date(2026, 12, 24), State.AWAKE, 8)]
    assert window.scope == Scope((AppName("frontend"),), (EnvironmentType.EPHEMERAL,), (RefGlob("feature/**"),))
    assert (window.place.line, window.at("resume").line) == (2, 4)


def test_a_pause_may_be_a_weekend_or_an_expression() -> None:
    text = "pause:\n- {name: a, weekends: only, timezone: UTC}\n- {name: b, cron: '@daily', duration: 1h30m, timezone: CET}\n"
    assert [window.form for window in declared(text).pause] == [Weekend(), Recurring(Cron("@daily"), timedelta(minutes=90))]


def test_apply_windows_allow_by_expression_and_deny_by_dates() -> None:
    (office,), (freeze,) = declared(OFFICE).apply, declared(FREEZE + "  gates: [repair]\n  interrupt: true\n").apply
    assert office.form == Recurring(Cron("0 9 * * 1-5"), timedelta(hours=8))
    assert (office.allow, office.gates, office.interrupt) == (True, frozenset({Gate.APPLY, Gate.PRUNE, Gate.TEARDOWN}), False)
    begins, ends = (datetime.fromisoformat(text) for text in ("2026-12-20T00:00", "2027-01-03T00:00"))
    assert freeze.form == Period(begins, ends)
    assert (freeze.allow, freeze.gates, freeze.interrupt) == (False, frozenset({Gate.REPAIR}), True)


def test_none_cancels_and_is_no_list() -> None:
    found = declared("pause: none\n")
    assert found.pause == ()
    assert [(none.level, none.place.line) for none in found.none] == [(Level.APPLICATION, 1)]


def test_an_empty_file_declares_nothing_and_says_so() -> None:
    found, problems = read_text("# later\n")
    assert found == Declarations()
    assert [(problem.severity, problem.code) for problem in problems] == [(Severity.NOTE, "R801")]


def test_a_date_needs_no_quotes_where_a_date_is_wanted_and_a_time_does() -> None:
    days = "  except: [{date: 2026-12-24, state: awake}, {date: '2026-12-25', state: awake}]\n"
    assert read_text(NIGHTS + days)[1] == ()
    found, problems = read_text(NIGHTS.replace("'19:00'", "19:00").replace("nights", "2026-12-24") + days)
    assert found is not None
    assert [(problem.code, problem.place.line, problem.place.column) for problem in problems] == [("R019", 2, 9), ("R019", 3, 10)]


def wrong(line: str, instead: str, *, text: str = NIGHTS) -> str:
    """The text with one line replaced."""
    assert line in text
    return text.replace(line, instead)


BAD = [
    ("an abbreviation", wrong("Europe/Berlin", "CEST"), "R803", 5, "Europe/Berlin"),
    ("a zone in small letters", wrong("Europe/Berlin", "europe/berlin"), "R803", 5, "Europe/Berlin"),
    ("an offset", wrong("Europe/Berlin", "UTC+2"), "R803", 5, "zone of a place"),
    ("a path", wrong("Europe/Berlin", "../../etc/passwd"), "R803", 5, "such as"),
    ("24:00", wrong("'19:00'", "'24:00'"), "R105", 3, "00:00"),
    ("one digit", wrong("'07:00'", "7:00"), "R105", 4, "two digits"),
    ("an hour as a number", wrong("'19:00'", "19"), "R103", 3, ""),
    ("a time with an offset", wrong("'19:00'", "'19:00+02:00'"), "R105", 3, "two digits"),
    ("equal times", wrong("'07:00'", "'19:00'"), "R804", 4, "another time"),
    ("an unknown day", NIGHTS + "  days: [moon]\n", "R104", 6, "mon"),
    ("no resume", wrong("  resume: '07:00'\n", ""), "R102", 2, "resume"),
    ("an impossible date", NIGHTS + "  except: [{date: 2026-02-30, state: awake}]\n", "R805", 6, "month"),
    (
        "exceptions that contradict",
        NIGHTS + "  except:\n  - {date: 2026-12-24, state: awake}\n  - {date: 2026-12-24, state: asleep}\n",
        "R807",
        8,
        "remove",
    ),
    ("times beside cron", NIGHTS + "  cron: 0 1 * * *\n  duration: 1h\n", "R107", 3, "not by both"),
    ("a duration without cron", NIGHTS + "  duration: 1h\n", "R107", 6, "cron"),
    ("times of a weekend", NIGHTS + "  weekends: only\n", "R107", 3, "no times"),
    ("a bad glob", NIGHTS + "  scope: {branches: ['[']}\n", "R712", 6, "feature/**"),
    ("a negative duration", wrong("8h", "-8h", text=OFFICE), "R105", 5, "forwards"),
    ("no duration", wrong("8h", "0h", text=OFFICE), "R809", 5, "30m"),
    ("a duration of years", wrong("8h", "800d", text=OFFICE), "R809", 5, "30m"),
    ("cron that never fires", wrong("0 9 * * 1-5", "0 9 30 2 *", text=OFFICE), "R808", 4, "no date has"),
    ("cron with six fields", wrong("0 9 * * 1-5", "0 0 9 * * 1-5", text=OFFICE), "R808", 4, "minute, hour"),
    ("cron with a bad hour", wrong("0 9 * * 1-5", "0 25 * * *", text=OFFICE), "R808", 4, "minute, hour"),
    ("cron too often", wrong("0 9 * * 1-5", "'*/10 * * * *'", text=wrong("8h", "5m", text=OFFICE)), "R810", 4, "once an hour"),
    ("allow and deny", OFFICE + "  deny: true\n", "R107", 7, "either"),
    ("neither", wrong("  allow: true\n", "", text=OFFICE), "R102", 2, "allow: true"),
    ("an end before the beginning", wrong("2027-01", "2025-01", text=FREEZE), "R806", 5, "later"),
    ("an end at the beginning", wrong("2027-01-03", "2026-12-20", text=FREEZE), "R806", 5, "later"),
    ("an offset in a time", wrong("2026-12-20T00:00", "2026-12-20T00:00Z", text=FREEZE), "R105", 4, "offset"),
    ("an impossible day", wrong("2026-12-20", "2026-11-31", text=FREEZE), "R805", 4, "month"),
    ("none among apply", "apply: none\n", "R103", 1, ""),
    ("some other word", "pause: never\n", "R104", 1, ""),
    ("an unknown key", NIGHTS + "  resumes: '07:00'\n", "R101", 6, "resume"),
    ("a name that stands twice", NIGHTS + NIGHTS.removeprefix("pause:\n"), "R325", 6, "rename"),
    ("text", "just text\n", "R103", 1, ""),
]


@pytest.mark.parametrize(("text", "code", "line", "hint"), [pytest.param(*rest, id=name) for name, *rest in BAD])
def test_a_mistake_is_an_error_at_its_line_with_what_to_do(text: str, code: str, *, line: int, hint: str) -> None:
    found, problems = read_text(text)
    assert found is None
    told = {(problem.code, problem.place.line): f"{problem.message} {problem.hint}" for problem in problems}
    assert (code, line) in told
    assert hint in told[code, line]


def test_a_mistake_is_told_once() -> None:
    text = wrong("Europe/Berlin", "CEST", text=wrong("'19:00'", "'24:00'"))
    assert [problem.code for problem in read_text(text)[1]] == ["R105", "R803"]


def test_an_application_that_speaks_for_another_is_doubted() -> None:
    found, problems = read_text(NIGHTS + "  scope: {applications: [backend]}\n")
    assert found is not None
    assert [(problem.severity, problem.code, problem.place.line) for problem in problems] == [(Severity.WARNING, "R802", 6)]


def test_an_unreadable_file_declares_nothing_at_all() -> None:
    found, problems = read_text("pause: [\n")
    assert found is None
    assert problems


def fields_of(text: str) -> Fields:
    """The mapping of a text."""
    root = read(text.encode(), Origin("config.yaml")).root
    assert isinstance(root, MappingNode)
    return Fields(root, Findings())


def test_the_operators_windows_bind_unless_they_are_a_default() -> None:
    text = "pause:\n- {name: a, weekends: only, timezone: UTC}\n- {name: b, weekends: only, timezone: UTC, default: true}\n"
    levels = [window.level for window in read_windows(fields_of(text), level=Level.BINDING).pause]
    assert levels == [Level.BINDING, Level.DEFAULT]


def test_a_rules_windows_have_the_level_of_the_rule() -> None:
    found = read_windows(fields_of("pause: none\n" + OFFICE), level=Level.ENVIRONMENT)
    assert [none.level for none in found.none] == [window.level for window in found.apply] == [Level.ENVIRONMENT]
    assert read_windows(None, level=Level.ENVIRONMENT) == Declarations()


def test_the_page_of_windows_lists_exactly_the_keys_of_the_schema() -> None:
    page = (Path(__file__).resolve().parent.parent.parent / "docs" / "windows.md").read_text()
    rows = [f"| `{row.key}` | {row.meaning} |" for row in key_table(Format.SCHEDULES)]
    assert [line for line in page.splitlines() if line.startswith("| `")] == rows
