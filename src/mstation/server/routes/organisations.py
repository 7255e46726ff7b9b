"""Organisations, their people and their projects."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.errors import NotFound
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import Fields, answer_only, only
from mstation.station import organisations
from mstation.station.access import (
    access_to,
    require_giving,
    require_in_organisation,
    require_member,
)
from mstation.station.accounts import Account, account_of, written
from mstation.station.change import Change, find, find_where
from mstation.station.ids import new_id
from mstation.station.organisations import Member, Organisation, Place, Project
from mstation.station.permissions import Role
from mstation.station.production.rendering import screen_again
from mstation.station.production.workflow import add_workflow
from mstation.timebase import FrameRate

router = APIRouter(prefix="/api", tags=["organisations"])

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Named(BaseModel):
    """A name."""

    name: Name


class NewProject(Named):
    """What a project is made of."""

    rate: Annotated[str, Field(pattern=r"^\d{1,6}(/\d{1,6})?$")] = "24"


class ProjectChanges(BaseModel):
    """What of a project may be changed; what is left out stays."""

    name: Name | None = None
    rate: Annotated[str, Field(pattern=r"^\d{1,6}(/\d{1,6})?$")] | None = None
    renders_cuts: bool | None = None


class NewRole(BaseModel):
    """Who is to be what."""

    account_id: Annotated[str, Field(max_length=20)]
    role: Role


@router.post("/organisations", status_code=201, response_model=Organisation)
def make_organisation(body: Named, making: MakingHere) -> Response:
    """Make an organisation; who makes it owns it."""

    def make(change: Change) -> Organisation:
        founder = account_of(change.connection, making.actor)
        return organisations.add_organisation(change, founder, name=body.name)

    return making.once(make)


@router.get("/organisations", response_model=list[Organisation])
def list_organisations(station: StationHere, actor: ActorHere, fields: Fields = None) -> Any:
    """List the organisations that the asker is of."""
    with station.reading() as connection:
        account = account_of(connection, actor)
        found = organisations.organisations_of(connection, account.id)
    return only(Organisation, found, fields)


@router.get("/organisations/{organisation_id}/members", response_model=list[Member])
def list_members(
    organisation_id: str, station: StationHere, actor: ActorHere, fields: Fields = None
) -> Any:
    """List who is what in an organisation."""
    with station.reading() as connection:
        require_member(connection, actor, organisation_id)
        found = find_where(connection, Member, organisation_id=organisation_id)
    return only(Member, found, fields)


@router.post("/organisations/{organisation_id}/members", status_code=201, response_model=Member)
def make_member(organisation_id: str, body: NewRole, making: MakingHere) -> Response:
    """Take somebody into an organisation."""

    def make(change: Change) -> Member:
        role = require_in_organisation(
            change.connection, making.actor, organisation_id, "members.add"
        )
        require_giving(role, body.role)
        account = find(change.connection, Account, body.account_id)
        return change.add(Member(new_id(), 1, organisation_id, account.id, body.role))

    return making.once(make)


@router.post("/organisations/{organisation_id}/projects", status_code=201, response_model=Project)
def make_project(organisation_id: str, body: NewProject, making: MakingHere) -> Response:
    """Make a project, with the field's usual statuses and task types."""

    def make(change: Change) -> Project:
        require_in_organisation(change.connection, making.actor, organisation_id, "projects.add")
        rate = str(FrameRate.parse(body.rate))
        project = change.add(Project(new_id(), 1, organisation_id, written(body.name), rate))
        add_workflow(change, project, account_of(change.connection, making.actor).language)
        return project

    return making.once(make)


@router.get("/projects", response_model=list[Project])
def list_projects(station: StationHere, actor: ActorHere, fields: Fields = None) -> Any:
    """List the projects that the asker has a role in."""
    with station.reading() as connection:
        found = organisations.projects_of(connection, account_of(connection, actor).id)
    return only(Project, found, fields)


@router.get("/projects/{project_id}", response_model=Project)
def read_project(
    project_id: str,
    response: Response,
    station: StationHere,
    actor: ActorHere,
    fields: Fields = None,
) -> Any:
    """Read a project."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("projects.read")
    return answer_only(access.project, response, fields)


@router.patch("/projects/{project_id}", response_model=Project)
def change_project(
    project_id: str,
    body: ProjectChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change a project."""
    changes = body.model_dump(exclude_unset=True, exclude_none=True)
    if "rate" in changes:
        changes["rate"] = str(FrameRate.parse(changes["rate"]))
    with station.change(actor) as change:
        access = access_to(change.connection, actor, project_id)
        access.require("projects.change")
        require_revision(access.project, seen)
        project = change.edit(access.project, **changes)
        if body.renders_cuts:
            screen_again(change, project)
    return told(project)


@router.get("/projects/{project_id}/members", response_model=list[Place])
def list_places(
    project_id: str, station: StationHere, actor: ActorHere, fields: Fields = None
) -> Any:
    """List who is what in a project, beside those who are it in the whole organisation."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("members.read")
        found = find_where(connection, Place, project_id=project_id)
    return only(Place, found, fields)


@router.post("/projects/{project_id}/members", status_code=201, response_model=Place)
def make_place(project_id: str, body: NewRole, making: MakingHere) -> Response:
    """Give somebody a role in a project."""

    def make(change: Change) -> Place:
        access = access_to(change.connection, making.actor, project_id)
        access.require("members.add")
        require_giving(access.role, body.role)
        account = find(change.connection, Account, body.account_id)
        organisation_id = access.project.organisation_id
        return change.add(Place(new_id(), 1, organisation_id, project_id, account.id, body.role))

    return making.once(make)


@router.delete("/projects/{project_id}/members/{place_id}", status_code=204)
def remove_place(
    project_id: str, place_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Take somebody's role in a project away."""
    with station.change(actor) as change:
        access_to(change.connection, actor, project_id).require("members.remove")
        place = find(change.connection, Place, place_id)
        if place.project_id != project_id:
            raise NotFound(f"there is no member `{place_id}`", zh=f"找不到成员 `{place_id}`")
        require_revision(place, seen)
        change.remove(place)
