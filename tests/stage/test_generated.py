"""Scenes that nobody wrote, as they are staged: nobody in a piece, nobody in anybody."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mstation.breakdown.scene import Presence
from mstation.stage.collision import obstacles
from mstation.stage.performance import JOINTS, Motion
from mstation.stage.sets import design_set
from mstation.stage.staging import stage_scene
from mstation.timebase import FrameRate
from tests.shots.generated import Generated, generated_scene
from tests.stage.staged import said

_HIPS, _ANKLE = JOINTS.index("Hips"), JOINTS.index("LeftAnkle")
_INSIDE_M, _TOGETHER_M, _LAP = 0.10, 0.32, 0.42
_MOST = 2e-4  # of the frames in which somebody is there: a brush in passing


def _intrusions(made: Generated) -> tuple[int, int]:
    """Return the frames in which people are there, and those spent in a piece or in each other."""
    scene = made.scene
    layout = design_set(scene.set_key, scene.place, scene.interior, scene.time,
                        people=len(scene.present), mood=scene.mood)  # fmt: skip
    lines = [beat.line for beat in scene.beats if beat.line is not None]
    speeches = {line.id: said(line.text) for line in lines}
    performance, motions = stage_scene(scene, layout, made.bodies, speeches, FrameRate(24))
    heard = {line.character_id for line in lines if line.presence is not Presence.ON}
    seen = {line.character_id for line in lines if line.presence is Presence.ON}
    assert not (heard - seen - set(scene.present)) & {m.character_id for m in motions}
    bodies = {b.character_id: b.stature_m for b in (*performance.bodies, *performance.extras)}
    boxes = obstacles(layout).bodies_keep_off
    there, wrong = 0, 0
    floors: list[tuple[np.ndarray, np.ndarray]] = []
    for motion in motions:
        hips, upright = _hips(motion, bodies[motion.character_id])
        x, z = boxes.local(hips[:, 0], hips[:, 2])
        inside = (np.abs(x) < boxes.halves[:, 0] - _INSIDE_M) & (
            np.abs(z) < boxes.halves[:, 1] - _INSIDE_M
        )
        low = boxes.spans[:, 0] < 1.0
        wrong += int(((inside & low).any(axis=1) & upright & motion.present).sum())
        there += int(motion.present.sum())
        floors.append((hips[:, [0, 2]], motion.present))
    for (one, is_one), (other, is_other) in itertools.combinations(floors, 2):
        near = np.hypot(*(one - other).T) < _TOGETHER_M
        wrong += int((near & is_one & is_other).sum())
    return there, wrong


def _hips(motion: Motion, stature_m: float) -> tuple[np.ndarray, np.ndarray]:
    joints = motion.world_from_joints()[:, :, :3, 3]
    hips = joints[:, _HIPS]
    return hips, hips[:, 1] - joints[:, _ANKLE, 1] > _LAP * stature_m


@pytest.mark.parametrize("seed", range(4))
def test_bodies_keep_out_of_the_furniture_and_out_of_each_other(seed: int) -> None:
    there, wrong = _intrusions(generated_scene(seed + 30))
    assert there > 0
    assert wrong <= 8


@pytest.mark.slow
def test_over_sixty_scenes_intrusions_are_a_brush_in_passing() -> None:
    found = [_intrusions(generated_scene(seed)) for seed in range(60)]
    there, wrong = (sum(column) for column in zip(*found, strict=True))
    assert wrong <= _MOST * there, f"{wrong} of {there} frames"
