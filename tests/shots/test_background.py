"""The background on the set: no camera stands in an extra, none hides the cast behind one."""

from __future__ import annotations

import numpy as np
import pytest

from mstation.breakdown.scene import Interior, Mood, TimeOfDay
from mstation.shots.design import design_shots
from mstation.shots.takes import cut_takes
from mstation.space import sensor_for
from mstation.stage.bodies import dress
from mstation.stage.sets import design_set
from mstation.stage.staging import stage_scene
from tests.stage.staged import MARA, RATE, TOM, said, scene_of

_LEAST_M = 0.5


@pytest.mark.parametrize("place", ["cafe", "restaurant", "hospital waiting room"])
def test_cameras_keep_clear_of_the_background(place: str) -> None:
    scene = scene_of(
        "Customers and passengers fill the room.", (MARA, "You are early again, and so am I."),
        (TOM, "I have been here since noon, waiting for somebody else."), "Tom sits down.",
        (MARA, "Then you have seen them all come in."), (TOM, "All of them."), set_key=place,
    )  # fmt: skip
    layout = design_set(place, place.upper(), Interior.INT, TimeOfDay.DAY, people=2, mood=Mood.CALM)
    speeches = {b.line.id: said(b.line.text) for b in scene.beats if b.line is not None}
    performance, motions = stage_scene(scene, layout, dress((MARA, TOM)), speeches, RATE)
    extras = {body.character_id for body in performance.extras}
    behind = [motion for motion in motions if motion.character_id in extras]
    assert len(behind) > 2
    sensor = sensor_for(1280, 720)
    shots = design_shots(
        scene, layout, performance, motions, sensor=sensor, rate=RATE, opening=True
    )
    for shot, take in zip(
        shots.shots, cut_takes(shots, performance, motions, sensor=sensor), strict=True
    ):
        eyes = take.world_from_camera[:, :3, 3]
        for motion in behind:
            hips = motion.positions[shot.first_frame : shot.end_frame]
            away = np.hypot(*(eyes - hips)[:, [0, 2]].T)
            assert away.min() >= _LEAST_M, f"{shot.label}: {away.min():.2f} m"
