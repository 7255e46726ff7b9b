"""A cut in, what a turnover needs of each source out: the frames used, with handles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mstation.conform.comparing import asked_for, media_range, under_frames
from mstation.conform.counting import counts_drop_frame, timecode_of
from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.media import MediaFile
from mstation.conform.sources import Source, source_of
from mstation.timebase import FrameRate


@dataclass(frozen=True, slots=True)
class Pull:
    """A stretch of a source to hand over; frames count from 00:00:00:00 of its timecode."""

    name: str
    reel: str  # "": name
    shot_id: str | None
    file: str
    source_first_frame: int  # handles included
    source_end_frame: int
    head_frames: int  # handles that there really are, as far as the media is known
    tail_frames: int
    record_first_frames: tuple[int, ...]  # where in the film it is used
    rate: FrameRate
    drop_frame: bool

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return self.source_end_frame - self.source_first_frame

    @property
    def source_in(self) -> str:
        """The timecode of its first frame."""
        return timecode_of(self.source_first_frame, self.rate, drop_frame=self.drop_frame)

    @property
    def source_out(self) -> str:
        """The timecode after its last frame, as an EDL has it."""
        return timecode_of(self.source_end_frame, self.rate, drop_frame=self.drop_frame)


@dataclass(slots=True)
class _Need:
    """What is used of a source, until the next use lies too far to be joined."""

    clip: CutClip
    first: int
    end: int
    records: list[int]


def pulls(
    cut: CutList,
    handles: int,
    media: Mapping[str, MediaFile] | None = None,
    *,
    drop_frame: bool | None = None,
) -> tuple[Pull, ...]:
    """Return what is needed of each source, by its first use in the film.

    Uses of one source whose handles touch are one pull.

    Args:
        cut: The cut.
        handles: Frames wanted before and after what is used, in source frames.
        media: Files by the names of clips; else the handles that the clips know of.
        drop_frame: How 29.97 and 59.94 count; None: drop-frame.
    """
    if handles < 0:
        raise ValueError("handles are no fewer than 0")
    under = under_frames(cut)
    needs: dict[Source, list[tuple[int, int, CutClip]]] = {}
    for index, clip in enumerate(cut.clips):
        needs.setdefault(source_of(clip), []).append((*asked_for(clip, under[index]), clip))
    drop = counts_drop_frame(cut.rate, drop_frame)
    found = [
        _pull(need, handles, _held(need.clip, media or {}), cut.rate, drop)
        for uses in needs.values()
        for need in _joined(uses, handles)
    ]
    return tuple(sorted(found, key=lambda pull: pull.record_first_frames))


def _joined(uses: list[tuple[int, int, CutClip]], handles: int) -> list[_Need]:
    joined: list[_Need] = []
    for first, end, clip in sorted(uses, key=lambda use: use[:2]):
        if joined and first - handles <= joined[-1].end + handles:
            joined[-1].end = max(joined[-1].end, end)
            joined[-1].records.append(clip.record_first_frame)
        else:
            joined.append(_Need(clip, first, end, [clip.record_first_frame]))
    return joined


def _held(clip: CutClip, media: Mapping[str, MediaFile]) -> tuple[int, int] | None:
    file = media.get(clip.name)
    return (file.start_frame, file.end_frame) if file else media_range(clip)


def _pull(
    need: _Need,
    handles: int,
    held: tuple[int, int] | None,
    rate: FrameRate,
    drop_frame: bool,
) -> Pull:
    """Return a need with its handles, as far as the media reaches; never less than the need."""
    first, end = max(0, need.first - handles), need.end + handles
    if held is not None:
        first = min(need.first, max(first, held[0]))
        end = max(need.end, min(end, held[1]))
    clip = need.clip
    return Pull(
        clip.name,
        clip.reel,
        clip.shot_id,
        clip.file,
        first,
        end,
        need.first - first,
        end - need.end,
        tuple(sorted(need.records)),
        rate,
        drop_frame,
    )
