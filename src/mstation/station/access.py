"""What one actor may do in one project: the table of permissions, asked about real rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, false, or_, select, true

from mstation.errors import Forbidden, NotFound
from mstation.station.ai_declarations import declared_of
from mstation.station.change import Actor, Opened, find, missing
from mstation.station.file_sight import attached_to, named_by, own_files
from mstation.station.jobs import own_jobs
from mstation.station.organisations import Project, project_and_role, role_in_organisation
from mstation.station.permissions import Reach, Role, guest_actions, reach_of
from mstation.station.production.entities import entities
from mstation.station.production.notes import notes, own_notes, written_by
from mstation.station.production.playlists import in_playlist, playlists
from mstation.station.production.tasks import own_tasks, tasks
from mstation.station.production.time_logs import own_time_logs
from mstation.station.production.versions import own_versions, publishes, versions
from mstation.station.schema import Noun, metadata, table_of
from mstation.station.vendor_sight import vendor_files, vendor_versions

_OWN: dict[str, Callable[[str], ColumnElement[bool]]] = {
    "jobs": own_jobs,
    "tasks": own_tasks,
    "time_logs": own_time_logs,
}


class _OfProject(Noun, Protocol):
    @property
    def project_id(self) -> str | None: ...


P = TypeVar("P", bound=_OfProject)


@dataclass(frozen=True, slots=True)
class Access:
    """An actor in a project."""

    actor: Actor
    project: Project
    role: Role | None

    @property
    def project_id(self) -> str:
        """The project's id."""
        return self.project.id

    def reach(self, action: str) -> Reach:
        """Return how far the right to an action goes."""
        if self.actor.scopes is not None and action not in self.actor.scopes:
            return Reach.NONE
        if self.actor.opens is not None:
            allowed = guest_actions(may_comment=self.actor.opens.may_comment)
            return Reach.OWN if action in allowed else Reach.NONE
        return reach_of(self.role, action)

    def require(self, action: str) -> Reach:
        """Return how far the right goes.

        Raises:
            Forbidden: when there is none.
        """
        reach = self.reach(action)
        if reach is Reach.NONE:
            raise forbidden(action)
        return reach

    def require_of(self, connection: Connection, action: str, noun: Noun) -> None:
        """Refuse what is beyond the right: everything, or what is somebody else's.

        noun: what is acted on; for a note or a version to be made, what it is about.

        Raises:
            NotFound: when not even reading it is allowed: nobody learns that it is there.
            Forbidden: when it may be read, but not this.
        """
        if not self._reaches(connection, f"{table_of(type(noun)).name}.read", noun):
            raise NotFound(
                f"there is no {type(noun).__name__.lower()} `{noun.id}`",
                zh=f"找不到 `{noun.id}`（{type(noun).__name__}）",
            )
        if not self._reaches(connection, action, noun):
            raise forbidden(action)

    def _reaches(self, connection: Connection, action: str, noun: Noun) -> bool:
        match self.reach(action):
            case Reach.ALL:
                return True
            case Reach.OWN:
                return self._is_own(connection, action, noun)
        return False

    def _is_own(self, connection: Connection, action: str, noun: Noun) -> bool:
        table = table_of(type(noun))
        own = self._own(table.name, action)
        query = select(table.c.id).where(table.c.id == noun.id, own)
        return connection.execute(query).first() is not None

    def visible(self, table_name: str) -> ColumnElement[bool]:
        """Return the condition under which rows of a table may be read.

        Raises:
            Forbidden: when none may.
        """
        action = f"{table_name}.read"
        reach = self.require(action)
        return true() if reach is Reach.ALL else self._own(table_name, action)

    def sees_all(self, table_name: str) -> bool:
        """Return whether every row of a table that is of the project may be read."""
        return self.reach(f"{table_name}.read") is Reach.ALL

    def _own(self, table_name: str, action: str) -> ColumnElement[bool]:
        if table_name == "files":
            return self._own_files(action)
        if self.actor.opens is not None:
            return _opened(self.actor.opens, table_name)
        account_id = self.actor.account_id or ""
        if table_name in _OWN:
            return _OWN[table_name](account_id)
        match table_name:
            case "entities":
                mine = select(tasks.c.entity_id).where(own_tasks(account_id))
                return entities.c.id.in_(mine)
            case "versions":
                return self._own_versions(account_id)
            case "publishes":
                made = select(versions.c.id).where(self._own_versions(account_id))
                return publishes.c.version_id.in_(made)
            case "ai_declarations":
                return declared_of(self._own_versions(account_id))
            case "notes":
                return self._own_notes(account_id, action)
        return false()

    def _own_versions(self, account_id: str) -> ColumnElement[bool]:
        """Return the condition under which a version is theirs: vendors see none of each other."""
        is_vendor = self.role is Role.VENDOR
        return vendor_versions(account_id) if is_vendor else own_versions(account_id)

    def _own_files(self, action: str) -> ColumnElement[bool]:
        """Return the condition under which a file is theirs; to read, also what they see names."""
        account_id = self.actor.account_id
        if account_id is None:
            own: ColumnElement[bool] = false()
        else:
            is_vendor = self.role is Role.VENDOR
            own = vendor_files(account_id) if is_vendor else own_files(account_id)
        if action != "files.read":
            return own
        return or_(own, named_by(self._seen("versions")), attached_to(self._seen("notes")))

    def _seen(self, table_name: str) -> ColumnElement[bool]:
        """Return the condition under which rows of a table may be read: none, some or all."""
        is_barred = self.reach(f"{table_name}.read") is Reach.NONE
        return false() if is_barred else self.visible(table_name)

    def _own_notes(self, account_id: str, action: str) -> ColumnElement[bool]:
        """Return the condition under which a note is theirs to read, or to change."""
        if action != "notes.read":
            return written_by(account_id)
        if self.role is Role.CLIENT:
            return notes.c.for_client | written_by(account_id)
        return own_notes(account_id, self._own_versions(account_id))


def access_to(connection: Connection, actor: Actor, project_id: str | None) -> Access:
    """Return an actor's access to a project; to what is of none, nobody has access by it.

    Raises:
        NotFound: when there is no such project, or not for them: nobody learns which.
    """
    project_id = project_id or ""
    found = project_and_role(connection, project_id, actor.account_id)
    opens = actor.opens is not None and actor.opens.project_id == project_id
    if found is None or (found[1] is None and not opens):
        shown = project_id[:40]
        raise missing(Project, shown)
    access = Access(actor, *found)
    if opens:
        return access
    access.require("projects.read")
    return access


def found(
    connection: Connection, actor: Actor, kind: type[P], id_: str, action: str
) -> tuple[P, Access]:
    """Return something of a project that an actor may do this with, and their access to it.

    Raises:
        NotFound: when it is not there, or not for them even to read.
        Forbidden: when they may read it, but not this.
    """
    noun = find(connection, kind, id_)
    access = access_to(connection, actor, noun.project_id)
    access.require_of(connection, action, noun)
    return noun, access


def require_member(connection: Connection, actor: Actor, organisation_id: str) -> Role:
    """Return what an actor is in an organisation.

    Raises:
        NotFound: when there is no such organisation, or they are not of it.
    """
    role = None
    if actor.account_id is not None:
        role = role_in_organisation(connection, organisation_id, actor.account_id)
    if role is None:
        raise NotFound(
            f"there is no organisation `{organisation_id[:40]}`",
            zh=f"找不到组织 `{organisation_id[:40]}`",
        )
    return role


def require_in_organisation(
    connection: Connection, actor: Actor, organisation_id: str, action: str
) -> Role:
    """Return what an actor is in an organisation, where that allows an action.

    Raises:
        NotFound: when there is no such organisation, or they are not of it.
        Forbidden: when their role does not allow it.
    """
    role = require_member(connection, actor, organisation_id)
    if actor.scopes is not None and action not in actor.scopes:
        raise forbidden(action)
    if reach_of(role, action) is not Reach.ALL:
        raise forbidden(action)
    return role


def require_giving(giver: Role | None, given: Role) -> None:
    """Refuse that anybody but an owner makes owners.

    Raises:
        Forbidden: when somebody else does.
    """
    if given is Role.OWNER and giver is not Role.OWNER:
        raise Forbidden("only an owner makes somebody an owner", zh="只有所有者才能授予所有者角色")


def _opened(opens: Opened, table_name: str) -> ColumnElement[bool]:
    """Return the condition under which a row is what a guest link opens, or part of that."""
    if table_name == opens.subject_noun:
        column: ColumnElement[str] = metadata.tables[table_name].c.id
        return column == opens.subject_id
    if opens.subject_noun != playlists.name:
        return false()
    shown = in_playlist(opens.subject_id)
    match table_name:
        case "versions":
            return shown
        case "notes":
            about = select(versions.c.id).where(shown)
            return notes.c.for_client & notes.c.version_id.in_(about)
    return false()


def forbidden(action: str) -> Forbidden:
    """Return the error of one who may not do this here."""
    return Forbidden(
        f"your role here does not allow `{action}`; ask a producer of the project",
        zh=f"您的角色无权执行 `{action}`，请联系项目制片",
    )
