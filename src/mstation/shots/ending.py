"""Chosen shots in, their moves out, none of which spoils the cut that it ends in.

A camera that moves is looked at again: its last picture must still cut to the next shot.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mstation.shots.choose import joint_at
from mstation.shots.chosen import Chosen
from mstation.shots.cuts import cut_costs
from mstation.shots.faults import cuts_joint
from mstation.shots.framing import Cameras
from mstation.shots.glimpses import glimpse_from, lines_shown
from mstation.shots.grammar import SIZES
from mstation.shots.moves import Moved, move_of, stilled
from mstation.shots.setup import Setup
from mstation.shots.shot import CameraKey
from mstation.shots.taken import HARD, Ground
from mstation.stage.layout import Vec3


def move_at(chosen: Chosen, number: int) -> Moved:
    """Return the camera's move, shorter where it would spoil the next cut, or none at all."""
    choice, film = chosen.choices[number], chosen.board.film
    setup, is_last = chosen.setups[choice.row], number == len(chosen.choices) - 1
    moved = move_of(setup, chosen.run_of(choice), choice, film, is_last=is_last)
    if setup.follow or len(moved.keys) < 2:
        return moved
    shares = (1.0, 0.7, 0.45) if len(moved.keys) == 2 else (1.0,)
    for share in shares:
        keys = _shortened(moved.keys, share)
        if not _spoils(chosen, number, keys[-1], is_last=is_last):
            return Moved(moved.move, keys)
    return stilled(moved)


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
