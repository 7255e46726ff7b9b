import numpy as np
import pytest

from mstation.sound.roomtone import room_tone


def _whole(samples: int, *, is_interior: bool, seed: int = 1) -> np.ndarray:
    out = np.zeros(samples, np.float32)
    for first, piece in room_tone(0, samples, is_interior=is_interior, seed=seed):
        out[first : first + len(piece)] += piece
    return out


@pytest.mark.parametrize("is_interior", [True, False])
def test_no_tenth_of_a_second_is_dead_and_none_is_loud(is_interior: bool) -> None:
    tone = _whole(48_000 * 45, is_interior=is_interior)[9600:-9600]
    tenths = tone[: len(tone) // 4800 * 4800].reshape(-1, 4800)
    levels = 20 * np.log10(np.sqrt((tenths**2).mean(axis=1)))
    assert levels.min() > -80
    assert levels.max() < -50


def test_pieces_join_without_a_seam() -> None:
    tone = _whole(48_000 * 45, is_interior=True)
    steps = np.abs(np.diff(tone))
    seam = 48_000 * 20
    assert steps[seam - 2 : seam + 2].max() <= np.percentile(steps, 99.99)


def test_it_fades_at_both_ends_and_lasts_exactly() -> None:
    pieces = list(room_tone(1000, 48_001, is_interior=False, seed=3))
    assert pieces[0][0] == 1000
    assert sum(len(piece) for _, piece in pieces) == 48_001
    assert abs(pieces[0][1][0]) < 1e-5
    assert abs(pieces[-1][1][-1]) < 1e-5


def test_the_same_place_sounds_the_same_and_another_does_not() -> None:
    assert np.array_equal(_whole(9600, is_interior=True), _whole(9600, is_interior=True))
    assert not np.array_equal(
        _whole(9600, is_interior=True), _whole(9600, is_interior=True, seed=2)
    )


def test_a_scene_shorter_than_its_fades_has_some_tone() -> None:
    assert np.abs(_whole(200, is_interior=True)).max() > 0
