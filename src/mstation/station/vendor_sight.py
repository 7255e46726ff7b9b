"""What vendors see of each other's work: nothing. One task may have been given to two of them.

A vendor sees the versions of its tasks that its own people made, and what was made since it was
awarded them; never what another vendor made of them, before or beside it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select

from mstation.station.files import files
from mstation.station.json_lists import texts_in, values_in
from mstation.station.organisations import members, places
from mstation.station.permissions import Role
from mstation.station.production.tasks import own_tasks, tasks
from mstation.station.production.versions import versions
from mstation.station.schema import metadata


def vendor_versions(account_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of `versions` is for somebody of a vendor."""
    of_task = (tasks.c.entity_id == versions.c.entity_id) & (tasks.c.type_id == versions.c.type_id)
    given = select(tasks.c.id).where(of_task, own_tasks(account_id)).exists()
    awarded = _awarded(account_id)
    since = metadata.tables["contracts"].c.awarded_at <= versions.c.made_at
    in_time = or_(~awarded.exists(), awarded.where(since).exists())
    made = versions.c.account_id
    by_house = ~_is_other_vendor(
        account_id, made, versions.c.organisation_id, versions.c.project_id
    )
    theirs = _is_colleague(account_id, made, versions.c.organisation_id)
    return (made == account_id) | (given & (theirs | (by_house & in_time)))


def vendor_files(account_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of `files` is for a vendor: as its versions are."""
    brought = files.c.account_id
    mine = select(tasks.c.id).where(own_tasks(account_id))
    others = _is_other_vendor(account_id, brought, files.c.organisation_id, files.c.project_id)
    return (brought == account_id) | (files.c.task_id.in_(mine) & ~others)


def _awarded(account_id: str) -> Select[str]:
    """Return the contracts of somebody that are for the task of a row of `versions`."""
    contracts, packages = metadata.tables["contracts"], metadata.tables["work_packages"]
    return (
        select(contracts.c.id)
        .select_from(contracts.join(packages, packages.c.id == contracts.c.package_id))
        .where(
            contracts.c.project_id == versions.c.project_id,
            packages.c.type_id == versions.c.type_id,
            texts_in(contracts.c.people_ids) == account_id,
            values_in(packages.c["items"], "entity_id") == versions.c.entity_id,
        )
        .correlate(versions)
    )


def _is_colleague(
    account_id: str, maker: ColumnElement[str], own_id: ColumnElement[str]
) -> ColumnElement[bool]:
    """Return whether somebody is of an organisation of one's own that does not make the film."""
    mine, theirs = members.alias(), members.alias()
    return (
        select(mine.c.id)
        .join(theirs, theirs.c.organisation_id == mine.c.organisation_id)
        .where(
            mine.c.account_id == account_id,
            theirs.c.account_id == maker,
            mine.c.organisation_id != own_id,
        )
        .exists()
    )


def _is_other_vendor(
    account_id: str,
    maker: ColumnElement[str],
    own_id: ColumnElement[str],
    project_id: ColumnElement[str],
) -> ColumnElement[bool]:
    """Return whether somebody works on the film as a vendor, and is no colleague."""
    placed = select(places.c.id).where(
        places.c.account_id == maker,
        places.c.project_id == project_id,
        places.c.role == Role.VENDOR,
    )
    within = select(members.c.id).where(
        members.c.account_id == maker,
        members.c.organisation_id == own_id,
        members.c.role == Role.VENDOR,
    )
    is_vendor = placed.exists() | within.exists()
    return is_vendor & (maker != account_id) & ~_is_colleague(account_id, maker, own_id)
