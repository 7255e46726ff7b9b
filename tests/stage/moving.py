"""People who move alone or in pairs, and what is measured on them."""

from __future__ import annotations

import itertools

import numpy as np

from mstation.stage.bodies import dress
from mstation.stage.changes import change_seconds
from mstation.stage.channels import Measures
from mstation.stage.gestures import gesture_seconds
from mstation.stage.motion import move
from mstation.stage.performance import Motion, Prop
from mstation.stage.stances import Playing, Stance, Step
from tests.stage.staged import JOINT, KID, LIN, MARA, RATE, TOM, ZHOU

BODIES = {person.id: dress((person,))[0] for person in (TOM, MARA, KID, LIN, ZHOU)}
HERE = Stance(0.0, 0.0, 0.0)
SEATED = Stance(0.0, 0.45, 0.0, "sit", 0.45)
ON_FLOOR_M = 0.003
PALM = np.array([0.0, -0.085, -0.025])  # from the wrist


def playing(
    before: Stance, after: Stance | None = None, path=(), who: str = TOM.id, **more
) -> Playing:
    if more.get("gesture"):
        more.setdefault("gesture_s", gesture_seconds(more["gesture"]))
    return Playing(who, before, after or before, path, **more)


def played(*playings: Playing, seconds: float = 0.0, props: tuple[Prop, ...] = ()) -> Motion:
    """Return the motion of one person who plays these one after the other."""
    body = BODIES[playings[0].character_id]
    steps = [
        Step("bt", f"bt/{number}", _frames(each, seconds), (each,))
        for number, each in enumerate(playings)
    ]
    return move(tuple(steps), (body,), RATE, props)[0]


def together(
    *playings: Playing, seconds: float = 0.0, props: tuple[Prop, ...] = ()
) -> list[Motion]:
    """Return the motions of several who play one step."""
    bodies = tuple(BODIES[each.character_id] for each in playings)
    frames = max(_frames(each, seconds) for each in playings)
    return list(move((Step("bt", "bt", frames, playings),), bodies, RATE, props))


def _frames(each: Playing, seconds: float) -> int:
    needed = change_seconds(each, Measures(BODIES[each.character_id]))
    return RATE.frames_ceil(max(needed, each.delay_s + each.gesture_s, seconds, 0.6))


def palm(motion: Motion, side: str = "Right") -> np.ndarray:
    """Return (frames, 3): where a palm's grip is in the world."""
    wrist = motion.world_from_joints()[:, JOINT[f"{side}Wrist"]]
    return wrist[:, :3, :3] @ PALM + wrist[:, :3, 3]


def joint(motion: Motion, name: str) -> np.ndarray:
    return motion.world_from_joints()[:, JOINT[name], :3, 3]


def slides(motion: Motion) -> list[tuple[float, float]]:
    """Return the way and the depth (m) of every planted foot, from its fall to its last toe."""
    found = []
    for side in ("Left", "Right"):
        toe = joint(motion, f"{side}Toe")
        stands = np.abs(toe[:, 1]) < ON_FLOOR_M
        for is_standing, run in itertools.groupby(range(len(toe)), key=lambda i: bool(stands[i])):
            frames = list(run)
            if is_standing and len(frames) > 1:
                spots = toe[frames][:, [0, 2]]
                way = float(np.linalg.norm(spots - spots[0], axis=1).max())
                found.append((way, float(np.abs(toe[frames, 1]).max())))
    return found


def bends(motion: Motion) -> dict[str, np.ndarray]:
    """Return (frames,) degrees that each knee and elbow is bent; 0 is straight."""
    out = {}
    for side in ("Left", "Right"):
        for name, chain in (
            ("Knee", ("Hip", "Knee", "Ankle")),
            ("Elbow", ("Shoulder", "Elbow", "Wrist")),
        ):
            a, b, c = (joint(motion, f"{side}{part}") for part in chain)
            one, other = b - a, c - b
            cosine = (
                (one * other).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
            )
            out[f"{side}{name}"] = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return out


def turns(motion: Motion) -> np.ndarray:
    """Return (frames, 22) degrees that each joint is turned from rest."""
    return 2 * np.degrees(np.arccos(np.clip(np.abs(motion.rotations[..., 0].astype(float)), 0, 1)))


def spins(motion: Motion) -> np.ndarray:
    """Return (frames − 1, 22) degrees that each joint turns from frame to frame."""
    q = motion.rotations.astype(float)
    dot = np.abs((q[1:] * q[:-1]).sum(-1))
    return 2 * np.degrees(np.arccos(np.clip(dot, 0, 1)))
