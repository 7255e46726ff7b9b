"""Chosen setups in, shots out: with ids, labels, moves, angles and reasons.

A camera that moves is looked at again: its last picture must still cut to the next shot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from mstation.breakdown.scene import Scene
from mstation.identity import opaque_id
from mstation.shots.axis import side_sign
from mstation.shots.choose import Board, Choice, joint_at
from mstation.shots.cuts import cut_costs
from mstation.shots.direction import Wish
from mstation.shots.faults import cuts_joint
from mstation.shots.framing import Cameras
from mstation.shots.glimpses import glimpse_from, lines_shown
from mstation.shots.grammar import SIZES, STEP
from mstation.shots.moves import Context, Moved, move_of
from mstation.shots.orders import Order
from mstation.shots.reasons import breaks_of, reason_of
from mstation.shots.setup import Setup
from mstation.shots.shot import Angle, CameraKey, Move, Role, Shot, Size
from mstation.shots.styles import styles
from mstation.shots.taken import AXIS, HARD, INSERT_STEP, PLACE, RULES, Ground, Taken
from mstation.stage.layout import Vec3
from mstation.stage.performance import Performance

# From which pitch upwards a camera is called so. Source: reference sheet, section 3, gaps halved.
_PITCHES = ((30.0, Angle.WORM), (7.5, Angle.LOW), (-7.5, Angle.EYE), (-47.5, Angle.HIGH),
            (-91.0, Angle.TOP))  # fmt: skip
_DUTCH_RAD = np.radians(5.0)
_ON_SHOULDER = "handheld"


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """A scene with its chosen shots: what names them."""

    scene: Scene
    performance: Performance
    setups: list[Setup]
    board: Board
    choices: list[Choice]
    context: Context

    def order_of(self, choice: Choice) -> Order | None:
        """Return the director's order that a chosen shot answers."""
        return self.board.orders.at.get(choice.first_segment)


def shots_of(chosen: Chosen) -> tuple[Shot, ...]:
    """Return the chosen setups as shots."""
    ids = _Ids(chosen)
    return tuple(
        _shot(chosen, number, ids, declared) for number, declared in enumerate(_declared(chosen))
    )


class _Ids:
    """Ids of shots: those of directed shots stay; no two shots of a scene share one."""

    def __init__(self, chosen: Chosen) -> None:
        orders = chosen.board.orders.at.values()
        self._kept = {order.wish.shot_id for order in orders if order.wish.shot_id}
        self._used: set[str] = set()
        self._ordinals: Counter[tuple[str, ...]] = Counter()

    def take(self, key: tuple[str, ...], order: Order | None) -> str:
        """Return the id of the next shot with this key, or the one that it is known by."""
        known = order.wish.shot_id if order else ""
        while not known or known in self._used:
            self._ordinals[key] += 1
            known = opaque_id("sh", (*key, str(self._ordinals[key])))
            if known in self._kept:
                known = ""
        self._used.add(known)
        return known


def _shot(chosen: Chosen, number: int, ids: _Ids, declared: tuple[str, ...]) -> Shot:
    choice, board = chosen.choices[number], chosen.board
    setup, segments = chosen.setups[choice.row], board.film.segments
    run = segments[choice.first_segment : choice.end_segment]
    first, end = run[0].first_frame, run[-1].end_frame
    taken, ground = chosen.context.taken, chosen.context.ground
    subjects = _subjects(setup, ground)
    beats = _beats(chosen.performance, first, end)
    axis, side = _axis(setup, taken, choice.row, ground)
    moved = _moved(chosen, number)
    role = _role(setup, board, choice)
    order = chosen.order_of(choice)
    size = _size(int(taken.step[choice.row]))
    wish = order.wish if order else None
    key = (chosen.scene.id, beats[0] if beats else "", role.value, *subjects[:1])
    return Shot(
        id=ids.take(key, order),
        label=f"{chosen.scene.label}-{number + 1:03d}",
        scene_id=chosen.scene.id,
        role=role,
        size=size,
        angle=_angle(moved.keys[0]),
        move=moved.move,
        lens_mm=float(taken.cameras.lens_mm[choice.row]),
        subjects=subjects,
        axis=axis,
        side=side,
        first_frame=first,
        end_frame=end,
        beats=beats,
        lines=_lines(chosen.performance, first, end),
        camera=moved.keys,
        prop=ground.props[setup.prop].name if setup.prop >= 0 else "",
        breaks=breaks_of(choice.broken),
        declared=declared,
        direction=wish.asked if wish else "",
        shake_deg=_shake(run[0].style.shake_deg, wish),
        why=reason_of(setup, role, size, choice.broken, chosen.performance, moved.move,
                      asked=wish.asked if wish else ""),
    )  # fmt: skip


def _shake(style_deg: float, wish: Wish | None) -> float:
    return styles()[_ON_SHOULDER].shake_deg if wish and wish.handheld else style_deg


def _declared(chosen: Chosen) -> list[tuple[str, ...]]:
    """Return, shot by shot, the rules that the director broke on purpose.

    Where the line is broken, every pair that is shown again from the new side crosses its own.
    """
    film, found = chosen.board.film, list[tuple[str, ...]]()
    unmet: set[int] = set()
    for number, choice in enumerate(chosen.choices):
        declared = []
        order = chosen.order_of(choice)
        breaks = order is not None and order.wish.breaks_axis and _crosses(chosen, number)
        if breaks:
            unmet = set(range(len(film.all_pairs)))
        if unmet:
            first = chosen.board.runs.first[choice.first_segment]
            seen = first.pick(np.flatnonzero(first.index == choice.row))
            shown, _ = lines_shown(seen, film.all_pairs, film.ground)
            met = unmet & set(np.flatnonzero(shown[0]).tolist())
            if met or breaks:
                declared.append(RULES[AXIS])
            unmet -= met
        step = film.rows.step[choice.row]
        if order and order.is_shot and not number and film.opens_place and step > STEP[Size.WS]:
            declared.append(RULES[PLACE])
        found.append(tuple(declared))
    return found


def _crosses(chosen: Chosen, number: int) -> bool:
    """Return whether a shot is on another side of the line than the one before it."""
    if not number:
        return False
    rows, row = chosen.board.film.rows, chosen.choices[number].row
    old = chosen.choices[number - 1].row
    return bool(rows.world[old] != rows.world[row] or rows.chain[old] != rows.chain[row])


def _moved(chosen: Chosen, number: int) -> Moved:
    """Return the camera's move, shorter where it would spoil the next cut, or none at all."""
    choice, context = chosen.choices[number], chosen.context
    setup, segments = chosen.setups[choice.row], chosen.board.film.segments
    run = segments[choice.first_segment : choice.end_segment]
    is_last = number == len(chosen.choices) - 1
    moved = move_of(setup, run, choice, context, is_last=is_last)
    if setup.follow or len(moved.keys) < 2:
        return moved
    shares = (1.0, 0.7, 0.45) if len(moved.keys) == 2 else (1.0,)
    for share in shares:
        keys = _shortened(moved.keys, share)
        if not _spoils(chosen, number, keys[-1], is_last=is_last):
            return Moved(moved.move, keys)
    return Moved(Move.STATIC, (replace(moved.keys[0], frame=0),))


def _shortened(keys: tuple[CameraKey, ...], share: float) -> tuple[CameraKey, ...]:
    """Return a move over a share of its way at the same pace, ending when it did."""
    if share >= 1.0:
        return keys
    one, other = keys
    start = round(other.frame - share * (other.frame - one.frame))

    def between(a: Vec3, b: Vec3) -> Vec3:
        x, y, z = (round(p + share * (q - p), 5) for p, q in zip(a, b, strict=True))
        return (x, y, z)

    return (
        replace(one, frame=start),
        replace(
            other,
            position=between(one.position, other.position),
            target=between(one.target, other.target),
            focal_length_mm=one.focal_length_mm
            + share * (other.focal_length_mm - one.focal_length_mm),
            roll_rad=one.roll_rad + share * (other.roll_rad - one.roll_rad),
        ),
    )


def _spoils(chosen: Chosen, number: int, key: CameraKey, *, is_last: bool) -> bool:
    """Return whether a camera that ends here breaks a rule in its last picture, or at the cut."""
    board, choice = chosen.board, chosen.choices[number]
    film = board.film
    cameras = Cameras(np.array([key.position]), np.array([key.target]),
                      np.array([key.focal_length_mm]))  # fmt: skip
    end = film.segments[choice.end_segment - 1].end_frame
    if _cuts_joint(chosen.setups[choice.row], cameras, end - 1, film.ground):
        return True
    if is_last:
        return False
    then = chosen.choices[number + 1]
    frame = film.segments[then.first_segment].first_frame
    seen = glimpse_from(cameras, np.array([choice.row]), frame - 1, film.rows, film.ground)
    shown, side = lines_shown(seen, film.all_pairs, film.ground)
    left = side * shown * film.lines_last(then.first_segment - 1)
    joint = joint_at(then.first_segment, film, board.runs, board.orders, seen, left)
    _, broken = cut_costs(joint, film.rows, film.taken, film.ground)
    column = int(np.flatnonzero(joint.new.index == then.row)[0])
    return bool(int(broken[0, column]) & HARD & ~then.broken)


def _cuts_joint(setup: Setup, cameras: Cameras, frame: int, ground: Ground) -> bool:
    people = setup.group or ((setup.principal,) if setup.principal >= 0 else ())
    if len(people) != 1 or setup.prop >= 0 or setup.size not in SIZES[3:]:
        return False
    who, when = np.array(people), np.array([frame])
    return bool(cuts_joint(cameras, who, when, ground.figures, ground.sensor)[0])


def _role(setup: Setup, board: Board, choice: Choice) -> Role:
    """Return the setup's role, or a reaction where the face is for the most part a listener's."""
    if setup.family != "single":
        return setup.role
    length = choice.end_segment - choice.first_segment
    if board.runs.reaction[choice.row, length - 1]:
        return Role.REACTION
    return Role.SINGLE if setup.role is Role.REACTION else setup.role


def _size(step: int) -> Size:
    return Size.INSERT if step == INSERT_STEP else SIZES[step]


def _subjects(setup: Setup, ground: Ground) -> tuple[str, ...]:
    """Return who the shot is of, the principal first."""
    ids = ground.figures.ids
    if setup.group:
        return tuple(ids[person] for person in setup.group)
    if setup.family == "ots":
        return (ids[setup.principal], ids[setup.partner])
    return (ids[setup.principal],) if setup.principal >= 0 else ()


def _axis(setup: Setup, taken: Taken, row: int, ground: Ground) -> tuple[tuple[str, ...], int]:
    """Return the pair whose line the shot keeps, and the side the camera is on at its start."""
    pair = (setup.principal, setup.partner)
    if setup.partner < 0:
        if not setup.lines:
            return (), 0
        pair = setup.lines[0]
    a, b = sorted(pair)
    if min(a, b) < 0:
        return (), 0
    heads = ground.figures.heads[:, setup.frame]
    side = side_sign(heads[a], heads[b], taken.cameras.position[row])
    return (ground.figures.ids[a], ground.figures.ids[b]), side


def _beats(performance: Performance, first: int, end: int) -> tuple[str, ...]:
    return tuple(
        timing.beat_id
        for timing in performance.beats
        if timing.first_frame < end and timing.end_frame > first
    )


def _lines(performance: Performance, first: int, end: int) -> tuple[str, ...]:
    return tuple(
        timing.line_id
        for timing in performance.beats
        if timing.line_id and timing.speech_first_frame < end and timing.speech_end_frame > first
    )


def _angle(key: CameraKey) -> Angle:
    """Return what a camera's roll, and its pitch at the start of the shot, are called."""
    if abs(key.roll_rad) > _DUTCH_RAD:
        return Angle.DUTCH
    aim = np.array(key.target) - np.array(key.position)
    pitch = float(np.degrees(np.arctan2(aim[1], np.hypot(aim[0], aim[2]))))
    return next(angle for least, angle in _PITCHES if pitch >= least)
