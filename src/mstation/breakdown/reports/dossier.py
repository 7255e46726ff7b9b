"""What the reports are written from: scenes with their sheets, and who is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mstation.breakdown.element import Category, ContinuityNote, SceneElement, Sheet
from mstation.breakdown.reports.wording import one_line, words_of
from mstation.breakdown.scene import Breakdown, Character, Presence, Scene
from mstation.screenplay.script import Language

Eighths = Literal["standard", "adjusted"]
Paper = Literal["letter", "a4"]

# The order of the boxes of a printed sheet.
CATEGORIES = (
    Category.BACKGROUND,
    Category.STUNTS,
    Category.PROPS,
    Category.SET_DRESSING,
    Category.WARDROBE,
    Category.MAKEUP,
    Category.VEHICLES,
    Category.ANIMALS,
    Category.SPECIAL_EFFECTS,
    Category.VISUAL_EFFECTS,
    Category.SPECIAL_EQUIPMENT,
    Category.SOUND,
    Category.MUSIC,
    Category.MISCELLANEOUS,
)
_FIRST_HAN = "\u2e80"
_NUMBER, _DIGITS = re.compile(r"\d+"), 9


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody of the cast in one scene."""

    person: Character
    is_voice: bool  # heard and never seen there

    @property
    def number(self) -> str:
        """The id on boards; nothing where none was given."""
        return str(self.person.number) if self.person.number > 0 else ""


@dataclass(frozen=True, slots=True)
class ScenePaper:
    """One scene, its sheet and its cast."""

    scene: Scene
    sheet: Sheet
    parts: tuple[Part, ...]  # by their number
    eighths: int  # in the measure that the reports are in
    synopsis: str

    def elements(self, category: Category) -> list[SceneElement]:
        """Return what the scene needs of a category, by name."""
        found = (element for element in self.sheet.elements if element.category is category)
        return sorted(found, key=lambda element: (*by_name(element.name), element.line, element.id))


@dataclass(frozen=True, slots=True)
class Dossier:
    """A breakdown made ready to be reported."""

    title: str
    language: Language
    measure: Eighths
    papers: tuple[ScenePaper, ...]
    cast: tuple[Character, ...]  # by their number
    names: Mapping[str, str]  # id of a character → name
    continuity: tuple[ContinuityNote, ...]

    @property
    def words(self) -> dict[str, Any]:
        """What the reports say."""
        return words_of(self.language)


def dossier_of(breakdown: Breakdown, language: Language, measure: Eighths) -> Dossier:
    """Return what the reports of a breakdown are written from.

    Raises:
        ValueError: when the breakdown lacks the sheet of a scene.
    """
    cast = tuple(sorted(breakdown.cast, key=_by_number))
    names = {person.id: one_line(person.name) for person in cast}
    words = words_of(language)
    sheets = {sheet.scene_id: sheet for sheet in breakdown.sheets}
    papers = []
    for scene in breakdown.scenes:
        sheet = sheets.get(scene.id)
        if sheet is None:
            raise ValueError(f"scene {scene.number} ({scene.id}) has no breakdown sheet")
        eighths = sheet.eighths if measure == "standard" else sheet.adjusted_eighths
        papers.append(
            ScenePaper(scene, sheet, _parts(scene, cast), eighths, _synopsis(scene, names, words))
        )
    return Dossier(
        title=one_line(breakdown.title) or words["untitled"],
        language=language,
        measure=measure,
        papers=tuple(papers),
        cast=cast,
        names=names,
        continuity=breakdown.continuity,
    )


def by_name(name: str) -> tuple[bool, str]:
    """Return the order of a name in a list: Latin ones A to Z, then the others as they come."""
    is_latin = name[:1] < _FIRST_HAN
    # crate 2 stands before crate 10
    told = _NUMBER.sub(lambda found: found[0].zfill(_DIGITS), name.casefold())
    return (not is_latin, told if is_latin else "")


def _by_number(person: Character) -> tuple[bool, int]:
    return (person.number <= 0, person.number)


def _parts(scene: Scene, cast: Iterable[Character]) -> tuple[Part, ...]:
    """Return who is seen or heard in a scene; who is only heard is called all the same."""
    seen = set(scene.present)
    lines = [beat.line for beat in scene.beats if beat.line is not None]
    seen.update(line.character_id for line in lines if line.presence is Presence.ON)
    heard = {line.character_id for line in lines}
    return tuple(
        Part(person, is_voice=person.id not in seen)
        for person in cast
        if person.id in seen or person.id in heard
    )


def _synopsis(scene: Scene, names: Mapping[str, str], words: Mapping[str, Any]) -> str:
    """Return the first paragraph of action, else the first speech, on one line."""
    for beat in scene.beats:
        if beat.action is not None and beat.action.text != scene.place:
            return one_line(beat.action.text)
    for beat in scene.beats:
        if beat.line is not None:
            who = names.get(beat.line.character_id, "")
            return f"{who}{words['colon']}{one_line(beat.line.text)}"
    return ""
