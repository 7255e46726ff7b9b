"""A wish in, setups out: exactly what is wanted, and then the nearest answers to it.

Whatever a wish leaves open is what the moment asks for. The nearest answers change the lens
first, then the angle, then the size, one step each way.
"""

from __future__ import annotations

from dataclasses import replace

from mstation.shots.axis import Epoch
from mstation.shots.cutting import Segment
from mstation.shots.direction import Wish
from mstation.shots.grammar import SIZES, STEP
from mstation.shots.landmarks import Figures
from mstation.shots.setup import Setup
from mstation.shots.shot import Angle, Move, Role, Size
from mstation.space import PRIME_KIT_MM
from mstation.stage.performance import Performance

_WHOLE = STEP[Size.FS]  # as wide as this, somebody is framed whole
_ANSWERS = 4  # kinds of answers, the exact one first
_PLACES = (Role.ESTABLISHING, Role.MASTER)
_AFTER = {Move.PAN: 1, Move.TRACK: 2}


def wished_setups(
    wish: Wish, point: int, segment: Segment, epoch: Epoch, figures: Figures,
    performance: Performance | None,
) -> list[Setup]:  # fmt: skip
    """Return setups for a wish at a segment: `wished` is 1 for exactly that, more further off."""
    found: list[Setup] = []
    for world in (1, -1):
        asked = _asked(wish, point, segment, epoch, figures, performance, world)
        if asked is not None:
            found += _with_answers(asked)
    return found


def _with_answers(asked: Setup) -> list[Setup]:
    """Return a setup from both its swings, and what comes near it."""
    swings = (0, 1) if asked.family in ("single", "group") and asked.partner < 0 else (0,)
    found = [replace(asked, swing=swing) for swing in swings]
    if asked.lens_mm:
        at = PRIME_KIT_MM.index(asked.lens_mm)
        near = {PRIME_KIT_MM[i] for i in (at - 1, at + 1) if 0 <= i < len(PRIME_KIT_MM)}
        found += [replace(asked, lens_mm=lens, wished=2) for lens in sorted(near)]
        found.append(replace(asked, lens_mm=0.0, wished=2))
    if asked.angle is not Angle.EYE:
        level = {Angle.TOP: Angle.HIGH, Angle.WORM: Angle.LOW}.get(asked.angle, Angle.EYE)
        found.append(replace(asked, angle=level, lens_mm=0.0, wished=3))
    if asked.family in ("single", "ots", "group") and asked.size in STEP:
        step = STEP[asked.size]
        sizes = [SIZES[i] for i in (step - 1, step + 1) if 0 <= i < len(SIZES)]
        found += [_of_size(replace(asked, lens_mm=0.0, wished=_ANSWERS), size) for size in sizes]
    return found


def _of_size(setup: Setup, size: Size) -> Setup:
    """Return a setup of another size: whole figures are framed as groups are."""
    if setup.family == "single" and STEP[size] <= _WHOLE:
        return replace(setup, size=size, family="group", group=(setup.principal,),
                       principal=-1, partner=-1)  # fmt: skip
    return replace(setup, size=size)


def _asked(
    wish: Wish, point: int, segment: Segment, epoch: Epoch, figures: Figures,
    performance: Performance | None, world: int,
) -> Setup | None:  # fmt: skip
    """Return what a wish asks for, as it is seen from one side; None where nobody is there."""
    people = _people(wish, segment, epoch, figures)
    size = wish.size or _size_of(wish, segment, len(people))
    wanted_mm = wish.lens_mm or 0.0
    lens = min(PRIME_KIT_MM, key=lambda mm: abs(mm - wanted_mm)) if wanted_mm else 0.0
    plain = Setup(point, segment.first_frame, "group", wish.role or Role.SINGLE, size, world,
                  angle=wish.angle or Angle.EYE, lens_mm=lens, move=wish.move,
                  wished=1)  # fmt: skip
    prop = _prop_of(wish, segment, performance)
    if prop >= 0 and (wish.role is Role.INSERT or size is Size.INSERT):
        middle = (segment.first_frame + segment.end_frame) // 2
        return replace(plain, frame=middle, family="insert", role=Role.INSERT, size=Size.INSERT,
                       prop=prop)  # fmt: skip
    if wish.role is Role.POV and people:
        target = people[1] if len(people) > 1 else -1
        return replace(plain, family="pov", looker=people[0], principal=target, prop=prop)
    if not people:
        return replace(plain, family="place", role=Role.ESTABLISHING, size=_wide(size))
    return _of_people(wish, plain, people, segment, epoch)


def _of_people(
    wish: Wish, plain: Setup, people: tuple[int, ...], segment: Segment, epoch: Epoch
) -> Setup:
    """Return a setup of people: a single, over a shoulder, or of all of them together."""
    pair = segment.pair or ()
    others = [p for p in (*people[1:], *pair, *epoch.people) if p != people[0]]
    partner = others[0] if others and others[0] in epoch.people else -1
    if wish.role is Role.OTS and partner >= 0:
        return replace(plain, family="ots", principal=people[0], partner=partner)
    follow = _AFTER.get(wish.move, 0) if wish.move is not None else 0
    if follow and set(people) & set(segment.movers):
        role = wish.role or Role.ACTION
        return replace(plain, role=role, group=people, follow=follow)
    is_whole = STEP.get(plain.size, 0) <= _WHOLE
    if len(people) > 1 or (wish.role in _PLACES and is_whole):
        role = wish.role or (Role.TWO_SHOT if len(people) == 2 else Role.MASTER)
        lines = (segment.pair,) if segment.pair and set(pair) <= set(people) else ()
        return replace(plain, role=role, group=people, lines=lines)
    if is_whole:
        return replace(plain, group=people)
    role = Role.SINGLE if wish.role in _PLACES else plain.role
    talks = partner if people[0] in pair and partner in pair else -1
    return replace(plain, family="single", role=role, principal=people[0], partner=talks)


def _people(wish: Wish, segment: Segment, epoch: Epoch, figures: Figures) -> tuple[int, ...]:
    """Return whom a wish is of: whom it names, else everybody, or whose moment it is."""
    named = [figures.index(who) for who in wish.subjects]
    if named:
        return tuple(person for person in named if person in epoch.people)
    if wish.role in _PLACES:
        return epoch.people
    if wish.role is Role.TWO_SHOT and segment.pair:
        return tuple(person for person in segment.pair if person in epoch.people)
    ranked = sorted(epoch.people, key=lambda person: (-float(segment.wants[person]), person))
    return tuple(ranked[:1])


def _size_of(wish: Wish, segment: Segment, count: int) -> Size:
    if wish.role in _PLACES:
        return Size.WS
    step = round(min(max(segment.target, 0.0), float(len(SIZES) - 1)))
    return SIZES[step] if count == 1 else SIZES[min(step, STEP[Size.MS])]


def _wide(size: Size) -> Size:
    return size if STEP.get(size, 9) <= STEP[Size.WS] else Size.WS


def _prop_of(wish: Wish, segment: Segment, performance: Performance | None) -> int:
    """Return the thing that a wish names, else the one of the moment; −1 where there is none."""
    name = wish.prop.casefold()
    if performance is None or not name:
        return segment.prop
    for index, prop in enumerate(performance.props):
        first, end = prop.first_frame, prop.end_frame or performance.frames
        is_there = first < segment.end_frame and end > segment.first_frame
        if is_there and (name in prop.name.casefold() or prop.name.casefold() in name):
            return index
    return segment.prop
