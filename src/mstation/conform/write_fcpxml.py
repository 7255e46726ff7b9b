"""A cut in, an FCPXML 1.10 document out: one project, one storyline, elements in the DTD's order.

A dissolve is centred on its cut, as Final Cut Pro has it. Times are whole frames over the rate's
own numerator (`1001/24000s`), so that none is rounded. A source's timecode is its asset's `start`.
Source: Apple, FCPXML 1.10 DTD and Final Cut Pro XML Reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import quoteattr

from mstation.conform.comparing import asked_for, media_range, under_frames
from mstation.conform.counting import counts_drop_frame
from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.media import MediaFile
from mstation.conform.read_fcpxml import REEL_KEY, SHOT_KEY
from mstation.conform.seconds import written

_STEP = "    "


@dataclass(frozen=True, slots=True)
class _Asset:
    """A source as a resource: all clips that play it refer to it."""

    id: str
    name: str
    reel: str
    file: MediaFile


def write_fcpxml(
    cut: CutList,
    media: Mapping[str, MediaFile] | None = None,
    *,
    drop_frame: bool | None = None,
    width: int = 1920,
    height: int = 1080,
) -> bytes:
    """Return a cut as an FCPXML 1.10 document.

    Args:
        cut: The cut.
        media: Files by the names of clips; a clip without one refers to the file that it names,
            as long as the handles that it knows of.
        drop_frame: How 29.97 and 59.94 count; None: drop-frame.
        width: Of the project's picture, in pixels.
        height: The same, downwards.
    """
    writer = _Writer(cut, media or {}, counts_drop_frame(cut.rate, drop_frame), (width, height))
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<!DOCTYPE fcpxml>",
            '<fcpxml version="1.10">',
            *writer.resources(),
            *writer.library(),
            "</fcpxml>",
            "",
        ]
    ).encode()


class _Writer:
    def __init__(
        self,
        cut: CutList,
        media: Mapping[str, MediaFile],
        drop_frame: bool,
        size: tuple[int, int],
    ) -> None:
        self.cut = cut
        self.tc_format = "DF" if drop_frame else "NDF"
        self.size = size
        self.assets = _assets(cut, media)
        sizes = sorted({(each.file.width, each.file.height) for each in self.assets.values()})
        self.formats = {
            each: f"r{index}" for index, each in enumerate(dict.fromkeys([size, *sizes]), 1)
        }

    def resources(self) -> Iterator[str]:
        yield f"{_STEP}<resources>"
        duration = written(1, self.cut.rate)
        for (width, height), id in self.formats.items():
            yield _STEP * 2 + _empty(
                "format", id=id, frameDuration=duration, width=width, height=height
            )
        for asset in self.assets.values():
            yield from self._asset(asset)
        yield f"{_STEP}</resources>"

    def _asset(self, asset: _Asset) -> Iterator[str]:
        file = asset.file
        sound = {"hasAudio": 1, "audioSources": 1, "audioChannels": 2} if file.has_sound else {}
        yield _STEP * 2 + _tag(
            "asset",
            id=asset.id,
            name=asset.name,
            start=written(file.start_frame, self.cut.rate),
            duration=written(file.frames, self.cut.rate),
            hasVideo=1,
            format=self.formats[file.width, file.height],
            videoSources=1,
            **sound,
        )
        yield _STEP * 3 + _empty("media-rep", kind="original-media", src=file.path)
        if asset.reel:
            yield from _metadata(3, REEL_KEY, asset.reel)
        yield f"{_STEP * 2}</asset>"

    def library(self) -> Iterator[str]:
        cut = self.cut
        frames = cut.clips[-1].record_end_frame if cut.clips else 0
        yield f"{_STEP}<library>"
        yield _STEP * 2 + _tag("event", name=cut.title)
        yield _STEP * 3 + _tag("project", name=cut.title)
        yield _STEP * 4 + _tag(
            "sequence",
            format=self.formats[self.size],
            duration=written(frames, cut.rate),
            tcStart=written(cut.start_frame, cut.rate),
            tcFormat=self.tc_format,
        )
        yield f"{_STEP * 5}<spine>"
        yield from (_STEP * 6 + line for line in self._storyline())
        for depth, name in ((5, "spine"), (4, "sequence"), (3, "project"), (2, "event")):
            yield f"{_STEP * depth}</{name}>"
        yield f"{_STEP}</library>"

    def _storyline(self) -> Iterator[str]:
        """Yield clips, gaps and transitions; the cut under a dissolve lies in its middle."""
        at = 0
        for clip, under in zip(self.cut.clips, under_frames(self.cut), strict=True):
            early = clip.dissolve_frames // 2
            first = clip.record_first_frame + early
            if first > at:
                yield _empty("gap", name="Gap", **self._span(at, 0, first - at))
            if clip.dissolve_frames:
                yield _empty(
                    "transition",
                    name="Cross Dissolve",
                    offset=self._record(clip.record_first_frame),
                    duration=written(clip.dissolve_frames, self.cut.rate),
                )
            at = clip.record_end_frame + under // 2
            yield from self._clip(clip, first, at, under)

    def _record(self, frame: int) -> str:
        return written(self.cut.start_frame + frame, self.cut.rate)

    def _span(self, offset: int, start: Fraction | int, frames: int) -> dict[str, str]:
        rate = self.cut.rate
        return {
            "offset": self._record(offset),
            "start": written(start, rate),
            "duration": written(frames, rate),
        }

    def _clip(self, clip: CutClip, first: int, end: int, under: int) -> Iterator[str]:
        local = Fraction(clip.source_first_frame)
        start = local + first - clip.record_first_frame
        asset = self.assets[_source_of(clip)]
        yield _tag(
            "asset-clip",
            ref=asset.id,
            name=clip.name,
            **self._span(first, start, end - first),
            tcFormat=self.tc_format,
        )
        if clip.speed != 1:
            frames = clip.record_end_frame + under - clip.record_first_frame
            yield from self._time_map(clip, frames)
        if clip.shot_id:
            yield from _metadata(1, SHOT_KEY, clip.shot_id)
        yield "</asset-clip>"

    def _time_map(self, clip: CutClip, frames: int) -> Iterator[str]:
        """Yield the points between which a clip runs at its speed, from its first source frame."""
        rate = self.cut.rate
        begins = clip.source_first_frame if clip.speed >= 0 else clip.source_end_frame
        yield f"{_STEP}<timeMap>"
        for past in (0, frames):
            yield _STEP * 2 + _empty(
                "timept",
                time=written(clip.source_first_frame + past, rate),
                value=written(begins + past * clip.speed, rate),
                interp="linear",
            )
        yield f"{_STEP}</timeMap>"


def _source_of(clip: CutClip) -> tuple[str, str, str]:
    return clip.file, clip.reel or clip.name, clip.name if not clip.reel else ""


def _assets(cut: CutList, media: Mapping[str, MediaFile]) -> dict[tuple[str, str, str], _Asset]:
    """Return the sources of a cut as assets; what holds all their uses where no file is given."""
    uses: dict[tuple[str, str, str], list[tuple[CutClip, int]]] = {}
    for clip, under in zip(cut.clips, under_frames(cut), strict=True):
        uses.setdefault(_source_of(clip), []).append((clip, under))
    assets = {}
    for number, (source, clips) in enumerate(uses.items(), 1):
        clip = clips[0][0]
        file = media.get(clip.name) or _held(clips)
        assets[source] = _Asset(f"a{number}", clip.name, clip.reel, file)
    return assets


def _held(uses: list[tuple[CutClip, int]]) -> MediaFile:
    """Return a file that holds all uses of a source, with the handles that they know of."""
    ranges = [asked_for(clip, under) for clip, under in uses]
    ranges += [held for clip, _ in uses if (held := media_range(clip)) is not None]
    first, end = min(first for first, _ in ranges), max(end for _, end in ranges)
    clip = uses[0][0]
    return MediaFile(clip.file or clip.name, first, end - first)


def _metadata(depth: int, key: str, value: str) -> Iterator[str]:
    yield f"{_STEP * depth}<metadata>"
    yield _STEP * (depth + 1) + _empty("md", key=key, value=value)
    yield f"{_STEP * depth}</metadata>"


def _empty(name: str, /, **attributes: str | int) -> str:
    return f"{_tag(name, **attributes)[:-1]}/>"


def _tag(name: str, /, **attributes: str | int) -> str:
    """Return a start tag; what XML cannot hold is left out of its texts."""
    words = [f"{key}={quoteattr(_clean(str(value)))}" for key, value in attributes.items()]
    return f"<{' '.join([name, *words])}>"


def _clean(text: str) -> str:
    return "".join(
        character
        for character in text
        if character >= " " and not "\ud800" <= character <= "\udfff" and character not in "￾￿"
    )
