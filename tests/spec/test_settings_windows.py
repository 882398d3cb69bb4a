"""Time in `config.yaml`: the operator's windows, those of environment rules, expiry, and how long sleep waits."""

from datetime import timedelta
from pathlib import Path

from reconciler.model.ids import AppName
from reconciler.model.lifetime import Expiry, Since
from reconciler.model.place import Origin
from reconciler.model.settings import Installation
from reconciler.model.windows import Level
from reconciler.spec.settings import read_settings

NIGHTS = 'pause: "19:00", resume: "07:00", timezone: Europe/Berlin'
CONFIG = f"""
targets: {{files: {{directory: out}}}}
windows:
  pause_after: 5m
  pause:
  - {{name: closed, {NIGHTS}}}
  - {{name: usual, {NIGHTS}, default: true}}
  apply:
  - {{name: freeze, deny: true, from: "2026-12-20T00:00", to: "2027-01-03T00:00", timezone: UTC}}
applications:
  web:
    repository: https://git.example.com/acme/web.git
    target: files
    environments:
    - {{branch: main, type: permanent, may_pause: true, windows: {{pause: none}}}}
    - branches: ["feature/**"]
      type: ephemeral
      expires_after: {{after: 12h, from: birth}}
      windows: {{pause: [{{name: own, {NIGHTS}}}]}}
    - {{branches: ["*"], type: ephemeral, expires_after: 3d}}
"""


def installation(text: str) -> Installation:
    """The configuration of a text in which nothing is wrong."""
    found, problems = read_settings(text.encode(), Origin("config.yaml"), folder=Path("/etc"), home=Path("/home/ada"))
    assert problems == ()
    assert found is not None
    return found


def test_the_operators_windows_bind_unless_they_are_a_default() -> None:
    found = installation(CONFIG)
    assert [(window.name, window.level) for window in found.windows.pause] == [
        ("closed", Level.BINDING),
        ("usual", Level.DEFAULT),
    ]
    assert [window.name for window in found.windows.apply] == ["freeze"]
    assert found.pause_after == timedelta(minutes=5)


def test_a_rule_has_windows_and_an_end_of_its_own() -> None:
    main, feature, rest = installation(CONFIG).applications[AppName("web")].environments
    assert (main.may_pause, feature.may_pause, rest.may_pause) == (True, False, False)
    assert [none.level for none in main.windows.none] == [Level.ENVIRONMENT]
    assert [(window.name, window.level) for window in feature.windows.pause] == [("own", Level.ENVIRONMENT)]
    assert feature.expires_after == Expiry(timedelta(hours=12), Since.BIRTH)
    assert rest.expires_after == Expiry(timedelta(days=3), Since.PUSH)
    assert main.expires_after is None


def test_a_date_needs_no_quotes_at_any_level_of_windows() -> None:
    days = "except: [{date: 2026-12-24, state: awake}]"
    text = CONFIG.replace("{name: closed, ", f"{{name: closed, {days}, ").replace("{name: own, ", f"{{name: own, {days}, ")
    found = installation(text)
    assert [len(window.exceptions) for window in found.windows.pause] == [1, 0]


def test_nothing_sleeps_waits_or_expires_where_nobody_says_so() -> None:
    found = installation("targets: {files: {directory: out}}\n")
    assert (found.windows.pause, found.windows.apply, found.pause_after) == ((), (), timedelta(hours=1))
