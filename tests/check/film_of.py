"""Films made by hand, out of the checker's own nouns: figures of sticks, cameras by formula.

Every camera here is placed from the reference sheet's own rules: the lower edge cuts where the
size says, the headroom is the size's, singles have room to look into, and all cameras of a pair
stand on one side of its line. What a test wants wrong, it makes wrong itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mstation.check.film import Action, Film, Line, Person, Scene, Shot, Thing, Word
from mstation.space import Array, look_at, sensor_for
from mstation.timebase import FrameRate

RATE = FrameRate(24)
ASL_S = 3.0
SENSOR = sensor_for(1920, 1080)
JOINTS = (
    "Hips", "Spine", "Chest", "Neck", "Head", "HeadTop", "LeftEye", "RightEye",
    "LeftShoulder", "LeftElbow", "LeftWrist", "RightShoulder", "RightElbow", "RightWrist",
    "LeftHip", "LeftKnee", "LeftAnkle", "LeftToe", "RightHip", "RightKnee", "RightAnkle",
    "RightToe",
)  # fmt: skip
STATURE_M = 1.75
EYES = 0.936
# size: where the lower edge cuts, headroom, lens; all as the reference sheet has them
FRAMING = {
    "EWS": (-3.0, 0.20, 21.0),
    "WS": (-0.75, 0.125, 27.0),
    "FS": (-0.03, 0.08, 32.0),
    "MLS": (0.40, 0.08, 35.0),
    "MS": (0.57, 0.08, 40.0),
    "MCU": (0.70, 0.07, 50.0),
    "CU": (0.80, 0.05, 65.0),
    "ECU": (0.855, -0.16, 85.0),
}
LEAD = 1 / (1 + 1.6)  # where a single stands who looks to the right


@dataclass(frozen=True)
class Camera:
    """A camera that stands still: world_from_camera (4, 4) and its lens."""

    matrix: Array
    lens_mm: float

    @property
    def position(self) -> Array:
        return self.matrix[:3, 3]


def unit(vector: Sequence[float] | Array) -> Array:
    """Return the same direction, one long."""
    array = np.asarray(vector, float)
    return array / np.linalg.norm(array)


def turned(vector: Array, degrees: float) -> Array:
    """Return a level vector turned counter-clockwise, seen from above."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, z = vector[0], vector[2]
    return np.array([cos * x + sin * z, 0.0, cos * z - sin * x])


def bodies(spots: Array, fronts: Array, stature_m: float, *, seated: bool = False) -> Array:
    """Return the joints (frames, 22, 3) of a figure of sticks that stands or sits."""
    rights = np.column_stack([-fronts[:, 2], np.zeros(len(fronts)), fronts[:, 0]])
    drop = 0.27 if seated else 0.0
    lap = 0.24 if seated else 0.0

    def at(height: float, across: float = 0.0, ahead: float = 0.0) -> Array:
        up = np.array([0.0, height * stature_m, 0.0])
        return np.asarray(spots + up + (across * rights + ahead * fronts) * stature_m)

    rows = {
        "Hips": at(0.53 - drop), "Spine": at(0.60 - drop), "Chest": at(0.72 - drop),
        "Neck": at(0.835 - drop), "Head": at(0.885 - drop), "HeadTop": at(1.0 - drop),
    }  # fmt: skip
    for side, sign in (("Left", -1.0), ("Right", 1.0)):
        rows[f"{side}Eye"] = at(EYES - drop, sign * 0.018, 0.05)
        rows[f"{side}Shoulder"] = at(0.815 - drop, sign * 0.11)
        rows[f"{side}Elbow"] = at(0.63 - drop, sign * 0.13)
        rows[f"{side}Wrist"] = at(0.48 - drop * 0.6, sign * 0.13, lap)
        rows[f"{side}Hip"] = at(0.52 - drop, sign * 0.05)
        rows[f"{side}Knee"] = at(0.285, sign * 0.05, lap)
        rows[f"{side}Ankle"] = at(0.045, sign * 0.05, lap)
        rows[f"{side}Toe"] = at(0.01, sign * 0.05, lap + 0.08)
    return np.stack([rows[name] for name in JOINTS], axis=1)


def person(
    name: str,
    spots: Sequence[float] | Array,
    fronts: Sequence[float] | Array,
    frames: int,
    *,
    stature_m: float = STATURE_M,
    seated: bool = False,
    facing: Array | None = None,
    present: Array | None = None,
) -> Person:
    """Return somebody at one spot or at one a frame; the face looks where the body points."""
    where = np.broadcast_to(np.asarray(spots, float), (frames, 3))
    ways = np.array(np.broadcast_to(np.asarray(fronts, float), (frames, 3)))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    joints = bodies(where, ways, stature_m, seated=seated)
    there = np.ones(frames, bool) if present is None else present
    looks = ways if facing is None else np.broadcast_to(facing, (frames, 3))
    return Person(name, name, stature_m, JOINTS, joints, np.array(looks), there)


def eyes(one: Person, frame: int = 0) -> Array:
    """Return the middle between somebody's eyes."""
    return (one.joint("LeftEye")[frame] + one.joint("RightEye")[frame]) / 2


def framed(
    one: Person,
    size: str,
    view: Array,
    *,
    screen_x: float = 0.5,
    lens_mm: float | None = None,
    frame: int = 0,
) -> Camera:
    """Return the camera at eye height, in the direction `view` from somebody, that cuts right.

    The distance follows from the two angles that the crown and the cut are to be apart.
    """
    cut, headroom, lens = FRAMING[size]
    lens = lens_mm or lens
    head, half = eyes(one, frame), SENSOR.height_mm / lens
    crown = one.joint("HeadTop")[frame][1]
    floor = crown - one.stature_m
    low = floor + cut * one.stature_m
    turn = math.atan((screen_x - 0.5) * SENSOR.width_mm / lens)
    wanted = math.atan((0.5 - headroom) * half) + math.atan(0.5 * half)
    ahead = turned(-unit([view[0], 0.0, view[2]]), math.degrees(turn))
    behind = float((one.joint("HeadTop")[frame] - head) @ ahead)  # the body, behind the eyes
    near, far = 0.2, 60.0
    for _ in range(60):
        distance = (near + far) / 2
        depth = distance * math.cos(turn) + behind
        found = math.atan2(crown - head[1], depth) - math.atan2(low - head[1], depth)
        near, far = (distance, far) if found > wanted else (near, distance)
    position = head + unit([view[0], 0.0, view[2]]) * distance
    depth = distance * math.cos(turn) + behind
    pitch = math.atan2(crown - head[1], depth) - math.atan((0.5 - headroom) * half)
    aim = ahead * math.cos(pitch) + np.array([0.0, math.sin(pitch), 0.0])
    return Camera(look_at(position, position + aim), lens)


def single(one: Person, partner: Person, size: str, side: int, *, off_deg: float = 30.0) -> Camera:
    """Return the single of one who looks at another; side +1 is to the left of that look."""
    line = eyes(partner) - eyes(one)
    view = turned(line, side * off_deg)
    return framed(one, size, view, screen_x=LEAD if side < 0 else 1 - LEAD)


def two_shot(one: Person, other: Person, size: str, side: int) -> Camera:
    """Return the camera square to the line of two, both evenly in the frame."""
    middle = (eyes(one) + eyes(other)) / 2
    view = turned(eyes(other) - eyes(one), side * 90.0)
    camera = framed(one, size, view)
    distance = float(np.linalg.norm(camera.position - eyes(one)))
    matrix = camera.matrix.copy()
    matrix[:3, 3] = middle + unit([view[0], 0.0, view[2]]) * distance
    return Camera(matrix, camera.lens_mm)


def shot(
    scene: str,
    number: int,
    camera: Camera,
    first: int,
    end: int,
    size: str,
    *,
    subjects: tuple[str, ...] = (),
    axis: tuple[str, ...] = (),
    role: str = "single",
    angle: str = "eye",
) -> Shot:
    """Return a shot whose camera stands still."""
    frames = end - first
    return Shot(
        label=f"{scene}-{number:03d}",
        scene=scene,
        size=size,
        angle=angle,
        move="static",
        role=role,
        lens_mm=camera.lens_mm,
        subjects=subjects,
        axis=axis,
        declared=(),
        first_frame=first,
        end_frame=end,
        sensor=SENSOR,
        world_from_camera=np.broadcast_to(camera.matrix, (frames, 4, 4)).copy(),
        focal_mm=np.full(frames, camera.lens_mm),
    )


def line(scene: str, number: int, speaker: str, text: str, first: int, end: int) -> Line:
    """Return a line that somebody on the set speaks, its words of equal length."""
    spoken = text.split()
    edges = np.linspace(first, end, len(spoken) + 1)
    words = tuple(
        Word(word, float(a), float(b))
        for word, a, b in zip(spoken, edges[:-1], edges[1:], strict=True)
    )
    return Line(f"{scene}-l{number}", speaker, speaker, text, "on", first, end, words)


def box(name: str, centre: Sequence[float], size: Sequence[float], *, prop: bool = False) -> Thing:
    """Return a box as twelve triangles."""
    half = np.asarray(size, float) / 2
    corners = np.array(
        [[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float
    ) * half + np.asarray(centre, float)
    faces = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    triangles = [corners[list(three)] for a, b, c, d in faces for three in ((a, b, c), (a, c, d))]
    return Thing(name, np.array(triangles), prop)


def insert(spot: Sequence[float], view: Sequence[float]) -> Camera:
    """Return the camera that looks down at a thing from half a metre."""
    target = np.asarray(spot, float)
    return Camera(look_at(target + unit(view) * 0.6, target), 50.0)


def pair_scene(label: str = "001", *, place: str = "KITCHEN") -> Scene:
    """Return two people who talk across a small table: master, singles that tighten, a letter."""
    frames = 720
    ann = person("ANN", (-0.8, 0.0, 0.0), (1.0, 0.0, 0.0), frames, stature_m=1.68)
    ben = person("BEN", (0.8, 0.0, 0.0), (-1.0, 0.0, 0.0), frames, stature_m=1.68)
    side = -1  # of the line from Ann to Ben: towards +z

    def of_ann(size: str) -> Camera:
        return single(ann, ben, size, side)

    def of_ben(size: str) -> Camera:
        return single(ben, ann, size, -side)

    letter = (0.0, 0.78, 0.0)
    both, pair = ("ANN", "BEN"), ("ANN", "BEN")
    plan: tuple[tuple[Camera, int, str, tuple[str, ...], str], ...] = (
        (two_shot(ann, ben, "WS", side), 108, "WS", both, "establishing"),
        (of_ann("MS"), 84, "MS", ("ANN",), "single"),
        (of_ben("MS"), 66, "MS", ("BEN",), "single"),
        (of_ann("MCU"), 44, "MCU", ("ANN",), "single"),
        (of_ben("MCU"), 80, "MCU", ("BEN",), "single"),
        (two_shot(ann, ben, "MLS", side), 96, "MLS", both, "two_shot"),
        (insert(letter, (0.1, 1.0, 0.8)), 34, "INSERT", (), "insert"),
        (of_ben("CU"), 52, "CU", ("BEN",), "reaction"),
        (of_ann("CU"), 60, "CU", ("ANN",), "single"),
        (of_ben("CU"), 96, "CU", ("BEN",), "single"),
    )
    lines = (
        line(label, 1, "ANN", "you came all the way here to say that", 60, 180),
        line(label, 2, "BEN", "I came to bring you the letter", 186, 250),
        line(label, 3, "ANN", "then give it to me", 258, 300),
        line(label, 4, "BEN", "it is not what you think it is", 306, 376),
        line(label, 5, "ANN", "it has my name on it in my own hand and still", 390, 540),
        line(label, 6, "BEN", "you did not write it", 546, 596),
        line(label, 7, "ANN", "who then", 602, 618),
        line(label, 8, "BEN", "nobody you would know", 632, 690),
    )
    actions = (Action(f"{label}-a1", "Ann and Ben stand by the table.", both, 0, 48),)
    things = (
        box("floor", (0.0, -0.05, 0.0), (12.0, 0.1, 16.0)),
        box("table", (0.0, 0.74, 0.0), (0.6, 0.05, 0.6)),
        box("letter", letter, (0.2, 0.002, 0.15), prop=True),
    )
    return _scene(
        label, place, frames, (ann, ben), _shots(label, plan, pair), lines, actions, things
    )


def _shots(
    label: str,
    plan: Sequence[tuple[Camera, int, str, tuple[str, ...], str]],
    axis: tuple[str, ...],
) -> tuple[Shot, ...]:
    shots, first = [], 0
    for number, (camera, length, size, subjects, role) in enumerate(plan, start=1):
        end = first + length
        line_of = axis if set(subjects) <= set(axis) and subjects else ()
        shots.append(
            shot(
                label, number, camera, first, end, size,
                subjects=subjects, axis=line_of, role=role,
            )
        )  # fmt: skip
        first = end
    return tuple(shots)


def _scene(
    label: str,
    place: str,
    frames: int,
    people: Sequence[Person],
    shots: tuple[Shot, ...],
    lines: tuple[Line, ...],
    actions: tuple[Action, ...],
    things: tuple[Thing, ...],
    *,
    eighths: int = 4,
) -> Scene:
    assert shots[-1].end_frame == frames
    return Scene(
        label=label,
        heading=f"INT. {place} - DAY",
        place=place,
        film_first_frame=0,
        frames=frames,
        people={one.name: one for one in people},
        shots=shots,
        lines=lines,
        actions=actions,
        things=things,
        eighths=eighths,
    )


def table_scene(label: str = "001", *, place: str = "CAFE") -> Scene:
    """Return three at a table: Cay, in the middle, talks with Ann at the left, then with Ben."""
    frames = 720
    spots = {"ANN": (-1.0, 0.0, 0.0), "BEN": (1.0, 0.0, 0.0), "CAY": (0.0, 0.0, -1.0)}
    looks = {name: np.zeros((frames, 3)) for name in spots}
    for first, end, ann, ben, cay in (
        (0, 400, "CAY", "CAY", "ANN"),
        (400, frames, "CAY", "CAY", "BEN"),
    ):
        for name, target in (("ANN", ann), ("BEN", ben), ("CAY", cay)):
            way = np.subtract(spots[target], spots[name])
            looks[name][first:end] = unit(way)
    ann, ben, cay = (person(name, spots[name], looks[name], frames, seated=True) for name in spots)
    master = framed(cay, "WS", np.array([0.0, 0.0, 1.0]))

    def of(one: Person, partner: Person, size: str, frame: int = 0) -> Camera:
        line_of = eyes(partner, frame) - eyes(one, frame)
        across = turned(line_of, 90.0)
        side = 1 if float(across @ (master.position - eyes(one, frame))) > 0 else -1
        return framed(
            one, size, turned(line_of, side * 30.0),
            screen_x=LEAD if side < 0 else 1 - LEAD, frame=frame,
        )  # fmt: skip

    later = 480
    all_three = ("CAY", "ANN", "BEN")
    plan: tuple[tuple[Camera, int, str, tuple[str, ...], str], ...] = (
        (master, 108, "WS", all_three, "establishing"),
        (of(ann, cay, "MS"), 84, "MS", ("ANN",), "single"),
        (of(cay, ann, "MS"), 66, "MS", ("CAY",), "single"),
        (of(ann, cay, "MCU"), 48, "MCU", ("ANN",), "single"),
        (of(cay, ann, "MCU"), 76, "MCU", ("CAY",), "single"),
        (master, 96, "WS", all_three, "master"),
        (of(ben, cay, "MCU", later), 44, "MCU", ("BEN",), "reaction"),
        (of(cay, ben, "MCU", later), 62, "MCU", ("CAY",), "single"),
        (of(ben, cay, "CU", later), 70, "CU", ("BEN",), "single"),
        (of(cay, ben, "CU", later), 66, "CU", ("CAY",), "single"),
    )
    lines = (
        line(label, 1, "ANN", "nobody told me that you were coming today", 60, 180),
        line(label, 2, "CAY", "nobody knew of it but him", 184, 248),
        line(label, 3, "ANN", "and you believed what he said", 256, 304),
        line(label, 4, "CAY", "I believe what I can see with my eyes", 318, 376),
        line(label, 5, "CAY", "now tell her Ben what you told me last night", 404, 570),
        line(label, 6, "BEN", "it was never going to be enough", 576, 650),
        line(label, 7, "CAY", "enough for whom", 664, 712),
    )
    actions = (Action(f"{label}-a1", "Ann, Ben and Cay sit down.", all_three, 0, 48),)
    things = (
        box("floor", (0.0, -0.05, 0.0), (12.0, 0.1, 16.0)),
        box("table", (0.0, 0.72, -0.2), (0.8, 0.05, 0.8)),
    )
    people = (ann, ben, cay)
    shots = tuple(
        replace(each, axis=("CAY", "BEN") if each.first_frame >= 380 else ("ANN", "CAY"))
        for each in _shots(label, plan, all_three)
    )
    return _scene(label, place, frames, people, shots, lines, actions, things)


def walk_scene(label: str = "001", *, place: str = "STREET") -> Scene:
    """Return one who walks out of the frame at the right, into the next from the left, stops."""
    frames, pace, stops = 288, 1.3 / 24, 170
    along = np.minimum(np.arange(frames), stops) * pace - 3.0
    spots = np.column_stack([along, np.zeros(frames), np.zeros(frames)])
    dee = person("DEE", spots, (1.0, 0.0, 0.0), frames)
    where_she_enters = person("DEE", (5.3, 0.0, 0.0), (1.0, 0.0, 0.0), 1)
    square, ahead = np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])
    three_quarter = framed(dee, "MCU", turned(ahead, -35.0), frame=stops, screen_x=LEAD)
    plan: tuple[tuple[Camera, int, str, tuple[str, ...], str], ...] = (
        (framed(dee, "WS", square, frame=40), 110, "WS", ("DEE",), "establishing"),
        (framed(where_she_enters, "FS", square), 100, "FS", ("DEE",), "action"),
        (three_quarter, 78, "MCU", ("DEE",), "single"),
    )
    actions = (Action(f"{label}-a1", "Dee walks down the street and stops.", ("DEE",), 0, 200),)
    things = (box("floor", (4.0, -0.05, 0.0), (40.0, 0.1, 30.0)),)
    shots = _shots(label, plan, ("DEE",))
    return _scene(label, place, frames, (dee,), shots, (), actions, things, eighths=2)


def single_scene(label: str = "001", *, place: str = "ATTIC") -> Scene:
    """Return one person alone: the place, what she does, her face when it is decided."""
    frames = 288
    eve = person("EVE", (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), frames, stature_m=1.7)
    plan: tuple[tuple[Camera, int, str, tuple[str, ...], str], ...] = (
        (framed(eve, "WS", turned(np.array([0.0, 0.0, 1.0]), 50.0)), 120, "WS", ("EVE",),
         "establishing"),
        (framed(eve, "MS", turned(np.array([0.0, 0.0, 1.0]), -35.0), screen_x=1 - LEAD), 92, "MS",
         ("EVE",), "action"),
        (framed(eve, "CU", turned(np.array([0.0, 0.0, 1.0]), 10.0)), 76, "CU", ("EVE",), "single"),
    )  # fmt: skip
    actions = (
        Action(f"{label}-a1", "Eve stands at the window.", ("EVE",), 0, 140),
        Action(f"{label}-a2", "She has made up her mind.", ("EVE",), 140, 288),
    )
    things = (box("floor", (0.0, -0.05, 0.0), (14.0, 0.1, 18.0)),)
    shots = tuple(replace(each, axis=()) for each in _shots(label, plan, ("EVE",)))
    return _scene(label, place, frames, (eve,), shots, (), actions, things, eighths=2)


def film(*scenes: Scene, asl_s: float = ASL_S, language: str = "en") -> Film:
    """Return a film of these scenes, one after another."""
    placed, first = [], 0
    for scene in scenes:
        placed.append(replace(scene, film_first_frame=first))
        first += scene.frames
    return Film(
        folder=Path(),
        title="BY HAND",
        rate=RATE,
        frames=first,
        language=language,
        style="classical",
        asl_s=asl_s,
        scenes=tuple(placed),
    )


def with_shot(scene: Scene, number: int, **changes: object) -> Scene:
    """Return the scene with fields of one shot (from 1) changed."""
    shots = list(scene.shots)
    shots[number - 1] = replace(shots[number - 1], **changes)
    return replace(scene, shots=tuple(shots))


def with_camera(scene: Scene, number: int, camera: Camera) -> Scene:
    """Return the scene with another camera, that stands still, on one shot (from 1)."""
    frames = scene.shots[number - 1].frames
    return with_shot(
        scene,
        number,
        world_from_camera=np.broadcast_to(camera.matrix, (frames, 4, 4)).copy(),
        focal_mm=np.full(frames, camera.lens_mm),
    )


def with_cut(scene: Scene, number: int, frame: int) -> Scene:
    """Return the scene with the cut out of one shot (from 1), whose cameras stand still, moved."""
    before, after = scene.shots[number - 1 : number + 1]
    longer = with_shot(scene, number, end_frame=frame, **still(before, frame - before.first_frame))
    return with_shot(longer, number + 1, first_frame=frame, **still(after, after.end_frame - frame))


def still(one: Shot, frames: int) -> dict[str, Array]:
    """Return the camera of a shot that stands still, for another number of frames."""
    return {
        "world_from_camera": np.repeat(one.world_from_camera[:1], frames, axis=0),
        "focal_mm": np.repeat(one.focal_mm[:1], frames),
    }


def travelling(centre: Array, start: Array, degrees: float, frames: int) -> Array:
    """Return cameras (frames, 4, 4) that go round a point and look at it, from a place on."""
    reach = (start - centre) * np.array([1.0, 0.0, 1.0])
    rise = np.array([0.0, start[1] - centre[1], 0.0])
    angles = np.linspace(0.0, degrees, frames)
    return np.array([look_at(centre + turned(reach, a) + rise, centre) for a in angles])


def mirrored(shot_of: Shot, one: Array, other: Array) -> Array:
    """Return the cameras (frames, 4, 4) of a shot on the other side of a line, heads framed alike.

    Places and directions are reflected in the upright plane through the line; then the side
    axis is turned about, for a reflection has no right hand.
    """
    normal = unit(turned(other - one, 90.0))
    flip = np.eye(3) - 2 * np.outer(normal, normal)
    cameras = shot_of.world_from_camera.copy()
    cameras[:, :3, :3] = flip @ cameras[:, :3, :3]
    cameras[:, :3, 0] *= -1
    cameras[:, :3, 3] = (cameras[:, :3, 3] - one) @ flip + one
    return cameras
