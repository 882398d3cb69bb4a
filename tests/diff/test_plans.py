"""Every folder of `fixtures/plans`: what is wanted, what is live, and what a person reads of it."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reconciler.diff.compare import Scope, compare, strangers, unchangeable
from reconciler.diff.guard import guard
from reconciler.diff.order import in_waves
from reconciler.diff.text import change_lines
from reconciler.model.ids import AppName
from reconciler.model.instant import instant_from_text
from reconciler.model.objects import Desired, Live, LiveObjects, ObjectKey, key_of, manifest_digest
from reconciler.model.place import Origin, Place
from reconciler.model.reason import Reason
from reconciler.model.record import JobRun
from reconciler.model.secret import SecretValue
from reconciler.model.settings import PruneLimits

PLANS = Path(__file__).resolve().parent.parent.parent / "fixtures" / "plans"
LIMITS = PruneLimits(place=Place(Origin("config.yaml"), 1, 1, 1, 1))


def read(case: Path, name: str) -> Any:
    """One file of a case."""
    return YAML(typ="safe").load(case / f"{name}.yaml")


def manifest(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry's object in the namespace `shop`, marked as its member's; a Secret's values are hidden."""
    found = dict(entry["manifest"])
    marks = {"reconciler/member": entry["member"]} if "member" in entry else {}
    marks |= {"reconciler/job": entry["job"]} if "job" in entry else {}
    metadata = found["metadata"]
    found["metadata"] = {"namespace": "shop", **metadata, "annotations": {**marks, **metadata.get("annotations", {})}}
    if found["kind"] == "Secret" and "data" in found:
        found["data"] = {key: SecretValue(text) for key, text in found["data"].items()}
    return found


def wanted(entry: dict[str, Any]) -> Desired:
    """An entry of `desired.yaml`; `line` is where it is declared."""
    member = AppName(entry["member"]) if "member" in entry else None
    origin = Origin(".release/application_template.yaml", member)
    body = manifest(entry)
    place = Place(origin, entry["line"], 3, entry["line"], 9) if "line" in entry else None
    return Desired(key_of(body), body, member, Reason("declared"), place)


def there(entry: dict[str, Any]) -> Live:
    """An entry of `live.yaml`; `stranger` says whose it is when it is not ours."""
    body = manifest(entry)
    whose = entry.get("stranger")
    key = key_of(body)
    return Live(key, body, owned=whose is None, stranger=whose, where=f"shop/{key.kind.lower()}-{key.name}.yaml")


def applied(entries: list[dict[str, Any]], objects: list[Desired]) -> dict[ObjectKey, str]:
    """What was last applied: what is live, or for entries with `edited: true` what is still wanted."""
    by_key = {desired.key: desired for desired in objects}
    bodies = [(entry, manifest(entry)) for entry in entries if "stranger" not in entry]
    return {
        key_of(body): manifest_digest(by_key[key_of(body)].manifest if entry.get("edited") else body) for entry, body in bodies
    }


def scope_of(settings: dict[str, Any], digests: dict[ObjectKey, str]) -> Scope:
    """The scope that `desired.yaml` describes."""
    jobs = [
        JobRun(run["name"], AppName(run["member"]), run["job"], attempt=1, succeeded=True, at=instant_from_text(run["at"]))
        for run in settings.get("ran", [])
    ]
    members = frozenset(map(AppName, settings["members"]))
    prunable = frozenset(map(AppName, settings.get("prunable", settings["members"])))
    return Scope(
        prunable=prunable, group=True, jobs=jobs, applied=digests, members=members, teardown=settings.get("teardown", False)
    )


@pytest.mark.parametrize("case", sorted(PLANS.iterdir()), ids=lambda case: case.name)
def test_a_plan_reads_as_its_folder_says(case: Path) -> None:
    settings, entries, expected = read(case, "desired"), read(case, "live") or [], read(case, "expected")
    objects = [wanted(entry) for entry in settings.get("objects", [])]
    live = LiveObjects({found.key: found for found in map(there, entries)})
    scope = scope_of(settings, applied(entries, objects))
    changes = in_waves(compare(objects, live, scope=scope), ())
    problems = (*strangers(objects, live), *unchangeable(objects, live, scope=scope))
    holds = guard(changes, live, limits=LIMITS, teardown=scope.teardown)
    assert {
        "changes": "".join(f"{line}\n" for change in changes for line in change_lines(change)),
        "problems": [str(problem) for problem in problems],
        "holds": [str(hold.reason) for hold in holds],
    } == {"changes": "", "problems": [], "holds": [], **expected}
