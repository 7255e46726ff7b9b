"""Script in, breakdown out: scenes with their beats, the cast, eighths and seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mstation.breakdown.beats import BeatWriter, count_words, sex_votes
from mstation.breakdown.feeling import feel
from mstation.breakdown.mentions import name_finder
from mstation.breakdown.numbering import scene_numbers
from mstation.breakdown.paging import eighths_of
from mstation.breakdown.places import Place, find_places
from mstation.breakdown.playing import speech_seconds
from mstation.breakdown.portrait import Sex, age_of, description_of, sex_of
from mstation.breakdown.roster import Roster, call_the_roll
from mstation.breakdown.scene import (
    Action,
    Beat,
    Breakdown,
    Character,
    Scene,
)
from mstation.errors import InvalidInput
from mstation.identity import opaque_id
from mstation.screenplay.script import Element, ElementKind, Script

_NOT_PLAYED = frozenset(
    (
        ElementKind.SECTION,
        ElementKind.SYNOPSIS,
        ElementKind.NOTE,
        ElementKind.BONEYARD,
        ElementKind.PAGE_BREAK,
        ElementKind.EPISODE,
    )
)
_EMPTY_SCENE_S = 3.0


@dataclass(slots=True)
class ScenePages:
    """The elements between one heading and the next."""

    heading: Element
    elements: list[Element] = field(default_factory=list)
    transition_in: str = ""
    transition_out: str = ""


def break_down(script: Script) -> Breakdown:
    """Return the breakdown of a script.

    Raises:
        InvalidInput: when the script has no scene heading.
    """
    pages = part_scenes(script.elements)
    if not pages:
        raise InvalidInput(
            "there is no scene in this script; a scene begins with a heading on a line of its "
            "own, after a blank line: `INT. KITCHEN - DAY` or `第1场 内 厨房 日`",
            zh="剧本里没有场景；每场戏的标题要单独成行、前面空一行，"
            "例如 `第1场 内 厨房 日` 或 `INT. KITCHEN - DAY`",
        )
    roster = call_the_roll(script.elements)
    finder = name_finder(roster)
    votes = sex_votes(script.elements, finder)
    sexes: dict[str, Sex] = {
        person.id: sex_of(person, votes[person.id]) for person in roster.people
    }
    places = find_places([page.heading.text for page in pages])
    numbers = scene_numbers([page.heading.scene_number for page in pages])
    opens = _opening_scenes(places)
    writer = BeatWriter(roster, finder, sexes, roster.speakers())
    scenes = tuple(
        _scene(page, place, number, is_open, writer, script)
        for page, place, number, is_open in zip(pages, places, numbers, opens, strict=True)
    )
    return Breakdown(
        title=script.title,
        language=script.language,
        scenes=scenes,
        cast=_cast(roster, sexes, scenes),
        eighths=sum(scene.eighths for scene in scenes),
        est_seconds=round(sum(scene.est_seconds for scene in scenes), 3),
    )


def part_scenes(elements: Iterable[Element]) -> list[ScenePages]:
    """Return the pages of each scene; a transition belongs to the scenes on both its sides."""
    pages: list[ScenePages] = []
    transition = ""
    for element in elements:
        if element.kind is ElementKind.SCENE_HEADING:
            if pages:
                pages[-1].transition_out = transition
            pages.append(ScenePages(element, transition_in=transition))
            transition = ""
        elif element.kind is ElementKind.TRANSITION:
            transition = element.text
        elif element.kind not in _NOT_PLAYED and pages:
            pages[-1].elements.append(element)
            transition = ""
    if pages:
        pages[-1].transition_out = transition
    return pages


def _opening_scenes(places: Sequence[Place]) -> list[bool]:
    """A scene opens its place unless one of the two scenes before played there."""
    keys = [place.set_key for place in places]
    return [key not in keys[max(0, index - 2) : index] for index, key in enumerate(keys)]


def _scene(
    page: ScenePages, place: Place, number: str, is_open: bool, writer: BeatWriter, script: Script
) -> Scene:
    beats, present = writer.write(page.elements)
    if not beats:
        beats = (_establishing_beat(page.heading, place),)
    mood, tension = feel(_texts(beats), place.time)
    return Scene(
        id=opaque_id("sc", (page.heading.id,)),
        number=number,
        heading=page.heading.text,
        interior=place.interior,
        place=place.place,
        set_key=place.set_key,
        time=place.time,
        time_text=place.time_text,
        mood=mood,
        tension=tension,
        beats=beats,
        present=present,
        opens_place=is_open,
        eighths=eighths_of((page.heading, *page.elements)),
        est_seconds=round(_seconds(beats), 3),
        transition_in=page.transition_in,
        transition_out=page.transition_out,
        language=script.language,
    )


def _establishing_beat(heading: Element, place: Place) -> Beat:
    """A heading with nothing under it is a look at the place."""
    action = Action(
        id=opaque_id("ac", (heading.id,)),
        text=place.place,
        est_seconds=_EMPTY_SCENE_S,
        source_line=heading.line,
    )
    return Beat(id=opaque_id("bt", (heading.id,)), action=action)


def _texts(beats: tuple[Beat, ...]) -> list[str]:
    texts: list[str] = []
    for beat in beats:
        if beat.line is not None:
            texts.append(f"{beat.line.text} {beat.line.manner}")
        elif beat.action is not None:
            texts.append(beat.action.text)
    return texts


def _seconds(beats: tuple[Beat, ...]) -> float:
    """Actions and speeches one after the other; a dual speech only adds what is longer."""
    total = last = 0.0
    for beat in beats:
        if beat.action is not None:
            last = beat.action.est_seconds
            total += last
        elif beat.line is not None:
            spoken = speech_seconds(beat.line.text, beat.line.manner)
            total += max(0.0, spoken - last) if beat.line.is_dual else spoken
            last = spoken
    return total


def _cast(
    roster: Roster, sexes: dict[str, Sex], scenes: tuple[Scene, ...]
) -> tuple[Character, ...]:
    """Return whoever speaks or is seen, in order of first appearance in the script."""
    lines: Counter[str] = Counter()
    words: Counter[str] = Counter()
    seen: set[str] = set()
    for scene in scenes:
        seen.update(scene.present)
        for beat in scene.beats:
            if beat.line is not None:
                lines[beat.line.character_id] += 1
                words[beat.line.character_id] += count_words(beat.line.text)
    cast = []
    for person in roster.people:
        if person.id not in seen and not lines[person.id]:
            continue
        age, is_guess = age_of(person)
        cast.append(
            Character(
                id=person.id,
                name=person.name,
                aliases=tuple(name for name in person.spellings if name != person.name),
                sex=sexes[person.id],
                age=age,
                is_age_guess=is_guess,
                description=description_of(person),
                lines=lines[person.id],
                words=words[person.id],
            )
        )
    return tuple(cast)
