"""Unquoted values that readers of YAML 1.1 and 1.2 understand in different ways, so that a file means two things."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity

_CODE: Final = "R019"
_NO_TEXT: Final = "R017"
_OF_KEYS: Final = frozenset({"R101", "R105"})
_WORDS: Final = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), "true"),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), "false"),
}
_FORMS: Final = (
    (re.compile(r"[-+]?0[0-9_]+"), "a number, by some in base 8"),
    (re.compile(r"[-+]?0(?:o[0-7_]+|x[0-9A-Fa-f_]+|b[01_]+)"), "a number in another base"),
    (re.compile(r"[-+]?[0-9]+_[0-9_]*(?:\.[0-9_]*)?"), "a number without its underscores"),
    (re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"), "a number in base 60"),
    (re.compile(r"[-+]?(?:0[0-9]+\.[0-9]*|[0-9]+\.|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"), "a number"),
    (re.compile(r"[-+]?(?:[0-9]+[eE][-+]?|[0-9]+\.[0-9]*[eE])[0-9]+"), "a number"),
    (re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"), "a number"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?"), "a date"),
)
_START: Final = frozenset("+-.0123456789yYnNoO")
_LONGEST: Final = 64


def ambiguous(text: str, place: Place) -> Problem | None:
    """A doubt (R019) about an unquoted value. YAML 1.1 knows more words and numbers than 1.2, and its readers are still in use
    (Psych, PyYAML, many editors)."""
    if not text or text[0] not in _START or len(text) > _LONGEST:
        return None
    word = _WORDS.get(text)
    as_what = word or next((said for form, said in _FORMS if form.fullmatch(text)), None)
    if as_what is None:
        return None
    message = f"{text} without quotes is text to some readers of YAML, and {as_what} to others"
    hint = f'write "{text}" for the text, or {word}' if word else f'write "{text}" for the text, or the number in plain digits'
    if as_what == "a date":
        hint = f'write "{text}"'
    return Problem(Severity.WARNING, _CODE, place, message, hint)


def without_echoes(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems without what follows from another one at the same place: a doubt about a value of which something else is
    said, and an unknown key that is no text."""
    known = tuple(problems)
    said = {problem.place for problem in known if problem.code != _CODE}
    no_text = {problem.place for problem in known if problem.code == _NO_TEXT}
    for problem in known:
        echo = problem.place in said if problem.code == _CODE else problem.code in _OF_KEYS and problem.place in no_text
        if not echo:
            yield problem
