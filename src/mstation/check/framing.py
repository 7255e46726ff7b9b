"""A film in, the truth of its framing out: sizes, joints at the edge, headroom, lead room.

Source: reference sheet of cinematography, section 2, and rows 4 to 7 of its table.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from mstation.check.faults import Mend
from mstation.check.figure import pictured
from mstation.check.film import Film, Index
from mstation.check.finding import Fault, Row
from mstation.check.noting import figures, in_order, mend, none_of, share_of, verdict
from mstation.check.singles import Single, singles
from mstation.check.sizing import FRAMES, group_tests, size_test, upright_share
from mstation.space import Array

_SIZES_SHARE, _ROOM_SHARE = 0.99, 0.98
_JOINT = 0.015  # of stature, on either side of a joint
_BESIDE = 0.02  # where a mended edge cuts instead
_HANGS = math.cos(math.radians(20))  # an arm this near to upright hangs at rest
_HEADROOM = 0.04  # of the frame's height
_CLOSEST_SLACK = 0.08  # an extreme close-up has no headroom, but an eye line
_LEAD, _LEAD_AIM = 1.2, 1.6
_FRONTAL_DEG, _AWAY_DEG = 15.0, 105.0  # a face between these looks past the lens
_LEAST_LOOK = 0.2  # the level part of a look that has a side
_WALK_M_S = 0.35
_NEAREST_M = 0.1
_NONE = "no_singles"
_NO_ROWS, _NO_SIGNS = np.zeros(0, np.intp), np.zeros(0)

# Which joints an edge may not cut at, with the words for them. Bent arms move through every
# height, so elbows and wrists count where the arm hangs; legs where they stand.
_TRUNK = (("Neck", "neck"), ("Spine", "waist"))
_LEGS = (("LeftKnee", "knee"), ("RightKnee", "knee"),
         ("LeftAnkle", "ankle"), ("RightAnkle", "ankle"))  # fmt: skip
_ARMS = (("LeftElbow", "elbow"), ("LeftWrist", "wrist"),
         ("RightElbow", "elbow"), ("RightWrist", "wrist"))  # fmt: skip


def sizes(film: Film) -> Row:
    """Return row 4: whether every label says where the frame really cuts its people."""
    found = list(singles(film))
    alone = [size_test(one) for one in found if not one.is_lying]
    groups = group_tests(film)
    total = sum(test.tested for test in (*alone, *groups))
    good = sum(test.good for test in (*alone, *groups))
    errors = np.abs(np.concatenate([np.zeros(1), *(test.errors for test in alone)]))
    share = good / total if total else 1.0
    return Row(
        check="sizes",
        number=4,
        state=verdict(total, passes=share >= _SIZES_SHARE),
        is_hard=True,
        tested=total,
        value=share,
        bar="≥ 99 %",
        faults=in_order(test.fault for test in (*alone, *groups) if test.fault),
        detail=figures(
            total,
            _NONE,
            size_singles=len(alone),
            size_groups=len(groups),
            lying_left_out=len(found) - len(alone),
            size_error_mean=round(float(errors.sum() / max(len(errors) - 1, 1)), 4),
            size_error_most=round(float(errors.max()), 4),
        ),
    )


def joint_cuts(film: Film) -> Row:
    """Return row 5: lower edges that cut a principal at a joint, at a shot's two ends."""
    found, tested, faults = list(singles(film)), 0, []
    upright = [one for one in found if not one.is_lying]
    for one in upright:
        for row in (0, len(one.frames) - 1):
            if one.inside[row]:
                tested += 1
                faults += _joints_at(one, row)
    detail = figures(
        tested,
        _NONE,
        joint_shots=len(upright),
        joint_sitters=sum(bool(one.figure.seated[one.now].mean() > 0.5) for one in upright),
        lying_left_out=len(found) - len(upright),
    )
    return none_of("joint_cuts", 5, tested, in_order(faults), detail)


def _joints_at(single: Single, row: int) -> list[Fault]:
    """Return the joints, each name once, that the lower edge cuts at in one frame."""
    frames, now = single.frames[[row]], int(single.now[row])
    figure, shot = single.figure, single.shot
    stands = figure.settled[now] and not figure.seated[now]
    names = [*_TRUNK, *(_LEGS if stands else []), *_hanging(single, now)]
    points = np.array([figure.person.joint(name)[now] for name, _ in names])
    each = np.repeat(frames, len(names))
    seen = pictured(shot, each, points)
    lean = upright_share(shot, frames, figure.up[[now]])[0]
    high = seen[:, 2] * shot.sensor.height_mm / shot.focal_mm[each] / lean / figure.stature_m
    over = (1.0 - seen[:, 1]) * high  # statures from the joint down to the edge
    held = (seen[:, 2] > _NEAREST_M) & (np.abs(seen[:, 0] - 0.5) <= 0.5)
    cut = held & (np.abs(over) < _JOINT)
    faults: dict[str, Fault] = {}
    for index in np.flatnonzero(cut):
        joint = names[index][1]
        if joint not in faults:
            mends = _clear_tilts(over[held], field_rad(single, row) / float(high[index]))
            values = (("joint", joint), ("off", round(float(over[index]), 3)))
            faults[joint] = single.fault("joint_cut", row, values, mends)
    return list(faults.values())


def _clear_tilts(over: Array, rad_per_stature: float) -> list[Mend]:
    """Return the tilts down and up, the smaller first, that take the edge off every joint.

    over: (n,) statures from each joint down to the edge.
    """
    lowers = np.concatenate([_BESIDE - over, -_BESIDE - over])  # how far the edge may be lowered
    clear = (np.abs(over + lowers[:, None]) >= _JOINT).all(axis=1)
    tilts = []
    for way, sign in (("down", 1), ("up", -1)):
        amounts = [abs(float(one)) for one in lowers[clear] if one * sign > 0]
        if amounts:
            tilts.append((math.degrees(min(amounts) * rad_per_stature), way))
    return [mend("tilt", way=way, degrees=round(angle, 1)) for angle, way in sorted(tilts)]


def field_rad(single: Single, row: int) -> float:
    """Return the lens's field of view from the top to the bottom of the frame."""
    focal = float(single.shot.focal_mm[single.frames[row]])
    return 2 * math.atan(single.shot.sensor.height_mm / (2 * focal))


def _hanging(single: Single, now: int) -> list[tuple[str, str]]:
    """Return the joints of the arms that hang down at rest."""
    person, found = single.figure.person, []
    for side in ("Left", "Right"):
        joints = [person.joint(f"{side}{name}")[now] for name in ("Shoulder", "Elbow", "Wrist")]
        ways = [low - high for high, low in pairwise(joints)]
        if all(-way[1] >= _HANGS * np.linalg.norm(way) for way in ways):
            found += [(name, word) for name, word in _ARMS if name.startswith(side)]
    return found


def headroom(film: Film) -> Row:
    """Return row 6: the room over the crown of singles; of extreme close-ups the eyes' line."""
    alone = [one for one in singles(film) if one.shot.size in FRAMES and one.inside.any()]
    upright = [one for one in alone if not one.is_lying]
    tests = [_room_over(one) for one in upright]
    wrong = [_headroom_fault(one, *test) for one, test in zip(upright, tests, strict=True)
             if abs(test[1]) > _room_slack(one)]  # fmt: skip
    eyes = [_eye_miss(one) for one in upright]
    return share_of(
        "headroom",
        6,
        len(tests),
        in_order(wrong),
        _NONE,
        is_hard=False,
        least=_ROOM_SHARE,
        headroom_error_mean=round(float(np.mean([abs(miss) for _, miss in tests] or [0])), 4),
        headroom_error_most=round(max((abs(miss) for _, miss in tests), default=0.0), 4),
        eye_line_error_mean=round(float(np.mean(np.abs(eyes or [0]))), 4),
        lying_left_out=len(alone) - len(upright),
    )


def _told(single: Single) -> Index:
    """Return the rows that tell how a single is composed: settled ones, or a move's two ends."""
    rows = single.ends if single.is_moved else np.flatnonzero(single.settled)
    return rows if len(rows) else np.flatnonzero(single.inside)


def _room_over(single: Single) -> tuple[int, float]:
    """Return the row that tells, and by how much of the frame's height its room misses.

    A still camera is measured by the middle one of its frames, a moved one at its worse end.
    """
    rows = _told(single)
    if single.shot.size == "ECU":
        misses = single.picture(single.figure.eyes)[rows, 1] - FRAMES["ECU"].eye_line
    else:
        misses = single.picture(single.figure.crown)[rows, 1] - FRAMES[single.shot.size].headroom
    ranked = np.argsort(np.abs(misses) if single.is_moved else misses, kind="stable")
    index = int(ranked[-1] if single.is_moved else ranked[len(ranked) // 2])
    return int(rows[index]), float(misses[index])


def _room_slack(single: Single) -> float:
    return _CLOSEST_SLACK if single.shot.size == "ECU" else _HEADROOM


def _eye_miss(single: Single) -> float:
    """Return how far off the eyes' line is at the head of the shot; children's is lower."""
    row = int(_told(single)[0])
    eyes = single.picture(single.figure.eyes)[row, 1]
    return float(eyes - FRAMES[single.shot.size].eye_line)


def _headroom_fault(single: Single, row: int, miss: float) -> Fault:
    shot, frame = single.shot, FRAMES[single.shot.size]
    is_closest = shot.size == "ECU"
    want = frame.eye_line if is_closest else frame.headroom
    miss = float(np.clip(miss, -9.0, 9.0))
    way, angle = ("down" if miss > 0 else "up"), math.degrees(abs(miss) * field_rad(single, row))
    return single.fault(
        "eye_line" if is_closest else "headroom", row,
        (("size", shot.size), ("room", round(want + miss, 3)), ("want", want)),
        [mend("tilt", way=way, degrees=round(angle, 1))],
    )  # fmt: skip


def lead_room(film: Film) -> Row:
    """Return row 7: whether those who look past the lens have room to look into."""
    tests = []
    for single in singles(film):
        is_alone = single.shot.role != "ots" and single.shot.size in FRAMES  # wide shots are free
        is_alone &= bool(single.inside.any()) and not single.is_lying
        # Who crosses a frame that stands still has room at first and none at last.
        is_alone &= single.is_moved or 2 * single.settled.sum() >= single.inside.sum()
        rows, signs, ratios = _leads(single) if is_alone else (_NO_ROWS, _NO_SIGNS, _NO_SIGNS)
        if 2 * len(rows) > len(_told(single)) and len(rows):
            tests.append((single, rows, signs, ratios))
    medians = [float(np.median(ratios)) for *_, ratios in tests]
    wrong = [test for test, ratio in zip(tests, medians, strict=True) if ratio < _LEAD]
    return share_of(
        "lead_room",
        7,
        len(tests),
        in_order(_lead_fault(*test) for test in wrong),
        "no_looks",
        is_hard=False,
        least=_ROOM_SHARE,
        lead_mean=round(float(np.mean(medians or [0.0])), 3),
        lead_least=round(min(medians, default=0.0), 3),
    )


def _leads(single: Single) -> tuple[Index, Array, Array]:
    """Return rows in which somebody looks, or walks, past the lens: +1 to the right, and the ratio.

    The ratio is the room before the head against the room behind it.
    """
    rows = _told(single)
    now, matrices = single.now[rows], single.shot.world_from_camera[single.frames[rows]]
    right = matrices[:, :3, 0]
    look, sight = single.figure.person.facing[now], matrices[:, :3, 3] - single.figure.eyes[now]
    off = np.degrees(np.abs(_level_angle(look, sight)))
    is_past = (off > _FRONTAL_DEG) & (off < _AWAY_DEG)
    is_past &= np.hypot(look[:, 0], look[:, 2]) > _LEAST_LOOK
    across = np.einsum("nk,nk->n", look, right)
    speed = single.figure.speed[now]
    goes = np.einsum("nk,nk->n", speed, right)
    walks = np.abs(goes) > np.maximum(_WALK_M_S, 0.5 * np.hypot(speed[:, 0], speed[:, 2]))
    sign = np.sign(np.where(walks, goes, across))
    x = np.clip(single.picture(single.figure.head)[rows, 0], 0.001, 0.999)
    ratio = np.where(sign > 0, (1 - x) / x, x / (1 - x))
    tells = (is_past | walks) & (sign != 0)
    return rows[tells], sign[tells], np.asarray(ratio[tells])


def _level_angle(one: Array, other: Array) -> Array:
    """Return the angle between ways (n, 3) laid on the floor, rad."""
    cross = one[:, 2] * other[:, 0] - one[:, 0] * other[:, 2]
    dot = one[:, 0] * other[:, 0] + one[:, 2] * other[:, 2]
    return np.asarray(np.arctan2(cross, dot))


def _lead_fault(single: Single, rows: Index, signs: Array, ratios: Array) -> Fault:
    row = int(rows[np.argsort(ratios, kind="stable")[len(ratios) // 2]])
    sign = float(signs[list(rows).index(row)])
    aim = 1 / (1 + _LEAD_AIM) if sign > 0 else _LEAD_AIM / (1 + _LEAD_AIM)
    x = float(single.picture(single.figure.head)[row, 0])
    shot = single.shot
    wide = 2 * math.atan(shot.sensor.width_mm / (2 * float(shot.focal_mm[single.frames[row]])))
    return single.fault(
        "lead_room", row,
        (("least", _LEAD), ("ratio", round(float(np.median(ratios)), 2)),
         ("side", "right" if sign > 0 else "left")),
        [mend("pan", way="left" if aim > x else "right",
                    degrees=round(math.degrees(abs(aim - x) * wide), 1))],
    )  # fmt: skip
