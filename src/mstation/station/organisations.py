"""Organisations, their people, their projects and who is what in them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    or_,
    select,
    true,
)

from mstation.station.accounts import Account, written
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.permissions import Role
from mstation.station.schema import Id, keep, metadata, noun_of, own_columns, project_columns

EVERYWHERE = (Role.OWNER, Role.PRODUCER)  # of an organisation: the same in each project of it


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company, a school, a crew."""

    id: str
    revision: int
    name: str

    @property
    def organisation_id(self) -> str:
        """Where its events belong."""
        return self.id


@dataclass(frozen=True, slots=True)
class Member:
    """What somebody is in an organisation."""

    id: str
    revision: int
    organisation_id: str
    account_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Project:
    """A film, or a series, in production."""

    id: str
    revision: int
    organisation_id: str
    name: str
    rate: str = "24"  # frames a second, exact: 24000/1001
    renders_cuts: bool = True  # the cut that plays is rendered by itself where it changed

    @property
    def project_id(self) -> str:
        """Where its events belong."""
        return self.id


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody is in one project: of any organisation, or of none."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    account_id: str
    role: Role


organisations = keep(
    Organisation,
    Table("organisations", metadata, *own_columns(), Column("name", String(200), nullable=False)),
)
members = keep(
    Member,
    Table(
        "members",
        metadata,
        *own_columns(),
        Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False, index=True),
        Column("role", String(16), nullable=False),
        UniqueConstraint("organisation_id", "account_id"),
    ),
)
projects = keep(
    Project,
    Table(
        "projects",
        metadata,
        *own_columns(),
        Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False, index=True),
        Column("name", String(200), nullable=False),
        Column("rate", String(16), nullable=False),
        Column("renders_cuts", Boolean, nullable=False, server_default=true()),
    ),
)
places = keep(
    Place,
    Table(
        "places",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False, index=True),
        Column("role", String(16), nullable=False),
        UniqueConstraint("project_id", "account_id"),
    ),
)


def add_organisation(change: Change, founder: Account, *, name: str) -> Organisation:
    """Make an organisation; who makes it owns it."""
    organisation = change.add(Organisation(new_id(), 1, written(name)))
    change.add(Member(new_id(), 1, organisation.id, founder.id, Role.OWNER))
    return organisation


def role_in_organisation(
    connection: Connection, organisation_id: str, account_id: str
) -> Role | None:
    """Return what somebody is in an organisation; None: not of it."""
    found = find_where(connection, Member, organisation_id=organisation_id, account_id=account_id)
    return found[0].role if found else None


def role_in_project(connection: Connection, project: Project, account_id: str) -> Role | None:
    """Return what somebody is in a project; None: not of it."""
    organisation_role = role_in_organisation(connection, project.organisation_id, account_id)
    if organisation_role in EVERYWHERE:
        return organisation_role
    found = find_where(connection, Place, project_id=project.id, account_id=account_id)
    return found[0].role if found else None


_PROJECT_AND_ROLES = (
    select(projects, members.c.role.label("in_organisation"), places.c.role.label("in_project"))
    .outerjoin(
        members,
        (members.c.organisation_id == projects.c.organisation_id)
        & (members.c.account_id == bindparam("account_id")),
    )
    .outerjoin(
        places,
        (places.c.project_id == projects.c.id) & (places.c.account_id == bindparam("account_id")),
    )
    .where(projects.c.id == bindparam("project_id"))
)


def project_and_role(
    connection: Connection, project_id: str, account_id: str | None
) -> tuple[Project, Role | None] | None:
    """Return a project and what somebody is in it, None where nothing; None: there is none."""
    wanted = {"project_id": project_id, "account_id": account_id}
    if not project_id.isalnum():  # PostgreSQL refuses even to look for some other signs
        return None
    found = connection.execute(_PROJECT_AND_ROLES, wanted).mappings().first()
    if found is None:
        return None
    row = dict(found)
    in_organisation, in_project = row.pop("in_organisation"), row.pop("in_project")
    role = in_organisation if in_organisation in EVERYWHERE else in_project
    return noun_of(Project, row), None if role is None else Role(role)


def projects_of(connection: Connection, account_id: str) -> list[Project]:
    """Return the projects that somebody has a role in, the oldest first."""
    everywhere = select(members.c.organisation_id).where(
        members.c.account_id == account_id, members.c.role.in_(EVERYWHERE)
    )
    placed = select(places.c.project_id).where(places.c.account_id == account_id)
    query = (
        select(projects)
        .where(or_(projects.c.organisation_id.in_(everywhere), projects.c.id.in_(placed)))
        .order_by(projects.c.id)
    )
    return [noun_of(Project, dict(row)) for row in connection.execute(query).mappings()]


def organisations_of(connection: Connection, account_id: str) -> list[Organisation]:
    """Return the organisations that somebody is of, the oldest first."""
    mine = select(members.c.organisation_id).where(members.c.account_id == account_id)
    query = select(organisations).where(organisations.c.id.in_(mine)).order_by(organisations.c.id)
    return [noun_of(Organisation, dict(row)) for row in connection.execute(query).mappings()]
