"""Who of a vendor works on a contract: they get the role `vendor` and its tasks, no more."""

from __future__ import annotations

from collections.abc import Sequence

from mstation.errors import InvalidInput
from mstation.station.change import Change, find, find_where, hold
from mstation.station.ids import new_id
from mstation.station.organisations import (
    Place,
    Project,
    projects,
    role_in_organisation,
    role_in_project,
)
from mstation.station.parties import Party
from mstation.station.permissions import Role
from mstation.station.production.tasks import Task, add_task, edit_task
from mstation.station.work_orders.contracts import Contract
from mstation.station.work_orders.packages import WorkPackage

MOST_PEOPLE = 200


def staff(change: Change, contract: Contract, account_ids: Sequence[str]) -> Contract:
    """Let these people of the vendor work on a contract, and no others of it.

    Who leaves keeps what they made, and sees the tasks no more; but for those that they work on by
    another contract of the vendor's.

    Raises:
        InvalidInput: when somebody is not of the vendor, or there are too many.
    """
    people = tuple(dict.fromkeys(account_ids))
    party = find(change.connection, Party, contract.party_id)
    if len(people) > MOST_PEOPLE:
        raise InvalidInput(f"at most {MOST_PEOPLE} people", zh=f"最多 {MOST_PEOPLE} 人")
    for account_id in people:
        _require_of(change, party, account_id)
    project = find(change.connection, Project, contract.project_id)
    hold(change.connection, projects, project.id)
    for account_id in people:
        if role_in_project(change.connection, project, account_id) is None:
            own = (project.organisation_id, project.id, account_id)
            change.add(Place(new_id(), 1, *own, Role.VENDOR))
    package = find(change.connection, WorkPackage, contract.package_id)
    gone = set(contract.people_ids) - set(people)
    stay = _by_other_contracts(change, contract)
    for task in _tasks(change, project, package):
        kept = [each for each in task.assignee_ids if each not in gone - stay.get(task.id, set())]
        edit_task(change, project, task, assignee_ids=(*kept, *people))
    return change.edit(contract, people_ids=people)


def tasks_of(change: Change, package: WorkPackage) -> dict[str, Task]:
    """Return the tasks of a package's shots, by their labels."""
    found: dict[str, Task] = {}
    for item in package.items:
        if item.entity_id is not None and package.type_id is not None:
            same = {"entity_id": item.entity_id, "type_id": package.type_id}
            for task in find_where(change.connection, Task, **same):
                found[item.label] = task
    return found


def _by_other_contracts(change: Change, contract: Contract) -> dict[str, set[str]]:
    """Return who of the vendor works on which tasks by its other contracts here."""
    found: dict[str, set[str]] = {}
    own = {"project_id": contract.project_id, "party_id": contract.party_id}
    for other in find_where(change.connection, Contract, **own):
        if other.id != contract.id:
            package = find(change.connection, WorkPackage, other.package_id)
            for task in tasks_of(change, package).values():
                found.setdefault(task.id, set()).update(other.people_ids)
    return found


def _tasks(change: Change, project: Project, package: WorkPackage) -> list[Task]:
    """Return the tasks of a package's shots, made where there were none."""
    known = tasks_of(change, package)
    made = []
    for item in package.items:
        if item.entity_id is None or package.type_id is None:
            continue
        task = known.get(item.label)
        if task is None:
            task = add_task(
                change, project, entity_id=item.entity_id, type_id=package.type_id,
                due_on=package.due_on,
            )  # fmt: skip
        made.append(task)
    return made


def _require_of(change: Change, party: Party, account_id: str) -> None:
    if party.account_id == account_id:
        return
    if party.organisation_id is not None and account_id.isalnum():
        role = role_in_organisation(change.connection, party.organisation_id, account_id)
        if role is not None:
            return
    raise InvalidInput(
        f"`{account_id[:40]}` is none of {party.name}'s people",
        zh=f"`{account_id[:40]}` 不是 {party.name} 的人员",
    )
