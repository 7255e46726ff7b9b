"""A revision of the script: told before it is done, and nothing that people made is lost."""

from __future__ import annotations

import pytest

from mstation.errors import InvalidInput, Stale, Unsupported
from mstation.station.change import STATION, find, find_where
from mstation.station.production.entities import Entity, Kind
from mstation.station.production.script import (
    Fate,
    Plan,
    carry_out,
    plan_of,
    read_shots,
)
from mstation.station.production.tasks import Task, add_task
from mstation.station.production.workflow import TaskType
from mstation.station.station import Station
from tests.station.crew import Crew


def shot_list(*scenes: tuple[str, list[tuple[str, int]]]) -> dict[str, object]:
    """`shots.json` of scenes and their shots' ids and lengths, labelled in order."""
    listed, clips, film = [], [], 0
    for number, (scene_id, shots) in enumerate(scenes, 1):
        label, first = f"{number:03}", film
        for place, (id_, frames) in enumerate(shots, 1):
            shot = {"id": id_, "label": f"{label}-{place:03}", "scene_id": scene_id,
                    "first_frame": film - first, "end_frame": film - first + frames}  # fmt: skip
            clips.append({"scene_label": label, "film_first_frame": film, "shot": shot})
            film += frames
        listed.append({"label": label, "heading": f"INT. PLACE {number} - DAY",
                       "film_first_frame": first, "frames": film - first})  # fmt: skip
    return {"schema": "mstation.shots/2", "rate": "24", "scenes": listed, "clips": clips}


def publish(station: Station, crew: Crew, document: dict[str, object]) -> Plan:
    shots = read_shots(document)
    with station.reading() as connection:
        plan = plan_of(connection, crew.elsewhere, shots)
    with station.change(STATION) as change:
        return carry_out(change, crew.elsewhere, shots, plan.digest)


def tracked(station: Station, crew: Crew, kind: Kind = Kind.SHOT) -> dict[str, Entity]:
    with station.reading() as connection:
        found = find_where(connection, Entity, project_id=crew.elsewhere.id, kind=kind)
    return {each.script_id or "": each for each in found}


FIRST = shot_list(("sc-a", [("sh-1", 48), ("sh-2", 24)]), ("sc-b", [("sh-3", 72)]))


def test_each_shot_of_the_script_becomes_a_tracked_shot(station: Station, crew: Crew) -> None:
    plan = publish(station, crew, FIRST)
    assert [step.fate for step in plan.steps] == [Fate.ADDED] * 5
    shots, scenes = tracked(station, crew), tracked(station, crew, Kind.SCENE)
    assert [(each.label, each.first_frame, each.frames) for each in shots.values()] == [
        ("001-001", 0, 48), ("001-002", 48, 24), ("002-001", 72, 72),
    ]  # fmt: skip
    assert shots["sh-3"].parent_id == scenes["sc-b"].id
    assert scenes["sc-b"].description == "INT. PLACE 2 - DAY"
    again = publish(station, crew, FIRST)
    assert {step.fate for step in again.steps} == {Fate.KEPT}


def test_shots_that_change_places_change_labels_and_stay_who_they_are(
    station: Station, crew: Crew
) -> None:
    publish(station, crew, FIRST)
    before = tracked(station, crew)
    publish(
        station, crew, shot_list(("sc-a", [("sh-2", 24), ("sh-1", 48)]), ("sc-b", [("sh-3", 72)]))
    )
    after = tracked(station, crew)
    assert (after["sh-1"].label, after["sh-2"].label) == ("001-002", "001-001")
    assert {name: each.id for name, each in before.items()} == {
        name: each.id for name, each in after.items()
    }


def test_who_works_on_what_changes_is_told_before(station: Station, crew: Crew) -> None:
    publish(station, crew, FIRST)
    shot = tracked(station, crew)["sh-2"]
    owner = crew.people["stranger"].id
    with station.change(STATION) as change:
        kinds = find_where(change.connection, TaskType, project_id=crew.elsewhere.id, of=Kind.SHOT)
        task = add_task(change, crew.elsewhere, entity_id=shot.id, type_id=kinds[0].id,
                        assignee_ids=(owner,))  # fmt: skip
    shots = read_shots(shot_list(("sc-a", [("sh-1", 48), ("sh-4", 30)]), ("sc-c", [("sh-5", 10)])))
    with station.reading() as connection:
        plan = plan_of(connection, crew.elsewhere, shots)
    told = {step.label_before or step.label: (step.fate, step.open_tasks) for step in plan.steps}
    assert told == {
        "001": (Fate.CHANGED, 0), "001-001": (Fate.KEPT, 0), "001-002": (Fate.CHANGED, 1),
        "002": (Fate.CHANGED, 0), "002-001": (Fate.CHANGED, 0),
    }  # fmt: skip
    assert [(each.id, each.open_tasks) for each in plan.people] == [(owner, 1)]
    assert tracked(station, crew)["sh-2"] == shot  # nothing is done yet
    with station.change(STATION) as change:
        carry_out(change, crew.elsewhere, shots, plan.digest)
    with station.reading() as connection:
        kept = find(connection, Entity, find(connection, Task, task.id).entity_id)
    assert (kept.id, kept.script_id, kept.frames) == (shot.id, "sh-4", 30)


def test_a_label_in_another_scene_is_another_shot(station: Station, crew: Crew) -> None:
    publish(station, crew, FIRST)
    old = tracked(station, crew)["sh-3"]
    publish(station, crew, shot_list(("sc-b", [("sh-3", 72)]), ("sc-a", [("sh-9", 24)])))
    after = tracked(station, crew)
    assert (after["sh-3"].id, after["sh-3"].label) == (old.id, "001-001")
    assert (after["sh-9"].label, after["sh-9"].revision) == ("002-001", 1)
    assert after["sh-1"].omitted
    assert after["sh-2"].omitted


def test_a_shot_that_leaves_the_film_is_omitted_and_comes_back_as_itself(
    station: Station, crew: Crew
) -> None:
    publish(station, crew, FIRST)
    shot = tracked(station, crew)["sh-1"]
    publish(station, crew, shot_list(("sc-a", [("sh-2", 24)]), ("sc-b", [("sh-3", 72)])))
    gone, stayed = tracked(station, crew)["sh-1"], tracked(station, crew)["sh-2"]
    assert (gone.id, gone.omitted, gone.label) == (shot.id, True, "001-001 omitted")
    assert (stayed.omitted, stayed.label) == (False, "001-001")
    publish(station, crew, FIRST)
    back = tracked(station, crew)["sh-1"]
    assert (back.id, back.omitted, back.label) == (shot.id, False, "001-001")


def test_a_plan_holds_only_while_nothing_changes(station: Station, crew: Crew) -> None:
    publish(station, crew, FIRST)
    shots = read_shots(shot_list(("sc-a", [("sh-1", 12)])))
    with station.reading() as connection:
        plan = plan_of(connection, crew.elsewhere, shots)
    with station.change(STATION) as change:
        change.edit(tracked(station, crew)["sh-1"], description="somebody was faster")
    with pytest.raises(Stale), station.change(STATION) as change:
        carry_out(change, crew.elsewhere, shots, plan.digest)
    assert tracked(station, crew)["sh-1"].frames == 48


def test_shots_made_by_hand_are_left_alone(station: Station, crew: Crew) -> None:
    with station.change(STATION) as change:
        shots = read_shots(shot_list())
        plan = plan_of(change.connection, crew.project, shots)
        assert plan.steps == ()


@pytest.mark.parametrize("document", [{}, {"schema": "mstation.shots/1"}, [], None, "x"])
def test_other_documents_are_refused(document: object) -> None:
    with pytest.raises(Unsupported):
        read_shots(document)


def test_a_damaged_list_is_refused_whole(station: Station, crew: Crew) -> None:
    twice = shot_list(("sc-a", [("sh-1", 1), ("sh-1", 1)]))
    with pytest.raises(InvalidInput, match="001-002"):
        publish(station, crew, twice)
    with pytest.raises(InvalidInput):
        read_shots({**FIRST, "clips": [{"shot": {}}]})
    assert tracked(station, crew) == {}
