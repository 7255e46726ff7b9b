"""The nouns of a film that is a graph: what was asked for, the script, a scene, the finished film.

What they hold of documents is digests, and plain JSON of what the graph itself reads.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mstation.graph.step import Made
from mstation.handoff import FinalWish
from mstation.passes import PassSettings
from mstation.timebase import FrameRate

Json = dict[str, Any]
VOICES = "voices"  # the folder of recorded voices, in a film's own
Burn = Literal["", "original", "translation", "bilingual"]
SOFT = "track"  # subtitles that a player can be asked to show
BURNS: dict[str, Burn] = {
    "files": "",
    SOFT: "",
    "burn": "original",
    "burn-translation": "translation",
    "burn-bilingual": "bilingual",
}


@dataclass(frozen=True, slots=True)
class TitleWish:
    """Which subtitles are wanted beside the film's own."""

    burn: Burn = ""  # into a second movie
    has_track: bool = False  # in a second movie, for players to show
    translation: bytes = b""  # a filled table of the film's lines
    name: str = ""  # of the table, for messages

    @staticmethod
    def of(word: str, translation: bytes = b"", name: str = "") -> TitleWish:
        """Return the wish that a word of `BURNS` stands for."""
        return TitleWish(BURNS[word], word == SOFT, translation, name)


@dataclass(frozen=True, slots=True)
class FilmSettings:
    """What the person asked for."""

    name: str  # the screenplay's file name, for messages
    width: int = 1280
    height: int = 720
    rate: FrameRate = FrameRate(24)  # noqa: RUF009 - frozen, shared safely
    language: str = "auto"
    seed: int = 0
    style: str = ""  # of coverage, in any word for it; empty: `direction.toml`'s, or by the shape
    passes: PassSettings = PassSettings()  # noqa: RUF009 - frozen, shared safely
    final: FinalWish = FinalWish()  # noqa: RUF009 - frozen, shared safely
    renderer: str = "numba"  # or gpu
    look: str = "toon"  # of the pictures: toon, clay or pencil
    figures: str = "people"  # or mannequin
    depth_of_field: bool = True
    slate: bool = False
    loudness: str = "web"  # what the mix is levelled to: a row of sound/targets.toml
    titles: TitleWish = TitleWish()
    plan_mends: bool = False  # a board that people made may be changed where it breaks a rule
    plan_moves: int = 0  # how many moves the plan of the shooting is searched for; 0: by its size

    @property
    def picture(self) -> Json:
        """The settings that pictures depend on."""
        return {"width": self.width, "height": self.height, "rate": str(self.rate)}

    @property
    def looks(self) -> Json:
        """What the pictures are drawn as; the cut and the sound do not depend on it."""
        return {
            "look": self.look,
            "figures": self.figures,
            "depth_of_field": self.depth_of_field,
            "slate": self.slate,
        }


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of a recorded voice, and the folder that people know it in."""

    name: str
    opened: Callable[[], AbstractContextManager[Path]]  # gives it to be read
    folder: str = VOICES

    @property
    def shown(self) -> str:
        """What it is called in the report: the folder and the file."""
        return f"{self.folder}/{self.name}"


@dataclass(frozen=True, slots=True)
class Written:
    """What people wrote and recorded: the screenplay, and the files beside it."""

    screenplay: bytes
    film_notes: bytes = b""  # the text of its `film.toml`, where people correct what was found
    directions: bytes = b""  # of its `direction.toml`: how shots are to be
    score_wishes: bytes = b""  # of its `score.toml`: how cues are to be
    recordings: tuple[Recording, ...] = ()
    beside: Path | None = None  # the screenplay's folder, where voice models lie that notes name
    production: bytes = b""  # of its `production.toml`: who is free, what is open, what it costs
    board: bytes = b""  # of its `board.json`: strips where people put them
    spent: bytes = b""  # a ledger of what was spent on it
    against: bytes = b""  # another board, whose budget is compared


@dataclass(frozen=True, slots=True)
class Recorded:
    """The recordings that were made for lines, by the lines' ids; what is to be said of others."""

    digests: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    doubts: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """The voices that a person brought as files, by the ids of those who speak with them."""

    params: dict[str, Json] = field(default_factory=dict)  # engine and speaker
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)  # digests of the files
    used: tuple[Json, ...] = ()
    doubts: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Film:
    """The finished film: file name → digest, and facts for the report."""

    files: dict[str, str]
    frames: int
    facts: Json


@dataclass(frozen=True, slots=True)
class Script:
    """The script and what all its scenes share."""

    digest: str
    broken: Made
    cast: Made
    breakdown: Json
    casting: Json
    noted: Made | None  # what the notes want, where the script has any
    directed: Made  # the film's style, and a row for each shot that a person directs
    style: str
    directions: str  # the digest of direction.toml, or nothing
    recorded: Recorded = Recorded()
    brought: Brought = Brought()


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene as it is staged and shot; its place in the film is known by its order."""

    scene: Json
    digest: str
    layout: str
    staged: Made
    undirected: str  # the digest of the shots without directions
    designed: Made
    speeches: dict[str, Made]  # by line id
    performance: Json
    listed: Json  # its shot list
    takes_read: dict[str, Made] = field(default_factory=dict)  # recordings, by line id

    @property
    def shots(self) -> list[Json]:
        """Its shots as listed, in order."""
        shots: list[Json] = self.listed["shots"]
        return shots

    @property
    def number(self) -> str:
        """The number that the script gives it."""
        return str(self.scene["number"])

    @property
    def frames(self) -> int:
        """How long it is played."""
        return int(self.performance["frames"])

    @property
    def ahead_frames(self) -> int:
        """How long before the scene its first voice is heard."""
        starts = (int(each["speech_first_frame"]) for each in self.performance["beats"])
        return max(0, -min(starts, default=0))

    @property
    def label(self) -> str:
        """What its shots' labels begin with: 012 of 012-003."""
        return str(self.shots[0]["label"].rpartition("-")[0])

    @property
    def played(self) -> dict[str, str]:
        """What its place, its playing and its shots are known by."""
        return {
            "scene": self.digest,
            "layout": self.layout,
            "performance": self.staged["performance"],
            "motions": self.staged["motions"],
            "shots": self.designed["shots"],
        }

    @property
    def takes(self) -> dict[str, str]:
        """The digests of its shots' takes, by the shots' ids."""
        return self.designed.group("take")


def in_order(scenes: list[Scene], names: tuple[str, ...]) -> dict[str, str]:
    """Return what of scenes as they are played goes into a step of the whole film, numbered."""
    return {
        f"{name}/{index:04d}": scene.played[name]
        for index, scene in enumerate(scenes)
        for name in names
    }


def spoken(scenes: list[Scene]) -> dict[str, str]:
    """Return how each line is spoken, as an input of a step of the whole film."""
    return {
        f"speech/{line}": made["speech"]
        for scene in scenes
        for line, made in scene.speeches.items()
    }
