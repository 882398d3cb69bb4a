"""Choose a member's branch: override, pinned, same name, tracking, default; the first that applies (design 6.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.imports.suggest import did_you_mean
from reconciler.model.configuration import Configuration, Import, TrackingFacts
from reconciler.model.ids import Commit, Ref, branch_ref, is_branch, short_name, tag_ref
from reconciler.model.importplan import BranchRule, Read, Rejected, Want
from reconciler.model.instant import instant_text
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.model.reason import Reason
from reconciler.model.refs import RefTable
from reconciler.model.settings import Application


@dataclass(frozen=True, slots=True)
class Asked:
    """One import, and what the rules look at: the imported application, its refs in force, the importer's own branch."""

    entry: Import
    application: Application
    table: RefTable
    own: Ref
    override: Ref | None
    known: Mapping[Read, TrackingFacts | Configuration | None]


@dataclass(frozen=True, slots=True)
class Choice:
    """The branch of a member, with the rule that chose it and what every other rule had to offer."""

    ref: Ref
    commit: Commit
    rule: BranchRule
    reason: Reason
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class _Offer:
    ref: Ref
    commit: Commit
    reason: Reason


_Answer = _Offer | Rejected | Problem | Read


def choose(asked: Asked) -> Choice | Problem | Read:
    """The branch, or the problem that leaves none, or what must be read before a rule can answer.

    Every rule that was asked and not chosen is rejected with its reason, and so are the candidates of later rules, as far as they
    are known without reading anything.
    """
    rejected: list[Rejected] = []
    for rule, ask in _RULES.items():
        answer = ask(asked)
        if isinstance(answer, _Offer):
            found = (*rejected, *_outranked(asked, rule))
            return Choice(answer.ref, answer.commit, rule, _with_grace(answer, asked.table), found)
        if not isinstance(answer, Rejected):
            return answer
        rejected.append(answer)
    return _no_default(asked)


def _override(asked: Asked) -> _Answer:
    if asked.override is None:
        return Rejected(BranchRule.OVERRIDE, None, Reason("nobody has chosen a branch by hand"))
    name = short_name(asked.override)
    commit = asked.table.commit(asked.override)
    if commit is None:
        hint = "take the branch override back, or choose a branch that exists"
        return _missing(asked, f"branch {name}, chosen by hand,", at=asked.entry.place, hint=hint)
    return _Offer(asked.override, commit, Reason(f"a person has chosen branch {name}"))


def _pinned(asked: Asked) -> _Answer:
    name = asked.entry.branch
    if name is None:
        return Rejected(BranchRule.PINNED, None, Reason("the import names no branch", asked.entry.place))
    at = asked.entry.at("branch")
    ref = branch_ref(name)
    commit = asked.table.commit(ref)
    if commit is None:
        hint = f"{did_you_mean(name, _branches(asked.table))}create the branch, or take `branch` out of the import"
        return _missing(asked, f"branch {name}, which the import pins,", at=at, hint=hint)
    return _Offer(ref, commit, Reason(f"the import pins branch {name}", at))


def _same_name(asked: Asked) -> _Answer:
    name = short_name(asked.own)
    commit = asked.table.commit(asked.own)
    if commit is None:
        return Rejected(BranchRule.SAME_NAME, None, Reason(f"{asked.application.name} has no branch {name}"))
    if not any(glob.matches(name) for glob in asked.application.same_name_from):
        reason = Reason(
            f"`same_name_from` of {asked.application.name} does not admit {name}", asked.application.at("same_name_from")
        )
        return Rejected(BranchRule.SAME_NAME, asked.own, reason)
    return _Offer(asked.own, commit, Reason(f"{asked.application.name} has a branch {name} too"))


def _tracking(asked: Asked) -> _Answer:
    head = asked.table.commit(asked.table.head) if asked.table.head else None
    if head is None:
        return Rejected(BranchRule.TRACKING, None, Reason("without a default branch no template says what is tracked"))
    read = Read(asked.application.name, head, Want.TRACKING)
    if read not in asked.known:
        return read
    facts = asked.known[read]
    if not isinstance(facts, TrackingFacts):
        return _unreadable(asked)
    if facts.tracking_branch is not None:
        return _tracked(asked, "tracking_branch", ref=branch_ref(facts.tracking_branch), at=facts.branch_place)
    if facts.tracking_tag is not None:
        return _tracked(asked, "tracking_tag", ref=tag_ref(facts.tracking_tag), at=facts.tag_place)
    return Rejected(BranchRule.TRACKING, None, Reason(f"the template of {asked.application.name} tracks no branch and no tag"))


def _tracked(asked: Asked, key: str, *, ref: Ref, at: Place | None) -> _Answer:
    commit = asked.table.commit(ref)
    name = short_name(ref)
    if commit is not None:
        return _Offer(ref, commit, Reason(f"`{key}` of {asked.application.name} names {name}", at))
    kind, others = ("branch", _branches(asked.table)) if is_branch(ref) else ("tag", _tags(asked.table))
    return Problem(
        Severity.ERROR,
        "R507",
        at or asked.entry.place,
        f"{kind} {name}, which `{key}` names, is not in {asked.application.repository}{_as_known(asked.table)}",
        f"{did_you_mean(name, others)}create the {kind}, or take `{key}` out of the template on the default branch",
        (asked.entry.place,) if at else (),
    )


def _default(asked: Asked) -> _Answer:
    head = asked.table.head
    commit = asked.table.commit(head) if head else None
    if head is None or commit is None:
        return Rejected(BranchRule.DEFAULT, head, Reason(f"{asked.application.name} has no default branch"))
    return _Offer(head, commit, Reason(f"{short_name(head)} is the default branch of {asked.application.name}"))


_RULES: Final[Mapping[BranchRule, Callable[[Asked], _Answer]]] = {
    BranchRule.OVERRIDE: _override,
    BranchRule.PINNED: _pinned,
    BranchRule.SAME_NAME: _same_name,
    BranchRule.TRACKING: _tracking,
    BranchRule.DEFAULT: _default,
}

_FIRST: Final = {
    BranchRule.OVERRIDE: "the choice of a person comes first",
    BranchRule.PINNED: "the branch that the import pins comes first",
    BranchRule.SAME_NAME: "a branch of the same name was found first",
    BranchRule.TRACKING: "the branch or tag that the template tracks comes first",
}


def _outranked(asked: Asked, chosen: BranchRule) -> list[Rejected]:
    """Candidates of later rules that exist; tracking is left out, for it would have to be read."""
    pin = branch_ref(asked.entry.branch) if asked.entry.branch is not None else None
    candidates = ((BranchRule.PINNED, pin), (BranchRule.SAME_NAME, asked.own), (BranchRule.DEFAULT, asked.table.head))
    order = list(_RULES)
    return [
        Rejected(rule, ref, Reason(_FIRST[chosen]))
        for rule, ref in candidates
        if order.index(rule) > order.index(chosen) and ref is not None and ref in asked.table.refs
    ]


def _with_grace(offer: _Offer, table: RefTable) -> Reason:
    since = table.refs[offer.ref].missing_since
    if since is None:
        return offer.reason
    text = f"{offer.reason.text}; it is missing from its repository since {instant_text(since)} and still within its grace"
    return Reason(text, offer.reason.place)


def _missing(asked: Asked, what: str, *, at: Place, hint: str) -> Problem:
    message = f"{what} is not in {asked.application.repository}{_as_known(asked.table)}"
    return Problem(Severity.ERROR, "R506", at, message, hint)


def _unreadable(asked: Asked) -> Problem:
    message = f"{asked.application.name} has a template on its default branch that cannot be read, so what it tracks is not known"
    hint = "mend the template on the default branch, or name a `branch` in the import"
    return Problem(Severity.ERROR, "R508", asked.entry.place, message, hint)


def _no_default(asked: Asked) -> Problem:
    message = f"{asked.application.name} has no default branch: HEAD of {asked.application.repository} names none"
    return Problem(Severity.ERROR, "R509", asked.entry.place, message, "set the default branch, or name a `branch` in the import")


def _as_known(table: RefTable) -> str:
    return f", as it was known at {instant_text(table.listed_at)}" if table.failure and table.listed_at else ""


def _branches(table: RefTable) -> list[str]:
    return [short_name(ref) for ref in table.refs if is_branch(ref)]


def _tags(table: RefTable) -> list[str]:
    return [short_name(ref) for ref in table.refs if not is_branch(ref)]
