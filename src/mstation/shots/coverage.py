"""Segments and epochs in, setups asked for out: the patterns of coverage by how many are there.

One person: wide, loose and tight singles. Two: a master, over-the-shoulders, singles; side by
side also both from the front, and each across the other. Three: also two over the shoulder of
the third. More: also those whom the talk goes between, and whoever listens to it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from mstation.shots.axis import Epoch
from mstation.shots.cutting import Segment
from mstation.shots.direction import Wish
from mstation.shots.grammar import SIZES, STEP
from mstation.shots.landmarks import Figures
from mstation.shots.looking import looks_of, phone_sides
from mstation.shots.setup import Family, Setup
from mstation.shots.shot import Angle, Role, Size
from mstation.shots.wished import wished_setups
from mstation.stage.performance import Performance

__all__ = ["Family", "Setup", "setups_of"]

_SINGLE_SIZES = (Size.MLS, Size.MS, Size.MCU, Size.CU)
_REACH = 1.75  # steps: sizes this near the wanted one are offered
_WANTED = 0.4
_ACTS = 0.8  # whose face is wanted this much does something
_FOLLOWS = ((1, Size.WS), (1, Size.FS), (1, Size.MLS), (2, Size.FS), (2, Size.MLS))
_NEAR_M, _FAR_M = 0.5, 3.2  # two who talk over each other's shoulders are this far apart
_FACES = 0.45  # cosine: a face turned further off the other is not the back of a head to her
_BESIDE = 0.55  # cosine: two fronts as parallel as this, across the line, are side by side


def setups_of(
    segments: tuple[Segment, ...],
    epochs: list[Epoch],
    figures: Figures,
    *,
    opens_place: bool,
    wishes: Mapping[int, Wish] | None = None,
    performance: Performance | None = None,
) -> list[Setup]:
    """Return every setup that is worth trying at every cut point of the scene.

    Args:
        segments: the scene, cut at every point where a shot may begin.
        epochs: of each segment.
        figures: everybody.
        opens_place: whether the scene is the first at its place.
        wishes: what is wanted at a segment, by its index.
        performance: what is done; it says who looks at what, and what is held.
    """
    setups: list[Setup] = []
    phones = phone_sides(performance, figures)
    for point, segment in enumerate(segments):
        ahead = segments[point : point + 2]
        epoch = epochs[point]
        first = len(setups)
        for world in (1, -1):
            _masters(setups, point, segment, epoch, world)
            _pairs(setups, point, ahead, epoch, world, figures)
            _alone(setups, point, ahead, epoch, world, figures, phones)
            _walking(setups, point, segment, epoch, world, figures)
            if segment.prop >= 0:
                middle = (segment.first_frame + segment.end_frame) // 2
                setups.append(Setup(point, middle, "insert", Role.INSERT, Size.INSERT,
                                    world, prop=segment.prop))  # fmt: skip
            if not epoch.people or (point == 0 and opens_place):
                _places(setups, point, segment, epoch, world)
        setups[first:] = _lowered(setups[first:], segment)
        setups += looks_of(point, segment, epoch, figures, performance)
        if wishes and point in wishes:
            setups += wished_setups(wishes[point], point, segment, epoch, figures, performance)
    return setups


def _lowered(setups: list[Setup], segment: Segment) -> list[Setup]:
    """Return the setups of a stretch, seen from below where the style wants it."""
    if segment.style.height != "low":
        return setups
    return [replace(s, angle=Angle.LOW) if s.family in ("single", "group") else s for s in setups]


def _masters(setups: list[Setup], point: int, segment: Segment, epoch: Epoch, world: int) -> None:
    if not epoch.people:
        return
    frame = segment.first_frame
    lines = _lines(segment, epoch)
    for role, size, swings in (
        (Role.MASTER, Size.WS, (0,)),
        (Role.MASTER, Size.FS, (0, 1)),
        (Role.MASTER if len(epoch.people) > 1 else Role.ACTION, Size.MS, (0, 1)),
    ):
        if len(epoch.people) == 1 and size is Size.MS:
            continue
        for swing in swings:
            setups.append(Setup(point, frame, "group", role, size, world,
                                group=epoch.people, swing=swing, lines=lines))  # fmt: skip


def _lines(segment: Segment, epoch: Epoch) -> tuple[tuple[int, int], ...]:
    pair = segment.pair
    return (pair,) if pair and set(pair) <= set(epoch.people) else ()


def _talking(ahead: tuple[Segment, ...], epoch: Epoch) -> list[tuple[int, int]]:
    """Return the pairs whose lines of interest are live here: talkers first, then listeners."""
    pairs: list[tuple[int, int]] = []
    for segment in ahead:
        if segment.pair is None or not set(segment.pair) <= set(epoch.people):
            continue
        a, b = segment.pair
        if (a, b) not in pairs and (b, a) not in pairs:
            pairs.append((a, b))
        for other in epoch.people:
            wanted = other not in (a, b) and segment.wants[other] >= _WANTED
            if wanted and (other, a) not in pairs and (a, other) not in pairs:
                pairs.append((other, a))
    return pairs[:3]


def _sizes(ahead: tuple[Segment, ...]) -> list[Size]:
    wanted = [segment.target for segment in ahead]
    low, high = min(wanted) - _REACH, max(wanted) + _REACH
    near = [size for size in _SINGLE_SIZES if low <= STEP[size] <= high]
    if max(wanted) > STEP[Size.CU] - 0.1 or any(segment.is_peak for segment in ahead):
        near.append(Size.ECU)
    return near or [Size.MS]


def _pairs(
    setups: list[Setup], point: int, ahead: tuple[Segment, ...], epoch: Epoch, world: int,
    figures: Figures,
) -> None:  # fmt: skip
    frame = ahead[0].first_frame
    for a, b in _talking(ahead, epoch):
        beside = is_beside((a, b), frame, figures)
        if len(epoch.people) > 2 or beside:
            swings = (0, 1) if not beside else (0,)
            for size in (Size.MS, Size.MCU) if beside else (Size.MS,):
                setups += [Setup(point, frame, "group", Role.TWO_SHOT, size, world,
                                 group=(a, b), swing=swing, lines=((a, b),))
                           for swing in swings]  # fmt: skip
        for size in _sizes(ahead):
            seated = bool(figures.seated[[a, b], frame].any())
            if size is Size.MLS and seated:
                continue
            _mirrored(setups, point, frame, "single", size, world, (a, b))
            if beside and size in (Size.MS, Size.MCU):
                _mirrored(setups, point, frame, "single", size, world, (a, b), swing=1)
            if size in (Size.MS, Size.MCU) and _has_shoulders((a, b), frame, figures):
                _mirrored(setups, point, frame, "ots", size, world, (a, b))
    _beyond_pairs(setups, point, ahead, epoch, world, figures)


def _beyond_pairs(
    setups: list[Setup], point: int, ahead: tuple[Segment, ...], epoch: Epoch, world: int,
    figures: Figures,
) -> None:  # fmt: skip
    """Add two seen past the third, those whom the talk goes between, and who listens to it."""
    segment, pair = ahead[0], ahead[0].pair
    others = [p for p in epoch.people if pair and p not in pair]
    if not pair or not others or not set(pair) <= set(epoch.people):
        return
    frame = segment.first_frame
    listener = max(others, key=lambda person: (float(segment.wants[person]), -person))
    if len(epoch.people) == 3:
        setups.append(Setup(point, frame, "group", Role.TWO_SHOT, Size.MS, world, group=pair,
                            over=listener, lines=(pair,)))  # fmt: skip
    elif _is_between(pair, listener, frame, figures):
        setups.append(Setup(point, frame, "group", Role.TWO_SHOT, Size.MS, world,
                            group=(*pair, listener), lines=(pair,)))  # fmt: skip
    if segment.speaker >= 0 and segment.wants[listener] < _WANTED:
        setups.append(Setup(point, frame, "single", Role.REACTION, Size.MCU, world,
                            principal=listener, partner=segment.speaker))  # fmt: skip


def _is_between(pair: tuple[int, int], third: int, frame: int, figures: Figures) -> bool:
    """Return whether somebody stands as near to a pair as they do to each other."""
    a, b, c = (figures.heads[person, frame] for person in (*pair, third))
    apart = float(math.dist(a, b)) + 0.5
    return min(math.dist(a, c), math.dist(b, c)) < apart


def is_beside(pair: tuple[int, int], frame: int, figures: Figures) -> bool:
    """Return whether two sit, stand or walk side by side: in a car, on a bench, along a street."""
    a, b = pair
    fronts = figures.fronts[[a, b], frame]
    way = figures.heads[b, frame] - figures.heads[a, frame]
    apart = math.hypot(way[0], way[2])
    across = max(abs(float(front @ way)) for front in fronts) / max(apart, 1e-6)
    return float(fronts[0] @ fronts[1]) > _BESIDE and across < _BESIDE and apart < _FAR_M


def _has_shoulders(pair: tuple[int, int], frame: int, figures: Figures) -> bool:
    """Return whether either of two can be looked at over the other's shoulder."""
    a, b = pair
    way = figures.heads[b, frame] - figures.heads[a, frame]
    apart = math.hypot(way[0], way[2])
    if figures.lying[[a, b], frame].any() or not _NEAR_M < apart < _FAR_M:
        return False
    towards = [float(figures.facing[a, frame] @ way), -float(figures.facing[b, frame] @ way)]
    return min(towards) > _FACES * apart


def _mirrored(
    setups: list[Setup], point: int, frame: int, family: Family, size: Size, world: int,
    pair: tuple[int, int], *, swing: int = 0,
) -> None:  # fmt: skip
    """Add a setup and its reverse, each the other's mate."""
    role = Role.OTS if family == "ots" else Role.SINGLE
    start = len(setups)
    for turn, (a, b) in enumerate((pair, pair[::-1])):
        setups.append(Setup(point, frame, family, role, size, world, principal=a, partner=b,
                            mate=start + 1 - turn, swing=swing))  # fmt: skip


def _alone(
    setups: list[Setup], point: int, ahead: tuple[Segment, ...], epoch: Epoch, world: int,
    figures: Figures, phones: Mapping[int, int],
) -> None:  # fmt: skip
    """Add what shows one person without a partner: loose for who moves, tight for who is alone.

    Somebody alone on the phone looks one way only, against the look of the other end.
    """
    frame = ahead[0].first_frame
    single = len(epoch.people) == 1
    for person in epoch.people:
        if single and phones.get(person, world) != world:
            continue
        if not single and not any(segment.wants[person] > _ACTS for segment in ahead):
            continue
        if not single:
            setups.append(Setup(point, frame, "group", Role.ACTION, Size.FS, world,
                                principal=person, group=(person,)))  # fmt: skip
            if ahead[0].speaker < 0 and person not in ahead[0].movers:
                setups += [Setup(point, frame, "single", Role.ACTION, size, world,
                                 principal=person) for size in (Size.MS, Size.CU)]  # fmt: skip
                if any(person in acted.named for acted in ahead[0].acted):
                    # Over what stands before them, a bench or a bed, they are seen from above.
                    setups.append(Setup(point, frame, "group", Role.ACTION, Size.FS, world,
                                        group=(person,), angle=Angle.HIGH))  # fmt: skip
            continue
        for size in _sizes(ahead):
            if size is Size.MLS and figures.seated[person, frame]:
                continue
            for swing in (0, 1):
                setups.append(Setup(point, frame, "single", Role.SINGLE, size, world,
                                    principal=person, swing=swing))  # fmt: skip


def _walking(
    setups: list[Setup], point: int, segment: Segment, epoch: Epoch, world: int, figures: Figures
) -> None:
    """Add cameras that pan after walkers or track along with them, alone and together."""
    walkers = tuple(person for person in segment.movers if person in epoch.people)
    frame = segment.first_frame
    groups: list[tuple[int, ...]] = [(person,) for person in walkers]
    if 1 < len(walkers) < 4:
        groups.append(walkers)
    for group in groups:
        if not figures.present[list(group), frame].all():
            continue
        talks = segment.speaker in group and len(group) > 1
        for follow, size in (*_FOLLOWS, (2, Size.MS)) if talks else _FOLLOWS:
            lines = _lines(segment, epoch)
            held = lines if lines and set(lines[0]) <= set(group) else ()
            setups.append(Setup(point, frame, "group", Role.ACTION, size, world,
                                group=group, follow=follow, lines=held))  # fmt: skip


def _places(setups: list[Setup], point: int, segment: Segment, epoch: Epoch, world: int) -> None:
    """Add views of the place: with its people when there are some, and of the place alone."""
    if epoch.people:
        lines = _lines(segment, epoch)
        for size in SIZES[:4]:
            setups.append(Setup(point, segment.first_frame, "group", Role.ESTABLISHING, size,
                                world, group=epoch.people, lines=lines))  # fmt: skip
    for swing in range(2 if epoch.people else 3):
        for size in SIZES[:2]:
            setups.append(Setup(point, segment.first_frame, "place", Role.ESTABLISHING, size,
                                world, swing=swing))  # fmt: skip
