"""What lies before the surfaces of a picture, by both renderers: glass, rain, snow, fog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from mstation.breakdown.scene import Interior, Mood, TimeOfDay, Weather
from mstation.previs.glass import Sheets, set_glass
from mstation.previs.look import TOON, Look
from mstation.previs.mesh import join
from mstation.previs.meter import metered
from mstation.previs.picture import Picture
from mstation.previs.posing import HEAD
from mstation.previs.primitives import panel
from mstation.previs.render import set_up
from mstation.previs.vantage import wide_views
from mstation.shots.shot import Take, TakeSheet
from mstation.stage.layout import Layout
from mstation.stage.performance import JOINTS, Prop
from mstation.stage.sets import design_set
from tests.previs.bodies import a_body
from tests.previs.both_renderers import Draw, by_numba, psnr
from tests.previs.picture_set import HEIGHT, SIZE, take
from tests.previs.posing import HANG, SIT, Standing, motion_of

Shown = tuple[Picture, Take]
EYES = [JOINTS.index("LeftEye"), JOINTS.index("RightEye")]
LENS_M = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]) * (0.026, 0.02, 0.0)
BEFORE_THE_EYE_M = np.array([0.0, 0.0, -0.025])


@cache
def place(
    word: str, interior: Interior, weather: Weather, time: TimeOfDay = TimeOfDay.DAY
) -> Layout:
    return design_set("over", word, interior, time, people=1, mood=Mood.CALM, weather=weather)


def inside(word: str) -> Layout:
    return place(word, Interior.INT, Weather.CLEAR)


def picture(layout: Layout, shown: Take, look: Look = TOON) -> Shown:
    return metered(set_up(layout, shown, *SIZE, look), shown), shown


def with_(who: Standing, shown: Take, *props: Prop) -> Take:
    sheet = TakeSheet((who.body,), props, shown.sheet.sensor)
    return replace(shown, motions=(motion_of(who),), sheet=sheet)


def pane() -> Shown:
    """A window, from a metre before it."""
    panes, _ = set_glass(inside("kitchen"))
    middle, towards = panes.points[panes.triangles[0]].mean(axis=0), panes.normals[0]
    return picture(inside("kitchen"), take([middle + 1.2 * towards] * 2, middle, 35, SIZE))


def car() -> Shown:
    """Who sits in a car, through the windows on both its sides."""
    driver = Standing(a_body(), (-0.38, -0.5), 0.0, SIT)
    lens = take([(-2.6, 1.35, -1.3)], (-0.4, 1.05, -0.4), 35, SIZE)
    return picture(inside("car"), with_(driver, lens))


def tumbler() -> Shown:
    """A drinking glass before somebody."""
    lens = take([(0.2, 1.5, 1.5)], (0.0, 1.3, 0.0), 50, SIZE)
    glass = Prop("glass", "glass", (0.08, 1.25, 0.7), 0.0, (0.09, 0.14, 0.09), "bt-1")
    return picture(inside("flat"), with_(Standing(a_body()), lens, glass))


def spectacles() -> Shown:
    """Glass that goes with a face, near, what is behind it out of focus."""
    lens = take([(0.1, 1.62, 1.0)], (0.0, 1.62, 0.0), 70, SIZE)
    shown = with_(Standing(a_body(), pose=HANG), lens)
    made, _ = picture(inside("flat"), shown, Look(depth_of_field=True))
    assert made.soft is not None
    assert made.glazing is not None
    who = made.players[0]
    middles = who.figure.rest_from_joints[EYES, :3, 3] + BEFORE_THE_EYE_M
    mesh = join([panel([*map(tuple, middle + LENS_M)], (0.2, 0.3, 0.2)) for middle in middles])
    worn = Sheets(mesh, 0.2, False, who.places[:, HEAD], who.present)
    return replace(made, glazing=replace(made.glazing, sheets=(worn,))), shown


def street(weather: Weather, time: TimeOfDay = TimeOfDay.DAY, look: Look = TOON) -> Shown:
    """Somebody close to the lens, with the street behind."""
    layout = place("street", Interior.EXT, weather, time)
    view = wide_views(layout)[0]
    eye, target = np.array(view.eye), np.array(view.target)
    x, _, z = eye + 2.2 * (target - eye) / np.linalg.norm(target - eye)
    lens = take([view.eye], view.target, view.focal_length_mm, SIZE)
    return picture(layout, with_(Standing(a_body(), (x, z)), lens), look)


# How much of the picture each changes, at least: glass as it is seen, weather as it falls.
OVER: dict[str, tuple[Callable[[], Shown], float]] = {
    "pane": (pane, 0.1),
    "car": (car, 0.1),
    "tumbler": (tumbler, 0.01),
    "spectacles": (spectacles, 0.01),
    "rain": (lambda: street(Weather.RAIN), 0.02),
    "rain in pencil": (lambda: street(Weather.RAIN, look=Look("pencil")), 0.02),
    "storm by night": (lambda: street(Weather.STORM, TimeOfDay.NIGHT), 0.02),
    "snow at dusk": (lambda: street(Weather.SNOW, TimeOfDay.DUSK), 0.02),
}


def luma(draw: Draw, shown: Shown) -> np.ndarray:
    return draw(*shown)[-1][:HEIGHT].astype(int)


def bare(shown: Shown) -> Shown:
    """The same with nothing over it."""
    return replace(shown[0], over=None, fall=None, glazing=None), shown[1]


@pytest.mark.parametrize("name", OVER)
def test_both_lay_the_same_over_a_picture(by_gpu, name):
    make, least = OVER[name]
    scenes = [(draw, make()) for draw in (by_numba, by_gpu)]
    one, other = (luma(*each) for each in scenes)
    assert psnr(one, other) >= 40
    changed, also = (
        np.abs(luma(draw, bare(shown)) - whole) > 6
        for (draw, shown), whole in zip(scenes, (one, other), strict=True)
    )
    assert changed.mean() > least
    assert (changed & also).sum() >= 0.97 * (changed | also).sum()


def test_both_show_the_same_fog(by_gpu):
    one, other = (luma(draw, street(Weather.FOG)) for draw in (by_numba, by_gpu))
    clear = luma(by_numba, street(Weather.CLEAR))
    assert psnr(one, other) >= 40
    assert psnr(one, clear) < 25
