"""Sets of instants as sorted spans that neither touch nor overlap, and their algebra."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """From an instant, inclusive, to another, exclusive; in UTC."""

    begin: datetime
    end: datetime


Spans = tuple[Span, ...]


def union(spans: Iterable[Span]) -> Spans:
    """The instants that are in any of them; empty spans and spans that end before they begin hold none."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.begin < span.end):
        if merged and span.begin <= merged[-1].end:
            if span.end > merged[-1].end:
                merged[-1] = Span(merged[-1].begin, span.end)
        else:
            merged.append(span)
    return tuple(merged)


def intersection(left: Sequence[Span], right: Sequence[Span]) -> Spans:
    """The instants that are in both."""
    common: list[Span] = []
    first, second = 0, 0
    while first < len(left) and second < len(right):
        begin, end = max(left[first].begin, right[second].begin), min(left[first].end, right[second].end)
        if begin < end:
            common.append(Span(begin, end))
        if left[first].end <= end:
            first += 1
        else:
            second += 1
    return tuple(common)


def complement(spans: Sequence[Span], within: Span) -> Spans:
    """The instants of a span that are in none of them."""
    gaps: list[Span] = []
    at = within.begin
    for span in spans:
        if at < span.begin:
            gaps.append(Span(at, min(span.begin, within.end)))
        at = max(at, span.end)
    if at < within.end:
        gaps.append(Span(at, within.end))
    return tuple(gap for gap in gaps if gap.begin < gap.end)
