"""Hand-made scenes: people as upright joint curves in plain rooms, for the designer's tests."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random

import numpy as np

from mstation.breakdown.scene import Action, Beat, Interior, Line, Mood, Presence, Scene, TimeOfDay
from mstation.stage.layout import Entrance, Layout, Lighting, Mark, Piece, Wall
from mstation.stage.performance import (
    JOINTS,
    Act,
    BeatTiming,
    Body,
    Motion,
    Performance,
    Prop,
    Shape,
)
from mstation.stage.performance import Presence as Stay
from mstation.stage.skeleton import rest_offsets

FPS = 24


def body(character_id: str, stature: float = 1.75, sex: str = "unknown", age: int = 35) -> Body:
    grey = (0.5, 0.5, 0.5)
    return Body(character_id, character_id.upper(), stature, 1.0, sex, age, grey, grey, "short",
                grey, grey, grey, "shirt")  # fmt: skip


def room(width: float = 8.0, depth: float = 7.0, pieces: tuple[Piece, ...] = ()) -> Layout:
    x, z = width / 2, depth / 2
    corners = [(-x, z), (x, z), (x, -z), (-x, -z)]
    walls = tuple(
        Wall(f"wall{i}", corners[i], corners[(i + 1) % 4], 2.8, (0.8, 0.8, 0.8)) for i in range(4)
    )
    light = Lighting((0.0, 1.0, 0.0), (1.0, 1.0, 1.0), (0.3, 0.3, 0.3), (0.2, 0.2, 0.2),
                     (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))  # fmt: skip
    return Layout("room", "room", True, TimeOfDay.DAY, (-x, -z), (x, z), (0.5, 0.5, 0.5),
                  "plain", 2.8, walls, pieces, (Mark("m", (0.0, 0.0, 0.0), 0.0),),
                  (Entrance("door", (0.0, 0.0, z + 1), (0.0, 0.0, z - 1)),), light)  # fmt: skip


@dataclass
class Person:
    """Where someone is over time: (frame, x, z, yaw) corners, standing or seated."""

    id: str
    path: list[tuple[int, float, float, float]]
    stature: float = 1.75
    seated: bool = False
    sways: float = 0.006
    enters: int = 0
    leaves: int | None = None
    holds: list[tuple[int, int]] = field(default_factory=list)


def motion_of(person: Person, frames: int) -> Motion:
    offsets = rest_offsets(body(person.id, person.stature))
    at = np.arange(frames)
    corners = np.array(person.path, float)
    x, z, yaw = (np.interp(at, corners[:, 0], corners[:, k]) for k in (1, 2, 3))
    height = 0.46 + 0.09 if person.seated else float(offsets[0, 1])
    phase = sum(map(ord, person.id))
    sway = person.sways * np.sin(at / 11 + phase)
    positions = np.column_stack([x + sway, np.full(frames, height), z + sway / 2])
    rotations = np.zeros((frames, len(JOINTS), 4))
    rotations[..., 0] = 1.0
    rotations[:, 0, 0], rotations[:, 0, 2] = np.cos(yaw / 2), np.sin(yaw / 2)
    if person.seated:
        for name, angle in (("Hip", 1.45), ("Knee", -1.45)):
            for side in ("Left", "Right"):
                joint = JOINTS.index(side + name)
                rotations[:, joint, 0] = math.cos(angle / 2)
                rotations[:, joint, 1] = math.sin(angle / 2)
    for first, end in person.holds:
        for name, angle in (("RightShoulder", 0.55), ("RightElbow", 1.25)):
            joint = JOINTS.index(name)
            rotations[first:end, joint, 0] = math.cos(angle / 2)
            rotations[first:end, joint, 1] = math.sin(angle / 2)
        joint = JOINTS.index("Neck")
        rotations[first:end, joint, 0], rotations[first:end, joint, 1] = (
            math.cos(-0.2), math.sin(-0.2))  # fmt: skip
    present = (at >= person.enters) & (at < (frames if person.leaves is None else person.leaves))
    return Motion(person.id, positions.astype(np.float32), rotations.astype(np.float32), offsets,
                  np.zeros((frames, len(Shape)), np.float32), present)  # fmt: skip


@dataclass
class Play:
    """A scene in the making: add lines and actions, then `stage` it."""

    people: list[Person]
    tension: float = 0.5
    opens_place: bool = True
    beats: list[Beat] = field(default_factory=list)
    timings: list[BeatTiming] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    props: list[Prop] = field(default_factory=list)
    frame: int = 0
    layout: Layout = field(default_factory=room)

    def say(self, who: str, seconds: float, to: str = "", text: str = "words and words",
            presence: Presence = Presence.ON) -> Play:  # fmt: skip
        n = len(self.beats)
        line = Line(f"ln-{n}", who, text, presence=presence)
        length = round(seconds * FPS)
        start = self.frame + 7
        end = start + length + 7
        self.beats.append(Beat(f"bt-{n}", line=line))
        self.timings.append(BeatTiming(f"bt-{n}", self.frame, end, line.id, start, start + length))
        self.acts.append(Act(who, "speak", start, start + length, f"bt-{n}", to, line.id))
        self.frame = end
        return self

    def do(self, who: str, kind: str, seconds: float, towards: str = "", reads: str = "") -> Play:
        n = len(self.beats)
        end = self.frame + round(seconds * FPS)
        props = ("letter",) if reads else ()
        action = Action(f"ac-{n}", f"{who} {kind}", (who,) if who else (), props, reads, seconds)
        self.beats.append(Beat(f"bt-{n}", action=action))
        self.timings.append(BeatTiming(f"bt-{n}", self.frame, end))
        if who:
            self.acts.append(Act(who, kind, self.frame, end, f"bt-{n}", towards))
        if reads:
            holder = next(p for p in self.people if p.id == who)
            _, x, z, yaw = holder.path[0]
            spot = (x - 0.32 * math.sin(yaw), 1.15, z - 0.32 * math.cos(yaw))
            self.props.append(Prop("letter", "letter", spot, yaw + math.pi, (0.15, 0.004, 0.21),
                                   f"bt-{n}", reads, who, self.frame, end))  # fmt: skip
            holder.holds.append((self.frame, end))
        self.frame = end
        return self

    def staged(self) -> tuple[Scene, Layout, Performance, tuple[Motion, ...]]:
        frames = self.frame
        scene = Scene("sc-1", "12", "INT. ROOM - DAY", Interior.INT, "ROOM", "room",
                      TimeOfDay.DAY, "DAY", Mood.CALM, self.tension, tuple(self.beats),
                      tuple(p.id for p in self.people), self.opens_place)  # fmt: skip
        bodies = tuple(body(p.id, p.stature) for p in self.people)
        stays = tuple(Stay(p.id, p.enters, frames if p.leaves is None else p.leaves)
                      for p in self.people)  # fmt: skip
        performance = Performance("sc-1", frames, bodies, stays, tuple(self.timings),
                                  tuple(self.acts), tuple(self.props))  # fmt: skip
        return scene, self.layout, performance, tuple(motion_of(p, frames) for p in self.people)


def facing_pair(gap: float = 1.4, **kwargs: object) -> list[Person]:
    half = gap / 2
    return [
        Person("ann", [(0, -half, 0.0, -math.pi / 2)], 1.66, **kwargs),
        Person("bob", [(0, half, 0.0, math.pi / 2)], 1.80, **kwargs),
    ]


def triangle(radius: float = 0.9) -> list[Person]:
    people = []
    for i, name in enumerate(("ann", "bob", "cy")):
        angle = 2 * math.pi * i / 3
        people.append(Person(name, [(0, radius * math.sin(angle), radius * math.cos(angle), angle)],
                             (1.66, 1.8, 1.74)[i]))  # fmt: skip
    return people


def conversation(people: list[Person], lines: int = 12, **kwargs: object) -> Play:
    """A talk in turns, lines of several lengths."""
    play = Play(people, **kwargs)  # type: ignore[arg-type]
    ids = [person.id for person in people]
    for i in range(lines):
        seconds = (2.0, 3.5, 1.5, 6.5, 2.5)[i % 5]
        play.say(ids[i % len(ids)], seconds, ids[(i + 1) % len(ids)])
    return play


def random_play(random: Random) -> Play:
    """People who stand, sit, walk and come in somewhere in a room, and talk or do things."""
    width, depth = random.uniform(3, 9), random.uniform(3, 8)
    spots = _spots(random, width, depth, random.choice([1, 1, 2, 2, 2, 3, 3, 4, 5]))
    cx, cz = (sum(spot[k] for spot in spots) / len(spots) for k in (0, 1))
    people = []
    for i, (x, z) in enumerate(spots):
        yaw = math.atan2(x - cx, z - cz) + random.uniform(-0.4, 0.4)
        people.append(Person("abcde"[i] * 3, [(0, x, z, yaw)], random.uniform(1.5, 1.9),
                             seated=random.random() < 0.25))  # fmt: skip
    if random.random() < 0.4 and not people[-1].seated:
        _walk(random, people[-1], width, depth)
    if random.random() < 0.3:
        people[-1].enters = random.randint(10, 150)
    pieces = tuple(
        Piece(f"p{i}", "table", (random.uniform(-width / 2, width / 2), 0.0,
                                 random.uniform(-depth / 2, depth / 2)), (0.8, 0.75, 0.8),
              random.uniform(0, 3), blocks_view=False)
        for i in range(random.choice([0, 1, 2]))
    )  # fmt: skip
    play = Play(people, tension=random.random(), opens_place=random.random() < 0.6,
                layout=room(width, depth, pieces))  # fmt: skip
    ids = [person.id for person in people]
    for _ in range(random.randint(3, 10)):
        who = random.choice(ids)
        to = random.choice([other for other in ids if other != who] or [""])
        if random.random() < 0.7:
            play.say(who, random.choice([0.8, 1.5, 2.5, 4.0, 8.0]), to)
        else:
            reads = "one two three" if random.random() < 0.2 else ""
            play.do(who, random.choice(["look", "hold", "turn", "read"]), random.uniform(1, 5),
                    reads=reads)  # fmt: skip
    return play


def _spots(random: Random, width: float, depth: float, count: int) -> list[tuple[float, float]]:
    spots: list[tuple[float, float]] = []
    for _ in range(count):
        for _ in range(200):
            x = random.uniform(-width / 2 + 0.6, width / 2 - 0.6)
            z = random.uniform(-depth / 2 + 0.6, depth / 2 - 0.6)
            if all(math.hypot(x - a, z - b) > 0.8 for a, b in spots):
                break
        spots.append((x, z))
    return spots


def _walk(random: Random, person: Person, width: float, depth: float) -> None:
    _, x, z, _ = person.path[0]
    start = random.randint(20, 200)
    to_x = random.uniform(-width / 2 + 0.6, width / 2 - 0.6)
    to_z = random.uniform(-depth / 2 + 0.6, depth / 2 - 0.6)
    frames = max(12, int(math.hypot(to_x - x, to_z - z) / 1.3 * FPS))
    yaw = math.atan2(x - to_x, z - to_z)
    person.path = [(0, x, z, yaw), (start, x, z, yaw), (start + frames, to_x, to_z, yaw)]
