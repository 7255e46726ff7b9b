from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from mstation.check.camerawork import Company, moves_seen
from mstation.check.film import Shot as SeenShot
from mstation.check.path import path_of
from mstation.shots.shot import CameraKey, Move, Role, Size
from mstation.shots.takes import camera_curve, cut_takes, swayed
from mstation.shots.travels import Start, keys_of
from mstation.space import look_at, project, sensor_for
from mstation.timebase import FrameRate
from tests.shots.plays import Person, Play, conversation, facing_pair
from tests.shots.test_rules import shoot

RATE = FrameRate(24)
WIDE = sensor_for(1280, 720)
FRAMES = 144
HEAD = np.array([0.0, 1.62, 0.0])
TRAVELS = [move for move in Move if move not in (Move.STATIC, Move.TRACK)]
FASTEST_M_S = {Move.PUSH_IN: 0.5, Move.PULL_OUT: 0.5, Move.TRUCK: 1.2, Move.PEDESTAL: 0.8,
               Move.CRANE: 0.8, Move.DOLLY_ZOOM: 0.8}  # fmt: skip


def start(*, has_people: bool = True, frames: int = FRAMES) -> Start:
    key = CameraKey(0, (0.9, 1.55, 2.1), (0.0, 1.42, 0.0), 40.0)
    return Start(key, HEAD, 0.08, frames, RATE, WIDE, has_people)


def seen(keys: tuple[CameraKey, ...], frames: int = FRAMES) -> tuple[SeenShot, Company]:
    matrices, lens = camera_curve(keys, frames)
    shot = SeenShot("s", "s", "MS", "eye", "", "single", 40.0, ("ann",), (), (), 0, frames, WIDE,
                    matrices, lens)  # fmt: skip
    heads = np.repeat(HEAD[None], frames, axis=0)
    return shot, Company(heads - np.array([0.0, 0.7, 0.0]), heads)


@pytest.mark.parametrize("share", [1.0, -1.0])
@pytest.mark.parametrize("move", TRAVELS)
def test_a_move_is_what_its_name_says(move: Move, share: float) -> None:
    if share < 0 and move in (Move.PUSH_IN, Move.PULL_OUT):
        share = 0.5  # the other way has the other name
    shot, company = seen(keys_of(move, start(), share))
    assert move.value in moves_seen(path_of(shot, RATE), company)


@pytest.mark.parametrize("move", TRAVELS)
def test_a_move_rests_at_both_ends_and_is_no_faster_than_it_may_be(move: Move) -> None:
    shot, _ = seen(keys_of(move, start(), 1.0))
    at, turn = shot.world_from_camera[:, :3, 3], shot.world_from_camera[:, :3, 2]
    for still in (slice(0, 12), slice(FRAMES - 12, FRAMES)):
        assert np.ptp(at[still], axis=0).max() < 1e-3
        assert np.ptp(turn[still], axis=0).max() < 1e-3
    speed = np.linalg.norm(np.diff(at, axis=0), axis=1) * 24
    assert speed.max() <= FASTEST_M_S.get(move, 1.5)
    angle = np.degrees(np.arccos(np.clip((turn[1:] * turn[:-1]).sum(axis=1), -1, 1))) * 24
    assert angle.max() <= (25.0 if move is Move.ARC else 15.0)


def test_a_dolly_zoom_keeps_the_height_at_its_subject() -> None:
    shot, company = seen(keys_of(Move.DOLLY_ZOOM, start(), 1.0))
    away = np.hypot(*(company.heads - shot.world_from_camera[:, :3, 3])[:, [0, 2]].T)
    assert np.ptp(away) > 0.3
    assert np.ptp(away / shot.focal_mm) < 1e-6 * away.max()


@pytest.mark.parametrize("move", [Move.PUSH_IN, Move.PULL_OUT, Move.ZOOM])
def test_the_crown_stays_where_it_was(move: Move) -> None:
    crown = HEAD + np.array([0.0, 0.13, 0.0])
    still = start()
    first = look_at(still.position, still.target)
    y = float(project(crown, first, 40.0, WIDE)[0, 1])
    shot, _ = seen(keys_of(move, replace(still, crown_y=y), 1.0))
    last = project(crown, shot.world_from_camera[-1], float(shot.focal_mm[-1]), WIDE)[0, 1]
    assert last == pytest.approx(y, abs=0.03)


def test_a_shot_that_is_too_short_does_not_move() -> None:
    for move in TRAVELS:
        assert keys_of(move, start(frames=20), 1.0) == ()


def test_hands_sway_within_their_bounds_and_always_alike() -> None:
    matrices = np.repeat(look_at(np.array([0.0, 1.5, 3.0]), HEAD)[None], 240, axis=0)
    held = swayed(matrices, 0.6, 7, RATE)
    assert np.array_equal(held, swayed(matrices, 0.6, 7, RATE))
    assert not np.array_equal(held, swayed(matrices, 0.6, 8, RATE))
    ahead = held[:, :3, 2] @ matrices[0, :3, 2]
    off = np.degrees(np.arccos(np.clip(ahead, -1, 1)))
    assert 0.15 < off.max() <= 0.6 * math.sqrt(2)
    assert np.allclose(held[:, :3, :3] @ held[:, :3, :3].transpose(0, 2, 1), np.eye(3), atol=1e-12)
    pan = held[:, :3, 0] @ matrices[0, :3, 2]
    power = np.abs(np.fft.rfft(pan - pan.mean())) ** 2
    hertz = np.fft.rfftfreq(len(pan), 1 / 24)
    assert power[(hertz > 0.15) & (hertz < 1.7)].sum() > 0.95 * power.sum()


def test_a_shot_in_the_hands_sways_and_one_on_legs_does_not() -> None:
    scene, _, performance, motions = conversation(facing_pair(), lines=4).staged()
    del scene
    shots, takes, _ = shoot(conversation(facing_pair(), lines=4))
    number = next(i for i, s in enumerate(shots.shots) if s.move is Move.STATIC)
    assert np.ptp(takes[number].world_from_camera, axis=0).max() == 0
    shaken = replace(shots, shots=tuple(replace(s, shake_deg=0.5) for s in shots.shots))
    again = cut_takes(shaken, performance, motions, sensor=WIDE, rate=RATE)
    assert np.ptp(again[number].world_from_camera[:, :3, :3], axis=0).max() > 1e-3
    assert np.ptp(again[number].world_from_camera[:, :3, 3], axis=0).max() == 0


def test_a_camera_after_a_walker_keeps_her_where_she_was() -> None:
    walker = Person("ann", [(0, -3.0, 1.0, -math.pi / 2), (150, 3.0, 1.0, -math.pi / 2)])
    play = Play([walker], opens_place=False).do("ann", "walk", 6.3)
    shots, takes, _ = shoot(play)
    motion = play.staged()[3][0]
    followed = [(s, t) for s, t in zip(shots.shots, takes, strict=True)
                if s.move in (Move.PAN, Move.TRACK) and s.size in (Size.FS, Size.MLS)
                and s.role is Role.ACTION]  # fmt: skip
    assert followed
    for shot, take in followed:
        hips = motion.positions[shot.first_frame : shot.end_frame].astype(float)
        xs = [
            project(hip, matrix.astype(float), float(lens), WIDE)[0, 0]
            for hip, matrix, lens in zip(
                hips, take.world_from_camera, take.focal_length_mm, strict=True
            )
        ]
        assert min(xs) > 0.15
        assert max(xs) < 0.85
