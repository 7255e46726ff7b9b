"""A CMX3600 edit decision list in, its cut out.

An EDL does not say its frame rate: whoever reads it must. Audio is passed over; `V`, `V2`, `B` and
`AA/V` are picture, the highest track is seen. Wipes and keys are read as dissolves. A fade to black
is read as the clip seen to the fade's end. A source that is played backwards (`M2` below zero) has
its range written forwards, as Avid, Premiere and Resolve do.
Source: CMX 3600 as the manuals of Avid, Adobe and Blackmagic describe it; `M2 reel speed timecode`,
the speed in frames a second.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest

from mstation.conform.counting import frame_of, shortened, source_frames
from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.faults import MOST_CLIPS, broken, too_many
from mstation.conform.seen import by_record, overlap_in, seen
from mstation.errors import InvalidInput
from mstation.timebase import FrameRate

_TIME = r"(\d{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3})"
_EVENT = re.compile(
    r"(?P<event>\d{1,6})\s+(?P<reel>\S(?:.{0,200}?\S)?)\s+(?P<tracks>[A-Z0-9/]{1,16})\s+"
    r"(?P<kind>C|D|W\d{0,4}|K[BO]?)(?:\s+(?P<frames>\d{1,5}))?"
    rf"\s+{_TIME}\s+{_TIME}\s+{_TIME}\s+{_TIME}\s*$"
)
_BEGINS_EVENT = re.compile(r"\d{1,6}\s+\S")
_SPEED = re.compile(
    r"M2\s+(?P<reel>\S.*?)\s+(?P<speed>[+-]?\d{1,5}(?:\.\d{0,6})?)\s+(?P<at>[\d:;.,]{11})$"
)
_NOTE = re.compile(
    r"\*\s*(?P<what>FROM CLIP NAME|TO CLIP NAME|SOURCE FILE|REEL NAME|SHOT ID|SPEED)"
    r"\s*:\s*(?P<text>.*)$"
)
_VIDEO_TRACK = re.compile(r"V(\d{1,2})?")
_EXACT_SPEED = re.compile(r"(-?\d{1,9})(?:/(\d{1,9}))?$")
_BLACK = ("BL", "BLK", "BLACK")
_NO_REEL = "AX"  # an auxiliary source: no tape
_LONGEST_LINE = 1000


@dataclass(slots=True)
class _Event:
    """One line of an event; what notes say is added as they come."""

    number: str
    line: int
    reel: str
    track: int
    dissolve_frames: int
    source: tuple[int, int]
    record: tuple[int, int]
    notes: dict[str, list[str]] = field(default_factory=dict)
    speed: tuple[Fraction, int] | None = None  # frames a second, line

    @property
    def is_black(self) -> bool:
        return self.reel.upper() in _BLACK

    @property
    def frames(self) -> int:
        return self.record[1] - self.record[0]


def looks_like_edl(text: str) -> bool:
    """Return whether a text begins as an EDL does."""
    lines = (line.strip("\ufeff \t") for line in text[:4000].splitlines())
    first = next((line for line in lines if line), "")
    starts = ("TITLE:", "FCM:")
    return first.upper().startswith(starts) or _EVENT.match(" ".join(first.split())) is not None


def edl_text(data: bytes) -> str:
    """Return the text of an EDL in UTF-8, UTF-16, GB18030 or, failing these, Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", errors="replace")


def read_edl(text: str, name: str, rate: FrameRate | None) -> CutList:
    """Return the cut of an EDL.

    Raises:
        InvalidInput: no rate is given, or a line is not what its place asks for.
    """
    if rate is None:
        raise InvalidInput(
            "an EDL does not say its frame rate; give the rate of the cut",
            path=name,
            zh="EDL 不含帧率；请给出该剪辑的帧率",
        )
    reader = _Reader(name, rate)
    for number, line in enumerate(re.split(r"\r\n?|\n", text), 1):
        reader.take(line.strip().lstrip("\ufeff"), number)
    return reader.cut()


class _Reader:
    """Takes an EDL line by line."""

    def __init__(self, name: str, rate: FrameRate) -> None:
        self.name = name
        self.rate = rate
        self.title = ""
        self.drop_frame = False
        self.events: list[_Event] = []
        self.hears_notes = False  # of the event before: not where that is sound

    def take(self, line: str, number: int) -> None:
        if len(line) > _LONGEST_LINE:
            raise self._broken(
                f"the line has {len(line)} characters", f"此行有 {len(line)} 个字符", number
            )
        upper = line.upper()
        if upper.startswith("TITLE:"):
            self.title = line[6:].strip()
        elif upper.startswith("FCM:"):
            self.drop_frame = "NON" not in upper
            self._check_drop(self.drop_frame, number)
        elif event := _EVENT.match(" ".join(line.split())):
            self._event(event, number)
        elif _BEGINS_EVENT.match(line):
            raise self._broken(
                "the line begins as an event, but has not reel, track, transition and four "
                "timecodes",
                "此行像是一个事件，但缺少卷号、轨道、转场或四个时间码",
                number,
            )
        elif self.events and self.hears_notes:
            self._note(line, number)

    def _event(self, found: re.Match[str], number: int) -> None:
        tracks = found["tracks"]
        video = _VIDEO_TRACK.search(tracks)
        self.hears_notes = video is not None or tracks == "B"
        if not self.hears_notes:
            return
        source_first, source_end, first, end = (
            self._frame(found[group], number) for group in range(6, 10)
        )
        if source_end < source_first or end < first:
            raise self._broken("an out point lies before its in point", "出点早于入点", number)
        frames = int(found["frames"] or 0) if found["kind"] != "C" else 0
        if frames > end - first:
            raise self._broken(
                f"the transition of {frames} frames is longer than its clip",
                f"{frames} 帧的转场比片段还长",
                number,
            )
        track = int(video[1] or 1) if video else 1
        event = _Event(
            found["event"],
            number,
            found["reel"],
            track,
            frames,
            (source_first, source_end),
            (first, end),
        )
        self.events.append(event)
        if len(self.events) > MOST_CLIPS:
            raise too_many(self.name)

    def _frame(self, text: str, number: int) -> int:
        drop_frame = self.drop_frame or ";" in text or "," in text
        self._check_drop(drop_frame, number)
        try:
            return frame_of(re.sub("[;.,]", ":", text), self.rate, drop_frame=drop_frame)
        except InvalidInput as error:
            raise InvalidInput(str(error), path=self.name, line=number, zh=error.zh) from error

    def _check_drop(self, drop_frame: bool, number: int) -> None:
        if drop_frame and not self.rate.is_drop_frame:
            raise InvalidInput(
                f"the EDL counts drop-frame, which {self.rate} frames a second has not; "
                "give its rate: 29.97 or 59.94",
                path=self.name,
                line=number,
                zh=f"该 EDL 使用丢帧时间码，而每秒 {self.rate} 帧没有丢帧；请给出 29.97 或 59.94",
            )

    def _note(self, line: str, number: int) -> None:
        event = self.events[-1]
        if note := _NOTE.match(line):
            event.notes.setdefault(note["what"], []).append(note["text"].strip())
        elif speed := _SPEED.match(line):
            of = self._event_of_speed(speed["reel"], self._frame(speed["at"], number))
            of.speed = (Fraction(speed["speed"]), number)
        elif line.upper().startswith("M2"):
            raise self._broken(
                "the line begins as a speed (M2), but has not reel, frames a second and timecode",
                "此行像是变速（M2），但缺少卷号、每秒帧数或时间码",
                number,
            )

    def _event_of_speed(self, reel: str, at: int) -> _Event:
        """Return the line that a speed belongs to: of a dissolve's two, that of its reel and in."""
        last = self.events[-1]
        lines = self.events[-2:] if last.dissolve_frames else [last]
        same = [line for line in lines if line.number == last.number and line.reel == reel]
        begins = [line for line in same if line.source[0] == at]
        return (begins or same or [last])[-1]

    def cut(self) -> CutList:
        if all(event.is_black for event in self.events):
            raise self._broken("no event of picture is in it", "其中没有画面事件", None)
        start = min(event.record[0] for event in self.events)
        tracks: dict[int, list[CutClip]] = {}
        for event, after in zip_longest(self.events, self.events[1:]):
            # of the two lines of a dissolve, the notes lie under the second
            is_first = after and after.number == event.number and after.dissolve_frames
            clip = self._clip(event, after if is_first else event, start)
            if clip is not None:
                tracks.setdefault(event.track, []).append(clip)
        self._fade_out(tracks, start)
        layers = [sorted(tracks[track], key=by_record) for track in sorted(tracks)]
        self._check_overlaps(layers, start)
        return CutList(self.title, self.rate, start, seen(layers))

    def _fade_out(self, tracks: dict[int, list[CutClip]], start: int) -> None:
        """Let clips that fade to black be seen until their fade ends."""
        ends = {
            (track, clip.record_end_frame): index
            for track, clips in tracks.items()
            for index, clip in enumerate(clips)
        }
        for event in self.events:
            index = ends.get((event.track, event.record[0] - start))
            if event.is_black and event.dissolve_frames and index is not None:
                clips = tracks[event.track]
                clips[index] = shortened(clips[index], 0, -event.dissolve_frames)

    def _check_overlaps(self, layers: Sequence[Sequence[CutClip]], start: int) -> None:
        for layer in layers:
            if over := overlap_in(layer):
                first = over[1].record_first_frame + start
                line = next(event.line for event in self.events if event.record[0] == first)
                raise self._broken(
                    f"`{over[1].name}` lies over `{over[0].name}` on the same track",
                    f"`{over[1].name}` 与 `{over[0].name}` 在同一轨道上重叠",
                    line,
                )

    def _clip(self, event: _Event, noted: _Event, start: int) -> CutClip | None:
        if event.is_black or not event.frames:
            return None
        speed = self._speed(event, noted)
        first, end = event.source
        if speed != 1:
            end = first + source_frames(event.frames, speed)
        names = noted.notes
        is_into = bool(event.dissolve_frames)
        name = _last(names, "TO CLIP NAME" if is_into else "FROM CLIP NAME") or event.reel
        reel = (_last(names, "REEL NAME") if event is noted else "") or event.reel
        return CutClip(
            name=name,
            source_first_frame=first,
            source_end_frame=end,
            record_first_frame=event.record[0] - start,
            record_end_frame=event.record[1] - start,
            reel="" if reel in (name, _NO_REEL) else reel,
            shot_id=(_last(names, "SHOT ID") or None) if event is noted else None,
            file=_file(names.get("SOURCE FILE", []), is_into, event is noted),
            speed=speed,
            dissolve_frames=event.dissolve_frames,
        )

    def _speed(self, event: _Event, noted: _Event) -> Fraction:
        played = event.source[1] - event.source[0]
        if event.speed is None:
            if played != event.frames:
                raise self._broken(
                    f"{played} frames of the source fill {event.frames} frames of the record, and "
                    "no M2 line says at which speed",
                    f"素材 {played} 帧，录制 {event.frames} 帧，却没有 M2 行说明变速",
                    event.line,
                )
            return Fraction(1)
        a_second, line = event.speed
        speed = _exact(_last(noted.notes, "SPEED"), a_second / self.rate.nominal)
        if speed is None:
            speed = _nearest_percent(a_second / self.rate.nominal, a_second / self.rate.fraction)
        rounding = 2 + event.frames * Fraction(1, 10 * self.rate.nominal)
        fits = abs(played - event.frames * abs(speed)) <= rounding
        if speed and played != event.frames and not fits:
            raise self._broken(
                f"the speed of {float(a_second):g} frames a second does not fit {played} frames of "
                f"the source over {event.frames} of the record",
                f"每秒 {float(a_second):g} 帧的变速与素材 {played} 帧、录制 {event.frames} 帧不符",
                line,
            )
        return speed

    def _broken(self, what: str, zh: str, line: int | None) -> InvalidInput:
        return broken(self.name, what, zh, line=line)


def _last(notes: dict[str, list[str]], what: str) -> str:
    return next(reversed(notes.get(what, [])), "")


def _file(files: Sequence[str], is_into: bool, is_last: bool) -> str:
    """Return the file of a line: a dissolve may name the file it comes from, then its own."""
    if not files or (is_into and len(files) < 2):
        return ""
    return files[-1] if is_last else files[0]


def _exact(text: str, about: Fraction) -> Fraction | None:
    """Return the speed of a `SPEED` note, where it is that of the M2 line but for rounding."""
    found = _EXACT_SPEED.match(text)
    if not found or not int(found[2] or 1):
        return None
    speed = Fraction(int(found[1]), int(found[2] or 1))
    return speed if abs(speed - about) <= Fraction(1, 100) else None


def _nearest_percent(*speeds: Fraction) -> Fraction:
    """Return the speed nearest to a whole percent: 100 % of 23.976 is written 24.0 or 23.976."""
    nearest = min(speeds, key=lambda speed: abs(speed * 100 - round(speed * 100)))
    percent = round(nearest * 100)
    return Fraction(percent, 100) if abs(nearest * 100 - percent) < Fraction(1, 50) else nearest
