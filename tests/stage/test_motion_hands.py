"""Hands over all motions: they meet what they hold, give, take, touch and strike."""

from dataclasses import replace

import numpy as np
import pytest

from mstation.previs.props import prop_transform
from mstation.stage.channels import pose_table
from mstation.stage.contacts import passings
from mstation.stage.cues import thing_table
from mstation.stage.motion import move
from mstation.stage.performance import Prop, Shape
from mstation.stage.stances import Stance, Step
from tests.stage.moving import (
    BODIES,
    HERE,
    SEATED,
    bends,
    joint,
    palm,
    played,
    playing,
    spins,
    together,
    turns,
)  # fmt: skip
from tests.stage.staged import KID, MARA, RATE, TOM, scene_of, stage

HELD_M = 0.02
LONG = 10**6


def _prop(kind: str, who: str = TOM.id, **more: object) -> Prop:
    size = tuple(thing_table()["props"][kind]["size"])
    facts = {"position": (0, 0, 0), "holder_id": who, "first_frame": 0, "end_frame": LONG}
    return Prop(kind, kind, yaw_rad=0.0, size=size, beat_id="bt", **(facts | more))  # type: ignore[arg-type]


def _off(prop: Prop, motions, frame: int, point: np.ndarray) -> float:
    """Return how far a point is from a prop's box, metres."""
    prop_from_world = np.linalg.inv(prop_transform(prop, motions, frame).astype(float))
    local = prop_from_world[:3, :3] @ point + prop_from_world[:3, 3]
    width, height, depth = prop.size
    low, high = np.array([-width / 2, 0, -depth / 2]), np.array([width / 2, height, depth / 2])
    return float(np.linalg.norm(local - np.clip(local, low, high)))


@pytest.mark.parametrize("kind", ["letter", "note", "book", "newspaper", "photo", "phone"])
@pytest.mark.parametrize("who", [TOM.id, MARA.id, KID.id])
@pytest.mark.parametrize("base", [HERE, SEATED])
def test_both_hands_are_on_what_is_read(kind, who, base):
    prop = _prop(kind, who)
    reads = Stance(base.x, base.z, 0, base.posture, base.seat_height_m, "read", "hands")
    motion = played(playing(reads, who=who), seconds=3.0, props=(prop,))
    for frame in range(0, len(motion.positions), 6):
        for side in ("Left", "Right"):
            assert _off(prop, [motion], frame, palm(motion, side)[frame]) < HELD_M, side


@pytest.mark.parametrize("kind", ["cup", "bottle", "box", "gun", "key", "bag", "flowers"])
@pytest.mark.parametrize("gesture", ["", "drink", "show", "give", "put", "raise"])
def test_the_right_hand_is_on_what_it_holds_whatever_it_does(kind, gesture):
    prop = _prop(kind)
    holds = Stance(0, 0, 0, carry=thing_table()["props"][kind].get("carried", "hold"))
    motion = played(playing(holds, gesture=gesture), props=(prop,))
    for frame in range(0, len(motion.positions), 4):
        assert _off(prop, [motion], frame, palm(motion)[frame]) < HELD_M


@pytest.mark.parametrize("who", [TOM.id, MARA.id, KID.id])
@pytest.mark.parametrize("base", [HERE, SEATED])
def test_a_telephone_is_at_the_ear(who, base):
    prop = _prop("phone", who)
    calls = Stance(base.x, base.z, 0, base.posture, base.seat_height_m, "phone", (3.0, 1.0, -2.0))
    motion = played(playing(calls, who=who), seconds=3.0, props=(prop,))
    world = motion.world_from_joints()
    eyes = (joint(motion, "LeftEye") + joint(motion, "RightEye")) / 2
    half = np.linalg.norm(joint(motion, "RightEye") - joint(motion, "LeftEye"), axis=1) / 2
    for frame in range(0, len(eyes), 6):
        out = np.array([2.2 * half[frame], -0.01, 2.2 * half[frame]])
        ear = eyes[frame] + world[frame, 4, :3, :3] @ out
        assert _off(prop, [motion], frame, ear) < 0.03


def test_drivers_keep_both_hands_on_the_wheel_and_turn_it_a_little():
    drives = Stance(0, 0.45, 0, "sit", 0.45, "wheel")
    motion = played(playing(drives), seconds=8.0)
    left, right = palm(motion, "Left"), palm(motion, "Right")
    apart = np.linalg.norm(left - right, axis=1)
    assert np.abs(apart - apart[0]).max() < 0.02
    assert 0.01 < np.ptp(right[:, 1]) < 0.12
    assert (motion.face[:, [Shape.LEFT_GRIP, Shape.RIGHT_GRIP]] > 0.7).all()


def _handed_over(giver: Stance, taker: Stance):
    props = (_prop("letter", end_frame=20), _prop("letter", MARA.id, first_frame=20))
    gives = playing(giver, Stance(*giver.floor, 0, look=MARA.id), gesture="give", aim=(0, 1.2, -1))
    takes = playing(
        taker, Stance(*taker.floor, np.pi, carry="hold", look=TOM.id), who=MARA.id,
        gesture="take", gesture_s=1.3, delay_s=0.35, aim=(0, 1.2, 0),
    )  # fmt: skip
    return props, together(gives, takes, props=props)


def test_giver_and_taker_meet_at_the_thing_in_the_same_frame():
    giver = Stance(0, 0, 0, carry="hold", look=MARA.id)
    props, motions = _handed_over(giver, Stance(0, -1.05, np.pi, look=TOM.id))
    one, other = (palm(motion)[20] for motion in motions)
    assert np.linalg.norm(one - other) < 0.09
    for motion, prop, frame in zip(motions, props, (19, 20), strict=True):
        assert _off(prop, motions, frame, palm(motion)[frame]) < HELD_M
    away = [float(np.linalg.norm(a - b)) for a, b in zip(*map(palm, motions), strict=True)]
    assert away[20] < min(away) + 0.01


@pytest.mark.parametrize("spot", [(0.1, 0.75, -0.55), (0.35, 0.75, -0.5), (-0.25, 0.9, -0.6)])
@pytest.mark.parametrize("way", ["pick_up", "put"])
def test_a_hand_is_where_a_thing_lies_when_it_takes_it_up_or_puts_it_down(spot, way):
    lying = {"holder_id": "", "position": spot}
    held = {"holder_id": TOM.id}
    first, then = (lying, held) if way == "pick_up" else (held, lying)
    props = (
        _prop("cup", **(first | {"end_frame": 20})),
        _prop("cup", **(then | {"first_frame": 20})),
    )
    before, after = (
        Stance(0, 0, 0, carry=c) for c in (("", "hold") if way == "pick_up" else ("hold", ""))
    )
    motion = played(playing(before, after, gesture=way, aim=spot), props=props)
    grip = np.add(spot, (0, 0.045, 0))
    assert np.linalg.norm(palm(motion)[20] - grip) < HELD_M


def test_things_that_only_come_from_a_pocket_are_not_passed():
    assert not passings((_prop("phone", first_frame=10),))


def test_an_embrace_brings_hands_to_backs_and_heads_side_by_side():
    pair = [
        playing(Stance(0, 0, 0, look=MARA.id), gesture="embrace"),
        playing(Stance(0, -0.36, np.pi, look=TOM.id), who=MARA.id, gesture="embrace"),
    ]
    motions = together(*pair)
    frame = round(0.5 * len(motions[0].positions))
    worlds = [motion.world_from_joints()[frame] for motion in motions]
    heads = [(world[4, :3, 3] + world[5, :3, 3]) / 2 for world in worlds]
    assert 0.15 < np.linalg.norm(heads[0] - heads[1]) < 0.45
    chests = [world[2, :3, 3] for world in worlds]
    between = abs(chests[0][2] - chests[1][2]) - 2 * 0.068 * 1.75
    assert 0.0 <= between < 0.15
    for mine, world in zip(motions, worlds[::-1], strict=True):
        other_from_world = np.linalg.inv(world[2])
        for side in ("Left", "Right"):
            x, y, z = other_from_world[:3, :3] @ palm(mine, side)[frame] + other_from_world[:3, 3]
            assert 0.10 < z < 0.19, side
            assert abs(x) < 0.15
            assert -0.25 < y < 0.2


@pytest.mark.parametrize("gesture", ["strike", "reach"])
@pytest.mark.parametrize("away", [0.85, 0.95, 1.05])
def test_a_blow_or_a_touch_stops_at_its_target(gesture, away):
    pair = [
        playing(Stance(0, 0, 0, look=MARA.id), gesture=gesture, aim=(0.0, 1.2, -away)),
        playing(Stance(0, -away, np.pi, look=TOM.id), who=MARA.id),
    ]
    hand, chest = (palm(together(*pair)[0]), joint(together(*pair)[1], "Chest"))
    gap = np.hypot(*(hand - chest)[:, [0, 2]].T)
    assert 0.08 < gap.min() < 0.20


@pytest.mark.parametrize("gesture", ["drink", "eat", "cry", "face", "hide_face"])
@pytest.mark.parametrize("who", [TOM.id, MARA.id, KID.id])
def test_a_hand_at_the_face_is_before_it_and_not_in_it(gesture, who):
    motion = played(playing(HERE, who=who, gesture=gesture))
    eyes = (joint(motion, "LeftEye") + joint(motion, "RightEye")) / 2
    head_from_world = np.linalg.inv(motion.world_from_joints()[:, 4])
    away = np.linalg.norm(palm(motion) - eyes, axis=1)
    frame = int(away.argmin())
    assert away[frame] < 0.2
    local = head_from_world[frame, :3, :3] @ (palm(motion)[frame] - eyes[frame])
    assert local[2] < -0.03


@pytest.mark.parametrize("gesture", sorted(pose_table()["gestures"]))
@pytest.mark.parametrize("base", [HERE, SEATED])
def test_gestures_stay_within_what_joints_can_do_and_do_not_jump(gesture, base):
    motion = played(playing(base, gesture=gesture, aim=(0.1, 1.25, -0.95)))
    turned, bent = turns(motion), bends(motion)
    assert turned[:, [10, 13]].max() < 75  # wrists
    assert (turned[:, 3] + turned[:, 4]).max() < 75
    assert max(bent["LeftElbow"].max(), bent["RightElbow"].max()) < 152
    fast = 58 if gesture in ("strike", "throw") else 30
    assert spins(motion).max() < fast


def test_hands_close_on_what_they_hold_and_open_when_they_give():
    holds = Stance(0, 0, 0, carry="hold")
    motion = played(playing(holds, HERE, gesture="give"))
    grip = motion.face[:, Shape.RIGHT_GRIP]
    assert grip[0] > 0.6
    assert grip[-1] < 0.3
    fist = played(playing(HERE, gesture="strike")).face[:, Shape.RIGHT_GRIP]
    assert fist.max() > 0.9


def test_what_hands_do_with_a_thing_is_the_same_wherever_the_step_is_in_the_film():
    picks = playing(HERE, Stance(0, 0, 0, carry="hold"), gesture="pick_up", aim=(0.1, 0.75, -0.55))
    lone = Step("bt", "bt/0", 48, (picks,))
    waits = Step("bx", "bx/0", 30, (playing(HERE),))

    def props(later: int) -> tuple[Prop, ...]:
        lies = _prop("cup", holder_id="", position=(0.1, 0.75, -0.55), end_frame=20 + later)
        return (lies, _prop("cup", first_frame=20 + later))

    body = (BODIES[TOM.id],)
    alone = move((lone,), body, RATE, props(0))[0]
    late = move((waits, lone), body, RATE, props(30))[0].cut(30, 78)
    assert np.array_equal(alone.rotations, late.rotations)
    assert np.array_equal(alone.face, late.face)


def test_a_thing_that_is_taken_up_in_a_scene_lies_where_the_hand_goes():
    scene = scene_of("Mara sits at the table.", (MARA, "Is this it?"), "Mara picks up the letter.")
    last = scene.beats[-1]
    assert last.action is not None
    beat = replace(last, action=replace(last.action, props=("letter",)))
    scene = replace(scene, beats=(*scene.beats[:-1], beat))
    performance, motions = stage(scene)
    takings = [p for p in passings(performance.props) if p.taker_id == MARA.id and not p.giver_id]
    assert takings
    for taking in takings:
        hand = palm(motions[MARA.id])[taking.frame]
        assert np.linalg.norm(hand - taking.place) < HELD_M
