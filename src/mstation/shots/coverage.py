"""Segments and epochs in, setups asked for out: the patterns of coverage by how many are there.

One person: wide, loose and tight singles. Two: a master, over-the-shoulders, singles. Three and
more: a master of all, two-shots and over-the-shoulders of those who talk, singles, reactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.shots.axis import Epoch
from mstation.shots.cutting import Segment
from mstation.shots.grammar import SIZES, STEP
from mstation.shots.landmarks import Figures
from mstation.shots.shot import Role, Size

Family = Literal["single", "ots", "group", "insert", "place"]
_SINGLE_SIZES = (Size.MLS, Size.MS, Size.MCU, Size.CU)
_REACH = 1.75  # steps: sizes this near the wanted one are offered
_WANTED = 0.4
_FOLLOWS = ((1, Size.WS), (1, Size.FS), (1, Size.MLS), (2, Size.FS), (2, Size.MLS))
_COMPOSED_AHEAD = 12  # frames: a following camera waits for its people where they will be


@dataclass(frozen=True, slots=True)
class Setup:
    """A camera that is asked for, not yet placed.

    `mate` is the index, in the same list, of the setup it must mirror, or −1.
    """

    point: int
    frame: int
    family: Family
    role: Role
    size: Size
    world: int
    principal: int = -1
    partner: int = -1
    group: tuple[int, ...] = ()
    prop: int = -1
    mate: int = -1
    follow: int = 0  # 1 pans after its people, 2 tracks along with them
    swing: int = 0  # groups: which of the ways to look comes first
    lines: tuple[tuple[int, int], ...] = ()  # groups: the lines of interest that they hold


def setups_of(
    segments: tuple[Segment, ...], epochs: list[Epoch], figures: Figures, *, opens_place: bool
) -> list[Setup]:
    """Return every setup that is worth trying at every cut point of the scene."""
    setups: list[Setup] = []
    for point, segment in enumerate(segments):
        ahead = segments[point : point + 2]
        epoch = epochs[point]
        for world in (1, -1):
            _masters(setups, point, segment, epoch, world)
            _pairs(setups, point, ahead, epoch, world, figures)
            _alone(setups, point, ahead, epoch, world, figures)
            _walking(setups, point, segment, epoch, world, figures)
            if segment.prop >= 0:
                middle = (segment.first_frame + segment.end_frame) // 2
                setups.append(Setup(point, middle, "insert", Role.INSERT, Size.INSERT,
                                    world, prop=segment.prop))  # fmt: skip
            if not epoch.people or (point == 0 and opens_place):
                _places(setups, point, segment, epoch, world)
    return setups


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
    if max(wanted) > STEP[Size.CU] - 0.1:
        near.append(Size.ECU)
    return near or [Size.MS]


def _pairs(
    setups: list[Setup], point: int, ahead: tuple[Segment, ...], epoch: Epoch, world: int,
    figures: Figures,
) -> None:  # fmt: skip
    frame = ahead[0].first_frame
    for a, b in _talking(ahead, epoch):
        if len(epoch.people) > 2:
            for swing in (0, 1):
                setups.append(Setup(point, frame, "group", Role.TWO_SHOT, Size.MS, world,
                                    group=(a, b), swing=swing, lines=((a, b),)))  # fmt: skip
        for size in _sizes(ahead):
            seated = bool(figures.seated[[a, b], frame].any())
            if size is Size.MLS and seated:
                continue
            _mirrored(setups, point, frame, "single", size, world, (a, b))
            if size in (Size.MS, Size.MCU):
                _mirrored(setups, point, frame, "ots", size, world, (a, b))


def _mirrored(
    setups: list[Setup], point: int, frame: int, family: Family, size: Size, world: int,
    pair: tuple[int, int],
) -> None:  # fmt: skip
    """Add a setup and its reverse, each the other's mate."""
    role = Role.OTS if family == "ots" else Role.SINGLE
    start = len(setups)
    for turn, (a, b) in enumerate((pair, pair[::-1])):
        setups.append(Setup(point, frame, family, role, size, world, principal=a, partner=b,
                            mate=start + 1 - turn))  # fmt: skip


def _alone(
    setups: list[Setup], point: int, ahead: tuple[Segment, ...], epoch: Epoch, world: int,
    figures: Figures,
) -> None:  # fmt: skip
    """Add what shows one person without a partner: loose for who moves, tight for who is alone."""
    frame = ahead[0].first_frame
    single = len(epoch.people) == 1
    for person in epoch.people:
        if not single and not any(segment.wants[person] > 0.8 for segment in ahead):
            continue
        if not single:
            setups.append(Setup(point, frame, "group", Role.ACTION, Size.FS, world,
                                principal=person, group=(person,)))  # fmt: skip
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
    frame = min(segment.first_frame + _COMPOSED_AHEAD, figures.present.shape[1] - 1)
    groups: list[tuple[int, ...]] = [(person,) for person in walkers]
    if 1 < len(walkers) < 4:
        groups.append(walkers)
    for group in groups:
        if not figures.present[list(group), frame].all():
            continue
        for follow, size in _FOLLOWS:
            lines = _lines(segment, epoch)
            held = lines if lines and set(lines[0]) <= set(group) else ()
            setups.append(Setup(point, frame, "group", Role.ACTION, size, world,
                                group=group, follow=follow, lines=held))  # fmt: skip


def _places(setups: list[Setup], point: int, segment: Segment, epoch: Epoch, world: int) -> None:
    """Add views of the place: with its people when there are some, else of the place alone."""
    if epoch.people:
        lines = _lines(segment, epoch)
        for size in SIZES[:5]:
            setups.append(Setup(point, segment.first_frame, "group", Role.ESTABLISHING, size,
                                world, group=epoch.people, lines=lines))  # fmt: skip
        return
    for swing in range(3):
        for size in SIZES[:2]:
            setups.append(Setup(point, segment.first_frame, "place", Role.ESTABLISHING, size,
                                world, swing=swing))  # fmt: skip
