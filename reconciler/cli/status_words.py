"""Statuses in words: a table of all, or one in full."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.cli.words import member_lines, run_line
from reconciler.model.instant import instant_text
from reconciler.model.plan import Plan
from reconciler.model.problem import errors_of
from reconciler.plan.status import Standing, Status


def table(statuses: Sequence[Status]) -> Iterator[str]:
    """One line per environment, in columns."""
    if not statuses:
        yield "no environments: no branch matches a rule under `environments` in the config"
        return
    rows: list[tuple[str, ...]] = [("environment", "type", "namespace", "standing", "last run", "why")]
    rows += [_row(status) for status in statuses]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        yield "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()


def _row(status: Status) -> tuple[str, ...]:
    environment = status.plan.environment
    last = f"{status.runs[0].number} {status.runs[0].outcome}" if status.runs else "-"
    return (str(environment), environment.type.value, environment.namespace, status.standing.value, last, _why(status))


def _why(status: Status) -> str:
    plan = status.plan
    errors = errors_of(plan.problems)
    if status.standing is Standing.PROBLEM:
        return str(errors[0]) if errors else (status.runs[0].error if status.runs else "")
    if plan.holds:
        return str(plan.holds[0].reason)
    if status.standing is Standing.PENDING:
        return f"{len(plan.effective)} to change"
    if status.standing is Standing.ASLEEP and plan.times:
        return str(plan.times.pause.reason)
    if status.standing is Standing.WAKING:
        return f"not ready yet: {', '.join(map(str, plan.unready))}"
    return "" if status.standing is Standing.CURRENT else plan.life.reason.text


def full(status: Status) -> Iterator[str]:
    """Everything about one environment."""
    plan, record = status.plan, status.plan.record
    why = _why(status)
    yield f"{plan.environment}  {status.standing}" + (f": {why}" if why else "")
    yield f"  type       {plan.environment.type}"
    yield f"  namespace  {plan.environment.namespace}"
    if record:
        yield f"  born       {instant_text(record.born)}"
        yield f"  objects    {len(record.objects)}"
    yield from _times(plan)
    yield "  members"
    yield from (f"  {line}" for line in member_lines(plan, rejected=False))
    yield from _section("urls", (f"{url.url}  {url.member}/{url.service}" for url in plan.urls))
    yield from _section("holds", (str(hold.reason) for hold in plan.holds))
    yield from _section("problems", (str(problem) for problem in plan.problems))
    yield from _section("not supported", (f"{one.key} ({one.place}): {one.what}" for one in plan.unsupported))
    yield from _section("last runs", (run_line(run) for run in status.runs))


def _times(plan: Plan) -> Iterator[str]:
    """Sleep and expiry, where there is something to say."""
    times = plan.times
    if times is None:
        return
    if times.asleep or times.pause.until:
        until = f" until {instant_text(times.pause.until)}" if times.pause.until else ""
        yield f"  {times.pause.state:<9}  {until.strip() or 'for good'}: {times.pause.reason}"
    if times.expires:
        yield f"  expires    {instant_text(times.expires)}"


def _section(title: str, texts: Iterable[str]) -> Iterator[str]:
    found = list(texts)
    if found:
        yield f"  {title}"
        yield from (f"    {text}" for text in found)
