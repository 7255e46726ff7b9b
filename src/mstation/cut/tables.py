"""The shot list as a table that spreadsheets open."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from mstation.cut.timeline import Clip, VoiceClip
from mstation.shots.reasons import told
from mstation.timebase import START_TIMECODE, FrameRate, timecode

_HEADER = (
    "label",
    "id",
    "scene",
    "size",
    "angle",
    "move",
    "lens_mm",
    "subjects",
    "first_frame",
    "end_frame",
    "timecode_in",
    "timecode_out",
    "frames",
    "lines",
    "why",
)


def shots_csv(clips: Sequence[Clip], voices: Sequence[VoiceClip], rate: FrameRate) -> bytes:
    """Return one row a shot, in UTF-8; frames are the film's, half-open, timecode from one hour."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")  # Source: RFC 4180
    table.writerow(_HEADER)
    for clip in clips:
        table.writerow(_row(clip, voices, rate))
    return out.getvalue().encode()


def _row(clip: Clip, voices: Sequence[VoiceClip], rate: FrameRate) -> tuple[str | int, ...]:
    shot = clip.shot
    start = START_TIMECODE
    said = [f"{voice.character}: {voice.text}" for voice in voices if voice.line_id in shot.lines]
    return (
        shot.label,
        shot.id,
        clip.scene_label,
        shot.size.value,
        shot.angle.value,
        shot.move.value,
        f"{shot.lens_mm:g}",
        ", ".join(clip.subject_names),
        clip.film_first_frame,
        clip.film_end_frame,
        timecode(clip.film_first_frame, rate, start=start),
        timecode(clip.film_end_frame, rate, start=start),
        shot.frames,
        " / ".join(" ".join(text.split()) for text in said),
        told(shot.why, "en"),
    )
