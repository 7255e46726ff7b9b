"""Moves by formula are told for what they are; each seeded fault is found at its shot."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.check.moves import feasibility, moves
from mstation.space import PRIME_KIT_MM, look_at
from tests.check import film_of, singled

FRAMES = 144
SECOND = "001-002"
MOVES = ("static", "pan", "tilt", "push_in", "pull_out", "truck", "pedestal", "crane", "arc",
         "track", "zoom", "dolly_zoom", "roll")  # fmt: skip


def eased(frames=FRAMES, hold=12, ramp=0.25):
    """Return how far a move has come, 0 to 1: still, gathering speed, even, losing it, still."""
    share = np.clip((np.arange(frames) - hold) / (frames - 2 * hold - 1), 0.0, 1.0)
    top = 1 / (1 - ramp)
    rising, falling = 0.5 * top * share**2 / ramp, 1 - 0.5 * top * (1 - share) ** 2 / ramp
    even = top * (share - ramp / 2)
    return np.where(share < ramp, rising, np.where(share > 1 - ramp, falling, even))


def made(move, amount=1.0, share=None, people=None):
    """Return a correct shot of a move, `amount` of its ordinary size, and its person."""
    share = eased() if share is None else share
    one = people or singled.somebody(frames=len(share))
    start = singled.level_camera(one, 0.40, 0.08, 35.0)
    eye, ahead, right = start[:3, 3], -start[:3, 2], start[:3, 0]
    up = np.array([0.0, 1.0, 0.0])
    shot = singled.still(1, start, "MLS", 35.0)
    cameras = np.repeat(start[None], len(share), axis=0)
    focal = np.full(len(share), 35.0)
    ways = {"push_in": 0.6 * ahead, "pull_out": -0.6 * ahead, "truck": 1.0 * right,
            "pedestal": 0.8 * up, "crane": 0.6 * up - 0.5 * ahead,
            "dolly_zoom": 0.8 * ahead}  # fmt: skip
    if move in ways:
        cameras[:, :3, 3] += amount * share[:, None] * ways[move]
    if move == "zoom":
        focal = 35.0 * np.exp(amount * 0.5 * share)
    if move == "dolly_zoom":
        far = np.linalg.norm(cameras[:, :3, 3] - one.joint("Head")[0], axis=1)
        focal = 35.0 * far / far[0]
    shot = replace(shot, move=move, end_frame=len(share), world_from_camera=cameras, focal_mm=focal)
    if move in ("pan", "tilt", "roll"):
        angles = amount * share * 20.0
        turned = [
            singled.turned_by(
                replace(shot, world_from_camera=start[None]), **{f"{move}_deg": angle}
            )
            for angle in angles
        ]
        shot = replace(
            shot, world_from_camera=np.concatenate([t.world_from_camera for t in turned])
        )
    if move == "arc":
        heart = one.joint("Head")[0] * np.array([1, 0, 1]) + eye * np.array([0, 1, 0])
        out = eye - heart
        eyes = [heart + film_of.turned(out, angle) for angle in amount * share * 30.0]
        shot = replace(shot, world_from_camera=np.array([look_at(each, heart) for each in eyes]))
    if move == "track":
        way = np.array([1.0, 0.0, 0.0]) * amount * 3.0
        cameras[:, :3, 3] += share[:, None] * way
        walker = one.joints + (share[:, None] * way)[:, None]
        return replace(shot, world_from_camera=cameras), replace(one, joints=walker)
    return shot, one


def film_with(shot, one):
    """Return a film in which this is the second shot, after one that stands still."""
    still = singled.sized(1, one, "MS")
    second = replace(shot, label=SECOND, first_frame=72, end_frame=72 + shot.frames)
    joints = np.concatenate([np.repeat(one.joints[:1], 72, axis=0), one.joints])
    length = len(joints)
    both = replace(
        one, joints=joints, facing=np.repeat(one.facing[:1], length, axis=0),
        present=np.ones(length, bool),
    )  # fmt: skip
    return singled.film_with([still, second], both)


@settings(max_examples=50, deadline=None)
@given(move=st.sampled_from(MOVES[:-1]), amount=st.floats(0.6, 1.4), ramp=st.floats(0.12, 0.5))
def test_every_move_is_told_for_what_it_is(move, amount, ramp):
    row = moves(film_with(*made(move, amount, eased(ramp=ramp))))
    assert row.faults == ()
    assert (row.state, row.value, row.tested) == ("passed", 1.0, 2)


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("label", MOVES)
def test_every_wrong_label_is_found(move, label):
    shot, one = made(move)
    row = moves(film_with(replace(shot, move=label), one))
    found = {kind for kind, _ in singled.told(row)}
    # Beside somebody who walks, a truck and a track are one way with two names.
    assert ("move_untrue" in found) == ((label != move and {move, label} != {"track", "truck"})
                                        or (move, label) == ("truck", "track"))  # fmt: skip
    if label != move and found:
        assert singled.told(row) == {("move_untrue", SECOND)}
        assert dict(row.faults[0].values)["measured"] == move
        assert row.faults[0].mends[0] == ("call_move", (("move", move),))


@pytest.mark.parametrize(
    ("move", "amount"),
    [("pan", 5.0), ("tilt", 4.0), ("push_in", 4.5), ("truck", 6.5), ("pedestal", 5.0),
     ("arc", 4.5), ("zoom", 3.5)],
)  # fmt: skip
def test_a_move_that_is_too_fast_is_found_and_the_time_it_needs_is_right(move, amount):
    row = moves(film_with(*made(move, amount)))
    assert ("too_fast", SECOND) in singled.told(row)
    assert "move_untrue" not in {kind for kind, _ in singled.told(row)}
    fault = next(fault for fault in row.faults if fault.kind == "too_fast")
    seconds = dict(fault.mends[0][1])["seconds"]
    slower = made(move, amount, eased(round(seconds * 24) + 14))
    assert moves(film_with(*slower)).faults == ()


def test_a_camera_after_somebody_may_be_as_fast_as_they_are():
    shot, one = made("track", 1.8)
    assert moves(film_with(shot, one)).faults == ()
    assert {kind for kind, _ in singled.told(feasibility(film_with(shot, one)))} == set()
    runs = made("track", 3.5)
    assert moves(film_with(*runs)).faults == ()
    assert singled.told(feasibility(film_with(*runs))) == {("dolly_too_fast", SECOND)}


@pytest.mark.parametrize(("hold", "ends"), [(0, {"head", "tail"}), (12, set())])
def test_a_move_holds_still_at_both_ends(hold, ends):
    row = moves(film_with(*made("push_in", 1.0, eased(hold=hold))))
    assert {dict(fault.values)["end"] for fault in row.faults} == ends
    assert {kind for kind, _ in singled.told(row)} <= {"no_hold"}


def test_one_missing_hold_is_found_at_its_own_end():
    share = eased(FRAMES + 30, hold=0)[: FRAMES + 15]
    late = np.concatenate([np.zeros(14), share])
    row = moves(film_with(*made("truck", 1.0, late)))
    assert singled.told(row) == {("no_hold", SECOND)}
    assert dict(row.faults[0].values)["end"] == "tail"
    assert row.faults[0].frame == 72 + len(late) - 1


def test_a_track_is_a_track_when_the_one_it_is_beside_leaves_before_its_end():
    film = film_with(*made("track"))
    eve = film.scenes[0].people["EVE"]
    present = np.arange(len(eve.present)) < len(eve.present) - 10
    gone = replace(film.scenes[0], people={"EVE": replace(eve, present=present)})
    assert moves(film_of.film(gone)).faults == ()


def test_short_shots_and_walkers_need_no_hold():
    assert moves(film_with(*made("pan", 0.3, eased(40, hold=0)))).faults == ()
    assert moves(film_with(*made("track", 1.5, np.linspace(0, 1, 96)))).faults == ()


def test_a_jolt_is_found():
    share = np.clip((np.arange(FRAMES) - 20) / 80.0, 0, 1)
    for move in ("push_in", "pan"):
        row = moves(film_with(*made(move, 1.0, share)))
        assert singled.told(row) == {("abrupt", SECOND)}


def test_a_trembling_camera_is_found_unless_it_is_held_in_the_hands():
    shot, one = made("push_in")
    dice = np.random.default_rng(7)
    shaken = shot.world_from_camera.copy()
    shaken[:, :3, 3] += dice.normal(0, 0.002, (FRAMES, 3))
    assert singled.told(moves(film_with(replace(shot, world_from_camera=shaken), one))) == {
        ("jitter", SECOND)
    }
    still, one = made("static")
    nods = np.concatenate([
        singled.turned_by(replace(still, world_from_camera=still.world_from_camera[:1]),
                          tilt_deg=float(angle)).world_from_camera
        for angle in dice.normal(0, 0.05, FRAMES)
    ])  # fmt: skip
    assert singled.told(moves(film_with(replace(still, world_from_camera=nods), one))) == {
        ("jitter", SECOND)
    }


@pytest.mark.parametrize("move", ["static", "push_in", "pan", "truck"])
def test_hands_sway_and_the_move_is_told_all_the_same(move):
    shot, one = made(move)
    seconds = np.arange(FRAMES) / 24
    sway = sum(np.sin(2 * np.pi * hertz * seconds + phase) for hertz, phase in
               ((0.4, 0.3), (0.9, 1.7), (1.4, 4.0))) / 3  # fmt: skip
    held = np.concatenate([
        singled.turned_by(replace(shot, world_from_camera=camera[None]), tilt_deg=0.5 * float(one_),
                          pan_deg=0.4 * float(one_)).world_from_camera
        for camera, one_ in zip(shot.world_from_camera, sway, strict=True)
    ])  # fmt: skip
    by_hand = replace(shot, world_from_camera=held, shake_deg=0.5)
    row = moves(film_with(by_hand, one))
    assert row.faults == ()
    assert dict(row.detail)["handheld_shots"] == 1
    wrong = replace(by_hand, move="pan" if move != "pan" else "static")
    assert singled.told(moves(film_with(wrong, one))) == {("move_untrue", SECOND)}


@settings(max_examples=20, deadline=None)
@given(lens_mm=st.sampled_from(PRIME_KIT_MM))
def test_every_lens_of_the_kit_can_be_had(lens_mm):
    one = singled.somebody(frames=72)
    camera = singled.level_camera(one, 0.40, 0.08, lens_mm)
    film = singled.film_with([singled.still(1, camera, "MLS", lens_mm)], one)
    assert feasibility(film).faults == ()


def test_lenses_that_cannot_be_had_or_are_not_what_they_say_are_found():
    shot, one = made("static")
    odd = replace(shot, lens_mm=37.0, focal_mm=np.full(FRAMES, 37.0))
    row = feasibility(film_with(odd, one))
    assert singled.told(row) == {("no_such_lens", SECOND)}
    assert row.faults[0].mends == (("use_lens", (("lens_mm", 35.0),)),)
    assert singled.told(feasibility(film_with(replace(shot, lens_mm=50.0), one))) == {
        ("lens_untrue", SECOND)
    }
    flagged = feasibility(film_with(replace(odd, declared=("lens",)), one))
    assert (flagged.state, dict(flagged.detail)["flagged_shots"]) == ("passed", 1)
    zoom = made("zoom")
    assert feasibility(film_with(*zoom)).faults == ()


def test_a_focus_nearer_than_glass_can_be_set_is_found():
    one = singled.somebody(frames=FRAMES)
    eye = film_of.eyes(one) + np.array([0.0, 0.0, 0.40])
    near = singled.still(1, look_at(eye, film_of.eyes(one)), "ECU", 85.0)
    row = feasibility(singled.film_with([near], one))
    assert singled.told(row) == {("focus_too_near", "001-001")}
    assert dict(row.faults[0].mends[0][1])["metres"] == pytest.approx(0.055, abs=0.01)


@pytest.mark.parametrize(("metres", "is_fault"), [(0.30, False), (0.20, True)])
def test_an_insert_is_shot_with_a_macro_lens(metres, is_fault):
    letter = film_of.box("letter", (0, 0.8, 0), (0.2, 0.002, 0.15), prop=True)
    camera = look_at(np.array([0.0, 0.801 + metres, 0.001]), np.array([0.0, 0.801, 0.0]))
    shot = replace(singled.still(1, camera, "INSERT", 50.0), subjects=(), role="insert")
    row = feasibility(singled.film_with([shot], singled.somebody(frames=72), things=[letter]))
    assert (singled.told(row) == {("focus_too_near", "001-001")}) == is_fault


def test_a_film_without_shots_is_not_measured():
    scene = replace(film_of.single_scene(), shots=())
    empty = film_of.film(scene)
    assert {moves(empty).state, feasibility(empty).state} == {"unmeasured"}
