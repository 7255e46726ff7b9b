"""Who works on what a script changed reads it on their task, once, and nobody else does."""

from __future__ import annotations

from mstation.errors import Tongue
from mstation.station.change import STATION, find_where
from mstation.station.production.entities import Kind
from mstation.station.production.notes import Note
from mstation.station.production.script import carry_out, plan_of, read_shots
from mstation.station.production.tasks import Task, add_task
from mstation.station.production.workflow import TaskType
from mstation.station.station import Station
from tests.station.crew import Crew
from tests.station.test_script import FIRST, shot_list, tracked
from tests.station.test_script import publish as publish_quietly


def given(station: Station, crew: Crew, script_id: str, *people: str) -> Task:
    shot = tracked(station, crew)[script_id]
    with station.change(STATION) as change:
        kinds = find_where(change.connection, TaskType, project_id=crew.elsewhere.id, of=Kind.SHOT)
        return add_task(change, crew.elsewhere, entity_id=shot.id, type_id=kinds[0].id,
                        assignee_ids=people)  # fmt: skip


def publish(
    station: Station, crew: Crew, document: dict[str, object], tell: Tongue | None
) -> dict[str | None, tuple[str, tuple[str, ...]]]:
    """Publish a script; all notes: what each says and whom it mentions, by its task."""
    shots = read_shots(document)
    with station.change(STATION) as change:
        plan = plan_of(change.connection, crew.elsewhere, shots)
        carry_out(change, crew.elsewhere, shots, plan.digest, tell=tell)
        found = find_where(change.connection, Note, project_id=crew.elsewhere.id)
    assert len({note.task_id for note in found}) == len(found)
    return {note.task_id: (note.text, note.mention_ids) for note in found}


SHORTER = shot_list(("sc-b", [("sh-3", 72)]), ("sc-a", [("sh-1", 30)]))


def test_each_task_on_what_changed_says_so_to_whom_it_is_given(
    station: Station, crew: Crew
) -> None:
    publish_quietly(station, crew, FIRST)
    owner = crew.people["stranger"].id
    shorter, gone, moved = (given(station, crew, f"sh-{n}", owner) for n in (1, 2, 3))
    told = publish(station, crew, SHORTER, "en")
    assert told == {
        shorter.id: ("The script changed this shot: 48 → 30 frames.", (owner,)),
        gone.id: ("The script has this shot no more; it is omitted.", (owner,)),
    }
    assert moved.id not in told  # it only stands elsewhere in the film
    told = publish(station, crew, SHORTER, "en")
    assert len(told) == 2


def test_notes_are_in_the_language_that_is_asked_for(station: Station, crew: Crew) -> None:
    publish_quietly(station, crew, FIRST)
    task = given(station, crew, "sh-1", crew.people["stranger"].id)
    rewritten = shot_list(
        ("sc-a", [("sh-9", 30), ("sh-2", 24)]), ("sc-b", [("sh-3", 72)])
    )  # fmt: skip
    told = publish(station, crew, rewritten, "zh")
    assert told[task.id][0] == "剧本重写了这个镜头。剧本改动了这个镜头：48 → 30 帧。"


def test_nobody_is_told_who_is_not_there_or_when_it_is_not_wanted(
    station: Station, crew: Crew
) -> None:
    publish_quietly(station, crew, FIRST)
    given(station, crew, "sh-1")
    given(station, crew, "sh-2", crew.people["stranger"].id)
    assert publish(station, crew, SHORTER, None) == {}
