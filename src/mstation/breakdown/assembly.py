"""Script in, breakdown out: scenes with their beats, the cast, eighths and seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mstation.breakdown.beats import BeatWriter, count_words, sex_votes
from mstation.breakdown.billing import numbered
from mstation.breakdown.corrections import NONE, Corrections
from mstation.breakdown.directing import direct
from mstation.breakdown.feeling import feel
from mstation.breakdown.mentions import name_finder
from mstation.breakdown.numbering import scene_id_of, scene_numbers
from mstation.breakdown.paging import Extent, ScenePages, eighths_of_lines, measure, part_scenes
from mstation.breakdown.places import Place, find_places
from mstation.breakdown.playtime import play_time
from mstation.breakdown.portrait import Sex, age_of, description_of, sex_of
from mstation.breakdown.roster import Roster, call_the_roll
from mstation.breakdown.scene import (
    Action,
    Beat,
    Breakdown,
    Character,
    Scene,
)
from mstation.breakdown.sheets import write_sheets
from mstation.breakdown.weather import weather_of
from mstation.errors import InvalidInput
from mstation.identity import opaque_id
from mstation.screenplay.script import Element, Language, Script

_EMPTY_SCENE_S = 3.0


def break_down(script: Script, corrections: Corrections = NONE) -> Breakdown:
    """Return the breakdown of a script; a person's corrections win over what is found.

    Raises:
        InvalidInput: when the script has no scene heading.
    """
    printed, page_count = measure(script)
    written = part_scenes(script.elements)
    numbers = scene_numbers([page.heading.scene_number for page in written])
    shot = [index for index, page in enumerate(written) if not page.is_omitted]
    if not shot:
        raise _nothing_to_shoot(script)
    pages = [written[index] for index in shot]
    extents = [printed[index] for index in shot]
    roster = call_the_roll(script.elements)
    finder = name_finder(roster)
    votes = sex_votes(script.elements, finder)
    sexes: dict[str, Sex] = {
        person.id: sex_of(person, votes[person.id]) for person in roster.people
    }
    places = find_places([page.heading.text for page in pages])
    opens = _opening_scenes(places)
    writer = BeatWriter(roster, finder, sexes, roster.speakers())
    scenes = tuple(
        _scene(
            page, extents[at], places[at], numbers[shot[at]],
            is_open=opens[at], writer=writer, language=script.language,
        )
        for at, page in enumerate(pages)
    )  # fmt: skip
    sheets, continuity = write_sheets(
        pages, scenes, extents, roster=roster, finder=finder, corrections=corrections
    )
    return Breakdown(
        title=script.title,
        language=script.language,
        scenes=scenes,
        cast=numbered(_cast(roster, sexes, scenes), scenes),
        eighths=sum(sheet.eighths for sheet in sheets),
        est_seconds=round(sum(scene.est_seconds for scene in scenes), 3),
        pages=page_count,
        adjusted_eighths=sum(sheet.adjusted_eighths for sheet in sheets),
        seconds_low=round(sum(sheet.seconds_low for sheet in sheets), 3),
        seconds_high=round(sum(sheet.seconds_high for sheet in sheets), 3),
        sheets=sheets,
        continuity=continuity,
    )


def _nothing_to_shoot(script: Script) -> InvalidInput:
    if not script.elements:
        return InvalidInput(
            "the file is empty; write the screenplay into it first",
            zh="文件是空的；请先写入剧本",
        )
    return InvalidInput(
        "there is no scene in this script; a scene begins with a heading on a line of its own, "
        "after a blank line: `INT. KITCHEN - DAY` or `第1场 内 厨房 日`",
        zh="剧本里没有场景；每场戏的标题要单独成行、前面空一行，"
        "例如 `第1场 内 厨房 日` 或 `INT. KITCHEN - DAY`",
    )


def _opening_scenes(places: Sequence[Place]) -> list[bool]:
    """A scene opens its place unless one of the two scenes before played there."""
    keys = [place.set_key for place in places]
    return [key not in keys[max(0, index - 2) : index] for index, key in enumerate(keys)]


def _scene(
    page: ScenePages,
    extent: Extent,
    place: Place,
    number: str,
    *,
    is_open: bool,
    writer: BeatWriter,
    language: Language,
) -> Scene:
    beats, present = writer.write(page.elements)
    if not beats:
        beats = (_establishing_beat(page.heading, place),)
    beats = direct(beats, page)
    mood, tension = feel(_texts(beats), place.time)
    return Scene(
        id=scene_id_of(page.heading),
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
        eighths=eighths_of_lines(extent.lines, language=language),
        est_seconds=play_time(beats).estimate,
        transition_in=page.transition_in,
        transition_out=page.transition_out,
        language=language,
        weather=weather_of([page.heading.text, *_action_texts(beats)]),
    )


def _action_texts(beats: Sequence[Beat]) -> list[str]:
    return [beat.action.text for beat in beats if beat.action is not None]


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
