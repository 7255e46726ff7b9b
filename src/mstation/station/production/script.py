"""A build's shot list in; what it would change in the tracked shots out; then the change itself.

A shot is known by its id in the script, which follows its content through revisions. Where the id
is new, a shot of the same scene with the same label, whose own id is gone, is taken for the same
shot. Nothing is deleted: a shot that left the film is omitted, and keeps its tasks and notes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, select, update

from mstation.errors import InvalidInput, Stale, Tongue, Unsupported
from mstation.station.accounts import accounts
from mstation.station.change import Change, find_where
from mstation.station.organisations import Project
from mstation.station.production.entities import Entity, Kind, add_entity, entities
from mstation.station.production.script_notes import Touched, tell_people
from mstation.station.production.tasks import tasks
from mstation.timebase import FrameRate

_SCHEMA = "mstation.shots/2"


@dataclass(frozen=True, slots=True)
class ListedShot:
    """What of a shot the station keeps; frames are half-open and count from the scene's first."""

    id: str
    label: str
    scene_id: str
    first_frame: int
    end_frame: int


@dataclass(frozen=True, slots=True)
class ListedClip:
    """A shot in the film."""

    scene_label: str
    film_first_frame: int
    shot: ListedShot


@dataclass(frozen=True, slots=True)
class ListedScene:
    """A scene in the film."""

    label: str
    heading: str
    film_first_frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class ShotList:
    """`shots.json` of a build, as far as the station reads it: docs/files.md."""

    schema: str
    rate: str
    scenes: tuple[ListedScene, ...]
    clips: tuple[ListedClip, ...]
    title: str = ""


class Fate(StrEnum):
    """What happens to a tracked scene or shot."""

    ADDED = "added"
    CHANGED = "changed"
    OMITTED = "omitted"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one scene or shot, and to whom."""

    fate: Fate
    kind: Kind
    script_id: str
    label: str
    entity_id: str | None  # None: it is made
    label_before: str | None
    frames: int | None
    frames_before: int | None
    open_tasks: int  # tasks that stand on it
    people_ids: tuple[str, ...]  # whom these are given to


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a plan touches, and how many of their tasks stand on what is changed or omitted."""

    id: str
    name: str
    open_tasks: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Every step, in the film's order, and a digest by which the plan is agreed to."""

    steps: tuple[Step, ...]
    people: tuple[Person, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A scene or shot as the build has it."""

    kind: Kind
    script_id: str
    label: str
    scene_id: str  # of a shot
    description: str
    position: int
    first_frame: int
    frames: int


def read_shots(document: Any) -> ShotList:
    """Return a build's shot list from its JSON.

    Raises:
        Unsupported: when it is another document, or one of another version.
        InvalidInput: when it is damaged.
    """
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != _SCHEMA:
        raise Unsupported(
            f"this is no shot list of a build: its schema is {schema!s:.60}, not {_SCHEMA}",
            zh=f"这不是成片的镜头表：schema 为 {schema!s:.60}，应为 {_SCHEMA}",
        )
    try:
        return TypeAdapter(ShotList).validate_python(document)
    except ValueError as error:
        raise InvalidInput(
            f"the shot list is damaged: {str(error).splitlines()[0]}", zh="镜头表已损坏"
        ) from error


def plan_of(connection: Connection, project: Project, shots: ShotList) -> Plan:
    """Return what a build's shot list changes in a project.

    Raises:
        InvalidInput: when the film runs at another rate than the project, or its list is damaged.
    """
    _check_rate(project, shots)
    tracked = _tracked(connection, project)
    wanted = _wanted(shots)
    matched = _matched(tracked, wanted)
    work = _work(connection, project)
    steps = [_step_of(each, matched.get(each.script_id), work) for each in wanted]
    found = {entity.id for entity in matched.values()}
    gone = [each for each in tracked if each.id not in found and not each.omitted]
    steps += [_omission(each, work) for each in gone]
    touched = {step.entity_id for step in steps if step.fate in (Fate.CHANGED, Fate.OMITTED)}
    people = Counter(
        who for id_ in touched if id_ is not None for each in work.get(id_, ()) for who in each
    )
    told = orjson.dumps([[step.fate, step.script_id, step.entity_id, step.label] for step in steps]
                        + [[each.id, each.revision] for each in tracked])  # fmt: skip
    return Plan(tuple(steps), _people(connection, people), hashlib.sha256(told).hexdigest())


def carry_out(
    change: Change, project: Project, shots: ShotList, agreed: str, *, tell: Tongue | None = None
) -> Plan:
    """Bring the tracked scenes and shots to a build's, as the agreed plan says.

    tell: in which language notes tell the people whose work it touches; None: they are not told.

    Raises:
        Stale: when the project changed since the plan was made.
    """
    plan = plan_of(change.connection, project, shots)
    if plan.digest != agreed:
        raise Stale(
            "the project changed since this plan was made; look at the new plan",
            zh="制定计划之后项目已有变动，请查看新的计划",
        )
    tracked = {each.id: each for each in _tracked(change.connection, project)}
    wanted = {each.script_id: each for each in _wanted(shots)}
    moving = [step for step in plan.steps if step.entity_id and step.fate is not Fate.KEPT]
    _free_labels(change.connection, [step.entity_id or "" for step in moving])
    taken = {(step.kind, step.label) for step in plan.steps if step.fate is not Fate.OMITTED}
    scenes: dict[str, str] = {}
    touched: list[Touched] = []
    for step in plan.steps:
        entity = tracked.get(step.entity_id or "")
        if step.fate is Fate.OMITTED:
            assert entity is not None
            label = _omitted_label(entity, taken)
            taken.add((entity.kind, label))
            touched.append(Touched(entity, _relabelled(change, entity, label=label, omitted=True)))
            continue
        each = wanted[step.script_id]
        parent_id = scenes.get(each.scene_id)
        if entity is None:
            entity = add_entity(
                change, project, kind=each.kind, label=each.label, parent_id=parent_id,
                script_id=each.script_id, description=each.description, position=each.position,
                first_frame=each.first_frame, frames=each.frames,
            )  # fmt: skip
        elif step.fate is Fate.CHANGED:
            before = entity
            entity = _relabelled(
                change, entity, label=each.label, parent_id=parent_id, script_id=each.script_id,
                position=each.position, first_frame=each.first_frame, frames=each.frames,
                omitted=False,
            )  # fmt: skip
            touched.append(Touched(before, entity))
        if entity.kind is Kind.SCENE:
            scenes[each.script_id] = entity.id
    if tell is not None:
        tell_people(change, project, touched, tell)
    return plan


def _check_rate(project: Project, shots: ShotList) -> None:
    rate = FrameRate.parse(shots.rate)
    if shots.clips and rate != FrameRate.parse(project.rate):
        raise InvalidInput(
            f"the film runs at {rate} frames a second, the project at {project.rate}: make the "
            "film at that rate, or change the project's",
            zh=f"影片为每秒 {rate} 帧，项目为 {project.rate}；请按该帧率制作影片，或修改项目帧率",
        )


def _wanted(shots: ShotList) -> list[_Wanted]:
    """Return scenes and shots as the build has them: each scene before its shots."""
    by_label = {scene.label: scene for scene in shots.scenes}
    wanted: list[_Wanted] = []
    seen: set[str] = set()
    for place, clip in enumerate(shots.clips):
        shot, scene = clip.shot, by_label.get(clip.scene_label)
        if scene is None or shot.id in seen:
            raise InvalidInput(
                f"the shot list is damaged at {shot.label!r:.60}",
                zh=f"镜头表在 {shot.label!r:.60} 处已损坏",
            )
        if shot.scene_id not in seen:
            seen.add(shot.scene_id)
            wanted.append(
                _Wanted(Kind.SCENE, shot.scene_id, scene.label, "", scene.heading, place,
                        scene.film_first_frame, scene.frames)
            )  # fmt: skip
        seen.add(shot.id)
        wanted.append(
            _Wanted(Kind.SHOT, shot.id, shot.label, shot.scene_id, "", place,
                    clip.film_first_frame, shot.end_frame - shot.first_frame)
        )  # fmt: skip
    return wanted


def _tracked(connection: Connection, project: Project) -> list[Entity]:
    """Return the project's scenes and shots that came from a script, by id."""
    found = find_where(connection, Entity, project_id=project.id)
    kinds = (Kind.SCENE, Kind.SHOT)
    return [each for each in found if each.kind in kinds and each.script_id is not None]


def _matched(tracked: list[Entity], wanted: list[_Wanted]) -> dict[str, Entity]:
    """Return which tracked entity each wanted one is: by id, then by its label in its scene."""
    by_id = {each.script_id: each for each in tracked}
    matched = {each.script_id: by_id[each.script_id] for each in wanted if each.script_id in by_id}
    ids = {each.id for each in matched.values()}
    left = {
        (each.kind, each.parent_id, each.label): each
        for each in tracked
        if each.id not in ids and not each.omitted
    }
    for each in wanted:  # a scene stands before its shots
        scene = matched.get(each.scene_id)
        place = (each.kind, scene.id if scene else None, each.label)
        if each.script_id not in matched and place in left:
            matched[each.script_id] = left.pop(place)
    return matched


def _work(connection: Connection, project: Project) -> dict[str, list[tuple[str, ...]]]:
    """Return whom the tasks of each entity are given to."""
    query = select(tasks.c.entity_id, tasks.c.assignee_ids).where(tasks.c.project_id == project.id)
    work: dict[str, list[tuple[str, ...]]] = {}
    for entity_id, people in connection.execute(query):
        work.setdefault(entity_id, []).append(tuple(people))
    return work


def _people(connection: Connection, open_tasks: Mapping[str, int]) -> tuple[Person, ...]:
    """Return who has these tasks, by name."""
    query = select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(list(open_tasks)))
    found = [Person(id_, name, open_tasks[id_]) for id_, name in connection.execute(query)]
    return tuple(sorted(found, key=lambda each: (each.name, each.id)))


def _step_of(each: _Wanted, entity: Entity | None, work: dict[str, list[tuple[str, ...]]]) -> Step:
    if entity is None:
        return Step(Fate.ADDED, each.kind, each.script_id, each.label, None, None,
                    each.frames, None, 0, ())  # fmt: skip
    now = (entity.script_id, entity.label, entity.position, entity.first_frame, entity.frames,
           entity.omitted)  # fmt: skip
    then = (each.script_id, each.label, each.position, each.first_frame, each.frames, False)
    fate = Fate.KEPT if now == then else Fate.CHANGED
    return _told(fate, entity, each.script_id, each.label, each.frames, work)


def _omission(entity: Entity, work: dict[str, list[tuple[str, ...]]]) -> Step:
    return _told(Fate.OMITTED, entity, entity.script_id or "", entity.label, None, work)


def _told(
    fate: Fate, entity: Entity, script_id: str, label: str, frames: int | None,
    work: dict[str, list[tuple[str, ...]]],
) -> Step:  # fmt: skip
    standing = work.get(entity.id, [])
    people = dict.fromkeys(who for each in standing for who in each)
    return Step(fate, entity.kind, script_id, label, entity.id, entity.label, frames,
                entity.frames, len(standing), tuple(people))  # fmt: skip


def _free_labels(connection: Connection, ids: Iterable[str]) -> None:
    """Give labels free for a moment, so that two shots may change theirs with each other."""
    for id_ in ids:
        mine = entities.c.id == id_
        connection.execute(update(entities).where(mine).values(label=entities.c.id))


def _relabelled(change: Change, entity: Entity, **changes: Any) -> Entity:
    """Write the changes of an entity whose label was set free."""
    mine = entities.c.id == entity.id
    label = {"label": changes["label"]}
    change.connection.execute(update(entities).where(mine).values(label))
    return change.edit(entity, **changes)


def _omitted_label(entity: Entity, taken: set[tuple[Kind, str]]) -> str:
    """Return what an omitted shot is called: as before, unless another has its label now."""
    label, number = entity.label, 1
    while (entity.kind, label) in taken:
        number += 1
        label = f"{entity.label} omitted {number}" if number > 2 else f"{entity.label} omitted"
    return label
