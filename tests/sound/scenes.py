"""Scenes as if they had been shot: dramas by chance, for the spotting."""

import random

from mstation.breakdown.scene import Action, Beat, Interior, Line, Mood, Scene, TimeOfDay
from mstation.shots.shot import Angle, CameraKey, Move, Role, Shot, ShotList, Size
from mstation.sound.moments import SceneToScore
from mstation.stage.performance import Act, BeatTiming, Body, Performance, Presence, Prop

FPS = 24
_GREY = (0.5, 0.5, 0.5)
_PEOPLE = {"ch-a": "MARA", "ch-b": "老陈", "ch-c": "MRS. VOSS"}
_ACTS = ("look", "turn", "sit_down", "rise", "embrace", "give", "walk", "fall")


def body(who: str) -> Body:
    """Return a person of the cast."""
    return Body(
        who, _PEOPLE[who], 1.7, 1.0, "female", 30, _GREY, _GREY, "short", _GREY, _GREY, _GREY,
        "shirt",
    )  # fmt: skip


def scene(
    number: int,
    first_frame: int,
    beats: list[tuple[str, float]],
    *,
    mood: Mood = Mood.CALM,
    tension: float = 0.3,
    reads: str = "",
    act: str = "look",
) -> SceneToScore:
    """Return a scene played beat by beat: `("ch-a", 2.0)` speaks, `("", 3.0)` is action."""
    scene_id = f"sc-{number}"
    written, timings, acts, shots, frame = [], [], [], [], 0
    for index, (who, seconds) in enumerate(beats):
        beat_id, end = f"bt-{number}-{index}", frame + round(seconds * FPS)
        line = Line(f"ln-{number}-{index}", who, "words") if who else None
        action = None if who else Action(f"ac-{number}-{index}", "something happens", reads=reads)
        written.append(Beat(beat_id, line, action))
        speech = (frame + 4, max(frame + 5, end - 6)) if line else (0, 0)
        timings.append(BeatTiming(beat_id, frame, end, line.id if line else "", *speech))
        if action:
            acts.append(Act("ch-a", act, frame + 3, end, beat_id, "ch-b"))
        role = Role.INSERT if action and reads else Role.SINGLE
        shots.append(_shot(number, index, role, frame, end, reads))
        frame = end
    props = (Prop("LETTER", "letter", (0, 0, 0), 0.0, (1, 1, 1), "", reads),) if reads else ()
    bodies = tuple(body(who) for who in ("ch-a", "ch-b"))
    there = (Presence("ch-a", 0, frame), Presence("ch-b", frame // 5, frame))
    return SceneToScore(
        first_frame,
        Scene(
            scene_id, str(number), f"INT. ROOM {number} - DAY", Interior.INT, f"ROOM {number}",
            f"room {number}", TimeOfDay.DAY, "", mood, tension, tuple(written), ("ch-a", "ch-b"),
        ),
        Performance(scene_id, frame, bodies, there, tuple(timings), tuple(acts), props),
        ShotList(scene_id, f"{number:03d}", frame, tuple(shots)),
    )  # fmt: skip


def _shot(number: int, index: int, role: Role, first: int, end: int, reads: str) -> Shot:
    key = CameraKey(0, (0, 0, 0), (0, 0, 1), 35.0)
    return Shot(
        f"sh-{number}-{index}", f"{number:03d}-{index:03d}", f"sc-{number}", role, Size.MS,
        Angle.EYE, Move.STATIC, 35.0, ("ch-a",), (), 0, first, end, (), (), (key,),
        prop="LETTER" if role is Role.INSERT and reads else "",
    )  # fmt: skip


def drama(seed: int) -> list[SceneToScore]:
    """Return a film of people who talk, and of what happens between their lines."""
    chance = random.Random(seed)
    scenes: list[SceneToScore] = []
    frame = 0
    for number in range(1, chance.randrange(2, 14)):
        beats = [
            (
                chance.choice(("", "", "ch-a", "ch-b", "ch-a", "ch-b", "ch-b")),
                chance.uniform(0.6, 6.0),
            )
            for _ in range(chance.randrange(1, 22))
        ]
        made = scene(
            number,
            frame,
            beats,
            mood=chance.choice(list(Mood)),
            tension=chance.random(),
            reads=chance.choice(("", "", "COME HOME")),
            act=chance.choice(_ACTS),
        )
        scenes.append(made)
        frame += made.frames
    return scenes
