"""A small room and scenes to play in it."""

from __future__ import annotations

import itertools

import numpy as np

from mstation.breakdown.scene import (
    Action,
    Beat,
    Character,
    Interior,
    Line,
    Mood,
    Presence,
    Scene,
    TimeOfDay,
)
from mstation.stage.bodies import dress
from mstation.stage.layout import Entrance, Layout, Lighting, Mark, Opening, Piece, Wall
from mstation.stage.performance import JOINTS, Motion, Performance
from mstation.stage.staging import stage_scene
from mstation.timebase import FrameRate
from mstation.voices.speech import Mouth, Speech, Word

RATE = FrameRate(24)
JOINT = {name: index for index, name in enumerate(JOINTS)}

MARA = Character("ch-mara", "MARA", sex="female", age=34, lines=9, words=90)
TOM = Character("ch-tom", "TOM", sex="male", age=41, lines=7, words=70)
KID = Character("ch-kid", "PIP", sex="male", age=8, lines=2, words=9)
LIN = Character("ch-lin", "林晚", sex="female", age=29, lines=9, words=90)
ZHOU = Character("ch-zhou", "周师傅", sex="male", age=62, lines=7, words=70)

_GREY = (0.4, 0.4, 0.4)


def room() -> Layout:
    """Return a room of 7 by 6 metres: a table with two chairs, a desk, a bed, one door."""
    west, east, north, south = -3.5, 3.5, -3.0, 3.0
    corners = [(west, north), (west, south), (east, south), (east, north)]
    door = Opening("door", 4.5, 0.95, 0.0, 2.1)
    walls = tuple(
        Wall(name, start, end, 2.7, _GREY, (door,) if name == "south" else ())
        for name, start, end in zip(
            ("west", "south", "east", "north"), corners, [*corners[1:], corners[0]], strict=True
        )
    )
    sky = Lighting((0, 1, 0), _GREY, _GREY, _GREY, _GREY, _GREY)
    return Layout(
        "room", "living_room", True, TimeOfDay.DAY, (-4.0, -3.5), (4.0, 5.5), _GREY, "boards",
        2.7, walls,
        (
            Piece("table", "table", (-1.8, 0, -1.2), (1.2, 0.74, 0.8)),
            Piece("chair1", "chair", (-2.8, 0, -1.2), (0.46, 0.9, 0.48), -np.pi / 2),
            Piece("chair2", "chair", (-0.8, 0, -1.2), (0.46, 0.9, 0.48), np.pi / 2),
            Piece("desk", "desk", (2.6, 0, -2.5), (1.4, 0.75, 0.7)),
            Piece("bed", "bed", (2.6, 0, 0.4), (0.95, 0.5, 2.0)),
        ),
        (
            Mark("a1", (-0.65, 0, 0.9), -np.pi / 2),
            Mark("a2", (0.65, 0, 0.9), np.pi / 2),
            Mark("seat1", (-2.8, 0, -1.2), -np.pi / 2, "sit", 0.45, "chair1"),
            Mark("seat2", (-0.8, 0, -1.2), np.pi / 2, "sit", 0.45, "chair2"),
            Mark("bed1", (2.6, 0, 0.4), 0.0, "lie", 0.5, "bed"),
            Mark("desk", (2.6, 0, -1.7), 0.0, piece="desk"),
            Mark("c1", (-1.5, 0, 1.9), 0.6),
        ),
        (Entrance("door", (2.4, 0, 4.2), (1.5, 0, 2.2)),),
        sky,
    )  # fmt: skip


def said(text: str, *, seconds: float | None = None) -> Speech:
    """Return a speech of these words, evenly spoken."""
    words = text.split() if text.isascii() else list(text)
    each = 0.32 if seconds is None else seconds / len(words)
    spoken = tuple(Word(w, i * each, i * each + 0.8 * each) for i, w in enumerate(words))
    mouths = tuple(
        mouth
        for word in spoken
        for mouth in (Mouth(word.start_s, 0.7, 0.3), Mouth(word.end_s, 0.0, 0.0))
    )
    return Speech(len(words) * each, spoken, mouths, "espeak", -18.0)


def scene_of(*parts: str | tuple[Character, str], **facts: object) -> Scene:
    """Return a scene of action (text) and lines (who, text), its ids counted."""
    beats, present = [], list[str]()
    people = facts.pop("people", (MARA, TOM))
    for number, part in enumerate(parts):
        if isinstance(part, str):
            beats.append(Beat(f"bt-{number}", action=Action(f"ac-{number}", part)))
        else:
            who, text = part
            beats.append(Beat(f"bt-{number}", line=Line(f"ln-{number}", who.id, text)))
    present = [person.id for person in people]  # type: ignore[attr-defined]
    fields: dict[str, object] = {
        "id": "sc-1", "number": "1", "heading": "INT. ROOM - DAY", "interior": Interior.INT,
        "place": "ROOM", "set_key": "room", "time": TimeOfDay.DAY, "time_text": "DAY",
        "mood": Mood.CALM, "tension": 0.2, "beats": tuple(beats), "present": tuple(present),
    }  # fmt: skip
    return Scene(**(fields | facts))  # type: ignore[arg-type]


def stage(
    scene: Scene,
    *people: Character,
    lengths: dict[str, float] | None = None,
    layout: Layout | None = None,
) -> tuple[Performance, dict[str, Motion]]:
    """Return a scene played in the room: the performance, and motions by character."""
    cast = people or (MARA, TOM)
    lines = [beat.line for beat in scene.beats if beat.line is not None]
    speeches = {line.id: said(line.text, seconds=(lengths or {}).get(line.id)) for line in lines}
    performance, motions = stage_scene(scene, layout or room(), dress(cast), speeches, RATE)
    return performance, {motion.character_id: motion for motion in motions}


def joints(motion: Motion) -> np.ndarray:
    """Return (frames, 22, 3): where every joint is in the world."""
    return motion.world_from_joints()[..., :3, 3]


def pairs(motions: dict[str, Motion]) -> list[tuple[Motion, Motion]]:
    """Return everyone with everyone else."""
    return list(itertools.combinations(motions.values(), 2))


ON = Presence.ON
