"""A film in, the rows of the line out: the 180 degrees, order, eyelines, screen direction.

Source: reference sheet of cinematography, section 5 and checks 1, 2, 8 and 10.
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise

from mstation.check.crossings import AXIS, Crossing, crossings_of, ways_back
from mstation.check.faults import fault_at
from mstation.check.film import Film, Scene, Shot
from mstation.check.finding import Fault, Row, Value
from mstation.check.geometry import heads_seen
from mstation.check.lines import Pair, is_two_handed, pair_of
from mstation.check.noting import none_of, share_of
from mstation.check.reverses import Reverse, is_alike_over, reverses_of
from mstation.check.seeing import standing_set, unhidden
from mstation.check.walkers import Passage, passages_of

APART_X = 0.02  # of the frame's width: heads nearer than this have no order
_ORDER, _EYELINE, _DIRECTION = "order", "eyeline", "direction"  # declared, beside the axis
_EQUAL_DEG = 10.0
_EQUAL_SHARE = 0.95
_BEST_DEG = 30.0  # of a gaze off the lens: three-quarter


def axis(film: Film) -> Row:
    """Return row 1: cuts over a line of interest that nothing makes legal."""
    faults: list[Fault] = []
    pairs: list[tuple[str, Value]] = []
    tested = legal = 0
    for scene in film.scenes:
        found = crossings_of(scene)
        faults += [_across(scene, crossing) for crossing in found.illegal]
        legal += len(found.legal)
        tested += sum(found.tested.values())
        pairs += [
            ("pair", f"{scene.label} {' – '.join(_written(scene, pair))}: {cuts}")
            for pair, cuts in found.tested.items()
        ]
        if not found.tested and is_two_handed(scene):
            faults.append(Fault("no_pair", scene.label, frame=scene.film_first_frame))
    return none_of("axis", 1, tested, faults, (("legal_crossings", legal), *pairs))


def _across(scene: Scene, crossing: Crossing) -> Fault:
    one, other = _written(scene, crossing.pair)
    values = (("one", one), ("other", other), ("before", crossing.before.label))
    mends = ways_back(scene, crossing.after, crossing.pair)
    return fault_at(scene, crossing.after, "across", values, mends)


def _written(scene: Scene, pair: Pair) -> tuple[str, str]:
    return scene.people[pair[0]].written, scene.people[pair[1]].written


def order(film: Film) -> Row:
    """Return row 2: people who change places, left and right, over a cut that shows both."""
    faults: list[Fault] = []
    tested = 0
    for scene in film.scenes:
        for before, after in pairwise(scene.shots):
            old = heads_seen(scene, before, before.frames - 1)
            new = heads_seen(scene, after, 0)
            for one, other in combinations([name for name in old if name in new], 2):
                gaps = (old[other][0] - old[one][0], new[other][0] - new[one][0])
                if min(abs(gap) for gap in gaps) <= APART_X:
                    continue
                tested += 1
                is_declared = {AXIS, _ORDER}.intersection(after.declared)
                if gaps[0] * gaps[1] > 0 or is_declared:
                    continue
                if _are_in_sight(scene, (before, after), {one, other}):
                    faults.append(_flip(scene, before, after, pair_of(one, other)))
    return none_of("order", 2, tested, faults)


def _are_in_sight(scene: Scene, cut: tuple[Shot, Shot], names: set[str]) -> bool:
    """Return whether the set hides none of some people on either side of a cut."""
    on = standing_set(scene)
    before, after = cut
    return names <= unhidden(scene, on, before, before.frames - 1) and names <= unhidden(
        scene, on, after, 0
    )


def _flip(scene: Scene, before: Shot, after: Shot, pair: Pair) -> Fault:
    one, other = _written(scene, pair)
    values = (("one", one), ("other", other), ("before", before.label))
    mirror, *_, declare = ways_back(scene, after, pair)
    return fault_at(scene, after, "flip", values, (mirror, ("single_between", ()), declare))


def eyelines(film: Film) -> Row:
    """Return row 8: in singles of two who look at each other the looks meet, equally far off.

    Its value is the share of reverses whose looks go opposite ways; who looks elsewhere than at
    the partner is not counted.
    """
    second = max(1, round(float(film.rate.fraction)))
    faults: list[Fault] = []
    signs = wrong = tested = unequal = 0
    for scene in film.scenes:
        for reverse in reverses_of(scene, second):
            shot = scene.shots[reverse.second]
            if {AXIS, _EYELINE}.intersection(shot.declared):
                continue
            tested += 1
            one, other = math.degrees(reverse.look.angle), math.degrees(reverse.answer.angle)
            signs += reverse.look.way * reverse.answer.way != 0
            if reverse.look.way * reverse.answer.way > 0:
                wrong += 1
                faults.append(_same_way(scene, reverse))
            elif abs(one - other) > _EQUAL_DEG and is_alike_over(scene, reverse):
                unequal += 1
                faults.append(_unequal(scene, reverse))
    equal = 1.0 - unequal / tested if tested else 1.0
    failed = wrong > 0 or equal < _EQUAL_SHARE
    return Row(
        check="eyelines",
        number=8,
        state="unmeasured" if not tested else "failed" if failed else "passed",
        is_hard=wrong > 0,
        tested=tested,
        value=1.0 - wrong / signs if signs else 1.0,
        bar="100 %",
        faults=tuple(faults),
        detail=(("equal_angles", equal),) if tested else (("missing", "no_reverses"),),
    )


def _same_way(scene: Scene, reverse: Reverse) -> Fault:
    after, pair = scene.shots[reverse.second], pair_of(reverse.one, reverse.other)
    values = (
        ("one", scene.people[reverse.one].written),
        ("other", scene.people[reverse.other].written),
        ("before", scene.shots[reverse.first].label),
        ("way", "right" if reverse.answer.way > 0 else "left"),
    )
    mirror, *_, declare = ways_back(scene, after, pair)
    return fault_at(scene, after, "same_way", values, (mirror, declare))


def _unequal(scene: Scene, reverse: Reverse) -> Fault:
    gazes = math.degrees(reverse.look.angle), math.degrees(reverse.answer.angle)
    odd = max(gazes, key=lambda gaze: abs(gaze - _BEST_DEG))
    shot = scene.shots[reverse.first if odd == gazes[0] else reverse.second]
    values = (
        ("one", scene.people[reverse.one].written),
        ("other", scene.people[reverse.other].written),
        ("before", scene.shots[reverse.first].label),
        ("one_deg", round(gazes[0])),
        ("other_deg", round(gazes[1])),
    )
    wanted = gazes[1] if odd == gazes[0] else gazes[0]
    mends = (("turn_round", (("shot", shot.label), ("deg", round(abs(odd - wanted))))),)
    return fault_at(scene, scene.shots[reverse.second], "unequal", values, mends)


def screen_direction(film: Film) -> Row:
    """Return row 10: who walks to the right in one shot walks to the right in the next."""
    faults: list[Fault] = []
    tested = 0
    for scene in film.scenes:
        for passage in passages_of(scene, film.rate):
            if {AXIS, _DIRECTION}.intersection(passage.after.declared):
                continue
            tested += 1
            if passage.way != passage.way_after:
                faults.append(_turned_about(scene, passage))
    return share_of("screen_direction", 10, tested, faults, "no_walks", is_hard=True)


def _turned_about(scene: Scene, passage: Passage) -> Fault:
    values = (
        ("name", scene.people[passage.name].written),
        ("way", passage.way),
        ("before", passage.before.label),
        ("way_after", passage.way_after),
    )
    mends = (("other_side_of_path", ()), ("neutral_walk", ()), ("declare", ()))
    kind = "comes_back" if passage.has_left else "turns_about"
    return fault_at(scene, passage.after, kind, values, mends)
