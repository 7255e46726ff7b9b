"""Every look of a film, by both renderers: people in a set, as `render_take` draws them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mstation.breakdown.scene import Interior, Mood, TimeOfDay
from mstation.previs import render
from mstation.previs.look import TOON, Look
from mstation.previs.slate import Slate
from mstation.shots.shot import Take, TakeSheet
from mstation.stage.sets import design_set
from mstation.timebase import FrameRate
from tests.previs.bodies import a_body
from tests.previs.both_renderers import psnr
from tests.previs.picture_set import HEIGHT, SIZE, WIDTH, take
from tests.previs.posing import REACH, SIT, Standing, motion_of

LOOKS = {
    "toon": TOON,
    "mannequin": Look(figures="mannequin"),
    "clay": Look("clay"),
    "pencil": Look("pencil"),
    "shallow": Look(depth_of_field=True),
    "slate": Look(slate=Slate("002-003", "MCU", "en", FrameRate(24))),
}
CAST = (
    Standing(a_body(), (-0.35, 0.2), 200.0, REACH),
    Standing(
        a_body(character_id="ch-b", sex="female", stature_m=1.65, garment="dress",
               hair_style="long", top=(0.74, 0.39, 0.03)),
        (0.5, -0.4), 165.0, SIT,
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def flat():
    return design_set("flat", "flat", Interior.INT, TimeOfDay.DAY, people=2, mood=Mood.CALM)


def shown(fade_in_frames: int = 0) -> Take:
    lens = take([(0.3, 1.5, 3.3)] * 2, (0.0, 1.05, 0.0), 55, SIZE)
    motions = tuple(
        replace(
            one,
            positions=np.repeat(one.positions, 2, axis=0),
            rotations=np.repeat(one.rotations, 2, axis=0),
            face=np.repeat(one.face, 2, axis=0),
            present=np.repeat(one.present, 2),
        )
        for one in map(motion_of, CAST)
    )
    sheet = TakeSheet(tuple(who.body for who in CAST), (), lens.sheet.sensor, fade_in_frames)
    return replace(lens, motions=motions, sheet=sheet)


def frames(module, layout, one: Take, look: Look) -> list[np.ndarray]:
    made = module.render_take(layout, one, width=WIDTH, height=HEIGHT, look=look)
    return [frame.copy() for frame in made]


@pytest.mark.parametrize("name", LOOKS)
def test_both_show_people_in_a_look_alike(gpu, flat, name):
    one, other = (frames(module, flat, shown(), LOOKS[name])[1] for module in (render, gpu))
    assert one[:HEIGHT].std() > 15
    assert psnr(one[:HEIGHT], other[:HEIGHT]) >= 38
    assert psnr(one[HEIGHT:], other[HEIGHT:]) >= 45
    if name != "toon":
        without = Look(depth_of_field=False) if name == "shallow" else TOON
        plain = frames(gpu, flat, shown(), without)[1]
        assert (np.abs(plain.astype(int) - other) > 8).mean() > 0.005


def test_a_pencil_drawing_fades_too(gpu, flat):
    dark, drawn = frames(gpu, flat, shown(fade_in_frames=1), LOOKS["pencil"])
    assert (dark[:HEIGHT] == 16).all()
    assert np.median(drawn[:HEIGHT]) > 150


def test_the_gpu_draws_a_pencil_drawing_the_same_every_time(gpu, flat):
    one, other = (frames(gpu, flat, shown(), LOOKS["pencil"]) for _ in range(2))
    np.testing.assert_array_equal(one, other)
