"""The background: whom the text puts there, where they stand, that nobody walks into them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mstation.breakdown.scene import Character, Interior, Mood, Scene, TimeOfDay
from mstation.stage.crowd import MOST, background, crowd_pieces, groups_in
from mstation.stage.performance import Motion, Performance
from mstation.stage.sets import design_set
from mstation.stage.stances import Step
from mstation.timebase import FrameRate
from tests.stage import staged


def _scene(*texts: str, language: str = "en", people: tuple[Character, ...] = ()) -> Scene:
    return staged.scene_of(*texts, language=language, people=people)


def _played(scene: Scene) -> tuple[Performance, dict[str, Motion]]:
    cafe = design_set("cafe", "CAFE", Interior.INT, TimeOfDay.DAY, people=4, mood=Mood.CALM)
    return staged.stage(scene, staged.MARA, layout=cafe)


@pytest.mark.parametrize(
    ("language", "text", "people"),
    [
        ("en", "A crowd gathers by the door.", 9),
        ("en", "Two guests argue in the corner.", 2),
        ("en", "A few customers read their papers.", 3),
        ("en", "There are no customers tonight.", 0),
        ("en", "The bar is empty.", 0),
        ("en", "The crowd's roar comes from far away.", 0),
        ("zh", "几个客人在角落里喝茶。", 3),
        ("zh", "门口围着一大群人群。", 9),
        ("zh", "店里没有客人。", 0),
        ("zh", "行人匆匆走过。", 5),
    ],
)
def test_the_text_says_who_is_in_the_background(language: str, text: str, people: int) -> None:
    found = groups_in(_scene(text, language=language))
    assert sum(group.people for group in found) == people


def test_a_part_of_the_cast_is_no_background() -> None:
    assert groups_in(_scene("The guards wait."), ("THE GUARDS",)) == ()


def test_extras_keep_clear_of_the_cast_of_each_other_and_of_the_furniture() -> None:
    scene = _scene(
        "MARA walks to the counter. Customers fill the place.", "MARA sits down.",
        people=(staged.MARA,),
    )  # fmt: skip
    performance, motions = _played(scene)
    extras = {body.character_id for body in performance.extras}
    assert 2 <= len(extras) <= MOST
    cast = motions[staged.MARA.id]
    spots = []
    for motion in motions.values():
        if motion.character_id in extras:
            away = np.hypot(*(motion.positions - cast.positions)[cast.present][:, [0, 2]].T)
            assert away.min() > 0.9
            spots.append(motion.positions[0, [0, 2]])
    for i, one in enumerate(spots):
        assert all(math.dist(one, other) > 0.5 for other in spots[:i])


def test_the_background_is_in_no_beat_no_act_and_no_body_of_the_cast() -> None:
    performance, _ = _played(_scene("MARA waits among the guests.", people=(staged.MARA,)))
    extras = {body.character_id for body in performance.extras}
    assert extras
    assert not extras & {body.character_id for body in performance.bodies}
    assert not extras & {act.character_id for act in performance.acts}
    assert not extras & {presence.character_id for presence in performance.presences}


def test_a_longer_action_elsewhere_leaves_the_extras_where_they_are() -> None:
    short = _scene("Guests talk.", "MARA waits.", people=(staged.MARA,))
    long = _scene("Guests talk.", "MARA waits. She looks up. She nods.", people=(staged.MARA,))
    one, other = (_played(scene) for scene in (short, long))
    pieces = [crowd_pieces(p.extras, tuple(m.values())) for p, m in (one, other)]
    assert pieces[0]
    assert pieces[0] == pieces[1]


def test_the_background_glances_at_the_same_seconds_at_any_rate() -> None:
    def glances(rate: int) -> list[object]:
        steps = tuple(Step("bt-1", f"step-{n}", 4 * rate, ()) for n in range(20))
        scene = _scene("A crowd gathers.")
        extras, played = background(scene, staged.room(), (), steps, FrameRate(rate))
        assert len(extras) > 2
        return [playing.glances for step in played for playing in step.playings]

    assert any(glances(24))
    assert glances(24) == glances(50)
