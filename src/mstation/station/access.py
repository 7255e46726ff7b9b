"""What one actor may do in one project: the table of permissions, asked about real rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, false, select, true

from mstation.errors import Forbidden, NotFound
from mstation.station.change import Actor, find
from mstation.station.jobs import Job, own_jobs
from mstation.station.organisations import Project, role_in_project
from mstation.station.permissions import Reach, Role, reach_of
from mstation.station.production.entities import Entity, entities
from mstation.station.production.tasks import Task, own_tasks, tasks
from mstation.station.schema import table_of


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

    def require_of(self, connection: Connection, action: str, noun: Entity | Task | Job) -> None:
        """Refuse what is beyond the right: everything, or what is somebody else's.

        Raises:
            NotFound: when not even reading it is allowed: nobody learns that it is there.
            Forbidden: when it may be read, but not this.
        """
        if not self._reaches(connection, f"{action.split('.')[0]}.read", noun):
            raise NotFound(
                f"there is no {type(noun).__name__.lower()} `{noun.id}`",
                zh=f"找不到 `{noun.id}`（{type(noun).__name__}）",
            )
        if not self._reaches(connection, action, noun):
            raise forbidden(action)

    def _reaches(self, connection: Connection, action: str, noun: Entity | Task | Job) -> bool:
        match self.reach(action):
            case Reach.ALL:
                return True
            case Reach.OWN:
                return self._is_own(connection, noun)
        return False

    def _is_own(self, connection: Connection, noun: Entity | Task | Job) -> bool:
        table = table_of(type(noun))
        own = self._own(table.name)
        query = select(table.c.id).where(table.c.id == noun.id, own)
        return connection.execute(query).first() is not None

    def visible(self, table_name: str) -> ColumnElement[bool]:
        """Return the condition under which rows of a table may be read.

        Raises:
            Forbidden: when none may.
        """
        reach = self.require(f"{table_name}.read")
        return true() if reach is Reach.ALL else self._own(table_name)

    def _own(self, table_name: str) -> ColumnElement[bool]:
        account_id = self.actor.account_id or ""
        match table_name:
            case "tasks":
                return own_tasks(account_id)
            case "entities":
                mine = select(tasks.c.entity_id).where(own_tasks(account_id))
                return entities.c.id.in_(mine)
            case "jobs":
                return own_jobs(account_id)
        return false()


def access_to(connection: Connection, actor: Actor, project_id: str) -> Access:
    """Return an actor's access to a project.

    Raises:
        NotFound: when there is no such project, or not for them: nobody learns which.
    """
    project = find(connection, Project, project_id)
    role = None
    if actor.account_id is not None:
        role = role_in_project(connection, project, actor.account_id)
    access = Access(actor, project, role)
    if access.role is None:
        raise NotFound(
            f"there is no project `{project_id}`", zh=f"找不到 `{project_id}`（Project）"
        )
    access.require("projects.read")
    return access


def forbidden(action: str) -> Forbidden:
    """Return the error of one who may not do this here."""
    return Forbidden(
        f"your role here does not allow `{action}`; ask a producer of the project",
        zh=f"您的角色无权执行 `{action}`，请联系项目制片",
    )
