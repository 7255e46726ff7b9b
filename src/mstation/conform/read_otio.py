"""An OpenTimelineIO document in, its cut out: what is seen of all its tracks.

Read as the plain JSON that it is: OpenTimelineIO's own reader ends the process on some damaged
documents (decision 0015), and what is read here comes from outside. Tracks and stacks within tracks
are followed; what is disabled is not seen; a fade to black is read as the clip seen to its end.
`metadata["mstation"]` says which shot a clip is, where M-Station wrote it.
Source: OpenTimelineIO, Timeline.1, Stack.1, Track.1, Clip.1 and Clip.2, Gap.1, Transition.1,
LinearTimeWarp.1, FreezeFrame.1, ExternalReference.1, ImageSequenceReference.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from mstation.conform import plain
from mstation.conform.counting import begun, moved, rate_near, shortened, source_frames, whole
from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.faults import (
    LATEST_FRAME,
    MOST_CLIPS,
    MOST_DEPTH,
    MOST_LAYERS,
    broken,
    too_many,
    unsupported,
)
from mstation.conform.plain import Plain
from mstation.conform.seen import seen
from mstation.timebase import FrameRate

_MOST_SPEED = 1000


def read_otio(data: bytes, name: str, rate: FrameRate | None = None) -> CutList:
    """Return the cut of an OpenTimelineIO document.

    Raises:
        InvalidInput: it is damaged, or no timeline; `Unsupported` where it holds what would be read
            wrongly, as sources of another rate.
    """
    document = plain.parse(data, name)
    if document.kind != "Timeline":
        what = document.text("OTIO_SCHEMA") or "?"
        raise unsupported(name, f"it is a `{what}`, not a timeline", f"这是 `{what}`，不是时间线")
    tracks = document.inner("tracks")
    if tracks is None:
        raise broken(name, "the timeline has no tracks", "时间线没有轨道")
    start = document.inner("global_start_time")
    reader = _Reader(name, _rate(document, tracks, start, rate))
    start_frame = reader.start(start) if start else 0
    _, clips = reader.stack(tracks, 0)
    if not clips:
        raise broken(name, "no clip of picture is in it", "其中没有画面片段")
    return CutList(document.text("name"), reader.rate, start_frame, clips)


def _rate(
    document: Plain, tracks: Plain, start: Plain | None, given: FrameRate | None
) -> FrameRate:
    """Return the rate of a timeline: of its start, else of the first length of its picture.

    Some programs write a start of 24 over pictures of 23.976: the pictures count.
    """
    time = start or _first_time(tracks, 0)
    if time is None:
        if given is None:
            document.refuse("nothing says its frame rate", "没有帧率信息")
        return given
    number = time.number("rate")
    rate = rate_near(number)
    if rate is None:
        time.refuse(f"{number:g} is no frame rate", f"{number:g} 不是可用的帧率")
    first = _first_time(tracks, 0) if start else None
    of_pictures = rate_near(first.number("rate")) if first else None
    is_alike = of_pictures is not None and of_pictures.nominal == rate.nominal
    return of_pictures if of_pictures is not None and is_alike else rate


def _first_time(item: Plain, depth: int) -> Plain | None:
    if depth > MOST_DEPTH or (item.kind == "Track" and item.text("kind") == "Audio"):
        return None
    played = item.inner("source_range")
    if played:
        return played.inner("duration")
    for child in item.every("children"):
        if found := _first_time(child, depth + 1):
            return found
    return None


class _Reader:
    """Follows tracks and stacks down to their clips, counting from the start of each."""

    def __init__(self, name: str, rate: FrameRate) -> None:
        self.name = name
        self.rate = rate
        self.met = 0

    def start(self, time: Plain) -> int:
        """Return the timecode that a timeline starts at; where its rate is near, its frames."""
        if self._known_rate(time).nominal == self.rate.nominal:
            time = replace(time, fields={**time.fields, "rate": float(self.rate.fraction)})
        return self.frame(time, "value")

    def stack(self, item: Plain, depth: int) -> tuple[int, tuple[CutClip, ...]]:
        """Return a stack's length and what is seen of it."""
        self._count(item, depth)
        layers: list[Sequence[CutClip]] = []
        frames = 0
        for child in item.every("children"):
            if child.kind == "Track" and child.text("kind") not in ("Video", ""):
                continue
            length, clips = self._item(child, depth + 1)
            frames = max(frames, length)
            if child.flag("enabled", default=True):
                layers.append(clips)
        if len(layers) > MOST_LAYERS:
            item.refuse("it has too many tracks", "轨道过多")
        return self._trimmed(item, frames, seen(layers))

    def _count(self, item: Plain, depth: int) -> None:
        if depth > MOST_DEPTH:
            item.refuse(f"tracks lie more than {MOST_DEPTH} deep", f"轨道嵌套超过 {MOST_DEPTH} 层")
        self.met += 1
        if self.met > MOST_CLIPS:
            raise too_many(self.name)

    def _item(self, item: Plain, depth: int) -> tuple[int, tuple[CutClip, ...]]:
        """Return the length of anything that lies on a track, and its clips from 0."""
        match item.kind:
            case "Track":
                return self._track(item, depth)
            case "Stack":
                return self.stack(item, depth)
            case "Clip":
                return self._clip(item, depth)
            case "Gap":
                played = item.inner("source_range")
                return self._length(played) if played else 0, ()
            case kind:
                raise unsupported(
                    self.name,
                    f"`{item.place}` is a `{kind}`, which is not known here; flatten it to clips",
                    f"`{item.place}` 是 `{kind}`，无法识别；请先展平为片段",
                )

    def _track(self, track: Plain, depth: int) -> tuple[int, tuple[CutClip, ...]]:
        self._count(track, depth)
        laid: list[CutClip] = []
        at = 0
        transition: tuple[int, int] | None = None
        for item in track.every("children"):
            if item.kind == "Transition":
                transition = (
                    self._offset(item, "in_offset"),
                    self._offset(item, "out_offset"),
                )
                if transition[0]:
                    _shorten_last(laid, at, transition[0])
                continue
            frames, clips = self._item(item, depth + 1)
            if not item.flag("enabled", default=True):
                clips = ()
            placed = [moved(clip, at) for clip in clips]
            if transition:
                self._dissolve(item, laid, placed, at, transition)
                transition = None
            laid += placed
            at += frames
        if transition:
            _shorten_last(laid, at - transition[0], -transition[0])
        return self._trimmed(track, at, tuple(laid))

    def _dissolve(
        self,
        item: Plain,
        laid: list[CutClip],
        placed: list[CutClip],
        at: int,
        over: tuple[int, int],
    ) -> None:
        """Let what follows a transition begin where the transition does."""
        before, after = over
        if placed and placed[0].record_first_frame == at:
            longer = shortened(placed[0], -before, 0)
            if before + after > longer.record_end_frame - longer.record_first_frame:
                item.refuse("its transition is longer than itself", "转场比片段还长")
            placed[0] = replace(longer, dissolve_frames=before + after)
        else:
            _shorten_last(laid, at - before, -before - after)

    def _clip(self, item: Plain, depth: int) -> tuple[int, tuple[CutClip, ...]]:
        self._count(item, depth)
        media = _media(item)
        available = media.inner("available_range") if media else None
        played = item.inner("source_range") or available
        if played is None:
            item.refuse("it has no length", "没有长度")
        frames = self._length(played)
        if not frames:
            return 0, ()
        if media is not None and media.kind == "GeneratorReference":
            return frames, ()
        speed = _speed(item)
        first, end = self._source(played, frames, speed)
        head, tail = self._handles(available, first, end)
        told = _told(item)
        name = told.get("label") or item.text("name") or _file_name(media)
        reel = told.get("reel", "")
        clip = CutClip(
            name=name or item.place,
            source_first_frame=first,
            source_end_frame=end,
            record_first_frame=0,
            record_end_frame=frames,
            reel="" if reel == name else reel,
            shot_id=told.get("shot"),
            file=_file(media),
            head_frames=head,
            tail_frames=tail,
            speed=speed,
        )
        return frames, (clip,)

    def _source(self, played: Plain, frames: int, speed: Fraction) -> tuple[int, int]:
        time = played.inner("start_time")
        if time is None:
            played.refuse("it has no start", "没有起点")
        self._check_rate(time)
        first = begun(Fraction(time.number("value")))
        if not 0 <= first <= LATEST_FRAME:
            time.refuse("it lies before or beyond any timecode", "超出时间码范围")
        return first, first + (frames if speed == 1 else source_frames(frames, speed))

    def _handles(
        self, available: Plain | None, first: int, end: int
    ) -> tuple[int | None, int | None]:
        """Return the frames that the media has before and after; none where it counts otherwise."""
        if available is None:
            return None, None
        start, length = available.inner("start_time"), available.inner("duration")
        if start is None or length is None or not (self._fits(start) and self._fits(length)):
            return None, None
        media_first = begun(Fraction(start.number("value")))
        media_end = media_first + begun(Fraction(length.number("value")))
        return first - media_first, media_end - end

    def _trimmed(
        self, item: Plain, frames: int, clips: tuple[CutClip, ...]
    ) -> tuple[int, tuple[CutClip, ...]]:
        """Return the stretch that is played of a track or a stack."""
        if _speed(item) != 1:
            raise unsupported(
                self.name,
                f"`{item.text('name') or item.place}` changes the speed of several clips at once; "
                "flatten it to clips",
                f"`{item.text('name') or item.place}` 对多个片段整体变速；请先展平为片段",
            )
        played = item.inner("source_range")
        if played is None:
            return frames, clips
        length = self._length(played)
        start = played.inner("start_time")
        first = self.frame(start, "value") if start else 0
        kept = []
        for clip in clips:
            head = max(0, first - clip.record_first_frame)
            tail = max(0, clip.record_end_frame - first - length)
            if head + tail < clip.record_end_frame - clip.record_first_frame:
                kept.append(moved(shortened(clip, head, tail), -first))
        return length, tuple(kept)

    def _length(self, played: Plain) -> int:
        length = played.inner("duration")
        if length is None:
            played.refuse("it has no length", "没有长度")
        return self.frame(length, "value")

    def _offset(self, transition: Plain, field: str) -> int:
        time = transition.inner(field)
        return self.frame(time, "value") if time else 0

    def frame(self, time: Plain, field: str) -> int:
        """Return a time of the record as a whole frame."""
        value = Fraction(time.number(field))
        if not self._fits(time):
            value = value / Fraction(self._known_rate(time).fraction) * self.rate.fraction
        frame = whole(value)
        if frame is None:
            time.refuse(
                f"it lies between two frames: {float(value):g} at {self.rate} a second",
                f"落在两帧之间：按每秒 {self.rate} 帧计为 {float(value):g}",
            )
        if not 0 <= frame <= LATEST_FRAME:
            time.refuse(f"{frame} frames are beyond any film", f"{frame} 帧，超出任何影片的长度")
        return frame

    def _known_rate(self, time: Plain) -> FrameRate:
        number = time.number("rate")
        rate = rate_near(number)
        if rate is None:
            time.refuse(f"{number:g} is no frame rate", f"{number:g} 不是可用的帧率")
        return rate

    def _fits(self, time: Plain) -> bool:
        return self._known_rate(time) == self.rate

    def _check_rate(self, time: Plain) -> None:
        if not self._fits(time):
            rate = self._known_rate(time)
            raise unsupported(
                self.name,
                f"`{time.place}`: the source runs at {rate} frames a second in a cut of "
                f"{self.rate}; conform it to {self.rate} first",
                f"`{time.place}`：素材为每秒 {rate} 帧，而剪辑为 {self.rate} 帧；请先统一帧率",
            )


def _shorten_last(laid: list[CutClip], at: int, frames: int) -> None:
    """Take frames from the end of the clip that ends there."""
    if laid and laid[-1].record_end_frame == at:
        last = laid[-1]
        if frames < last.record_end_frame - last.record_first_frame:
            laid[-1] = shortened(last, 0, frames)
        else:
            laid.pop()


def _media(clip: Plain) -> Plain | None:
    """Return the media reference that is played."""
    several = clip.inner("media_references")
    if several is None:
        return clip.inner("media_reference")
    return several.inner(clip.text("active_media_reference_key") or "DEFAULT_MEDIA")


def _file(media: Plain | None) -> str:
    """Return the file of a reference; of an image sequence with `%04d` for its numbers."""
    if media is None:
        return ""
    if media.kind != "ImageSequenceReference":
        return media.text("target_url")
    padding = media.fields.get("frame_zero_padding")
    digits = f"%0{padding}d" if isinstance(padding, int) and 0 < padding < 20 else "%d"
    base = media.text("target_url_base")
    folder = base if not base or base.endswith("/") else f"{base}/"
    return f"{folder}{media.text('name_prefix')}{digits}{media.text('name_suffix')}"


def _file_name(media: Plain | None) -> str:
    return _file(media).rpartition("/")[2]


def _told(clip: Plain) -> dict[str, str]:
    """Return what M-Station says of a clip; nothing where it did not write it."""
    metadata = clip.inner("metadata")
    if metadata is None or not isinstance(metadata.fields.get("mstation"), dict):
        return {}
    fields = metadata.fields["mstation"]
    return {
        field: fields[field]
        for field in ("shot", "label", "reel")
        if isinstance(fields.get(field), str) and fields[field]
    }


def _speed(item: Plain) -> Fraction:
    """Return the speed of an item; other effects do not change which frames are played."""
    speed = Fraction(1)
    for effect in item.every("effects"):
        if effect.kind == "FreezeFrame":
            speed = Fraction(0)
        elif effect.kind == "LinearTimeWarp":
            scalar = effect.number("time_scalar")
            if abs(scalar) > _MOST_SPEED:
                effect.refuse(f"{scalar:g} is no speed", f"{scalar:g} 不是可用的速度")
            speed *= Fraction(scalar).limit_denominator(100_000)
        elif effect.kind in ("TimeEffect", "TimeWarp"):
            raise unsupported(
                effect.document,
                f"`{effect.place}` changes speed in a way that is not known here",
                f"`{effect.place}` 的变速方式无法识别",
            )
    return speed
