"""Where palms are wanted in, shoulders and elbows out (two-bone inverse kinematics)."""

from __future__ import annotations

import numpy as np

from mstation.stage.channels import GOAL_L, GOAL_R, Array, Measures
from mstation.stage.performance import JOINTS, matrices_of_quaternions
from mstation.stage.turns import about, arc, times

PALM_M = (0.0, -0.085, -0.025)  # the middle of the grip, seen from the wrist
_FULL_REACH, _FOLDED = 0.995, 0.26  # of the arm: neither locked nor folded flat
_ROUNDS = 4  # the palm is a little off the wrist, whose turn the solution changes
_JOINT = {name: joint for joint, name in enumerate(JOINTS)}
_SIDES = (("Left", GOAL_L), ("Right", GOAL_R))


def set_hands(local: Array, positions: Array, pose: Array, measures: Measures) -> None:
    """Bend the arms of a pose so that palms come to their goals, as far as arms reach.

    local  # (frames, 22, 4), the pose's turns; shoulders and elbows are written
    """
    if not pose[:, [GOAL_L.stop - 1, GOAL_R.stop - 1]].any():
        return
    world, at = _chest(local, positions, measures)
    for side, span in _SIDES:
        share = pose[:, span.stop - 1]
        frames = np.flatnonzero(share > 0)
        if not len(frames):
            continue
        turn, shoulder = world[frames], at[frames]
        offset = measures.offsets[_JOINT[f"{side}Shoulder"]].astype(np.float64)
        shoulder = shoulder + turn @ offset
        goal = pose[frames, span.start : span.start + 3] - shoulder
        # Goals as the chest sees them, from the shoulder.
        goal = np.einsum("fji,fj->fi", turn, goal)
        joints = [_JOINT[f"{side}{part}"] for part in ("Shoulder", "Elbow", "Wrist")]
        upper, elbow, wrist = (local[frames, joint] for joint in joints)
        bones = tuple(
            float(-measures.offsets[_JOINT[f"{side}{part}"], 1]) for part in ("Elbow", "Wrist")
        )
        upper, elbow = _reached(upper, elbow, wrist, goal, share[frames], bones)
        local[frames, joints[0]], local[frames, joints[1]] = upper, elbow


def _reached(
    upper: Array, elbow: Array, wrist: Array, goal: Array, share: Array, bones: tuple[float, ...]
) -> tuple[Array, Array]:
    """Return shoulder and elbow turned so that the palm is its share of the way to the goal."""
    hand = matrices_of_quaternions(wrist) @ np.array(PALM_M)
    first = _palm(upper, elbow, hand, bones)
    wanted = first + (goal - first) * share[:, None]
    for _ in range(_ROUNDS):
        fore = matrices_of_quaternions(times(upper, elbow))
        to_wrist = wanted - np.einsum("fij,fj->fi", fore, hand)
        length = np.linalg.norm(to_wrist, axis=-1)
        length = np.clip(length, _FOLDED * sum(bones), _FULL_REACH * sum(bones))
        bend = (length**2 - bones[0] ** 2 - bones[1] ** 2) / (2 * bones[0] * bones[1])
        elbow = about(0, np.arccos(np.clip(bend, -1.0, 1.0)))
        now = _palm(upper, elbow, np.zeros_like(hand), bones)
        upper = times(arc(now, to_wrist), upper)
    return upper, elbow


def _palm(upper: Array, elbow: Array, hand: Array, bones: tuple[float, ...]) -> Array:
    """Return (frames, 3): a point beyond the wrist, seen from the shoulder."""
    arm, fore = matrices_of_quaternions(upper), matrices_of_quaternions(times(upper, elbow))
    beyond = hand + np.array([0.0, -bones[1], 0.0])
    out: Array = arm @ np.array([0.0, -bones[0], 0.0]) + np.einsum("fij,fj->fi", fore, beyond)
    return out


def _chest(local: Array, positions: Array, measures: Measures) -> tuple[Array, Array]:
    """Return the chest's turn (frames, 3, 3) and place (frames, 3) in the world."""
    turn, at = matrices_of_quaternions(local[:, 0]), positions
    for joint in (1, 2):
        at = at + turn @ measures.offsets[joint].astype(np.float64)
        turn = turn @ matrices_of_quaternions(local[:, joint])
    return turn, at
