"""A cut in, a CMX3600 edit decision list out.

Reels are written in A–Z, 0–9 and `_`, each its own, at their full length; `* REEL NAME` says what a
reel is called where that differs. `* SHOT ID` and `* SPEED` hold what CMX3600 has no place for.
Source: CMX 3600 as the manuals of Avid, Adobe and Blackmagic describe it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from mstation.conform.counting import counts_drop_frame, timecode_of
from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.media import MediaFile

_NOT_REEL = re.compile("[^A-Z0-9_]")
_BLACK = "BL"
_KEPT = frozenset((_BLACK, "BLK", "BLACK", "AX", ""))
_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SHORT_NUMBERS = 999


def write_edl(
    cut: CutList,
    media: Mapping[str, MediaFile] | None = None,
    *,
    drop_frame: bool | None = None,
) -> bytes:
    """Return a cut as an EDL in UTF-8 with CRLF.

    Args:
        cut: The cut.
        media: Files by the names of clips: each is the `* SOURCE FILE`; else the clip's own.
        drop_frame: How 29.97 and 59.94 count; None: drop-frame.
    """
    drop = counts_drop_frame(cut.rate, drop_frame)
    writer = _Writer(cut, media or {}, drop)
    lines = [
        f"TITLE: {_line(cut.title)}",
        f"FCM: {'DROP FRAME' if drop else 'NON-DROP FRAME'}",
        "",
        *writer.events(),
    ]
    return "\r\n".join([*lines, ""]).encode()


def reels_of(clips: Sequence[CutClip]) -> dict[str, str]:
    """Return each reel as an EDL may write it: A–Z, 0–9 and `_`, no two the same."""
    reels: dict[str, str] = {}
    taken = set(_KEPT)
    numbers: dict[str, int] = {}
    for clip in clips:
        reel = clip.reel or clip.name
        if reel in reels:
            continue
        plain = _NOT_REEL.sub("_", reel.upper()) if reel.isascii() else ""
        plain = plain if plain.strip("_") else "REEL"
        written = plain
        while written in taken:
            numbers[plain] = numbers.get(plain, 1) + 1
            written = f"{plain}_{numbers[plain]}"
        taken.add(written)
        reels[reel] = written
    return reels


class _Writer:
    def __init__(self, cut: CutList, media: Mapping[str, MediaFile], drop_frame: bool) -> None:
        self.cut = cut
        self.media = media
        self.drop_frame = drop_frame
        self.reels = reels_of(cut.clips)
        self.digits = 3 if len(cut.clips) < _SHORT_NUMBERS else 6

    def events(self) -> Iterator[str]:
        before: CutClip | None = None
        number = 1
        first = self.cut.clips[0].record_first_frame if self.cut.clips else 0
        if first:
            yield self._event(number, _BLACK, "C", (0, first), (0, first))
            number += 1
        for clip in self.cut.clips:
            follows = before and before.record_end_frame == clip.record_first_frame
            yield from self._clip(number, clip, before if follows else None)
            before = clip
            number += 1

    def _clip(self, number: int, clip: CutClip, before: CutClip | None) -> Iterator[str]:
        reel = self.reels[clip.reel or clip.name]
        source = (clip.source_first_frame, clip.source_end_frame)
        record = (clip.record_first_frame, clip.record_end_frame)
        at = clip.record_first_frame
        if clip.dissolve_frames:
            out = before.source_end_frame if before else 0
            from_reel = self.reels[before.reel or before.name] if before else _BLACK
            yield self._event(number, from_reel, "C", (out, out), (at, at))
            yield self._event(number, reel, f"D    {clip.dissolve_frames:03d}", source, record)
        else:
            yield self._event(number, reel, "C", source, record)
        yield from self._notes(clip, before, reel)

    def _notes(self, clip: CutClip, before: CutClip | None, reel: str) -> Iterator[str]:
        if clip.speed != 1:
            first = self._timecode(clip.source_first_frame)
            yield f"M2   {reel:<8} {_a_second(clip.speed, self.cut.rate.nominal)} {first:>27}"
            yield f"* SPEED: {clip.speed}"
        if clip.dissolve_frames:
            yield f"* FROM CLIP NAME: {_line(before.name) if before else _BLACK}"
            yield f"* TO CLIP NAME: {_line(clip.name)}"
        else:
            yield f"* FROM CLIP NAME: {_line(clip.name)}"
        if clip.dissolve_frames and self._file(clip):
            yield f"* SOURCE FILE: {_line(self._file(before) if before else '')}"
        if self._file(clip):
            yield f"* SOURCE FILE: {_line(self._file(clip))}"
        if (clip.reel or clip.name) != reel:
            yield f"* REEL NAME: {_line(clip.reel or clip.name)}"
        if clip.shot_id:
            yield f"* SHOT ID: {_line(clip.shot_id)}"

    def _file(self, clip: CutClip) -> str:
        return self.media[clip.name].path if clip.name in self.media else clip.file

    def _event(
        self, number: int, reel: str, kind: str, source: tuple[int, int], record: tuple[int, int]
    ) -> str:
        start = self.cut.start_frame
        frames = (*source, record[0] + start, record[1] + start)
        times = " ".join(self._timecode(frame) for frame in frames)
        return f"{number:0{self.digits}d}  {reel:<8} V     {kind:<9}{times}"

    def _timecode(self, frame: int) -> str:
        return timecode_of(frame, self.cut.rate, drop_frame=self.drop_frame)


def _a_second(speed: Fraction, nominal: int) -> str:
    """Return a speed as M2 has it: frames a second, three digits and one."""
    value = float(abs(speed) * nominal)
    return f"{'-' if speed < 0 else ''}{value:05.1f}"


def _line(text: str) -> str:
    """Return a text that stays on its line."""
    return _CONTROL.sub(" ", text).strip()
