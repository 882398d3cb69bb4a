"""The page of each problem code, as `validate --explain` prints it."""

from pathlib import Path
from typing import Final

from reconciler.model.errors import Missing

_PAGES: Final = Path(__file__).parent / "problems"


def codes() -> tuple[str, ...]:
    """Every code, in order."""
    return tuple(sorted(page.name.removesuffix(".md") for page in _PAGES.iterdir() if page.name.endswith(".md")))


def page(code: str) -> str:
    """The page of a code, whatever the case of its letter. Raises `Missing` for one that there is not."""
    name = code.upper()
    if name not in codes():
        raise Missing(f"{code} is no problem code", "the codes are those that `reconciler validate` prints, such as R101")
    return (_PAGES / f"{name}.md").read_text("utf-8").rstrip("\n") + "\n"


def title(code: str) -> str:
    """What a code is called: the words of its page's heading, without the code."""
    return page(code).partition("\n")[0].removeprefix(f"# {code.upper()}: ")
