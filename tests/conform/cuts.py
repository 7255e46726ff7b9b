"""Cuts for tests, and strategies that make any."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from mstation.conform import CutClip, CutList
from mstation.conform.counting import source_frames
from mstation.timebase import FrameRate

NAMES = st.sampled_from(["014-002", "A001C003", "第三场-12", "x & <y>", "LONG_" * 12, "b", "c"])
SPEEDS = st.sampled_from(
    [Fraction(1)] * 4
    + [Fraction(2), Fraction(1, 2), Fraction(37, 25), Fraction(-1), Fraction(-37, 25), Fraction(0)]
)
COUNTS = ["23.976", "24", "25", "29.97 DF", "29.97 NDF", "30"]


def rate_of(count: str) -> FrameRate:
    return FrameRate.parse(count.split()[0])


def use(name: str, first: int, frames: int, at: int, **more: object) -> CutClip:
    return CutClip(name, first, first + frames, at, at + frames, **more)  # type: ignore[arg-type]


def cut_of(*clips: CutClip, rate: str = "24", title: str = "Reel 1") -> CutList:
    return CutList(title, FrameRate.parse(rate), 86_400, clips)


def in_line(*uses: tuple[str, int, int], rate: str = "24") -> CutList:
    """Return a cut of (name, first source frame, frames), one after another."""
    clips, at = [], 0
    for name, first, frames in uses:
        clips.append(use(name, first, frames, at))
        at += frames
    return cut_of(*clips, rate=rate)


@st.composite
def cuts(draw: st.DrawFn, rate: FrameRate) -> CutList:
    clips: list[CutClip] = []
    at = 0
    for _ in range(draw(st.integers(1, 8))):
        gap = draw(st.sampled_from([0, 0, 0, 7]))
        frames = draw(st.integers(4, 300))
        speed = draw(SPEEDS)
        first = draw(st.integers(2000, 24 * 3600 * 23))
        before = clips[-1] if clips and not gap else None
        room = before.record_end_frame - before.record_first_frame if before else frames
        dissolve = draw(st.sampled_from([0, 0, 1, 13, 24]))
        dissolve = min(dissolve, frames // 2, room // 2)
        at += gap
        name = draw(NAMES)
        clips.append(
            CutClip(
                name,
                first,
                first + source_frames(frames, speed),
                at,
                at + frames,
                reel=draw(st.sampled_from(["", "T 1", "卷一", "A001"])),
                shot_id=draw(st.sampled_from([None, "shot-1", "鏡"])),
                file=f"file:///media/{name}_v003.mov" if draw(st.booleans()) else "",
                speed=speed,
                dissolve_frames=dissolve,
            )
        )
        at += frames
    start = draw(st.integers(0, 24 * 3600 * 20))
    return CutList(draw(st.sampled_from(["Reel 1", "第一本", ""])), rate, start, tuple(clips))
