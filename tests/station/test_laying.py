"""Where media that came back lie in their shot: by timecode, by number, by length, or as told."""

from __future__ import annotations

import pytest

from mstation.errors import InvalidInput
from mstation.station.production.laying import Measured, lay
from mstation.timebase import FrameRate

FILM, VIDEO = FrameRate(24), FrameRate(30_000, 1001)


@pytest.mark.parametrize(
    ("media", "rate", "head"),
    [
        (Measured("a.mov", 64, FILM, "00:59:59:16"), FILM, 8),
        (Measured("a.mov", 48, FILM, "01:00:00:00"), FILM, 0),
        (Measured("a.mov", 64, VIDEO, "00:59:59;22"), VIDEO, 8),
        (Measured("a.mov", 64, VIDEO, "00:59:59:22"), VIDEO, 8),
        (Measured("a.0993.exr", 64, first_number=993), FILM, 8),
        (Measured("a.1001.exr", 48, first_number=1001), FILM, 0),
        (Measured("a.mov", 48, FILM), FILM, 0),
        (Measured("a.mov", 64, FILM), FILM, 8),
        (Measured("a.mov", 64, FILM, "00:00:00:00"), FILM, 8),  # what programs write unasked
        (Measured("a.0001.exr", 60, first_number=1), FILM, 6),
    ],
)
def test_media_are_laid_by_what_they_say(media: Measured, rate: FrameRate, head: int) -> None:
    assert lay(media, rate, 48) == head


@pytest.mark.parametrize(
    ("media", "word"),
    [
        (Measured("a.mov", 49, FILM), "say `head_frames`"),
        (Measured("a.mov", 40, FILM), "say `head_frames`"),
        (Measured("a.mov", 48, FILM, "14:22:10:03"), "begins at 14:22:10:03"),
        (Measured("a.1009.exr", 40, first_number=1009), "begins at 1009"),
        (Measured("a.mov", 48, FrameRate(25)), "runs at 25"),
    ],
)
def test_what_leaves_a_doubt_is_asked_for(media: Measured, word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        lay(media, FILM, 48)
