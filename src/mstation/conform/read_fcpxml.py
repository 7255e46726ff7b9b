"""An FCPXML document in, its cut out: what is seen of the spine and all that is connected to it.

Compound clips are followed, auditions show what is picked, disabled clips nothing; titles and
generators are no sources, so they hide nothing. Multicam clips, speed ramps and sources of another
rate are refused by name: read otherwise, they would be read wrongly.
Source: Apple, Final Cut Pro XML Reference: story elements, timing attributes, time maps;
FCPXML 1.8 to 1.11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NoReturn

from mstation.conform import markup
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
from mstation.conform.markup import Element
from mstation.conform.retimes import Retime, retime_of
from mstation.conform.seconds import seconds
from mstation.conform.seen import by_record, overlap_in, seen
from mstation.timebase import FrameRate

REEL_KEY = "com.apple.proapps.studio.reel"
SHOT_KEY = "org.mstation.shot"
_HOLDERS = ("clip", "sync-clip")
_CONNECTED = (
    "clip",
    "sync-clip",
    "asset-clip",
    "ref-clip",
    "mc-clip",
    "video",
    "audition",
    "spine",
)
_NAMED_RATE = re.compile(r"FFVideoFormat.*?\d[pi](\d{2,4})$")
_NAMED = {"2398": "23.976", "2997": "29.97", "5994": "59.94"}
_Z = tuple[int, ...]
_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a local time lies in the film: `at` is the record frame of local second `zero`."""

    at: Fraction
    zero: Fraction
    first: Fraction  # what is seen of it, in record frames
    end: Fraction


def read_fcpxml(data: bytes, name: str) -> CutList:
    """Return the cut of an FCPXML document with one project.

    Raises:
        InvalidInput: it is damaged; `Unsupported` where it holds what would be read wrongly.
    """
    root = markup.parse(data, name)
    if root.name != "fcpxml":
        raise unsupported(
            name,
            f"it is a `{root.name}` document; export the cut as FCPXML",
            f"这是 `{root.name}` 文档；请导出为 FCPXML",
        )
    projects = list(root.all("project"))
    if len(projects) != 1:
        raise unsupported(
            name,
            f"it holds {len(projects)} projects; export one",
            f"其中有 {len(projects)} 个项目；请只导出一个",
        )
    sequence = projects[0].find("sequence")
    if sequence is None:
        raise broken(name, "the project has no sequence", "项目中没有时间线", line=projects[0].line)
    reader = _Reader(name, root, sequence)
    start = reader.frames(sequence, "tcStart", "0s")
    clips = reader.sequence(sequence, 0)
    if not clips:
        raise broken(name, "no clip of picture is in it", "其中没有画面片段")
    start_frame = reader.whole(start, sequence)
    return CutList(projects[0].get("name"), reader.rate, start_frame, clips)


class _Reader:
    """Follows a sequence down to its assets; record frames count from the sequence's start."""

    def __init__(self, name: str, root: Element, sequence: Element) -> None:
        self.name = name
        resources = root.find("resources")
        self.resources = {each.get("id"): each for each in resources.children} if resources else {}
        self.met = 0
        rate = self._rate_of(sequence)
        if rate is None:
            self.refuse(sequence, "the sequence does not say its frame rate", "时间线没有帧率信息")
        self.rate = rate
        self.pieces: list[tuple[_Z, CutClip]] = []

    def refuse(self, element: Element, what: str, zh: str) -> NoReturn:
        of = element.get("name") or element.name
        raise broken(self.name, f"`{of}`: {what}", f"`{of}`：{zh}", line=element.line)

    def cannot(self, element: Element, what: str, zh: str) -> NoReturn:
        of = element.get("name") or element.name
        raise unsupported(self.name, f"`{of}` {what}", f"`{of}` {zh}", line=element.line)

    def _rate_of(self, element: Element) -> FrameRate | None:
        """Return the rate of an element's format; None where it has none, as a still."""
        form = self.resources.get(element.get("format"))
        if form is None:
            return None
        if form.get("frameDuration"):
            length = seconds(form, "frameDuration", self.name)
            return rate_near(1 / length) if length > 0 else None
        found = _NAMED_RATE.match(form.get("name"))
        return FrameRate.parse(_NAMED.get(found[1], found[1][:2])) if found else None

    def frames(self, element: Element, attribute: str, default: str = "") -> Fraction:
        """Return a time as frames at the cut's rate."""
        return seconds(element, attribute, self.name, default) * self.rate.fraction

    def whole(self, frames: Fraction, element: Element) -> int:
        frame = whole(frames)
        if frame is None:
            self.refuse(
                element,
                f"it lies between two frames: {float(frames):g} at {self.rate} a second",
                f"落在两帧之间：按每秒 {self.rate} 帧计为 {float(frames):g}",
            )
        if not -LATEST_FRAME <= frame <= LATEST_FRAME:
            self.refuse(element, f"{frame} frames are beyond any film", f"{frame} 帧，超出影片长度")
        return frame

    def sequence(self, sequence: Element, depth: int) -> tuple[CutClip, ...]:
        """Return what is seen of a sequence, in record frames from its start."""
        if depth > MOST_DEPTH:
            self.refuse(sequence, "compound clips lie too deep", "复合片段嵌套过深")
        spine = sequence.find("spine")
        if spine is None:
            return ()
        outer, self.pieces = self.pieces, []
        zero = self.frames(sequence, "tcStart", "0s")
        self._spine(
            spine, _Place(Fraction(0), zero, Fraction(0), Fraction(LATEST_FRAME)), (), depth
        )
        layers: dict[_Z, list[CutClip]] = {}
        for z, clip in self.pieces:
            layers.setdefault(z, []).append(clip)
        self.pieces = outer
        ordered = [sorted(layers[z], key=by_record) for z in sorted(layers)]
        if len(ordered) > MOST_LAYERS:
            self.refuse(spine, "it has too many lanes", "层数过多")
        for layer in ordered:
            if over := overlap_in(layer):
                self.refuse(
                    spine,
                    f"`{over[1].name}` lies over `{over[0].name}` in the same lane",
                    f"`{over[1].name}` 与 `{over[0].name}` 在同一层上重叠",
                )
        return seen(ordered)

    def _spine(self, spine: Element, place: _Place, z: _Z, depth: int) -> None:
        """Lay the clips of a storyline one after another."""
        cursor = place.zero
        transition: Element | None = None
        before = new = len(self.pieces)  # where the pieces of the item before begin
        for item in spine.children:
            if item.name == "transition":
                transition = item
                continue
            offset = self.frames(item, "offset") if item.get("offset") else cursor
            if offset < cursor:
                self.refuse(item, "it begins before the clip before it ends", "早于前一片段的结尾")
            before, new = new, len(self.pieces)
            early = Fraction(0)
            if transition is not None:
                early = max(early, offset - self.frames(transition, "offset"))
            self._item(item, place, offset, z, depth, early)
            if transition is not None:
                joint = place.at + offset - place.zero
                self._dissolve(transition, joint, early, (before, new), (*z, 0))
                transition = None
            cursor = offset + self._duration(item)
        # a transition after the last clip is a fade: the clip is seen to its end

    def _dissolve(
        self, element: Element, cut: Fraction, early: Fraction, older: tuple[int, int], z: _Z
    ) -> None:
        """Let the clip before a transition end where the clip after it begins, with it."""
        joint, before_joint = self.whole(cut, element), self.whole(early, element)
        frames = self.whole(self.frames(element, "duration"), element)
        at = joint - before_joint
        if before_joint > frames or self.frames(element, "offset") < 0:
            self.refuse(element, "the transition does not lie over a cut", "转场不在剪辑点上")
        after = self._piece_at(older[1], len(self.pieces), z, first_frame=at)
        before = self._piece_at(*older, z, end_frame=joint)
        if after is not None:
            z_of, clip = self.pieces[after]
            if frames > clip.record_end_frame - at:
                self.refuse(element, "the transition is longer than its clip", "转场比片段还长")
            self.pieces[after] = (z_of, replace(clip, dissolve_frames=frames))
        if before is not None:
            z_of, clip = self.pieces[before]
            longer = before_joint if after is not None else before_joint - frames
            if clip.record_end_frame - longer <= clip.record_first_frame:
                self.refuse(element, "the transition is longer than its clip", "转场比片段还长")
            self.pieces[before] = (z_of, shortened(clip, 0, longer))

    def _piece_at(
        self,
        first: int,
        end: int,
        z: _Z,
        *,
        first_frame: int | None = None,
        end_frame: int | None = None,
    ) -> int | None:
        for index in range(end - 1, first - 1, -1):
            z_of, clip = self.pieces[index]
            is_met = first_frame == clip.record_first_frame or end_frame == clip.record_end_frame
            if z_of == z and is_met:
                return index
        return None

    def _duration(self, item: Element) -> Fraction:
        if item.name == "audition":
            return self._duration(item.children[0]) if item.children else Fraction(0)
        if item.get("duration"):
            length = self.frames(item, "duration")
        else:
            asset = self.resources.get(item.get("ref"))
            length = self.frames(asset, "duration", "0s") if asset is not None else Fraction(0)
        if length < 0:
            self.refuse(item, "its duration is negative", "时长为负")
        return length

    def _item(
        self,
        item: Element,
        place: _Place,
        offset: Fraction,
        z: _Z,
        depth: int,
        early: Fraction = _NONE,
    ) -> None:
        """Lay whatever stands on a storyline or is connected to it, seen `early` frames before."""
        self.met += 1
        if self.met > MOST_CLIPS:
            raise too_many(self.name)
        if item.name == "audition":
            if item.children:
                self._item(item.children[0], place, offset, z, depth, early)
            return
        if item.get("enabled") == "0":
            return
        if item.name == "mc-clip":
            self.cannot(
                item,
                "is a multicam clip; choose its angle and break it apart before exporting",
                "是多机位片段；请选定机位并拆分后再导出",
            )
        at = place.at + offset - place.zero
        first, end = max(place.first, at - early), min(place.end, at + self._duration(item))
        if first < end:
            self._content(item, at, (first, end), (*z, 0), depth)
        retimed = item.find("timeMap") is not None
        start = self._start(item)
        inner = _Place(at, start, place.first, place.end)
        for child in item.children:
            if child.name in _CONNECTED and (child.get("lane") or item.name not in _HOLDERS):
                if retimed and item.name in _HOLDERS:
                    continue  # what is within is laid with the content
                self._connected(child, inner, z, depth)

    def _connected(self, child: Element, inner: _Place, z: _Z, depth: int) -> None:
        lane = child.get("lane") or "0"
        if not re.fullmatch(r"-?\d{1,4}", lane):
            self.refuse(child, f"`{lane}` is no lane", f"`{lane}` 不是层号")
        if len(z) > MOST_DEPTH:
            self.refuse(child, "connected clips lie too deep", "连接片段嵌套过深")
        offset = self.frames(child, "offset", "0s")
        if child.name == "spine":
            at = inner.at + offset - inner.zero
            placed = _Place(at, Fraction(0), inner.first, inner.end)
            self._spine(child, placed, (*z, int(lane)), depth)
        else:
            self._item(child, inner, offset, (*z, int(lane)), depth)

    def _start(self, item: Element) -> Fraction:
        """Return the local time at which an item begins, in frames."""
        if item.get("start"):
            return self.frames(item, "start")
        asset = self.resources.get(item.get("ref"))
        if item.name in ("asset-clip", "video") and asset is not None and asset.name == "asset":
            return self.frames(asset, "start", "0s")
        return Fraction(0)

    def _content(
        self, item: Element, at: Fraction, window: tuple[Fraction, Fraction], z: _Z, depth: int
    ) -> None:
        """Lay what an item itself shows within a window of record frames."""
        if item.name in ("asset-clip", "video"):
            self._asset(item, at, window, z)
        elif item.name in _HOLDERS:
            if self._retime(item, self._start(item), at) != Retime.none():
                self.cannot(
                    item,
                    "changes the speed of what it holds; break it apart before exporting",
                    "对内部片段整体变速；请拆分后再导出",
                )
            inner = _Place(at, self._start(item), *window)
            for child in item.children:
                if child.name in _CONNECTED and not child.get("lane"):
                    self._held(child, inner, z[:-1], depth)
        elif item.name == "ref-clip":
            self._compound(item, at, window, z, depth)

    def _held(self, child: Element, inner: _Place, z: _Z, depth: int) -> None:
        if child.name == "spine":
            offset = self.frames(child, "offset", "0s")
            placed = _Place(inner.at + offset - inner.zero, Fraction(0), inner.first, inner.end)
            self._spine(child, placed, z, depth)
        else:
            self._item(child, inner, self.frames(child, "offset", "0s"), z, depth)

    def _compound(
        self, item: Element, at: Fraction, window: tuple[Fraction, Fraction], z: _Z, depth: int
    ) -> None:
        media = self.resources.get(item.get("ref"))
        sequence = media.find("sequence") if media is not None else None
        if sequence is None:
            self.cannot(
                item,
                "refers to a compound clip that is not in the document; break it apart",
                "引用的复合片段不在文档中；请先拆分",
            )
        if item.get("srcEnable") == "audio":
            return
        if self._rate_of(sequence) not in (None, self.rate) or (
            self._retime(item, self._start(item), at) != Retime.none()
        ):
            self.cannot(
                item,
                "is a compound clip of another speed or rate; break it apart before exporting",
                "是变速或帧率不同的复合片段；请拆分后再导出",
            )
        tc_start = self.frames(sequence, "tcStart", "0s")
        begins = self._start(item) - (tc_start if item.get("start") else 0)
        first, end = (self.whole(edge, item) for edge in window)
        shift = self.whole(at - begins, item)
        for clip in self.sequence(sequence, depth + 1):
            self.met += 1
            if self.met > MOST_CLIPS:
                raise too_many(self.name)
            head = max(0, first - shift - clip.record_first_frame)
            tail = max(0, clip.record_end_frame + shift - end)
            if head + tail < clip.record_end_frame - clip.record_first_frame:
                part = shortened(clip, head, tail)
                self.pieces.append((z, moved(part, shift)))

    def _asset(self, item: Element, at: Fraction, window: tuple[Fraction, Fraction], z: _Z) -> None:
        asset = self.resources.get(item.get("ref"))
        if asset is None:
            self.refuse(item, f"there is no resource `{item.get('ref')}`", "引用的资源不存在")
        is_seen = asset.get("hasVideo") == "1" or not asset.get("hasAudio")
        if asset.name != "asset" or not is_seen or item.get("srcEnable") == "audio":
            return
        self._check_rate(item, asset)
        start = self._start(item)
        retime = self._retime(item, start, at, asset)
        first, end = (self.whole(edge, item) for edge in window)
        source = self._source(retime, first - at, end - first, start)
        if not 0 <= source[0] <= LATEST_FRAME:
            self.refuse(item, "it lies before or beyond any timecode", "超出时间码范围")
        head, tail = self._handles(asset, *source)
        name = item.get("name") or asset.get("name") or item.get("ref")
        reel = _metadata(asset, REEL_KEY)
        clip = CutClip(
            name=name,
            source_first_frame=source[0],
            source_end_frame=source[1],
            record_first_frame=first,
            record_end_frame=end,
            reel="" if reel == name else reel,
            shot_id=_metadata(item, SHOT_KEY) or None,
            file=_src(asset),
            head_frames=head,
            tail_frames=tail,
            speed=retime.speed,
        )
        self.pieces.append((z, clip))

    def _source(
        self, retime: Retime, skipped: Fraction, frames: int, start: Fraction
    ) -> tuple[int, int]:
        """Return the source frames of a window that begins `skipped` frames after the item."""
        shown = retime.source_at(start + skipped)
        passed = source_frames(frames, retime.speed)
        if retime.speed < 0:
            end = -begun(-shown)
            return end - passed, end
        return begun(shown), begun(shown) + passed

    def _retime(
        self, item: Element, start: Fraction, at: Fraction, asset: Element | None = None
    ) -> Retime:
        """Return how local time runs against the source's; refused where it is no constant."""
        retime = retime_of(
            item,
            self.name,
            self.rate,
            (start, start + self._duration(item)),
            self._available(asset) if asset is not None else None,
        )
        if retime is None:
            self.cannot(
                item,
                "changes its speed within the clip, or counts in a way that is not known here; "
                "make its speed constant, or render it",
                "在片段内变速，或其时间映射无法识别；请改为恒定速度或先渲染",
            )
        return retime

    def _available(self, asset: Element) -> tuple[Fraction, Fraction] | None:
        if not asset.get("duration"):
            return None
        start = self.frames(asset, "start", "0s")
        return start, start + self.frames(asset, "duration")

    def _handles(self, asset: Element, first: int, end: int) -> tuple[int | None, int | None]:
        available = self._available(asset)
        if available is None or available[0] == available[1]:
            return None, None  # a still lasts as long as one likes
        return first - begun(available[0]), begun(available[1]) - end

    def _check_rate(self, item: Element, asset: Element) -> None:
        rate = self._rate_of(asset)
        conform = item.find("conform-rate")
        if conform is not None and conform.get("srcFrameRate"):
            text = conform.get("srcFrameRate")
            value = float(text) if re.fullmatch(r"\d{1,3}(\.\d{1,3})?", text) else 0.0
            rate = rate_near(value)
        elif rate is None:
            return
        if rate != self.rate:
            self.cannot(
                item,
                f"runs at {rate or '?'} frames a second in a cut of {self.rate}; conform the "
                f"source to {self.rate} first",
                f"为每秒 {rate or '?'} 帧，而剪辑为 {self.rate} 帧；请先统一帧率",
            )


def _metadata(element: Element, key: str) -> str:
    metadata = element.find("metadata")
    entries: Iterator[Element] = iter(metadata.children) if metadata is not None else iter(())
    return next((each.get("value") for each in entries if each.get("key") == key), "")


def _src(asset: Element) -> str:
    """Return an asset's file; before 1.9 the asset itself names it."""
    of: Sequence[Element] = [each for each in asset.children if each.name == "media-rep"]
    return of[0].get("src") if of else asset.get("src")
