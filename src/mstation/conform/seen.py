"""Layers of clips in, what is seen of them out: the uppermost clip hides what lies under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter

from mstation.conform.counting import shortened
from mstation.conform.cutlist import CutClip

by_record = attrgetter("record_first_frame", "record_end_frame")


def overlap_in(layer: Sequence[CutClip]) -> tuple[CutClip, CutClip] | None:
    """Return the first two clips of a layer, in record order, that lie over each other."""
    for before, after in pairwise(layer):
        if after.record_first_frame < before.record_end_frame:
            return before, after
    return None


def seen(layers: Sequence[Sequence[CutClip]]) -> tuple[CutClip, ...]:
    """Return what is seen of layers, the lowest first, each in record order without overlaps."""
    shown: list[CutClip] = []
    for layer in reversed(layers):
        if shown and layer:
            shown = sorted([*shown, *_uncovered(layer, shown)], key=by_record)
        else:
            shown = shown or list(layer)
    return tuple(shown)


def _uncovered(layer: Sequence[CutClip], above: Sequence[CutClip]) -> Iterator[CutClip]:
    """Yield the parts of a layer's clips that nothing lies over."""
    nearest = 0
    for clip in layer:
        at = clip.record_first_frame
        while nearest < len(above) and above[nearest].record_end_frame <= at:
            nearest += 1
        index = nearest
        while index < len(above) and above[index].record_first_frame < clip.record_end_frame:
            yield from _part(clip, at, above[index].record_first_frame)
            at = above[index].record_end_frame
            index += 1
        yield from _part(clip, at, clip.record_end_frame)


def _part(clip: CutClip, first: int, end: int) -> Iterator[CutClip]:
    if first < end:
        yield shortened(clip, first - clip.record_first_frame, clip.record_end_frame - end)
