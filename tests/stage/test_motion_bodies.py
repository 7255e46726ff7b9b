"""Bodies over all motions: clear of themselves, each other and furniture; seated as they sit."""

import itertools

import numpy as np
import pytest

from mstation.stage.channels import Measures, pose_table
from mstation.stage.performance import JOINTS, Motion
from mstation.stage.stances import Stance
from tests.stage.moving import BODIES, HERE, SEATED, joint, played, playing, spins, together
from tests.stage.staged import JOINT, KID, MARA, TOM, room, scene_of, stage

# Capsules along bones: radius in metres of a body of 1.75 m.
CAPSULES = {
    ("Hips", "Chest"): 0.095, ("Chest", "Neck"): 0.085, ("Head", "HeadTop"): 0.075,
    ("LeftShoulder", "LeftElbow"): 0.04, ("RightShoulder", "RightElbow"): 0.04,
    ("LeftElbow", "LeftWrist"): 0.033, ("RightElbow", "RightWrist"): 0.033,
    ("LeftHip", "LeftKnee"): 0.06, ("RightHip", "RightKnee"): 0.06,
    ("LeftKnee", "LeftAnkle"): 0.045, ("RightKnee", "RightAnkle"): 0.045,
}  # fmt: skip
TRUNK, HEAD = ("Hips", "Chest"), ("Head", "HeadTop")
ARMS = [bone for bone in CAPSULES if bone[1].endswith(("Elbow", "Wrist"))]
LEGS = [bone for bone in CAPSULES if bone[1].endswith(("Knee", "Ankle"))]


def _gap(one: Motion, bone, other: Motion, across) -> np.ndarray:
    """Return (frames / 2,) metres between two capsules; below 0 they are in each other."""
    share = np.linspace(0, 1, 9)[None, :, None]
    lines = []
    for motion, (start, end) in ((one, bone), (other, across)):
        places = motion.world_from_joints()[::2, :, :3, 3]
        a, b = places[:, JOINT[start], None], places[:, JOINT[end], None]
        lines.append(a + (b - a) * share)
    away = np.linalg.norm(lines[0][:, :, None] - lines[1][:, None], axis=-1).min(axis=(1, 2))
    sizes = [BODIES[motion.character_id].stature_m / 1.75 for motion in (one, other)]
    return away - CAPSULES[bone] * sizes[0] - CAPSULES[across] * sizes[1]


@pytest.mark.parametrize("gesture", sorted(pose_table()["gestures"]))
@pytest.mark.parametrize("who", [TOM.id, MARA.id, KID.id])
def test_forearms_and_hands_keep_out_of_ones_own_trunk_and_head(gesture, who):
    motion = played(playing(HERE, who=who, gesture=gesture))
    for side in ("Left", "Right"):
        bone = (f"{side}Elbow", f"{side}Wrist")
        assert _gap(motion, bone, motion, TRUNK).min() > -0.02, bone
        assert _gap(motion, bone, motion, HEAD).min() > -0.02, bone


@pytest.mark.parametrize(
    "carry", ["", "hold", "bag", "read", "phone", "write", "type", "wheel", "aim"]
)
@pytest.mark.parametrize("base", [HERE, SEATED])
def test_arms_that_carry_keep_out_of_trunk_and_thighs(carry, base):
    stance = Stance(base.x, base.z, 0, base.posture, base.seat_height_m, carry)
    motion = played(playing(base, stance), playing(stance), seconds=2.0)
    for side, other in itertools.product(("Left", "Right"), repeat=2):
        fore = (f"{side}Elbow", f"{side}Wrist")
        assert _gap(motion, fore, motion, TRUNK).min() > -0.02
        assert _gap(motion, fore, motion, (f"{other}Hip", f"{other}Knee")).min() > -0.03


@pytest.mark.parametrize(
    "path", [((0.0, 0.0), (0.0, -5.0)), ((0.0, 0.0), (2.0, -1.0), (2.5, -4.0))]
)
@pytest.mark.parametrize("runs", [False, True])
def test_legs_pass_each_other(path, runs):
    motion = played(playing(HERE, Stance(*path[-1], 0.0), path, is_running=runs))
    gaps = [
        _gap(motion, left, motion, right).min()
        for left, right in itertools.product(LEGS[::2], LEGS[1::2])
    ]
    assert min(gaps) > (-0.05 if runs else -0.035)


@pytest.mark.parametrize(
    ("gesture", "away"), [("strike", 1.05), ("reach", 0.95), ("give", 1.05), ("embrace", 0.36)]
)
def test_two_who_meet_do_not_pass_through_each_other(gesture, away):
    pair = [
        playing(Stance(0, 0, 0, look=MARA.id), gesture=gesture, aim=(0.0, 1.2, -away)),
        playing(Stance(0, -away, np.pi, look=TOM.id), who=MARA.id,
                gesture=gesture if gesture == "embrace" else ""),
    ]  # fmt: skip
    one, other = together(*pair)
    for mine, theirs in ((one, other), (other, one)):
        for bone in (TRUNK, HEAD, ("Chest", "Neck")):
            for across in (TRUNK, HEAD, ("Chest", "Neck")):
                assert _gap(mine, bone, theirs, across).min() > -0.02, (bone, across)
        for bone in ARMS:
            assert _gap(mine, bone, theirs, TRUNK).min() > -0.05, bone
            assert _gap(mine, bone, theirs, HEAD).min() > -0.03, bone


@pytest.mark.parametrize("who", [TOM.id, MARA.id])
@pytest.mark.parametrize("seat_m", [0.40, 0.45, 0.50])
def test_who_sits_is_on_the_seat_with_feet_on_the_floor_and_thighs_under_a_table(who, seat_m):
    sits = Stance(0, 0, 0, "sit", seat_m)
    motion, measures = played(playing(sits, who=who), seconds=3.0), Measures(BODIES[who])
    assert np.abs(joint(motion, "Hips")[:, 1] - seat_m - measures.sit_flesh).max() < 0.015
    for side in ("Left", "Right"):
        assert np.abs(joint(motion, f"{side}Toe")[:, 1]).max() < 0.015
        assert (joint(motion, f"{side}Knee")[:, 1] + 0.06).max() < 0.70
        palm_over = joint(motion, f"{side}Wrist")[:, 1] - joint(motion, f"{side}Knee")[:, 1]
        assert palm_over.min() > 0.0
        assert palm_over.max() < 0.25


def test_bodies_keep_clear_of_the_tables_they_go_round_and_sit_at():
    scene = scene_of(
        "Mara walks to the window. She sits down at the table.", "Tom walks to the door."
    )
    _, motions = stage(scene)
    tables = [piece for piece in room().pieces if piece.kind in ("table", "desk", "bed")]
    for motion, table in itertools.product(motions.values(), tables):
        (x, _, z), (width, height, depth) = table.position, table.size
        for name in ("Hips", "Chest", "Head"):
            spot = joint(motion, name)
            inside = (np.abs(spot[:, 0] - x) < width / 2) & (np.abs(spot[:, 2] - z) < depth / 2)
            assert not (inside & (spot[:, 1] < height)).any(), (name, table.name)


@pytest.mark.parametrize("who", [TOM.id, MARA.id])
def test_who_waits_shifts_weight_breathes_and_is_not_the_same_left_and_right(who):
    motion = played(playing(HERE, who=who), seconds=12.0)
    hips = joint(motion, "Hips")
    assert 0.02 < np.ptp(hips[:, 0]) < 0.09
    assert np.ptp(joint(motion, "Chest")[:, 1]) > 0.001
    left, right = (motion.rotations[:, JOINT[f"{side}Elbow"], 1] for side in ("Left", "Right"))
    assert np.abs(left - right).max() > 0.02
    assert spins(motion).max(axis=0)[[JOINTS.index("Hips"), JOINTS.index("Chest")]].max() < 1.5
