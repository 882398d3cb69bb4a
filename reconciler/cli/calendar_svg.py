"""A calendar of windows as a picture: a row for each environment, time from left to right."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final

from reconciler.model.instant import instant_text
from reconciler.model.windows import Gate
from reconciler.model.zone import Zone
from reconciler.plan.window_documents import Calendar
from reconciler.windows.clock import midnight, shown
from reconciler.windows.spans import Span

_LEFT: Final = 240
_WIDTH: Final = 1120
_TOP: Final = 40
_ROW: Final = 28
_BAR: Final = 16
_NARROW: Final = 28
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#333}.day{stroke:#ddd}"
    ".awake{fill:#e8f3e8}.asleep{fill:#4b5c8c}.closed{fill:#d08a3c;opacity:.6}"
)


def calendar_svg(found: Sequence[Calendar], zone: Zone) -> str:
    """One SVG document: sleep in blue, and a strip below it where no changes are applied; every span says its instants."""
    height = _TOP + _ROW * len(found) + 30
    total = _LEFT + _WIDTH + 20
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {height}" width="{total}" height="{height}">',
        f"<style>{_STYLE}</style>",
    ]
    if found:
        lines += _grid(Span(found[0].begin, found[0].end), zone, height=height - 30)
    for number, one in enumerate(found):
        lines += _row(one, top=_TOP + number * _ROW)
    lines.append(f'<text x="10" y="{height - 10}">blue: asleep; orange: no changes are applied; {escape(zone.name)}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def _grid(within: Span, zone: Zone, *, height: int) -> Iterator[str]:
    day = shown(within.begin, zone).date() + timedelta(days=1)
    width = _WIDTH / ((within.end - within.begin) / timedelta(days=1))
    number = 0
    while (at := midnight(day, zone)) < within.end:
        x = _x(at, within)
        yield f'<line class="day" x1="{x}" x2="{x}" y1="{_TOP - 12}" y2="{height}"/>'
        if width >= _NARROW or number % 7 == 0:
            yield f'<text x="{x}" y="{_TOP - 16}">{day:%m-%d}</text>'
        day += timedelta(days=1)
        number += 1


def _row(one: Calendar, *, top: int) -> Iterator[str]:
    within = Span(one.begin, one.end)
    yield f'<text x="10" y="{top + 13}">{escape(str(one.timed.life.environment))}</text>'
    yield f'<rect class="awake" x="{_LEFT}" y="{top}" width="{_WIDTH}" height="{_BAR}"/>'
    for span in one.asleep:
        yield _bar(span, within, kind="asleep", y=top, height=_BAR)
    for span in one.closed.get(Gate.APPLY, ()):
        yield _bar(span, within, kind="closed", y=top + _BAR, height=4)


def _bar(span: Span, within: Span, *, kind: str, y: int, height: int) -> str:
    x, end = _x(span.begin, within), _x(span.end, within)
    title = f"<title>{kind} {instant_text(span.begin)} to {instant_text(span.end)}</title>"
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{round(end - x, 2)}" height="{height}">{title}</rect>'


def _x(at: datetime, within: Span) -> float:
    return round(_LEFT + _WIDTH * ((at - within.begin) / (within.end - within.begin)), 2)
