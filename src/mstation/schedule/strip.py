"""The nouns of a strip: one scene as it is scheduled, its setups, and what it needs on the day."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.breakdown.element import Category
from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.screenplay.script import Language
from mstation.shots.shot import Size

SCHEMA = "mstation.strips/1"


@dataclass(frozen=True, slots=True)
class StripSetup:
    """One place of the camera: what is shot from it, and how long that takes."""

    letter: str  # as on the slate
    shots: tuple[str, ...]  # labels
    side: int  # cameras of one side share their light; counted in shooting order from 0
    lens_mm: float
    size: Size  # the widest that is shot from it
    minutes: int


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a scene needs on the day, beside its cast."""

    category: Category
    name: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One scene on the board, or a part of one that is longer than a day.

    `minutes` are from the first setup's lighting to the last take; moving there is not among them.
    """

    id: str  # the scene's; with `#2` the second part of a scene in parts
    scene_id: str
    number: str  # "12A"; "12 pt 2"
    interior: Interior
    set_key: str
    set_name: str  # as written
    location: str  # key of where it is shot; the set's where nobody says another
    time: TimeOfDay
    script_day: str
    page: int  # of the script, an estimate
    eighths: int
    screen_s: float
    cast: tuple[str, ...]  # ids of who is seen, by their numbers
    voices: tuple[str, ...]  # ids of who is only heard, and not called
    needs: tuple[Need, ...]
    synopsis: str
    setups: tuple[StripSetup, ...]  # in shooting order; none where no shots are known yet
    minutes: int

    @property
    def is_dark(self) -> bool:
        """Whether it can only be shot while it is dark outside."""
        return self.interior is not Interior.INT and self.time is TimeOfDay.NIGHT

    @property
    def is_light(self) -> bool:
        """Whether it can only be shot while it is light outside, dawn and dusk among it."""
        return self.interior is not Interior.INT and self.time is not TimeOfDay.NIGHT


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the cast, as boards and call sheets know them."""

    id: str
    name: str
    number: int  # by importance from 1
    age: int  # of the character, in years


@dataclass(frozen=True, slots=True)
class Strips:
    """Everything of a film that is to be scheduled, in the script's order."""

    title: str
    language: Language
    strips: tuple[Strip, ...]
    cast: tuple[Player, ...]  # by number
