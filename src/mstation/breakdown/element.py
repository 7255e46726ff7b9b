"""The nouns of a breakdown sheet: what a scene needs, by category, and where it is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Category(StrEnum):
    """The categories of a breakdown sheet."""

    PROPS = "props"
    SET_DRESSING = "set_dressing"
    VEHICLES = "vehicles"
    ANIMALS = "animals"
    WARDROBE = "wardrobe"
    MAKEUP = "makeup"  # make-up and hair
    STUNTS = "stunts"
    SPECIAL_EFFECTS = "special_effects"  # made on the day
    VISUAL_EFFECTS = "visual_effects"  # made afterwards
    SOUND = "sound"
    MUSIC = "music"
    SPECIAL_EQUIPMENT = "special_equipment"
    BACKGROUND = "background"  # extras
    MISCELLANEOUS = "miscellaneous"


class FoundBy(StrEnum):
    """Who says that the scene needs it; the surer one first."""

    PERSON = "person"  # film.toml
    TAG = "tag"  # [[prop: lantern]], a tag of Final Draft
    LIST = "list"  # 道具：
    CAPS = "caps"  # written in capitals
    LEXICON = "lexicon"


@dataclass(frozen=True, slots=True)
class SceneElement:
    """A thing, animal, garment, effect or sound that one scene needs."""

    id: str  # the same wherever the same thing (category and name) returns
    category: Category
    name: str  # as it is listed: lower case, singular, no article: "film can", "灯笼"
    text: str  # as the script first writes it in this scene
    line: int  # of the script; 0 where only a person's correction says it
    found_by: FoundBy
    holder_id: str = ""  # the character who wears, holds or carries it at the scene's end


@dataclass(frozen=True, slots=True)
class Carried:
    """What somebody brings into a scene from an earlier one and nobody mentions there."""

    character_id: str
    category: Category  # wardrobe, make-up or props
    name: str
    since_scene: str  # number of the scene that says so


@dataclass(frozen=True, slots=True)
class ContinuityNote:
    """Two scenes of one script day that contradict each other."""

    kind: Literal["wardrobe", "makeup", "holder"]
    character_id: str
    name: str  # what is seen now
    before: str  # what was seen in the earlier scene; for a holder, the id of who had it
    scene: str  # number of the scene
    earlier_scene: str
    line: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The breakdown sheet of one scene: what production needs to know beside what is played."""

    scene_id: str
    number: str
    page: int  # on which it begins, from 1; an estimate
    lines: int  # printed lines that it takes
    eighths: int  # of 6 lines ("standard"), rounded up, never under 1
    adjusted_eighths: int  # of 7 lines
    script_day: str  # "1", "2" …; "FB1" for the first flashback
    seconds_low: float
    seconds_high: float
    elements: tuple[SceneElement, ...] = ()
    carried: tuple[Carried, ...] = ()
