"""A small room, a street, plain figures and their pictures, for the tests of the renderers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from mstation.previs.look import TOON, Look
from mstation.previs.mesh import Mesh, SkinnedMesh
from mstation.previs.picture import Picture, Player, picture_of
from mstation.previs.primitives import assembled, ball, box, cylinder, panel, tube
from mstation.previs.render import frames_seen
from mstation.previs.scenery import scenery_of
from mstation.shots.shot import Take, TakeSheet
from mstation.space import look_at, sensor_for
from mstation.stage.layout import Lamp, Lighting
from mstation.stage.performance import JOINTS, PARENTS

SIZE = WIDTH, HEIGHT = 320, 180
EYE, TARGET = (-0.4, 1.65, 4.2), (0.0, 1.0, -0.6)  # all of the room
LOW, HIGH = np.array([-3.5, -0.4, -3.0]), np.array([3.5, 3.5, 3.0])
WARM = (1.0, 0.72, 0.42)
DAY = Lighting(
    towards_sun=(0.72, 0.5, 0.3),
    sun_colour=(1.15, 1.05, 0.9),
    sky_colour=(0.44, 0.47, 0.54),
    ground_colour=(0.26, 0.23, 0.2),
    backdrop_top=(0.2, 0.4, 0.75),
    backdrop_horizon=(0.65, 0.78, 0.9),
)
NIGHT = Lighting(
    towards_sun=(0.8, 0.5, 0.2),
    sun_colour=(0.1, 0.14, 0.24),
    sky_colour=(0.035, 0.05, 0.09),
    ground_colour=(0.02, 0.024, 0.04),
    backdrop_top=(0.004, 0.008, 0.025),
    backdrop_horizon=(0.02, 0.035, 0.07),
    lamps=(
        Lamp("standing lamp", (-2.2, 1.6, -1.9), WARM, 1.6, 7.0),
        Lamp("table lamp", (0.3, 1.15, -0.4), WARM, 0.5, 4.0),
    ),
    exposure=1.2,
)
OUTSIDE = replace(DAY, towards_sun=(-0.5, 0.62, 0.6), fog_m=60.0)


def room() -> Mesh:
    """Six by five metres, a window to the east, no fourth wall."""
    wall, boards = (0.62, 0.58, 0.5), (0.3, 0.19, 0.11)
    parts = []
    for i in range(20):
        x = -3 + i * 0.3
        tone = 0.85 + 0.3 * math.sin(i * 12.9898) ** 2
        parts.append(
            panel(
                [(x, 0, 2.5), (x + 0.3, 0, 2.5), (x + 0.3, 0, -2.5), (x, 0, -2.5)],
                tuple(c * tone for c in boards),
            )
        )
    floor = replace(
        assembled(parts), parts=np.zeros(sum(len(p.triangles) for p in parts), np.int32)
    )
    pieces = [floor, panel([(-3, 0, -2.5), (3, 0, -2.5), (3, 2.8, -2.5), (-3, 2.8, -2.5)], wall)]
    pieces.append(panel([(-3, 0, 2.5), (-3, 0, -2.5), (-3, 2.8, -2.5), (-3, 2.8, 2.5)], wall))
    for z0, z1, y0, y1 in (
        (-2.5, -1.2, 0, 2.8),
        (0.6, 2.5, 0, 2.8),
        (-1.2, 0.6, 0, 0.9),
        (-1.2, 0.6, 2.2, 2.8),
    ):
        pieces.append(panel([(3, y0, z0), (3, y0, z1), (3, y1, z1), (3, y1, z0)], wall))
    pieces += [box((0, 0.72, -0.4), (1.6, 0.05, 0.8), (0.36, 0.18, 0.08))]
    pieces += [
        cylinder((x, 0, z), 0.03, 0.72, (0.2, 0.1, 0.05))
        for x in (-0.75, 0.75)
        for z in (-0.75, -0.05)
    ]
    pieces += [
        box((0.3, 0.77, -0.4), (0.12, 0.02, 0.12), (0.1, 0.1, 0.1)),
        cylinder((0.3, 0.79, -0.4), 0.02, 0.25, (0.3, 0.3, 0.3)),
        cylinder(
            (0.3, 1.02, -0.4), 0.14, 0.2, (1.0, 0.8, 0.5), top_radius=0.09, sides=20, glow=0.8
        ),
    ]
    pieces += [
        cylinder((-2.2, 0, -1.9), 0.14, 0.03, (0.08, 0.08, 0.08)),
        cylinder((-2.2, 0, -1.9), 0.02, 1.5, (0.08, 0.08, 0.08)),
        cylinder(
            (-2.2, 1.45, -1.9), 0.24, 0.32, (1.0, 0.85, 0.6), top_radius=0.16, sides=24, glow=0.9
        ),
    ]
    pieces += [box((-1.1, 0, -2.2), (1.1, 1.9, 0.4), (0.25, 0.14, 0.07))]
    pieces += [
        box(
            (-1.5 + 0.075 * i, 0.2 + 0.45 * j, -1.985),
            (0.05, 0.28 + 0.05 * math.sin(i * 3 + j), 0.06),
            (0.3 + 0.25 * math.sin(i + j), 0.25, 0.3 + 0.2 * math.cos(i * 2)),
        )
        for i in range(12)
        for j in range(4)
    ]
    pieces += [
        box((1.9, 0, -2.05), (1.7, 0.42, 0.8), (0.13, 0.22, 0.28)),
        box((1.9, 0.42, -2.35), (1.7, 0.45, 0.2), (0.13, 0.22, 0.28)),
    ]
    pieces += [ball((0.85, 0.86, -0.55), (0.09, 0.11, 0.09), (0.5, 0.1, 0.06), sides=24, rings=14)]
    pieces += [
        box((0.6, 1.3, -2.48), (0.9, 0.6, 0.03), (0.05, 0.06, 0.08)),
        box((0.6, 1.33, -2.47), (0.84, 0.54, 0.03), (0.5, 0.42, 0.25)),
    ]
    return assembled(pieces)


def street() -> Mesh:
    """Open ground with blocks and posts far away."""
    pieces = [panel([(-60, 0, 40), (60, 0, 40), (60, 0, -80), (-60, 0, -80)], (0.3, 0.33, 0.2))]
    pieces.append(
        replace(
            panel(
                [(-60, 0.01, -2), (60, 0.01, -2), (60, 0.01, -8), (-60, 0.01, -8)],
                (0.16, 0.16, 0.17),
            ),
            parts=np.zeros(2, np.int32),
        )
    )
    for i in range(14):
        x, z = -42 + 6.5 * i, -14 - 3 * (i % 4)
        pieces.append(
            box((x, 0, z), (4, 4 + 3 * math.sin(i) ** 2, 4), (0.45, 0.33 + 0.02 * i, 0.27))
        )
        pieces.append(cylinder((x + 2.5, 0, -9), 0.12, 2.4, (0.12, 0.08, 0.05)))
        pieces.append(
            ball((x + 2.5, 3.1, -9), (1.2, 1.3, 1.2), (0.08, 0.22, 0.06), sides=14, rings=9)
        )
    return assembled(pieces)


def rest_offsets(stature_m: float = 1.75) -> np.ndarray:
    at = {
        "Hips": (0, 0.93),
        "Spine": (0, 0.13),
        "Chest": (0, 0.2),
        "Neck": (0, 0.2),
        "Head": (0, 0.09),
        "HeadTop": (0, 0.2),
        "Shoulder": (0.18, 0.17),
        "Elbow": (0.02, -0.3),
        "Wrist": (0, -0.26),
        "Hip": (0.09, -0.02),
        "Knee": (0, -0.43),
        "Ankle": (0, -0.4),
    }
    offsets = np.zeros((22, 3), np.float32)
    for joint, name in enumerate(JOINTS):
        side = -1.0 if name.startswith("Left") else 1.0
        bare = name.removeprefix("Left").removeprefix("Right")
        if bare == "Eye":
            offsets[joint] = (side * 0.035, 0.09, -0.09)
        elif bare == "Toe":
            offsets[joint] = (0, -0.06, -0.16)
        else:
            offsets[joint] = (side * at[bare][0], at[bare][1], 0)
    return offsets * np.float32(stature_m / 1.75)


def figure(colour: tuple[float, float, float], stature_m: float = 1.75) -> SkinnedMesh:
    """Balls and tubes along the bones, each moving with one joint."""
    offsets = rest_offsets(stature_m).astype(float)
    rest = np.zeros((22, 3))
    for joint, parent in enumerate(PARENTS):
        rest[joint] = offsets[joint] + (rest[parent] if parent >= 0 else 0)
    skin = (0.55, 0.36, 0.26)
    solids, owners = [], []
    for joint, parent in enumerate(PARENTS):
        name = JOINTS[joint]
        if parent < 0 or name.endswith(("Eye", "HeadTop")):
            continue
        solids.append(
            tube(
                [tuple(rest[parent]), tuple((rest[parent] + rest[joint]) / 2), tuple(rest[joint])],
                0.055,
                colour,
                sides=14,
            )
        )
        owners.append(parent)
        solids.append(ball(tuple(rest[joint]), (0.06, 0.06, 0.06), colour, sides=14, rings=8))
        owners.append(joint)
    solids.append(ball((0, rest[2, 1] - 0.02, 0), (0.19, 0.29, 0.12), colour, sides=28, rings=18))
    owners.append(2)
    solids.append(
        ball(
            (0, rest[0, 1], 0),
            (0.16, 0.15, 0.12),
            tuple(c * 0.4 for c in colour),
            sides=28,
            rings=14,
        )
    )
    owners.append(0)
    solids.append(
        ball((0, rest[4, 1] + 0.1, -0.01), (0.085, 0.125, 0.105), skin, sides=36, rings=24)
    )
    owners.append(4)
    solids.append(
        ball((0, rest[4, 1] + 0.09, -0.115), (0.015, 0.03, 0.02), skin, sides=10, rings=6)
    )
    owners.append(4)
    mesh = assembled(solids)
    joints = np.zeros((len(mesh.points), 4), np.int32)
    joints[:, 0] = np.repeat(owners, [len(solid.points) for solid in solids])
    weights = np.zeros((len(mesh.points), 4), np.float32)
    weights[:, 0] = 1
    rest_from_joints = np.tile(np.eye(4, dtype=np.float32), (22, 1, 1))
    rest_from_joints[:, :3, 3] = rest
    return SkinnedMesh(
        mesh, joints, weights, rest_from_joints, np.zeros((0, len(mesh.points), 3), np.float32)
    )


def player(colour: tuple[float, float, float], spots: list[tuple[float, float, float]]) -> Player:
    """A figure that stands at (x, z, yaw) in each frame."""
    made = figure(colour)
    joints = made.rest_from_joints[:, :3, 3].astype(float)
    places = np.zeros((len(spots), 22, 3, 4), np.float32)
    spheres = np.zeros((len(spots), 4, 4), np.float32)
    for frame, (x, z, yaw) in enumerate(spots):
        cos, sin = math.cos(yaw), math.sin(yaw)
        matrix = np.array([[cos, 0, sin, x], [0, 1, 0, 0], [-sin, 0, cos, z]])
        places[frame] = matrix
        for index, joint in enumerate(("LeftAnkle", "RightAnkle", "Hips", "LeftToe")):
            spheres[frame, index, :3] = matrix @ np.append(joints[JOINTS.index(joint)], 1)
            spheres[frame, index, 3] = (0.08, 0.08, 0.17, 0.06)[index]
    frames = len(spots)
    return Player(
        made,
        places,
        np.zeros((frames, 0), np.float32),
        np.ones(frames, np.bool_),
        spheres,
        is_toon=True,
    )


def held_at(players: tuple[Player, ...], frame: int) -> tuple[Player, ...]:
    """The players of a take of a single frame, as they are in one frame of theirs."""
    only = slice(frame, frame + 1)
    return tuple(
        replace(
            one,
            places=one.places[only],
            face=one.face[only],
            present=one.present[only],
            occluders=one.occluders[only],
        )
        for one in players
    )


def take(
    eyes: list[tuple[float, float, float]],
    target: tuple[float, float, float],
    focal_mm: float,
    size: tuple[int, int],
) -> Take:
    """A lens that is at each place in turn."""
    cameras = np.stack([look_at(np.array(eye), np.array(target)) for eye in eyes]).astype(
        np.float32
    )
    sheet = TakeSheet((), (), sensor_for(*size))
    return Take(cameras, np.full(len(eyes), focal_mm, np.float32), (), sheet)


def picture(
    mesh: Mesh,
    lighting: Lighting,
    players: tuple[Player, ...],
    shown: Take,
    *,
    casters: Mesh | None = None,
    walls: Mesh | None = None,
    look: Look = TOON,
    is_shallow: bool = False,
) -> Picture:
    """A set and who is in it, ready to be drawn; without `casters` the set itself casts."""
    scenery = scenery_of(mesh, casters or mesh, lighting, LOW, HIGH, walls=walls)
    return picture_of(
        scenery,
        players,
        frames_seen(shown),
        width=WIDTH,
        height=HEIGHT,
        look=look,
        is_shallow=is_shallow,
    )
