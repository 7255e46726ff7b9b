"""What people wear and hold, carried from scene to scene of a script day.

Quiet rather than wrong: a contradiction is noted only where the words leave no way out. A change
of clothes, a hand that takes or gives, an article that may mean another thing: all keep silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from mstation.breakdown.days import ScriptDay
from mstation.breakdown.element import Carried, Category, ContinuityNote, SceneElement
from mstation.breakdown.seen import SceneWords, Seen, contradicts, is_same_thing
from mstation.screenplay.lexicon import lexicon

_HELD_SCENES = lexicon("mstation.breakdown", "continuity")["scenes"]["held"]
_ON_BODY = (Category.WARDROBE, Category.MAKEUP)
_KINDS: dict[Category, Literal["wardrobe", "makeup"]] = {
    Category.WARDROBE: "wardrobe",
    Category.MAKEUP: "makeup",
}


@dataclass(frozen=True, slots=True)
class Played:
    """A scene as continuity sees it."""

    number: str
    day: ScriptDay
    present: tuple[str, ...]
    elements: tuple[SceneElement, ...]
    words: SceneWords


@dataclass(slots=True)
class _Day:
    """What is known of one script day so far."""

    worn: dict[str, list[Seen]] = field(default_factory=dict)  # of each character
    held: dict[str, Seen] = field(default_factory=dict)  # of each thing, by id
    turn: int = 0  # scenes of this day so far


def follow(
    scenes: Sequence[Played],
) -> tuple[list[tuple[Carried, ...]], tuple[ContinuityNote, ...]]:
    """Return what each scene's people bring into it unmentioned, and where scenes contradict."""
    days: dict[str, _Day] = {}
    carried: list[tuple[Carried, ...]] = []
    notes: list[ContinuityNote] = []
    for scene in scenes:
        if scene.day.is_montage:
            carried.append(())
            continue
        day = days.setdefault(scene.day.label, _Day())
        day.turn += 1
        if scene.words.says_change():
            _undress(day, scene.present)
        notes += _contradictions(day, scene)
        carried.append(_carried(day, scene))
        _remember(day, scene)
    return carried, tuple(notes)


def _undress(day: _Day, people: Sequence[str]) -> None:
    for person in people:
        worn = day.worn.get(person, [])
        day.worn[person] = [seen for seen in worn if seen.category is not Category.WARDROBE]


def _contradictions(day: _Day, scene: Played) -> list[ContinuityNote]:
    notes = []
    for element in scene.elements:
        if element.holder_id not in scene.present or not element.line:
            continue
        if element.category in _ON_BODY:
            notes += _of_body(day, scene, element)
        elif element.category is Category.PROPS:
            notes += _of_hands(day, scene, element)
    return notes


def _of_body(day: _Day, scene: Played, element: SceneElement) -> list[ContinuityNote]:
    now = scene.words.see(element, scene.number, day.turn)
    if scene.words.says_put_on(element):
        return []
    return [
        ContinuityNote(
            kind=_KINDS[element.category],
            character_id=element.holder_id,
            name=now.told,
            before=before.told,
            scene=scene.number,
            earlier_scene=before.scene,
            line=element.line,
        )
        for before in day.worn.get(element.holder_id, ())
        if contradicts(before, now)
    ]


def _of_hands(day: _Day, scene: Played, element: SceneElement) -> list[ContinuityNote]:
    before = day.held.get(element.id)
    if (
        before is None
        or before.holder_id == element.holder_id
        or day.turn - before.turn > _HELD_SCENES
        or not scene.words.means_the_same(element)
        or scene.words.says_pass(element, whole_scene=before.holder_id in scene.present)
    ):
        return []
    return [
        ContinuityNote(
            kind="holder",
            character_id=element.holder_id,
            name=element.name,
            before=before.holder_id,
            scene=scene.number,
            earlier_scene=before.last_scene,
            line=element.line,
        )
    ]


def _carried(day: _Day, scene: Played) -> tuple[Carried, ...]:
    found = []
    for person in scene.present:
        own = [each for each in scene.elements if each.holder_id in (person, "")]
        brought = list(day.worn.get(person, ()))
        brought += [
            seen
            for seen in day.held.values()
            if seen.holder_id == person and day.turn - seen.turn <= _HELD_SCENES
        ]
        for seen in brought:
            others = scene.elements if seen.category is Category.PROPS else own
            if not any(is_same_thing(seen, element) for element in others):
                found.append(Carried(person, seen.category, seen.told, seen.scene))
    return tuple(found)


def _remember(day: _Day, scene: Played) -> None:
    for element in scene.elements:
        if element.category in _ON_BODY and element.holder_id:
            _remember_worn(day, scene, element)
        elif element.category is Category.PROPS:
            _remember_held(day, scene, element)


def _remember_worn(day: _Day, scene: Played, element: SceneElement) -> None:
    now = scene.words.see(element, scene.number, day.turn)
    worn = day.worn.setdefault(element.holder_id, [])
    before = next((seen for seen in worn if is_same_thing(seen, element)), None)
    if before is not None and not contradicts(before, now):
        worn.remove(before)
        told = now if now.qualities else replace(now, told=before.told, qualities=before.qualities)
        now = replace(told, scene=before.scene)
    worn[:] = [seen for seen in worn if not contradicts(seen, now)]
    if not scene.words.says_taken_off(element):
        worn.append(now)


def _remember_held(day: _Day, scene: Played, element: SceneElement) -> None:
    before = day.held.pop(element.id, None)
    if not element.holder_id or scene.words.may_pass_on(element):
        return
    now = scene.words.see(element, scene.number, day.turn)
    if before is not None and before.holder_id == element.holder_id:
        now = replace(now, scene=before.scene)
    day.held[element.id] = now
