"""Chosen setups and their moves in, shots out: with ids, labels, angles and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from mstation.identity import opaque_id
from mstation.shots.axis import side_sign
from mstation.shots.choose import Board, Choice
from mstation.shots.chosen import Chosen
from mstation.shots.direction import Wish
from mstation.shots.glimpses import lines_shown
from mstation.shots.grammar import SIZES, STEP
from mstation.shots.moves import Moved
from mstation.shots.orders import Order
from mstation.shots.reasons import breaks_of, reason_of
from mstation.shots.setup import Setup
from mstation.shots.shot import Angle, CameraKey, Role, Shot, Size
from mstation.shots.styles import styles
from mstation.shots.taken import AXIS, INSERT_STEP, PLACE, RULES, Ground, Taken
from mstation.stage.performance import Performance

# From which pitch upwards a camera is called so. Source: reference sheet, section 3, gaps halved.
_PITCHES = ((30.0, Angle.WORM), (7.5, Angle.LOW), (-7.5, Angle.EYE), (-47.5, Angle.HIGH),
            (-91.0, Angle.TOP))  # fmt: skip
_DUTCH_RAD = np.radians(5.0)
_ON_SHOULDER = "handheld"


def shots_of(chosen: Chosen, moves: Sequence[Moved]) -> tuple[Shot, ...]:
    """Return the chosen setups as shots, each with its move."""
    ids, declared = _Ids(chosen), _declared(chosen)
    return tuple(
        _shot(chosen, number, ids, declared[number], moved) for number, moved in enumerate(moves)
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


def _shot(chosen: Chosen, number: int, ids: _Ids, declared: tuple[str, ...], moved: Moved) -> Shot:
    choice, board = chosen.choices[number], chosen.board
    setup, run = chosen.setups[choice.row], chosen.run_of(choice)
    first, end = run[0].first_frame, run[-1].end_frame
    taken, ground = board.film.taken, board.film.ground
    subjects = _subjects(setup, ground)
    beats = _beats(chosen.performance, first, end)
    axis, side = _axis(setup, taken, choice.row, ground)
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


def _role(setup: Setup, board: Board, choice: Choice) -> Role:
    """Return the setup's role, or a reaction where the face is for the most part a listener's."""
    if setup.family != "single":
        return setup.role
    if board.runs.reaction[choice.row, choice.column]:
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
