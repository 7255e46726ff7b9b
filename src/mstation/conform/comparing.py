"""Two cuts in, what became of every clip out, as an editor tells it.

A clip that lies later only because something before it grew has not moved: moved are the fewest
uses (and of these the shortest) without which all others follow each other as before. Trims are
told in source frames at the edit points; under a dissolve that is its middle, so a dissolve laid
over a cut trims nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from mstation.conform.counting import source_frames
from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.sources import Source, Sources, source_of
from mstation.errors import InvalidInput

_MOST_PAIRS = 250_000  # of uses of one source: beyond it they are paired in order


class Fate(StrEnum):
    """What became of a clip."""

    KEPT = "kept"
    MOVED = "moved"
    TRIMMED = "trimmed"
    RETIMED = "retimed"
    DISSOLVED = "dissolved"  # the transition into it is another
    REPEATED = "repeated"  # one more use of a source than before
    MISSING = "missing"
    NEW = "new"  # its source was not in the cut before
    AMBIGUOUS = "ambiguous"  # it may be one of several sources


@dataclass(frozen=True, slots=True)
class ClipFate:
    """What became of one clip; of a repeated one, `before` is the use that it is nearest to."""

    fates: tuple[Fate, ...]
    before: CutClip | None = None
    after: CutClip | None = None
    head_trim_frames: int = 0  # positive: it begins later in its source, in playing order
    tail_trim_frames: int = 0  # positive: it ends earlier
    lacking_head_frames: int = 0  # asked for, but before the media's first frame
    lacking_tail_frames: int = 0  # asked for, but after its last
    candidates: tuple[str, ...] = ()  # of an ambiguous one: names of what it may be


@dataclass(frozen=True, slots=True)
class Conform:
    """What became of every clip: those of the cut after in its order, then what is missing."""

    clips: tuple[ClipFate, ...]

    def of(self, fate: Fate) -> tuple[ClipFate, ...]:
        """Return the clips of one fate."""
        return tuple(clip for clip in self.clips if fate in clip.fates)


@dataclass(frozen=True, slots=True)
class _Use:
    """A use with the frames that lie under the dissolve into the next one."""

    clip: CutClip
    index: int
    under: int


def conform(before: CutList, after: CutList) -> Conform:
    """Return what became of each clip of a cut in another one.

    What a source has is what the cut before knows of it, else what the cut after says.

    Raises:
        InvalidInput: the cuts run at different rates.
    """
    if before.rate != after.rate:
        raise InvalidInput(
            f"the cuts run at {before.rate} and {after.rate} frames a second; export one again",
            zh=f"两个剪辑分别为每秒 {before.rate} 帧和 {after.rate} 帧；请重新导出其一",
        )
    sources = Sources(before.clips)
    old: dict[Source, list[_Use]] = {}
    for use in _uses(before):
        old.setdefault(source_of(use.clip), []).append(use)
    new: dict[Source, list[_Use]] = {}
    doubtful: dict[int, Sequence[Source]] = {}
    for use in _uses(after):
        found = sources.of(use.clip)
        if len(found) == 1:
            new.setdefault(found[0], []).append(use)
        doubtful[use.index] = found
    pairs: dict[int, _Use] = {}
    nearest: dict[int, _Use] = {}
    for source, uses in new.items():
        _pair(old[source], uses, pairs, nearest)
    stays = _in_order([(index, use.index, _frames(use.clip)) for index, use in pairs.items()])
    media = _known_media(before)
    told = [
        _told(use, pairs, nearest, stays, doubtful[use.index], sources, media)
        for use in _uses(after)
    ]
    used = {use.index for use in pairs.values()}
    unsure = {source for found in doubtful.values() if len(found) > 1 for source in found}
    lost = [clip for index, clip in enumerate(before.clips) if index not in used]
    told += [
        ClipFate((Fate.AMBIGUOUS if source_of(clip) in unsure else Fate.MISSING,), before=clip)
        for clip in lost
    ]
    return Conform(tuple(told))


def under_frames(cut: CutList) -> tuple[int, ...]:
    """Return for each clip how long it plays on under the dissolve into the next one."""
    return tuple(
        after.dissolve_frames if after and after.record_first_frame == clip.record_end_frame else 0
        for clip, after in zip_longest(cut.clips, cut.clips[1:])
    )


def asked_for(clip: CutClip, under: int) -> tuple[int, int]:
    """Return the source range that a use needs, with what plays on under a dissolve."""
    more = source_frames(under, clip.speed) if under and clip.speed else 0
    if clip.speed < 0:
        return clip.source_first_frame - more, clip.source_end_frame
    return clip.source_first_frame, clip.source_end_frame + more


def media_range(clip: CutClip) -> tuple[int, int] | None:
    """Return the range of a clip's source, where its handles are known."""
    if clip.head_frames is None or clip.tail_frames is None:
        return None
    return (
        clip.source_first_frame - clip.head_frames,
        clip.source_end_frame + clip.tail_frames,
    )


def _uses(cut: CutList) -> list[_Use]:
    under = under_frames(cut)
    return [_Use(clip, index, under[index]) for index, clip in enumerate(cut.clips)]


def _frames(clip: CutClip) -> int:
    return clip.record_end_frame - clip.record_first_frame


def _known_media(cut: CutList) -> dict[Source, tuple[int, int]]:
    known: dict[Source, tuple[int, int]] = {}
    for clip in cut.clips:
        held = media_range(clip)
        if held is not None:
            known.setdefault(source_of(clip), held)
    return known


def _pair(
    old: Sequence[_Use], new: Sequence[_Use], pairs: dict[int, _Use], nearest: dict[int, _Use]
) -> None:
    """Pair uses of one source: those that play most of the same frames, then those in order."""
    if len(old) * len(new) > _MOST_PAIRS:
        pairs |= {after.index: before for before, after in zip(old, new, strict=False)}
        nearest |= {after.index: old[-1] for after in new}
        return
    ranked = sorted(
        (-_common(one.clip, other.clip), abs(place - where), where, place)
        for place, one in enumerate(old)
        for where, other in enumerate(new)
    )
    taken: set[int] = set()
    for _, _, where, place in ranked:
        use = new[where]
        nearest.setdefault(use.index, old[place])
        if use.index not in pairs and place not in taken:
            pairs[use.index] = old[place]
            taken.add(place)


def _common(one: CutClip, other: CutClip) -> int:
    end = min(one.source_end_frame, other.source_end_frame)
    return max(0, end - max(one.source_first_frame, other.source_first_frame))


def _in_order(pairs: Sequence[tuple[int, int, int]]) -> set[int]:
    """Return the uses that follow each other as before: the most, and of these the longest.

    Args:
        pairs: (place after, place before, frames), by place after.
    """
    ordered = sorted(pairs)
    places = {place: rank for rank, place in enumerate(sorted(pair[1] for pair in pairs), 1)}
    best: list[tuple[int, int, int]] = [(0, 0, -1)] * (len(places) + 1)  # a tree of prefix maxima
    chain: list[int] = []
    for number, (_, place, frames) in enumerate(ordered):
        rank = places[place]
        count, length, last = max(_prefixes(best, rank - 1), default=(0, 0, -1))
        chain.append(last)
        reached = (count + 1, length + frames, number)
        while rank < len(best):
            best[rank] = max(best[rank], reached)
            rank += rank & -rank
    at = max(_prefixes(best, len(places)), default=(0, 0, -1))[2]
    stays = set()
    while at >= 0:
        stays.add(ordered[at][0])
        at = chain[at]
    return stays


def _prefixes(tree: Sequence[tuple[int, int, int]], rank: int) -> Iterator[tuple[int, int, int]]:
    while rank > 0:
        yield tree[rank]
        rank -= rank & -rank


def _told(
    use: _Use,
    pairs: dict[int, _Use],
    nearest: dict[int, _Use],
    stays: set[int],
    found: Sequence[Source],
    sources: Sources,
    media: dict[Source, tuple[int, int]],
) -> ClipFate:
    """Return what became of a clip of the cut after."""
    known = media.get(found[0]) if len(found) == 1 else None
    head, tail = _lacking(use, known or media_range(use.clip))
    if len(found) != 1:
        names = tuple(sources.clips[source].name for source in found)
        fate = Fate.AMBIGUOUS if found else Fate.NEW
        return ClipFate((fate,), None, use.clip, 0, 0, head, tail, names)
    before = pairs.get(use.index)
    if before is None:
        return ClipFate((Fate.REPEATED,), nearest[use.index].clip, use.clip, 0, 0, head, tail)
    head_trim, tail_trim = _trims(before, use)
    changes = {
        Fate.MOVED: use.index not in stays,
        Fate.TRIMMED: bool(head_trim or tail_trim),
        Fate.RETIMED: before.clip.speed != use.clip.speed,
        Fate.DISSOLVED: before.clip.dissolve_frames != use.clip.dissolve_frames,
    }
    fates = tuple(fate for fate, is_so in changes.items() if is_so) or (Fate.KEPT,)
    return ClipFate(fates, before.clip, use.clip, head_trim, tail_trim, head, tail)


def _lacking(use: _Use, held: tuple[int, int] | None) -> tuple[int, int]:
    if held is None:
        return 0, 0
    first, end = asked_for(use.clip, use.under)
    return max(0, held[0] - first), max(0, end - held[1])


def _trims(before: _Use, after: _Use) -> tuple[int, int]:
    """Return how much later a clip begins, and how much earlier it ends, in its source."""
    one, other = before.clip.speed, after.clip.speed
    if one != other and not (one and other):
        return 0, 0  # a freeze has no range to compare
    first, end = _edit_points(before)
    other_first, other_end = _edit_points(after)
    if one < 0 and other < 0:
        return end - other_end, other_first - first
    return other_first - first, end - other_end


def _edit_points(use: _Use) -> tuple[int, int]:
    """Return the source range between edit points: dissolves are cut in their middle."""
    clip = use.clip
    into = math.floor(clip.dissolve_frames // 2 * abs(clip.speed))
    out = math.floor(use.under // 2 * abs(clip.speed))
    if clip.speed < 0:
        into, out = out, into
        return clip.source_first_frame - into, clip.source_end_frame - out
    return clip.source_first_frame + into, clip.source_end_frame + out
