"""What moves in the picture must be where the stage has somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from mstation.check.figures import figures
from mstation.check.film import Film
from mstation.check.reading import read_film
from mstation.check.survey import STILL_EVERY, Grey, Survey
from mstation.space import project
from tests.check.exported import Written

WIDTH, HEIGHT = 320, 180
LOCKED = ("007-001", "008A-001")  # of the others one is on the shoulder and one pushes in


@pytest.fixture(scope="module")
def film(written: tuple[Path, Written]) -> Film:
    return read_film(written[0])


def _still(film: Film, frame: int, shade: tuple[float, float] | None = None) -> Grey:
    """Return a picture of grey with a spot, different in every picture, on every joint.

    `shade` is where on the ground, in metres right of a foot and behind it, lies a larger one.
    """
    picture = np.full((HEIGHT, WIDTH), 90, np.uint8)
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    for scene in film.scenes:
        at = frame - scene.film_first_frame
        for shot in scene.shots:
            if not shot.first_frame <= at < shot.end_frame:
                continue
            for person in scene.people.values():
                if not person.present[at]:
                    continue
                now = at - shot.first_frame
                spots = project(
                    person.joints[at], shot.world_from_camera[now],
                    float(shot.focal_mm[now]), shot.sensor,
                )  # fmt: skip
                for joint, (across, down, _) in enumerate(spots):
                    spot = (x - across * WIDTH) ** 2 + (y - down * HEIGHT) ** 2 < 16
                    picture[spot] = 100 + (frame // STILL_EVERY * 37 + joint * 11) % 150
                if shade is not None:
                    foot = person.joint("LeftToe")[at] + [shade[0], 0.0, -shade[1]]
                    ((across, down, _),) = project(
                        foot, shot.world_from_camera[now], float(shot.focal_mm[now]), shot.sensor
                    )
                    spot = (x - across * WIDTH) ** 2 + 4 * (y - down * HEIGHT) ** 2 < 900
                    picture[spot] = 40 + frame // STILL_EVERY % 2 * 30
    return picture


def _survey(film: Film, change: Callable[[Grey], Grey] = lambda still: still) -> Survey:
    none = np.zeros(film.frames)
    stills = {frame: change(_still(film, frame)) for frame in range(0, film.frames, STILL_EVERY)}
    return Survey(Fraction(24), none, none, none, {}, stills)


def test_people_who_move_where_the_stage_has_them_pass(film: Film) -> None:
    row = figures(film, _survey(film))
    assert (row.state, row.tested, row.value, row.faults) == ("passed", len(LOCKED), 1.0, ())
    assert row.is_hard is False


def test_a_picture_of_the_other_side_is_seen_through(film: Film) -> None:
    row = figures(film, _survey(film, lambda still: np.roll(still, 90, axis=1)))
    assert [fault.kind for fault in row.faults] == ["changes_elsewhere"] * len(LOCKED)
    assert [fault.shot for fault in row.faults] == list(LOCKED)
    assert all(dict(fault.values)["percent"] < 70 for fault in row.faults)
    assert row.state == "failed"


@pytest.mark.parametrize(("shade", "is_theirs"), [((0.7, 0.5), True), ((4.0, 6.0), False)])
def test_a_shadow_on_the_ground_is_nobody_elsewhere(
    film: Film, shade: tuple[float, float], is_theirs: bool
) -> None:
    seen = _survey(film)
    shaded = {frame: _still(film, frame, shade) for frame in seen.stills}
    row = figures(film, replace(seen, stills=shaded))
    assert (row.faults == ()) is is_theirs
    assert row.tested == len(LOCKED)


def test_a_fade_is_nobody_moving(film: Film) -> None:
    level = iter(range(0, 10_000, 12))
    faded = _survey(film, lambda still: np.minimum(still, next(level) % 200).astype(np.uint8))
    assert figures(film, faded).faults == ()


def test_a_picture_in_which_nothing_moves_says_nothing(film: Film) -> None:
    still = _survey(film, lambda still: np.full_like(still, 90))
    row = figures(film, still)
    assert (row.state, row.detail) == ("unmeasured", (("missing", "no_still_shots"),))


def test_without_a_movie_there_is_nothing_to_look_at(film: Film) -> None:
    row = figures(film, None)
    assert (row.state, row.detail) == ("unmeasured", (("missing", "no_movie"),))
