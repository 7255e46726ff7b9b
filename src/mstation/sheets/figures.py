"""Joint curves in, people seen from above and from the side out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mstation.sheets.plan import (
    Item,
    Outline,
    Point,
    arrow_head,
    ellipse,
    polygon,
    turned,
)
from mstation.shots.shot import Take
from mstation.space import Array
from mstation.stage.performance import JOINTS, Motion

_J = {name: index for index, name in enumerate(JOINTS)}
_COLOURS = ("#1565C0", "#C62828", "#2E7D32", "#6A1B9A", "#EF6C00", "#00838F", "#5D4037", "#AD1457")
_OTHERS, _FAINT = "#757575", "#9E9E9E"
_INK, _SKIN = "#222222", "#FFFFFF"
_MOVED_M = 0.25  # what is less is a shift of weight
_HEAD_M, _DEPTH_M = 0.105, 0.115  # half a head's width, half a chest's depth
_RING_M = 0.14  # the radius of a ring
_WIDER = 0.055  # shoulders stand out over their joints
_WAY_STEP = 6  # frames between the corners of a drawn way
_LEGS = (("LeftHip", "LeftKnee", "LeftAnkle", "LeftToe"),
         ("RightHip", "RightKnee", "RightAnkle", "RightToe"))  # fmt: skip
_ARMS = (("LeftShoulder", "LeftElbow", "LeftWrist"), ("RightShoulder", "RightElbow", "RightWrist"))
_SPINE = ("Hips", "Spine", "Chest", "Neck", "Head", "HeadTop")


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Somebody in a shot: as they are at its start and at its end, and the way between.

    joints  # (22, 4, 4), the joints' frames in the world
    way     # (n, 2), x and z of the hips
    """

    character_id: str
    name: str
    colour: str
    start: Array
    end: Array
    way: Array
    is_background: bool = False

    @property
    def has_moved(self) -> bool:
        """Whether the person goes anywhere in the shot."""
        return bool(np.ptp(self.way, axis=0).max() > _MOVED_M)

    def joint(self, name: str, *, at_end: bool = False) -> Array:
        """Return where a joint is."""
        joints = self.end if at_end else self.start
        return np.asarray(joints[_J[name], :3, 3])


def figures_of(take: Take, order: tuple[str, ...]) -> tuple[Figure, ...]:
    """Return everybody in a take; `order` are the scene's people, who keep their colours.

    Whoever is none of them is in the background.
    """
    names = {body.character_id: body.name for body in take.sheet.bodies}
    return tuple(
        _figure(motion, names.get(motion.character_id, ""), order)
        for motion in take.motions
        if motion.present.any()
    )


def _colour(character_id: str, order: tuple[str, ...]) -> str:
    place = order.index(character_id) if character_id in order else len(_COLOURS)
    return _COLOURS[place] if place < len(_COLOURS) else _OTHERS


def _figure(motion: Motion, name: str, order: tuple[str, ...]) -> Figure:
    there = np.flatnonzero(motion.present)
    first, last = int(there[0]), int(there[-1])
    frames = [*range(first, last, _WAY_STEP), last]
    return Figure(
        character_id=motion.character_id,
        name=name,
        colour=_colour(motion.character_id, order),
        start=motion.cut(first, first + 1).world_from_joints()[0],
        end=motion.cut(last, last + 1).world_from_joints()[0],
        way=motion.positions[frames][:, [0, 2]].astype(float),
        is_background=motion.character_id not in order,
    )


def seen_from_above(figure: Figure) -> list[Item]:
    """Return a figure on a floor plan: where it starts, where it ends, the way it goes.

    Somebody in the background is only a ring: nobody is called there by the shot.
    """
    if figure.is_background:
        return [background_ring(flat(figure.joint("Head")), _RING_M)]
    items: list[Item] = []
    if figure.has_moved:
        way = [(float(x), float(z)) for x, z in figure.way]
        items.append(
            Outline(tuple(way), figure.colour, 1.1, dash_pt=(3.0, 2.0), name=f"{figure.name} way")
        )
        items += _body_above(figure, at_end=True)
        items += _way_head(way, figure.colour)
    return [*items, *_body_above(figure, at_end=False)]


def background_ring(middle: Point, radius: float) -> Outline:
    """Return the ring that stands for somebody in the background."""
    return polygon(
        ellipse(middle, radius, radius),
        fill=_SKIN,
        stroke=_FAINT,
        width_pt=0.8,
        name="background",
    )


def _way_head(way: list[Point], colour: str) -> list[Item]:
    """Return the arrow half along a way that is long enough for one."""
    middle = len(way) // 2
    one, other = way[max(middle - 1, 0)], way[middle]
    towards = (other[0] - one[0], other[1] - one[1])
    if math.hypot(*towards) < 1e-3:
        return []
    return [polygon(arrow_head(other, towards, 0.2), fill=colour, stroke=colour, width_pt=0)]


def _body_above(figure: Figure, *, at_end: bool) -> list[Item]:
    joints = figure.end if at_end else figure.start
    fill = "#FFFFFF" if at_end else figure.colour
    stroke, dash = (figure.colour, (1.6, 1.2)) if at_end else (_INK, ())
    items: list[Item] = []
    for leg in _LEGS:
        points = tuple(flat(joints[_J[name], :3, 3]) for name in leg)
        items.append(Outline(points, figure.colour, 0.8 if at_end else 2.0))
    left, right = (joints[_J[f"{side}Shoulder"], :3, 3] for side in ("Left", "Right"))
    middle, across = flat((left + right) / 2), right - left
    half = float(np.hypot(across[0], across[2])) / 2 + _WIDER
    turn = math.atan2(across[2], across[0])
    chest = ellipse(middle, half, _DEPTH_M, turn)
    items.append(polygon(chest, fill=fill, stroke=stroke, width_pt=0.7, dash_pt=dash))
    head = flat(joints[_J["Head"], :3, 3])
    ahead = -joints[_J["Head"], :3, 2]
    bearing = math.atan2(ahead[0], -ahead[2])
    nose = [(-0.05, -0.085), (0.0, -0.165), (0.05, -0.085)]
    items.append(polygon(turned(nose, head, bearing), fill=stroke, stroke=stroke, width_pt=0.3))
    state = "end" if at_end else "start"
    round_head = ellipse(head, _HEAD_M, _HEAD_M)
    items.append(
        polygon(round_head, fill=_SKIN, stroke=stroke, width_pt=0.8, name=f"{figure.name} {state}")
    )
    return items


def seen_from_aside(figure: Figure, eye: Array, ahead: Array) -> list[Item]:
    """Return a figure from the side: x is metres before the camera, y is down from the floor."""

    def place(joint: str) -> Point:
        point = figure.start[_J[joint], :3, 3]
        return float((point - eye) @ ahead), -float(point[1])

    items: list[Item] = [
        Outline(tuple(place(name) for name in chain), figure.colour, 2.0)
        for chain in (*_LEGS, *_ARMS, _SPINE)
    ]
    head, top = place("Head"), place("HeadTop")
    middle = ((head[0] + top[0]) / 2, (head[1] + top[1]) / 2)
    tall = max(math.dist(head, top) / 2, 0.06)
    turn = math.atan2(top[0] - head[0], head[1] - top[1])
    skull = ellipse(middle, tall * 0.75, tall, turn)
    items.append(polygon(skull, fill=_SKIN, stroke=figure.colour, width_pt=1.2))
    return items


def flat(point: Array) -> Point:
    """Return where a point of the world is on a floor plan."""
    return float(point[0]), float(point[2])
