"""What a version's files say of where they lie is told with the file's name, at one rate only."""

from __future__ import annotations

import pytest

from mstation.errors import InvalidInput
from mstation.station.production.laying import Measured, head_frames_of
from mstation.timebase import FrameRate

FILM = FrameRate(24)


def test_a_movie_and_a_sequence_lie_by_what_they_say() -> None:
    assert head_frames_of(Measured("a.mov", 64, FILM, "00:59:59:16"), FILM, 48) == 8
    assert head_frames_of(Measured("a.0993.exr", 64, first_number=993), FILM, 48) == 8


@pytest.mark.parametrize(
    ("media", "word"),
    [
        (Measured("a.mov", 49, FILM), "^a.mov: .*`head_frames`"),
        (Measured("a.mov", 48, FrameRate(25)), "a.mov runs at 25"),
    ],
)
def test_what_leaves_a_doubt_is_asked_for(media: Measured, word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        head_frames_of(media, FILM, 48)
