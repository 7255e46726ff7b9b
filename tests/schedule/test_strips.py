import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown import break_down
from mstation.schedule.minutes import setup_minutes, usual_pace
from mstation.schedule.strip import Strips
from mstation.schedule.strips import strips_of
from mstation.screenplay import read
from mstation.shots.shot import CameraKey, Move, Shot, ShotList
from mstation.timebase import FrameRate
from tests.cut.film import clip

TEXT = """Title: Salt

INT. KITCHEN - DAY

MARA (34) cuts bread. A DOG watches her.

MARA
Sit.

EXT. STREET - NIGHT

MARA runs.

TOM (V.O.)
Come home.
"""
"""Two scenes; in the second somebody is only heard."""


def strips(shots: dict[str, ShotList] | None = None, most_minutes: int = 585) -> Strips:
    broken = break_down(read(TEXT.encode(), path="salt.fountain"))
    return strips_of(
        broken,
        shots or {},
        rate=FrameRate(24),
        pace=usual_pace(),
        locations={"kitchen": "studio 1"},
        most_minutes=most_minutes,
    )


def test_a_strip_says_what_the_scene_needs_and_who_is_called() -> None:
    kitchen, street = strips().strips
    assert (kitchen.location, street.location) == ("studio 1", "street")
    assert (kitchen.is_dark, kitchen.is_light, street.is_dark) == (False, False, True)
    assert len(street.cast) == len(street.voices) == 1
    assert "dog" in {need.name for need in kitchen.needs}


def test_without_shots_a_scene_takes_what_its_eighths_say() -> None:
    pace = usual_pace()
    for strip in strips().strips:
        extra = sum(pace.needs.get(need.category, 0) for need in strip.needs)
        assert strip.minutes == strip.eighths * pace.page_eighth + extra


def shot_at(place: int, *, turn_deg: int) -> Shot:
    """Return a still shot from a place of its own, turned away from north."""
    turn = math.radians(turn_deg)
    x, y, z = float(place), 1.5, 0.0
    key = CameraKey(0, (x, y, z), (x + math.sin(turn), y, z - math.cos(turn)), 50.0)
    still = clip(place + 1, place * 24, 24).shot
    return replace(still, camera=(key,), move=Move.STATIC)


def listed(scene_id: str, *shots: Shot) -> ShotList:
    return ShotList(scene_id, "001", shots[-1].end_frame, shots)


def test_more_sides_of_the_camera_take_more_of_the_day() -> None:
    """The same number of shots: from one side, then back and forth across the room."""
    scene = strips().strips[0].scene_id
    one_side = listed(scene, *(shot_at(place, turn_deg=0) for place in range(4)))
    two_sides = listed(scene, *(shot_at(place, turn_deg=180 * (place % 2)) for place in range(4)))
    near, far = (strips({scene: each}).strips[0] for each in (one_side, two_sides))
    assert {setup.side for setup in near.setups} == {0}
    assert {setup.side for setup in far.setups} == {0, 1}
    pace = usual_pace()
    assert far.minutes - near.minutes == pace.new_side - pace.same_side


def test_a_crane_and_a_long_lens_take_longer() -> None:
    pace = usual_pace()

    def minutes(shot: Shot) -> int:
        return setup_minutes([shot], is_new_side=True, fps=24.0, pace=pace)

    still = replace(clip(1, 0, 48).shot, move=Move.STATIC, lens_mm=35.0)
    assert minutes(replace(still, move=Move.CRANE)) - minutes(still) == pace.moves[Move.CRANE]
    assert minutes(replace(still, lens_mm=85.0)) - minutes(still) == pace.long_lens


@given(st.integers(30, 400))
def test_a_scene_longer_than_a_day_becomes_parts_that_add_up(most_minutes: int) -> None:
    scene = strips().strips[0].scene_id
    shots = {scene: listed(scene, *(shot_at(place, turn_deg=90 * place) for place in range(6)))}
    whole = strips(shots, 10**6).strips[0]
    parts = [strip for strip in strips(shots, most_minutes).strips if strip.scene_id == scene]
    assert sum(strip.minutes for strip in parts) == whole.minutes
    assert sum(strip.eighths for strip in parts) == whole.eighths
    assert [setup for strip in parts for setup in strip.setups] == list(whole.setups)
    assert len({strip.id for strip in parts}) == len(parts)
