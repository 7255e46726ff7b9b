"""A small studio to test with: people in every role, two projects, some shots and tasks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mstation.station import passwords
from mstation.station.accounts import TOKEN_MARK, Account, add_token, new_key
from mstation.station.change import STATION, Change, find_where
from mstation.station.files import File, add_file
from mstation.station.ids import new_id
from mstation.station.organisations import Member, Organisation, Place, Project
from mstation.station.permissions import Role
from mstation.station.production.entities import Entity, Kind, add_entity
from mstation.station.production.tasks import Task, add_task
from mstation.station.production.workflow import TaskType, add_workflow
from mstation.station.station import Station

PASSWORD = "a lantern on platform three"
_HASH = passwords.hashed(PASSWORD)  # slow by design: once is enough


@dataclass(frozen=True)
class Crew:
    """Who is there, and what they work on; `keys` are tokens that open everything they may."""

    organisation: Organisation
    project: Project
    elsewhere: Project  # of another organisation
    people: dict[str, Account]  # by role, and `stranger`
    keys: dict[str, str]
    shots: list[Entity]
    tasks: list[Task]  # of the shots: the first is the artist's, the second the vendor's

    def signed(self, who: str) -> dict[str, str]:
        """Return the header by which somebody asks."""
        return {"Authorization": f"Bearer {self.keys[who]}"}


def hire(station: Station, *, shots: int = 3) -> Crew:
    """Fill an empty station with a small studio, and start its first film."""
    with station.change(STATION) as change:
        organisation = change.add(Organisation(new_id(), 1, "Lantern Pictures"))
        other = change.add(Organisation(new_id(), 1, "Harbour Post"))
        people, keys = _people(change)
        for role in (Role.OWNER, Role.PRODUCER):
            who = people[role].id
            change.add(Member(new_id(), 1, organisation.id, who, role))
        elsewhere = _project(change, other, "Somebody else's film")
        change.add(Member(new_id(), 1, other.id, people["stranger"].id, Role.OWNER))
        film = _film(change, organisation, people, shots)
    return Crew(organisation, film[0], elsewhere, people, keys, *film[1:])


def another_film(station: Station, crew: Crew) -> Crew:
    """Let the same people start another film of the same shape: nothing of the others is in it."""
    with station.change(STATION) as change:
        film = _film(change, crew.organisation, crew.people, len(crew.shots))
    return replace(crew, project=film[0], shots=film[1], tasks=film[2])


def _film(
    change: Change, organisation: Organisation, people: dict[str, Account], shots: int
) -> tuple[Project, list[Entity], list[Task]]:
    project = _project(change, organisation, "The Last Reel")
    for role in Role:
        if role not in (Role.OWNER, Role.PRODUCER):
            own = (organisation.id, project.id, people[role].id)
            change.add(Place(new_id(), 1, *own, role))
    made = [
        add_entity(change, project, kind=Kind.SHOT, label=f"001-{n:03}", position=n)
        for n in range(1, shots + 1)
    ]
    types = find_where(change.connection, TaskType, project_id=project.id, of=Kind.SHOT)
    whose = [people["artist"].id, people["vendor"].id]
    work = [
        add_task(
            change, project, entity_id=shot.id, type_id=types[0].id,
            assignee_ids=tuple(whose[place : place + 1]),
        )
        for place, shot in enumerate(made)
    ]  # fmt: skip
    return project, made, work


def bring(
    station: Station, project: Project, data: bytes, name: str = "shot.mov", **more: str | None
) -> File:
    """Bring a file to a project; more: whose it is (`account_id`, `task_id`), its `media_type`."""
    told = {"media_type": "video/quicktime", **more}
    with station.change(STATION) as change:
        return add_file(change, project, station.blobs.put(data), name=name, **told)  # type: ignore[arg-type]


def _people(change: Change) -> tuple[dict[str, Account], dict[str, str]]:
    people, keys = {}, {}
    for who in (*Role, "stranger"):
        email = f"{who}@example.org"
        people[str(who)] = change.add(Account(new_id(), 1, email, who.title(), _HASH))
        keys[str(who)] = TOKEN_MARK + new_key()
        add_token(change, people[str(who)], name="tests", key=keys[str(who)])
    return people, keys


def _project(change: Change, organisation: Organisation, name: str) -> Project:
    project = change.add(Project(new_id(), 1, organisation.id, name))
    add_workflow(change, project, "en")
    return project
