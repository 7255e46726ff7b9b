"""A cut and what plays in it in; documents for editors and lists for post houses out.

A shot's own first frame is 01:00:00:00 of a source called by its label: handles lie before and
after. In image sequences it is frame 1001.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from mstation.conform import (
    CutClip,
    CutList,
    MediaFile,
    Pull,
    pulls,
    write_edl,
    write_fcpxml,
    write_otio,
)
from mstation.station.exchange.clearing import UseFinding
from mstation.station.production.cuts import Cut
from mstation.station.production.playing import Media, Playing
from mstation.timebase import START_TIMECODE, FrameRate, frame_of_timecode

MOST_HANDLES = 1000  # frames
_WANTED = ".mov"


class Document(StrEnum):
    """What a cut is written as."""

    OTIO = "otio"
    EDL = "edl"
    FCPXML = "fcpxml"


class Shown(StrEnum):
    """Which media a document names."""

    PLAYING = "playing"  # the versions that play
    WANTED = "wanted"  # what is to come back: a movie a shot, called by it, with handles


@dataclass(frozen=True, slots=True)
class PulledRow:
    """What a post house is handed of one source, or is to hand back."""

    name: str
    entity_id: str | None
    file: str
    source_in: str  # timecode of its first frame, handles included
    source_out: str  # and after its last
    first_number: int  # of its first frame, as an image sequence
    frames: int
    head_frames: int  # handles that there are
    tail_frames: int
    record_first_frames: tuple[int, ...]  # where in the film it is used
    findings: tuple[UseFinding, ...] = ()  # of what is in it and not cleared for a run


def source_start(rate: FrameRate) -> int:
    """Return the timecode of a shot's own first frame, as frames from 00:00:00:00."""
    return frame_of_timecode(START_TIMECODE, rate)


def cut_list(cut: Cut, playing: Sequence[Playing]) -> CutList:
    """Return a cut as documents know it; handles are those of what plays."""
    rate = FrameRate.parse(cut.rate)
    clips = tuple(_clip(each, source_start(rate)) for each in playing)
    return CutList(cut.title, rate, cut.start_frame, clips)


def write_document(
    document: Document,
    cut: Cut,
    playing: Sequence[Playing],
    *,
    shown: Shown = Shown.PLAYING,
    handles: int = 0,
    folder: str = "",
    findings: Sequence[UseFinding] = (),
) -> bytes:
    """Return a cut as a document; `folder` stands before the names of its files.

    handles: of media that are wanted, or that do not play yet.
    findings: of what is in it and not cleared; OTIO tells them, in its metadata.
    """
    listed = cut_list(cut, playing)
    media = _media(listed, playing, shown, handles, folder)
    body = _WRITERS[document](listed, media)
    return _telling(body, findings) if findings and document is Document.OTIO else body


def _telling(body: bytes, findings: Sequence[UseFinding]) -> bytes:
    """Return an OTIO document that tells findings under `mstation.uses`."""
    told = json.loads(body)
    told["metadata"]["mstation"]["uses"] = [
        {"weight": each.weight, "clip": each.label, "en": each.en, "zh": each.zh}
        for each in findings
    ]
    return f"{json.dumps(told, indent=1, ensure_ascii=False)}\n".encode()


def pulled(
    cut: Cut, playing: Sequence[Playing], *, shown: Shown, handles: int,
    findings: Sequence[UseFinding] = (),
) -> tuple[PulledRow, ...]:  # fmt: skip
    """Return what a turnover needs of each source, with handles as far as there are any.

    Of media that are wanted the handles are all there. Each row tells the findings of its shot
    and those of the film as a whole.
    """
    listed = cut_list(cut, playing)
    media = _media(listed, playing, shown, handles, "")
    start = source_start(listed.rate)
    return tuple(_row(pull, media, start, findings) for pull in pulls(listed, handles, media))


def _row(
    pull: Pull, media: Mapping[str, MediaFile], start: int, findings: Sequence[UseFinding]
) -> PulledRow:
    return PulledRow(
        pull.name,
        pull.shot_id,
        media[pull.name].path,
        pull.source_in,
        pull.source_out,
        pull.source_first_frame - start + 1001,
        pull.frames,
        pull.head_frames,
        pull.tail_frames,
        pull.record_first_frames,
        tuple(each for each in findings if each.entity_id in (None, pull.shot_id)),
    )


def _edl(cut: CutList, media: Mapping[str, MediaFile]) -> bytes:
    return write_edl(cut, media)


def _fcpxml(cut: CutList, media: Mapping[str, MediaFile]) -> bytes:
    return write_fcpxml(cut, media)


_WRITERS: dict[Document, Callable[[CutList, Mapping[str, MediaFile]], bytes]] = {
    Document.OTIO: write_otio,
    Document.EDL: _edl,
    Document.FCPXML: _fcpxml,
}


def _clip(playing: Playing, start: int) -> CutClip:
    clip, media = playing.clip, playing.media
    head = tail = None
    if media is not None and media.frames is not None:
        head = clip.first_frame + playing.head_frames
        tail = media.frames - clip.end_frame - playing.head_frames
    return CutClip(
        clip.label,
        start + clip.first_frame,
        start + clip.end_frame,
        clip.record_first_frame,
        clip.record_end_frame,
        shot_id=clip.entity_id,
        file="" if media is None else media_name(media),
        head_frames=head,
        tail_frames=tail,
        speed=Fraction(clip.speed),
        dissolve_frames=clip.dissolve_frames,
    )


def _media(
    cut: CutList, playing: Sequence[Playing], shown: Shown, handles: int, folder: str
) -> dict[str, MediaFile]:
    """Return the file of each source; those of one name stand in folders of their own."""
    start = source_start(cut.rate)
    found = {} if shown is Shown.WANTED else _first_of(playing)
    names = Counter(media_name(plays) for plays, _ in found.values())
    media: dict[str, MediaFile] = {}
    for name, (first, end) in _used(cut).items():
        path = f"{name}{_WANTED}"
        begin = max(0, first - handles)
        frames = end + handles - begin
        if name in found:
            plays, head_frames = found[name]
            path = media_name(plays)
            path = f"{name}/{path}" if names[path] > 1 else path
            if plays.frames is not None:
                begin, frames = max(0, start - head_frames), plays.frames
        media[name] = MediaFile(_within(folder, path), begin, frames)
    return media


def _first_of(playing: Sequence[Playing]) -> dict[str, tuple[Media, int]]:
    """Return what plays of each source where it is first used, and how long its handle is."""
    found: dict[str, tuple[Media, int]] = {}
    for each in playing:
        if each.media is not None:
            found.setdefault(each.clip.label, (each.media, each.head_frames))
    return found


def _used(cut: CutList) -> dict[str, tuple[int, int]]:
    """Return the range of each source from its first frame that is used to its last."""
    used: dict[str, tuple[int, int]] = {}
    for clip in cut.clips:
        first, end = used.get(clip.name, (clip.source_first_frame, clip.source_end_frame))
        used[clip.name] = min(first, clip.source_first_frame), max(end, clip.source_end_frame)
    return used


def _within(folder: str, path: str) -> str:
    return f"{folder.rstrip('/')}/{path}" if folder else path


def media_name(media: Media) -> str:
    """Return what a version's media are called; of a sequence by its pattern."""
    name = media.files[0].name
    if not media.is_sequence:
        return name
    stem, _, extension = name.rpartition(".")
    before = stem.rstrip("0123456789")
    return f"{before}%0{len(stem) - len(before)}d.{extension}"


def rows_of(
    pulled_rows: Sequence[PulledRow], *, tells_findings: bool = False
) -> Iterator[tuple[str | int, ...]]:
    """Return pulls as rows of a table under headings that never change."""
    heads = (
        "Source",
        "File",
        "In",
        "Out",
        "First number",
        "Frames",
        "Head",
        "Tail",
        "Record frames",
    )
    yield (*heads, "Uses", "使用") if tells_findings else heads
    for row in pulled_rows:
        used = " ".join(str(frame) for frame in row.record_first_frames)
        told = (
            row.name, row.file, row.source_in, row.source_out, row.first_number, row.frames,
            row.head_frames, row.tail_frames, used,
        )  # fmt: skip
        if tells_findings:
            en, zh = ("; ".join(each.en for each in row.findings),
                      "；".join(each.zh for each in row.findings))  # fmt: skip
            yield (*told, en, zh)
        else:
            yield told
