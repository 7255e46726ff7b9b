"""Ways go on over scenes, and callers keep their side; what does not is told, and fails nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mstation.check.continuity import continuity
from mstation.check.film import Line, Scene
from mstation.space import Array
from tests.check import film_of
from tests.check.told import found


def _walk(label: str, view: Array, *, last: bool) -> Scene:
    """Return a scene of one shot, square to somebody who walks along +x."""
    frames = 96
    along = np.linspace(-2.0, 2.0, frames)
    spots = np.column_stack([along, np.zeros(frames), np.zeros(frames)])
    dee = film_of.person("DEE", spots, (1.0, 0.0, 0.0), frames)
    camera = film_of.framed(dee, "WS", view, frame=frames - 1 if last else 0)
    shot = film_of.shot(label, 1, camera, 0, frames, "WS", subjects=("DEE",))
    return Scene(label, "", "", 0, frames, {"DEE": dee}, (shot,), (), (), ())


FRONT, BACK = np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.0, -1.0])


@pytest.mark.parametrize(("view", "kinds"), [(FRONT, []), (BACK, [("other_way", "002-001")])])
def test_who_leaves_to_the_right_comes_in_from_the_left(
    view: Array, kinds: list[tuple[str, str]]
) -> None:
    row = continuity(film_of.film(_walk("001", FRONT, last=True), _walk("002", view, last=False)))
    assert found(row) == kinds
    assert (row.state, row.is_hard, row.tested) == ("reported", False, 1)


def _call(*degrees: float) -> Scene:
    """Return somebody who talks to a voice on the telephone, seen from these sides of the look."""
    length = 72
    frames = length * len(degrees)
    eve = film_of.person("EVE", (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), frames)
    shots = tuple(
        film_of.shot(
            "001", index + 1,
            film_of.framed(eve, "MCU", film_of.turned(FRONT, angle)),
            index * length, (index + 1) * length, "MCU", subjects=("EVE",),
        )
        for index, angle in enumerate(degrees)
    )  # fmt: skip
    voice = Line("l2", "", "VOICE", "yes", "phone", 40, frames - 40)
    lines = (film_of.line("001", 1, "EVE", "hello", 4, 30), voice)
    return Scene("001", "", "", 0, frames, {"EVE": eve}, shots, lines, (), ())


def test_a_caller_keeps_the_side() -> None:
    assert found(continuity(film_of.film(_call(30, 25, 40)))) == []
    assert found(continuity(film_of.film(_call(30, 2, 40)))) == []
    row = continuity(film_of.film(_call(30, -30, 40)))
    assert found(row) == [("turned_on_call", "001-002")]
    assert dict(row.faults[0].values)["way"] == ("right" if _sign(30) > 0 else "left")


def _sign(degrees: float) -> int:
    """Return which way a look along +z goes on the screen of a camera turned so far round it."""
    right = np.cross(-film_of.turned(FRONT, degrees), (0.0, 1.0, 0.0))
    return 1 if right @ FRONT > 0 else -1


def test_without_a_voice_on_the_telephone_sides_are_free() -> None:
    scene = _call(30, -30, 40)
    row = continuity(film_of.film(replace(scene, lines=scene.lines[:1])))
    assert (row.state, found(row)) == ("unmeasured", [])
