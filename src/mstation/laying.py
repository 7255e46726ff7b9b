"""Media that came for a shot in, how many of its frames lie before the shot's first out.

A shot has a source timecode of its own: its first frame is 01:00:00:00, and frame 1001 of an image
sequence; handles lie before and after. So media are laid by where they start. Of those that do not
say, those as long as the shot have no handles; of an even number more, half lie before, half after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.errors import InvalidInput
from mstation.media.timecode import frame_of
from mstation.timebase import START_TIMECODE, FrameRate

FIRST_NUMBER = 1001


@dataclass(frozen=True, slots=True)
class Laid:
    """Where media lie on a shot, and what told so."""

    head_frames: int
    by: Literal["number", "timecode", "length"]


def lay(
    frames: int,
    shot_frames: int | None,
    *,
    first_number: int | None = None,
    start_timecode: str | None = None,
    rate: FrameRate | None = None,
) -> Laid:
    """Return where media of so many frames lie on a shot.

    first_number: of an image sequence. start_timecode: counted at `rate`. A number or a timecode
    far from the shot's own (the time of day, a count from 1) tells nothing.

    Raises:
        InvalidInput: when a person must say: it starts after the shot's first frame, number and
            timecode contradict each other, or neither they nor the length tell.
    """
    heads: dict[Literal["number", "timecode"], int] = {}
    if first_number is not None:
        heads["number"] = FIRST_NUMBER - first_number
    if start_timecode is not None and rate is not None:
        own = START_TIMECODE[:8] + (";" if ";" in start_timecode else ":") + START_TIMECODE[9:]
        heads["timecode"] = frame_of(own, rate) - frame_of(start_timecode, rate)
    near = {by: head for by, head in heads.items() if -(shot_frames or 1) < head < frames}
    if len(set(near.values())) > 1:
        raise InvalidInput(
            f"by its first number it has {near['number']} frames before the shot, by its timecode "
            f"{near['timecode']}; say how many (--handles, `head_frames`)",
            zh=f"按首帧编号，镜头前有 {near['number']} 帧；按时间码则有 {near['timecode']} 帧；"
            "请指明（--handles 或 `head_frames`）",
        )
    for by, head in near.items():
        if head < 0:
            raise InvalidInput(
                f"it starts {-head} frames after the shot's first; send it whole, or say that it "
                "is to begin with the shot (--handles 0, `head_frames` 0)",
                zh=f"起始处比镜头首帧晚 {-head} 帧；请交付完整素材，"
                "或指明从镜头首帧开始（--handles 0 或 `head_frames` 0）",
            )
        return Laid(head, by)
    return _lay_by_length(frames, shot_frames)


def _lay_by_length(frames: int, shot_frames: int | None) -> Laid:
    if shot_frames is None:
        raise InvalidInput(
            "the length of the shot is not known, and it says not where it starts; say how many "
            "frames lie before the shot (--handles, `head_frames`)",
            zh="镜头长度未知，素材也未注明起点；请指明镜头前的帧数（--handles 或 `head_frames`）",
        )
    more = frames - shot_frames
    if more < 0 or more % 2:
        raise InvalidInput(
            f"it has {frames} frames and the shot {shot_frames}, and it says not where it starts; "
            "say how many frames lie before the shot (--handles, `head_frames`)",
            zh=f"素材有 {frames} 帧，镜头有 {shot_frames} 帧，且未注明起点；"
            "请指明镜头前的帧数（--handles 或 `head_frames`）",
        )
    return Laid(more // 2, "length")
