"""Why something was decided: made where the decision is made, shown as it is."""

from dataclasses import dataclass

from reconciler.model.place import Place


@dataclass(frozen=True, slots=True)
class Reason:
    """`text` is a clause a person can read; `place` is the line of the declaration that decided, where there is one."""

    text: str
    place: Place | None = None

    def __post_init__(self) -> None:
        if not self.text:
            raise ValueError("a reason needs words")

    def __str__(self) -> str:
        return f"{self.text} ({self.place})" if self.place else self.text
