"""Problems as one JSON document (docs/json.md)."""

import json

from reconciler.cli.subjects import Checked
from reconciler.plan.problem_document import problems_document


def report(checked: Checked) -> str:
    """The document, ASCII only."""
    return json.dumps(problems_document(checked.problems), indent=2, ensure_ascii=True) + "\n"
