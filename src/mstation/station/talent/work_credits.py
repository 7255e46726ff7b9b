"""Accepted work becomes credits of who made it: attested by the station's log of work.

Only of people who consented that their credits are seen, and of no package under terms of secrecy.
Who took such a credit of a project away, or whose production withdrew it, gets none there again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as resources

from sqlalchemy import select

from mstation.station.change import Change, find, find_where, hold
from mstation.station.files import files
from mstation.station.organisations import Project
from mstation.station.parties import Party
from mstation.station.production.versions import Version
from mstation.station.production.workflow import TaskType
from mstation.station.talent.consents import ConsentKind, FieldGroup, consents_of, standing
from mstation.station.talent.credits import (
    Attestation,
    AttestationState,
    Attested,
    Credit,
    add_credit,
    edit_credit,
    logged,
)
from mstation.station.talent.people import Person, people
from mstation.station.talent.skills import show_skill
from mstation.station.work_orders.acceptance import ON_ACCEPTED
from mstation.station.work_orders.contracts import Contract, Milestone
from mstation.station.work_orders.deliveries import Delivery
from mstation.station.work_orders.packages import Security, WorkPackage


@dataclass(frozen=True, slots=True)
class WorkKind:
    """As what somebody is credited for a kind of work; skill: the code of what it shows."""

    role: str
    skill: str = ""


@cache
def work_kinds() -> dict[str, WorkKind]:
    """Return what kinds of work make people, by how projects call these, in small letters."""
    text = resources("mstation.station.talent").joinpath("work_kinds.toml").read_text("utf-8")
    return {
        name.casefold(): WorkKind(told["role"], told.get("skill", ""))
        for told in tomllib.loads(text)["kind"]
        for name in told["names"]
    }


def credit_accepted(change: Change, milestone: Milestone, delivery: Delivery) -> None:
    """Credit who made what was accepted."""
    contract = find(change.connection, Contract, milestone.contract_id)
    package = find(change.connection, WorkPackage, contract.package_id)
    if package.security is Security.NDA:
        return
    project = find(change.connection, Project, milestone.project_id)
    kind = _kind_of(change, package)
    for account_id in sorted(_makers(change, contract, delivery)):
        for person in _people_of(change, account_id):
            done = kind or _usual(person)
            if done is not None and _may_show(change, person):
                _credit(change, project, person, done, delivery.made_at.year)


def _credit(change: Change, project: Project, person: Person, kind: WorkKind, year: int) -> None:
    hold(change.connection, people, person.id)  # one delivery after another
    if _was_taken_away(change, project, person):
        return
    if kind.skill:
        show_skill(change, person, kind.skill)
    for known in find_where(
        change.connection, Credit, person_id=person.id, role_code=kind.role,
        work_title=project.name, attestation=Attested.WORK_LOG,
    ):  # fmt: skip
        first = min(known.year_from, year)
        last = max(known.year_to or known.year_from, year)
        if (first, last) != (known.year_from, known.year_to or known.year_from):
            logged(change, project, edit_credit(change, known, year_from=first, year_to=last))
        return
    made = add_credit(
        change, person, role_code=kind.role, work_title=project.name, year_from=year, year_to=year
    )
    logged(change, project, made)


def _kind_of(change: Change, package: WorkPackage) -> WorkKind | None:
    """Return what the work of a package makes people; None: its name says nothing."""
    if package.type_id is None:
        return None
    task_type = find(change.connection, TaskType, package.type_id)
    return work_kinds().get(task_type.name.strip().casefold())


def _usual(person: Person) -> WorkKind | None:
    """Return as what somebody works, where the kind of work does not say it."""
    return WorkKind(person.role_codes[0]) if person.role_codes else None


def _makers(change: Change, contract: Contract, delivery: Delivery) -> set[str]:
    """Return the accounts of the vendor's people who made a delivery's versions and files."""
    found = set[str]()
    for line in delivery.manifest:
        if line.version_id is not None:
            made_by = find(change.connection, Version, line.version_id).account_id
            found |= {made_by} if made_by is not None else set()
            continue
        brought = select(files.c.account_id).where(
            files.c.project_id == delivery.project_id,
            files.c.digest.in_([each.digest for each in line.files]),
            files.c.account_id.in_(contract.people_ids),
        )
        found |= set(change.connection.execute(brought).scalars())
    return found


def _people_of(change: Change, account_id: str) -> Iterator[Person]:
    for party in find_where(change.connection, Party, account_id=account_id):
        for person in find_where(change.connection, Person, party_id=party.id):
            if person.erased_at is None:
                yield person


def _may_show(change: Change, person: Person) -> bool:
    """Return whether somebody agreed that anybody sees their credits."""
    return any(
        each.field_group is FieldGroup.CREDITS and each.kind is ConsentKind.GENERAL
        for each in standing(consents_of(change.connection, person.id), change.at)
    )


def _was_taken_away(change: Change, project: Project, person: Person) -> bool:
    """Return whether such a credit was removed by them, or withdrawn by the production."""
    before = find_where(
        change.connection, Attestation, project_id=project.id, party_id=person.party_id,
        kind=Attested.WORK_LOG,
    )  # fmt: skip
    return any(
        each.state is AttestationState.WITHDRAWN
        or not find_where(change.connection, Credit, id=each.credit_id)
        for each in before
    )


ON_ACCEPTED["credits"] = credit_accepted
