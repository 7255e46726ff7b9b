"""Whatever framing, sight and moves find is told in both languages, with its figures."""

from dataclasses import replace

import numpy as np
import pytest

from mstation.check import framing, moves, sight
from mstation.check.telling import sentence, title_of
from tests.check import film_of, singled

ROWS = (
    framing.sizes, framing.joint_cuts, framing.headroom, framing.lead_room, sight.faces_seen,
    sight.clear_cameras, sight.clear_figures, moves.moves, moves.feasibility,
)  # fmt: skip


def spoilt():
    """Return a film in which much is wrong at once."""
    one, shots = singled.three()
    joint = singled.level_camera(one, 0.60, 0.02, 37.0, look_deg=40.0, screen_x=0.75)
    jumps = np.repeat(joint[None], singled.LENGTH, axis=0)
    jumps[30:, 0, 3] += 0.4
    spoilt = [
        replace(singled.turned_by(shots[0], pan_deg=60.0), move="pan"),
        replace(singled.still(2, joint, "CU", 40.0), world_from_camera=jumps,
                focal_mm=np.full(singled.LENGTH, 37.0)),
        replace(shots[2], size="WS"),
    ]  # fmt: skip
    things = (film_of.box("table_lamp_2", shots[2].world_from_camera[0, :3, 3] * 0.6
                          + film_of.eyes(one) * 0.4, (0.4, 0.4, 0.4)),
              film_of.box("wall", joint[:3, 3] + [0.3, 0.0, 0.0], (0.2, 2.2, 2.0)))  # fmt: skip
    lines = (film_of.line("001", 1, "EVE", "one two three four five six", 80, 210),)
    return singled.film_with(spoilt, one, things=things, lines=lines)


@pytest.mark.parametrize("check", ROWS)
def test_every_fault_and_mend_is_told_in_both_languages(check):
    row = check(spoilt())
    assert row.faults
    told = {}
    for language in ("en", "zh"):
        told[language] = [
            sentence(row, "fault", fault.kind, fault.values, language) for fault in row.faults
        ] + [
            sentence(row, "mend", kind, values, language)
            for fault in row.faults for kind, values in fault.mends
        ]  # fmt: skip
        assert title_of(row, language) != row.check
    for english, chinese in zip(told["en"], told["zh"], strict=True):
        assert english.isascii() or "°" in english or "³" in english
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
        assert "=" not in english + chinese  # a kind without words is told by its values


def test_every_figure_and_every_lack_has_a_name():
    empty = film_of.film(replace(film_of.single_scene(), shots=(), people={}))
    for check in ROWS:
        row = check(empty)
        assert row.state == "unmeasured"
        ((name, why),) = row.detail
        assert name == "missing"
        assert sentence(row, "missing", str(why), (), "en") != f"{why} ()"
        for figure, _ in check(spoilt()).detail:
            assert sentence(row, "detail", figure, (), "zh") != f"{figure} ()"
