"""A cut that is where it should be is found, and one that is not is seen through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mstation.check.film import Film, Person
from mstation.check.finding import Fault, Row
from mstation.check.pictures import pictures
from mstation.errors import InvalidInput
from tests.check.cutting import film_of
from tests.check.exported import join, lay, shot_pictures
from tests.check.film_of import JOINTS, bodies

LENGTHS = (30, 24, 36)
Pictures = list[NDArray[np.uint8]]


def _shots() -> list[Pictures]:
    return [shot_pictures(seed, frames) for seed, frames in enumerate(LENGTHS)]


def _movie(folder: Path, shots: list[Pictures]) -> Path:
    (folder / "stems").mkdir()
    lay(folder / "stems" / "dialogue.wav", np.zeros((0, 2), np.float32))
    join(folder, shots)
    return folder


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A movie of three shots, cut at frames 30 and 54."""
    return _movie(tmp_path_factory.mktemp("movie"), _shots())


def _rows(folder: Path, lengths: tuple[int, ...] = LENGTHS) -> tuple[Row, Row]:
    return pictures(film_of(folder, lengths))[:2]


def _found(row: Row) -> list[tuple[str, int]]:
    return [(fault.kind, fault.frame) for fault in row.faults]


def _values(fault: Fault) -> dict[str, object]:
    return dict(fault.values)


def test_a_movie_cut_where_its_timeline_says_passes(movie: Path) -> None:
    cuts, match = _rows(movie)
    assert (cuts.state, cuts.tested, cuts.value, cuts.faults) == ("passed", 2, 1.0, ())
    assert dict(cuts.detail)["exact"] == 2
    assert (match.state, match.tested, match.value) == ("passed", 4, 1.0)


@pytest.mark.parametrize("slip", [-5, -3, -2, 2, 3, 5])
def test_a_cut_that_slipped_in_the_timeline_is_found_with_its_way_back(
    movie: Path, slip: int
) -> None:
    cuts, match = _rows(movie, (30 + slip, 24 - slip, 36))
    assert _found(cuts) == [("cut_elsewhere", 30 + slip)]
    way = "early" if slip > 0 else "late"
    assert _values(cuts.faults[0]) == {
        "before": "001-001", "after": "001-002", "frames": abs(slip), "way": way
    }  # fmt: skip
    assert cuts.faults[0].mends[0] == ("move_cut", (("frame", 30),))
    assert (cuts.state, cuts.is_hard) == ("failed", True)
    assert match.state == "failed" or abs(slip) > 1


@pytest.mark.parametrize("slip", [-1, 1])
def test_a_cut_may_be_a_frame_off_but_its_pictures_tell(movie: Path, slip: int) -> None:
    cuts, match = _rows(movie, (30 + slip, 24 - slip, 36))
    assert cuts.state == "passed"
    assert dict(cuts.detail)["exact"] == 1
    (fault,) = match.faults
    assert (fault.kind, fault.shot) == ("other_picture", "001-001" if slip > 0 else "001-002")
    assert dict(fault.values)["end"] == ("end" if slip > 0 else "start")


def test_a_cut_that_was_never_made_is_missed(tmp_path: Path) -> None:
    shots = _shots()
    shots[1] = shot_pictures(0, 54)[30:]  # the first shot goes on
    cuts, _ = _rows(_movie(tmp_path, shots))
    assert _found(cuts) == [("no_cut", 30)]


def test_a_cut_that_no_timeline_has_is_seen(tmp_path: Path) -> None:
    shots = _shots()
    shots[2][18:] = shot_pictures(9, 18)
    cuts, match = _rows(_movie(tmp_path, shots))
    assert _found(cuts) == [("stray_cut", 72)]
    assert cuts.faults[0].shot == "001-003"
    assert cuts.value == pytest.approx(4 / 5)
    assert match.state == "passed"


@pytest.mark.parametrize(("shot", "frame", "at"), [(0, 29, 29), (1, 0, 30), (1, 23, 53)])
def test_a_frame_of_another_shot_beside_a_cut_is_seen(
    tmp_path: Path, shot: int, frame: int, at: int
) -> None:
    shots = _shots()
    shots[shot][frame] = shot_pictures(7, 1)[0]
    _, match = _rows(_movie(tmp_path, shots))
    assert _found(match) == [("other_picture", at)]
    assert match.state == "failed"


def test_a_shot_that_moves_is_held_against_its_own_movement(tmp_path: Path) -> None:
    shots = [shot_pictures(seed, 30, drift=3) for seed in (0, 1)]
    cuts, match = _rows(_movie(tmp_path, shots), (30, 30))
    assert (cuts.state, match.state) == ("passed", "passed")
    assert dict(match.detail)["moving"] == 2
    assert dict(match.detail)["lowest_db"] < 35


def test_a_frame_of_another_shot_is_seen_however_fast_its_own_moves(tmp_path: Path) -> None:
    shots = [shot_pictures(seed, 30, drift=24) for seed in (0, 1)]
    shots[0][29] = shots[1][0]
    _, match = _rows(_movie(tmp_path, shots), (30, 30))
    assert ("other_picture", 29) in _found(match)


HERE = (slice(36, 54), slice(74, 86))  # of the picture: where somebody sits, and
THERE = (slice(36, 54), slice(120, 132))  # where nobody does


def _with_somebody(film: Film, *, travels: bool = False) -> Film:
    """Return the film with somebody in the middle of its pictures, as its stage has it."""
    (scene,) = film.scenes
    spots = np.tile([0.0, -1.2, -6.0], (scene.frames, 1))
    fronts = np.tile([0.0, 0.0, 1.0], (scene.frames, 1))
    person = Person("ANN", "ANN", 1.75, JOINTS, bodies(spots, fronts, 1.75), fronts,
                    np.ones(scene.frames, np.bool_))  # fmt: skip
    shots = scene.shots
    if travels:
        cameras = shots[0].world_from_camera.copy()
        cameras[:, 0, 3] = 0.001 * np.arange(len(cameras))
        shots = (replace(shots[0], world_from_camera=cameras), *shots[1:])
    return replace(film, scenes=(replace(scene, people={"ANN": person}, shots=shots),))


def _moving_at_the_last(folder: Path, where: tuple[slice, slice]) -> Path:
    shots = _shots()
    for number, level in ((28, 255), (29, 16)):
        shots[0][number][where] = level
    return _movie(folder, shots)


def test_somebody_may_begin_to_move_at_a_cut(tmp_path: Path) -> None:
    film = film_of(_moving_at_the_last(tmp_path, HERE), LENGTHS)
    _, match, _ = pictures(_with_somebody(film))
    assert (match.state, match.faults) == ("passed", ())
    assert float(dict(match.detail)["lowest_db"]) < 35
    for other in (film, _with_somebody(film, travels=True)):  # nobody there; a camera that goes
        assert _found(pictures(other)[1]) == [("other_picture", 29)]


def test_a_little_unrest_at_a_cut_is_no_other_picture(tmp_path: Path) -> None:
    shots = _shots()
    for number, level in ((28, 140), (29, 180)):
        shots[0][number][HERE] = level
    _, match = _rows(_movie(tmp_path, shots))
    assert 30 <= float(dict(match.detail)["lowest_db"]) < 35
    assert (match.state, match.faults) == ("passed", ())


def test_what_changes_at_a_cut_where_nobody_is_is_seen(tmp_path: Path) -> None:
    film = film_of(_moving_at_the_last(tmp_path, THERE), LENGTHS)
    assert _found(pictures(_with_somebody(film))[1]) == [("other_picture", 29)]


@pytest.mark.parametrize(("shot", "frame", "other", "at"), [(0, 29, 1, 29), (1, 0, 0, 30)])
def test_a_frame_swapped_across_a_cut_is_seen_with_people_there(
    tmp_path: Path, shot: int, frame: int, other: int, at: int
) -> None:
    shots = _shots()
    shots[shot][frame] = shots[other][0 if frame else -1]
    film = film_of(_movie(tmp_path, shots), LENGTHS)
    assert ("other_picture", at) in _found(pictures(_with_somebody(film))[1])


def test_a_cut_between_black_and_black_is_not_asked_for(tmp_path: Path) -> None:
    shots = _shots()
    for number in range(6):
        shots[0][-1 - number][:] = _faded(shots[0][-1 - number], number / 6)
        shots[1][number][:] = _faded(shots[1][number], number / 6)
    cuts, _ = _rows(_movie(tmp_path, shots))
    assert (cuts.state, cuts.tested) == ("passed", 1)
    assert dict(cuts.detail)["in_the_dark"] == 1


def _faded(picture: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    faded = picture.copy()
    rows = len(picture) * 2 // 3
    faded[:rows] = 16 + share * (picture[:rows].astype(float) - 16)
    return faded


def test_a_movie_of_another_length_is_said(movie: Path) -> None:
    cuts, _ = _rows(movie, (30, 24, 41))
    assert [fault.kind for fault in cuts.faults] == ["length"]
    assert (_values(cuts.faults[0])["movie"], _values(cuts.faults[0])["timeline"]) == (90, 95)


def test_a_cut_past_the_end_of_the_movie_is_missed(movie: Path) -> None:
    cuts, _ = _rows(movie, (30, 24, 36, 40, 10))
    assert [kind for kind, _ in _found(cuts)] == ["length", "no_cut", "no_cut"]


def test_without_a_movie_or_a_cut_nothing_is_measured(movie: Path, tmp_path: Path) -> None:
    for film in (film_of(tmp_path, LENGTHS, has_movie=False), film_of(movie, (90,))):
        for row in pictures(film):
            assert (row.state, row.tested, row.faults) == ("unmeasured", 0, ())
            assert str(dict(row.detail)["missing"]).startswith("no_")


@pytest.mark.parametrize("data", [b"", b"no movie at all", bytes(4096)])
def test_a_movie_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "film.mp4").write_bytes(data)
    with pytest.raises(InvalidInput, match=r"film\.mp4: cannot be decoded") as caught:
        _rows(tmp_path)
    assert "无法解码" in caught.value.told("zh")


def test_a_sound_file_is_no_movie(tmp_path: Path) -> None:
    lay(tmp_path / "film.mp4", np.zeros((4800, 2), np.float32))
    with pytest.raises(InvalidInput, match="no picture"):
        _rows(tmp_path)
