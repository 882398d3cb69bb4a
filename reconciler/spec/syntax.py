"""What the YAML parser complains of, in words a person can act on."""

from typing import Final

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from reconciler.model.place import Place, whole_file
from reconciler.model.problem import Problem, Severity
from reconciler.spec.source import Source

COLONS: Final = frozenset({"found unexpected ':'", "did not find expected node content"})
"""What a parser of YAML 1.1 says of a colon inside an unquoted value in brackets, which YAML 1.2 allows."""

_UNCLOSED: Final = "found unexpected end of stream"
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "mapping values are not allowed in this context": (
        "a colon stands where no key can begin",
        "put text that contains ': ' in quotes, and check the indentation",
    ),
    "found character that cannot start any token": (
        "this character cannot begin a value",
        "indent with blanks instead of tabs, and put text that begins with @, ` or % in quotes",
    ),
    "did not find expected key": ("a key is expected here", "check the indentation of this line and the lines before it"),
    "did not find expected '-' indicator": ("an item of the list ('- ') is expected here", "check the indentation of this line"),
    "did not find expected ',' or ']'": ("the list is not closed", "add ',' or ']'"),
    "did not find expected ',' or '}'": ("the mapping is not closed", "add ',' or '}'"),
    "could not find expected ':'": ("a key lacks its colon", "write 'key: value' with a blank after the colon"),
    _UNCLOSED: ("quoted text is not closed", "add the closing quote"),
    "found unknown escape character": (
        "this escape does not exist in double quotes",
        "double the backslash, or use single quotes",
    ),
    "found unexpected ':'": ("a colon stands inside an unquoted value", "put the value in quotes"),
    "found a tab character that violates indentation": ("a tab stands in the indentation", "indent with blanks"),
    "found a tab character where an indentation space is expected": ("a tab stands in the indentation", "indent with blanks"),
    "block sequence entries are not allowed in this context": (
        "an item of a list ('- ') cannot stand here",
        "put the list on lines of its own below its key",
    ),
    "did not find expected <document start>": (
        "text follows the end of the document",
        "check the indentation, and remove what follows the document",
    ),
}


def syntax_problem(error: YAMLError, source: Source) -> Problem:
    """The one problem of a file after which nothing more can be read."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Problem(Severity.ERROR, "R010", whole_file(source.origin), "the file is not YAML")
    said = str(error.problem)
    message, hint = _WORDS.get(said, (f"this is not YAML: {said}", ""))
    at, began = error.problem_mark, error.context_mark
    if said == _UNCLOSED and began is not None:
        at = began
    related: tuple[Place, ...] = ()
    if began is not None and began.line != at.line:
        related = (source.place(began.line, began.column),)
    return Problem(Severity.ERROR, "R010", source.place(at.line, at.column), message, hint, related)
