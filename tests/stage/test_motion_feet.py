"""Feet over all motions: planted ones stay, none sinks or hovers, knees bend as knees do."""

import numpy as np
import pytest

from mstation.stage.channels import Measures, pose_table
from mstation.stage.gait import flight
from mstation.stage.stances import Stance
from tests.stage.moving import BODIES, HERE, SEATED, bends, joint, played, playing, slides, spins
from tests.stage.staged import KID, MARA, TOM

WAYS = {
    "ahead": ((0.0, 0.0), (0.0, -5.0)),
    "far": ((0.0, 0.0), (0.0, -11.0)),
    "behind": ((0.0, 0.0), (0.0, 3.0)),
    "corner": ((0.0, 0.0), (2.0, -1.0), (2.5, -4.0), (-1.0, -5.0)),
    "short": ((0.0, 0.0), (0.4, -0.3)),
    "aside": ((0.0, 0.0), (0.6, 0.1)),
}
KNEELING, IN_BED, DOWN = (
    Stance(0, 0, 0, "kneel"),
    Stance(0, 0.6, 0, "lie", 0.5),
    Stance(0, 0, 0, "lie"),
)
CHANGES = [
    (HERE, SEATED), (SEATED, HERE), (HERE, KNEELING), (KNEELING, HERE), (HERE, IN_BED),
    (IN_BED, HERE), (HERE, DOWN), (DOWN, HERE), (HERE, Stance(0, 0, 0, weight=1)),
    (Stance(0, 0, 0, weight=1), Stance(0, 0, 0, weight=-1)),
    (Stance(0, 0.1, 0, "sit", 0.45), Stance(0, 0.6, 0, "lie", 0.5)),
]  # fmt: skip
SLIDE_M, OFF_M = 0.01, 0.015
KNEE_DEG, WALK_SPIN_DEG, RUN_SPIN_DEG = 155, 36, 62


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", [TOM.id, MARA.id, KID.id])
@pytest.mark.parametrize("goes", ["walk", "stroll", "run"])
def test_feet_stay_where_they_are_put_on_every_way(way, who, goes):
    path = WAYS[way]
    pace = 0.9 if goes == "stroll" else 0.0
    walk = playing(HERE, Stance(*path[-1], 1.0), path, who, is_running=goes == "run", pace_m_s=pace)
    motion = played(walk)
    planted = slides(motion)
    assert len(planted) >= 2
    assert max(way for way, _ in planted) < SLIDE_M
    assert max(depth for _, depth in planted) < OFF_M
    _assert_legs(motion, RUN_SPIN_DEG if goes == "run" else WALK_SPIN_DEG)


@pytest.mark.parametrize("yaw", [0.4, -0.9, 1.6, 2.8, -3.1])
def test_feet_step_round_in_a_turn_on_the_spot(yaw):
    motion = played(playing(HERE, Stance(0, 0, yaw)))
    assert max(way for way, _ in slides(motion)) < SLIDE_M
    _assert_legs(motion, WALK_SPIN_DEG)


@pytest.mark.parametrize(("before", "after"), CHANGES)
@pytest.mark.parametrize("who", [TOM.id, KID.id])
def test_feet_step_and_do_not_slide_when_the_posture_changes(before, after, who):
    motion = played(playing(before, after, who=who))
    assert max([0.0, *(way for way, _ in slides(motion))]) < SLIDE_M
    _assert_legs(motion, 30)


def test_a_fall_ends_on_the_floor_and_comes_to_rest():
    motion = played(playing(HERE, DOWN, falls=True))
    height = joint(motion, "Chest")[:, 1]
    struck = int(np.argmax(height < height[-1] + 0.06))
    assert 0.8 < struck / 24 < 2.0
    drop = np.diff(height[:struck])
    assert drop[: struck // 3].min() > drop[struck // 2 :].min()  # faster and faster
    assert np.abs(np.diff(height[-6:])).max() < 0.004
    _assert_legs(motion, 24)


@pytest.mark.parametrize("gesture", sorted(pose_table()["gestures"]))
def test_gestures_leave_the_feet_alone(gesture):
    motion = played(playing(HERE, gesture=gesture, aim=(0.0, 1.25, -0.95)))
    for toe in ("LeftToe", "RightToe"):
        assert np.ptp(joint(motion, toe), axis=0).max() < SLIDE_M
    _assert_legs(motion, 58 if gesture in ("strike", "throw") else 30)


def test_a_runner_flies_and_a_walker_does_not():
    path = ((0.0, 0.0), (0.0, -8.0))
    for runs in (True, False):
        motion = played(playing(HERE, Stance(0, -8, 0), path, is_running=runs))
        lowest = np.minimum(*(joint(motion, f"{side}Toe")[:, 1] for side in ("Left", "Right")))
        middle = lowest[len(lowest) // 4 : -len(lowest) // 4]
        assert ((middle > 0.015).mean() > 0.1) == runs


def test_arms_swing_against_the_legs_and_the_head_stays_level():
    motion = played(playing(HERE, Stance(0, -6, 0), ((0.0, 0.0), (0.0, -6.0))))
    middle = slice(len(motion.positions) // 4, -len(motion.positions) // 4)
    foot = joint(motion, "LeftAnkle")[middle, 2] - joint(motion, "RightAnkle")[middle, 2]
    hand = joint(motion, "LeftWrist")[middle, 2] - joint(motion, "RightWrist")[middle, 2]
    assert np.corrcoef(foot, hand)[0, 1] < -0.8
    assert np.ptp(hand) > 0.3
    head = motion.world_from_joints()[middle, 4, :3, 2]
    assert np.ptp(np.degrees(np.arctan2(head[:, 0], head[:, 2]))) < 14


def _assert_legs(motion, spin_deg):
    for name, angle in bends(motion).items():
        limit = KNEE_DEG if "Knee" in name else 152
        assert angle.max() < limit, name
    assert spins(motion).max() < spin_deg


@pytest.mark.parametrize("who", [TOM.id, KID.id])
@pytest.mark.parametrize(("low", "high"), [(0.0, 0.9), (0.9, 0.0), (0.0, 0.2)])
def test_feet_land_on_the_treads_of_stairs(who, low, high):
    path = ((0.0, 0.0), (0.0, -4.5))
    climb = playing(Stance(0, 0, 0, floor_m=low), Stance(0, -4.5, 0, floor_m=high), path, who)
    motion, measures = played(climb), Measures(BODIES[who])
    treads = flight(low, high, 4.5)
    floors = [low, *(height for _, height in treads)]
    for side in ("Left", "Right"):
        ankle, toe = joint(motion, f"{side}Ankle"), joint(motion, f"{side}Toe")
        still = np.linalg.norm(np.diff(ankle, axis=0), axis=1) < 0.002
        stands = [
            i for i in np.flatnonzero(still) if abs(ankle[i, 1] - toe[i, 1]) < measures.ankle + 0.01
        ]
        assert len(stands) > 8
        for frame in stands:
            at = -ankle[frame, 2]
            floor = next((h for start, h in treads[::-1] if at >= start), low)
            assert abs(toe[frame, 1] - floor) < OFF_M
            assert min(abs(toe[frame, 1] - height) for height in floors) < OFF_M
    assert abs(motion.positions[-1, 1] - measures.hips - high) < 0.03
    _assert_legs(motion, 46)
