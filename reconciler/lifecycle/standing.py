"""What becomes of an environment that has a record: it lives, dies, or is left alone."""

from datetime import datetime
from types import MappingProxyType

from reconciler.lifecycle.expiry import expired_text, expires_at
from reconciler.lifecycle.refs_in_force import GRACE, is_gone
from reconciler.lifecycle.rules import rule_for
from reconciler.lifecycle.words import rule_text, stale_text
from reconciler.model.environment import Environment, Life, LifeState
from reconciler.model.ids import branch_ref, is_branch
from reconciler.model.instant import instant_text
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Place
from reconciler.model.reason import Reason
from reconciler.model.record import Record
from reconciler.model.refs import RefTable
from reconciler.model.settings import Application, EnvironmentRule

_BY_HAND = "tear it down by hand if it is not wanted"


def judge_standing(application: Application, record: Record, *, table: RefTable, now: datetime) -> Life:
    """The life of a recorded environment.

    It lives while its branch is in force, a rule makes it and its time is not over. It dies when its time is over, or when the
    branch it was made from is gone; but never where its rule or its record calls it permanent. In every other case it is left
    alone, with the reason.
    """
    rule = rule_for(application, name=record.name, ref=record.ref)
    environment = _environment(application, record, rule=rule)
    state = table.refs.get(environment.ref)
    if state is None:
        return _absent(environment, record, table=table, now=now)
    if rule is None:
        return _alone(environment, f"no rule of config.yaml makes it any longer; bring the rule back, or {_BY_HAND}")
    if state.missing_since is not None:
        return _missing(environment, table, since=state.missing_since, now=now)
    return _present(environment, record, table=table, now=now)


def _present(environment: Environment, record: Record, *, table: RefTable, now: datetime) -> Life:
    """While its repository does not answer nothing expires: a push may have come that nobody has seen."""
    rule, expiry = environment.rule, environment.rule.expires_after
    due = expires_at(expiry, record, head=table.commit(environment.ref), now=now)
    if expiry is not None and due is not None and due <= now and table.failure is None:
        return Life(environment, LifeState.DEATH, Reason(expired_text(expiry, record, at=due), rule.at("expires_after")))
    text = f"branch {environment.branch} exists and {rule_text(rule)} makes it{stale_text(table)}"
    until = f"; it expires at {instant_text(due)}" if due else ""
    return Life(environment, LifeState.LIVE, Reason(f"{text}{until}", rule.place), due)


def _environment(application: Application, record: Record, *, rule: EnvironmentRule | None) -> Environment:
    """The environment as it stands: its id and namespace are the record's, whatever would be computed today."""
    if rule is None:
        none = MappingProxyType[str, str]({})
        rule = EnvironmentRule(place=application.place, type=record.type, parameters=none, variables=none)
    ref = branch_ref(rule.branch) if rule.branch is not None else record.ref
    return Environment(application.name, ref, record.environment, record.namespace, rule, record.name)


def _missing(environment: Environment, table: RefTable, *, since: datetime, now: datetime) -> Life:
    text = f"branch {environment.branch} is missing from its repository since {instant_text(since)}"
    if table.failure is not None:
        return _live(environment, f"{text}{stale_text(table)}")
    if environment.type is EnvironmentType.PERMANENT:
        return _live(environment, f"{text}; a permanent environment does not die by that")
    due = max(now, since + GRACE)
    return _live(environment, f"{text}; it dies when it is still missing at {instant_text(since + GRACE)}", due=due)


def _absent(environment: Environment, record: Record, *, table: RefTable, now: datetime) -> Life:
    branch = environment.branch
    if table.listed_at is None:
        return _alone(environment, f"its repository was never listed ({table.failure}), so nothing is known of branch {branch}")
    if table.failure is not None:
        return _alone(environment, f"branch {branch} is not among the last known ones{stale_text(table)}")
    if environment.ref != record.ref:
        return _alone(
            environment,
            f"{rule_text(environment.rule)} names branch {branch}, which is not there; mend the rule",
            at=environment.rule.place,
        )
    if not is_gone(table, environment.ref):
        began = table.began or table.listed_at
        text = f"branch {branch} is not in its repository, which is remembered only since {instant_text(began)}"
        return Life(environment, LifeState.REFUSED, Reason(f"{text}; its grace began then"), max(now, began + GRACE))
    return _gone(environment, record, table=table)


def _gone(environment: Environment, record: Record, *, table: RefTable) -> Life:
    vanished = (table.gone or {}).get(environment.ref)
    since = f" since {instant_text(vanished.since)}" if vanished else ""
    text = f"branch {environment.branch} is gone{since}"
    if EnvironmentType.PERMANENT in {environment.type, record.type}:
        return _alone(environment, f"{text}; a permanent environment dies by a person's command only: {_BY_HAND}")
    if not any(is_branch(ref) and state.missing_since is None for ref, state in table.refs.items()):
        return _alone(environment, f"{text}, but its repository lists no branch at all, which is not believed; {_BY_HAND}")
    return Life(environment, LifeState.DEATH, Reason(text))


def _live(environment: Environment, text: str, *, due: datetime | None = None) -> Life:
    return Life(environment, LifeState.LIVE, Reason(text, environment.rule.place), due)


def _alone(environment: Environment, text: str, *, at: Place | None = None) -> Life:
    return Life(environment, LifeState.REFUSED, Reason(text, at))
