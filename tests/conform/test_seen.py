from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.conform import CutClip
from mstation.conform.counting import shortened, source_frames
from mstation.conform.seen import overlap_in, seen
from tests.conform.cuts import SPEEDS, use


@st.composite
def layers(draw: st.DrawFn) -> list[list[CutClip]]:
    made = []
    for number in range(draw(st.integers(1, 4))):
        layer, at = [], 0
        for index in range(draw(st.integers(0, 5))):
            at += draw(st.integers(0, 9))
            frames = draw(st.integers(1, 12))
            layer.append(use(f"{number}.{index}", 1000, frames, at))
            at += frames
        made.append(layer)
    return made


def _shows(clips: list[CutClip] | tuple[CutClip, ...], frame: int) -> tuple[str, int] | None:
    """Return which frame of which clip of a layer is shown."""
    for clip in clips:
        if clip.record_first_frame <= frame < clip.record_end_frame:
            return clip.name, clip.source_first_frame + frame - clip.record_first_frame
    return None


@settings(max_examples=100, deadline=None)
@given(stack=layers())
def test_every_frame_shows_the_uppermost_clip(stack: list[list[CutClip]]) -> None:
    shown = seen(stack)
    assert overlap_in(shown) is None
    for frame in range(120):
        uppermost = next((at for layer in reversed(stack) if (at := _shows(layer, frame))), None)
        assert _shows(shown, frame) == uppermost


@settings(max_examples=100, deadline=None)
@given(speed=SPEEDS, frames=st.integers(9, 60), head=st.integers(-8, 4), tail=st.integers(-8, 4))
def test_a_shortened_clip_shows_what_it_showed(
    speed: Fraction, frames: int, head: int, tail: int
) -> None:
    clip = CutClip("a", 1000, 1000 + source_frames(frames, speed), 0, frames, speed=speed)
    part = shortened(clip, head, tail)
    left = part.record_end_frame - part.record_first_frame
    assert (part.record_first_frame, left) == (head, frames - head - tail)
    assert part.source_end_frame - part.source_first_frame == source_frames(left, speed)
    moved = (
        part.source_first_frame - clip.source_first_frame
        if speed >= 0
        else clip.source_end_frame - part.source_end_frame
    )
    assert abs(moved - head * abs(speed)) < 1
