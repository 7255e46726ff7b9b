"""Joint curves in, goals for palms out: hands come to what they hold, take, give and touch."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mstation.identity import seed_of
from mstation.space import Array
from mstation.stage.changes import changed_share
from mstation.stage.channels import COLUMN, GOAL_L, GOAL_R, Measures, pose_table
from mstation.stage.face import swell
from mstation.stage.gestures import free_arms, taken_arms
from mstation.stage.hands import PALM_M
from mstation.stage.idle import drift
from mstation.stage.joints import joints_of_pose
from mstation.stage.performance import JOINTS, Prop, world_of_joints
from mstation.stage.stances import Playing

_SPANS = {"l": GOAL_L, "r": GOAL_R}
_DRAWN_FOR_M = 1.75  # the stature that poses.toml gives its places for
_LEANS = 3  # rounds in which the trunk follows a hand that falls short
_MOST_LEAN = np.deg2rad(34.0)
_NEAR_M = 1.25  # from the shoulder: what is farther off is not reached for
_REACH_S, _HOLD_S, _BACK_S = 0.5, 0.10, 0.5
_LEAST_S = 0.3  # from an end of the step: the hand must come and go within it
GRIP_SHARE = 0.8  # of a thing's width: how far apart two hands hold it
_GRIPS_M = (0.06, 0.36)  # … but not nearer nor farther than this
_HANDS_APART_M = 0.06  # of two who have the same thing in hand for a moment
_HALF_DEPTH = 0.068  # of a chest, of stature
_CHEST, _HEAD = JOINTS.index("Chest"), JOINTS.index("Head")
_EYES = (JOINTS.index("LeftEye"), JOINTS.index("RightEye"))
_WRISTS = {"l": JOINTS.index("LeftWrist"), "r": JOINTS.index("RightWrist")}
_SHOULDERS = {"l": JOINTS.index("LeftShoulder"), "r": JOINTS.index("RightShoulder")}


@dataclass(frozen=True, slots=True)
class Passing:
    """A thing that goes from hand to hand, from a place to a hand, or from a hand to a place."""

    frame: int
    giver_id: str  # or "": it lies at `place`
    taker_id: str
    place: tuple[float, float, float]


def passings(props: tuple[Prop, ...]) -> tuple[Passing, ...]:
    """Return when things change hands, in the order of the things."""
    found = []
    for before, after in itertools.pairwise(props):
        is_one = (before.name, before.kind) == (after.name, after.kind)
        if not is_one or before.end_frame != after.first_frame:
            continue
        if before.holder_id == after.holder_id:
            continue
        lying = after if before.holder_id else before
        x, y, z = lying.position
        place = (x, y + 0.45 * lying.size[1], z)
        found.append(Passing(after.first_frame, before.holder_id, after.holder_id, place))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A step as hands see it; seconds count from its start."""

    key: str  # of the step, for its seeds
    playings: tuple[Playing, ...]
    measures: Mapping[str, Measures]
    seconds: Array  # (frames,)
    length_s: float
    passed: tuple[tuple[float, Passing], ...]  # and when
    widths_m: Mapping[str, float]  # of what each has in hand


@dataclass(frozen=True, slots=True, eq=False)
class _Cast:
    """Everyone in a step as the joints have them so far: worlds are (frames, 22, 4, 4)."""

    poses: dict[str, Array]
    worlds: dict[str, Array]
    measures: Mapping[str, Measures]


def set_contacts(poses: dict[str, Array], moment: Moment) -> None:
    """Write the palms' goals into the poses of a step, and lean the trunks that they need."""
    if not moment.passed and not any(_touches(playing) for playing in moment.playings):
        return
    cast = _Cast(poses, {}, moment.measures)
    for who, pose in poses.items():
        measures = moment.measures[who]
        positions, rotations = joints_of_pose(pose, measures)
        cast.worlds[who] = world_of_joints(positions, rotations, measures.offsets)
    for playing in moment.playings:
        _keep_hold(playing, cast, moment)
        _meet(playing, cast, moment.seconds, moment.length_s)
    for at_s, passing in moment.passed:
        if min(at_s, moment.length_s - at_s) >= _LEAST_S:
            _pass(passing, at_s, cast, moment.seconds, moment.length_s)
    for playing in moment.playings:
        _lean(playing.character_id, cast)


def _touches(playing: Playing) -> bool:
    """Whether someone's hands have a place to be in a step."""
    table = pose_table()
    carries = {playing.before.carry, playing.after.carry}
    gesture = table["gestures"].get(playing.gesture, {})
    return bool(carries & set(table["grips"])) or "meets" in gesture


def _lay(pose: Array, side: str, goal: Array, share: Array) -> None:
    """Blend a goal (frames, 3) over the one that a palm has."""
    span = _SPANS[side]
    held = pose[:, span.stop - 1] * (1.0 - share)
    total = held + share
    weight = np.divide(share, total, out=np.zeros_like(share), where=total > 0)[:, None]
    place = slice(span.start, span.stop - 1)
    pose[:, place] = pose[:, place] * (1.0 - weight) + goal * weight
    pose[:, span.stop - 1] = total


def _keep_hold(playing: Playing, cast: _Cast, moment: Moment) -> None:
    """Keep the palms on what the arms carry: a page, a wheel, a telephone at the ear."""
    who, grips = playing.character_id, pose_table()["grips"]
    eased = changed_share(playing, cast.measures[who], moment.seconds, moment.length_s)
    carries = {playing.before.carry: 1.0 - eased}
    carries[playing.after.carry] = carries.get(playing.after.carry, 0.0) + eased
    for carry, share in carries.items():
        if carry not in grips:
            continue
        row = dict(grips[carry])
        if row.get("fits") and who in moment.widths_m:
            half = 0.5 * float(np.clip(GRIP_SHARE * moment.widths_m[who], *_GRIPS_M))
            half *= _DRAWN_FOR_M / cast.measures[who].stature
            row |= {side: [sign * half, *row[side][1:]] for side, sign in (("l", -1), ("r", 1))}
        moves = _moving(row, playing, moment) if "moves" in row else {}
        _lay_row(row, playing, cast, share, cast.worlds[who], moves)


def _moving(row: dict[str, Any], playing: Playing, moment: Moment) -> dict[str, Array]:
    """Return (frames, 3) by side: how palms play about their places, at rest at both ends."""
    moves = row["moves"]
    random = np.random.default_rng(seed_of("hands", moment.key, playing.character_id))
    inside = swell(moment.seconds, 0.3, moment.length_s - 0.7, 0.6)
    if moment.length_s < 1.6:
        inside = np.zeros_like(inside)
    together = drift(random, moment.seconds)
    now_and_then = 0.5 + 0.5 * np.tanh(3.0 * drift(random, moment.seconds))
    out = {}
    for side in (side for side in "lr" if side in moves):
        phase = random.uniform(0, 2 * np.pi)
        wave = np.sin(2 * np.pi * float(moves["hz"]) * moment.seconds + phase)
        if moves.get("as_one"):
            wave = together
        size = inside * wave * (now_and_then if moves.get("rests") else 1.0)
        out[side] = size[:, None] * np.array(moves[side], float)
    return out


def _meet(playing: Playing, cast: _Cast, seconds: Array, length_s: float) -> None:
    """Bring the palms of a gesture to what it touches."""
    gesture = pose_table()["gestures"].get(playing.gesture, {})
    if "meets" not in gesture:
        return
    row = gesture["meets"]
    end = min(playing.delay_s + playing.gesture_s, length_s)
    length = max(end - playing.delay_s, 1e-3)
    rise, fall, ease = (row[name] * length for name in ("from", "till", "ease"))
    share = swell(seconds, playing.delay_s + rise, playing.delay_s + fall, ease)
    taken = taken_arms(gesture, playing)
    if row["of"] == "aim":
        if side := next(iter(free_arms({"r": gesture["r"]}, taken)), ""):
            _touch_aim(row, side, playing, cast, share)
        return
    world = cast.worlds[playing.character_id]
    if row["of"] == "partner":
        partner = playing.after.look
        if not isinstance(partner, str) or partner not in cast.worlds:
            return
        world = cast.worlds[partner]
    places = free_arms(row, taken)
    if "l" in places and "l" not in row:
        places["l"] = [-places["l"][0], *places["l"][1:]]
    _lay_row({"of": row["of"], **places}, playing, cast, share, world)


def _lay_row(
    row: dict[str, Any],
    playing: Playing,
    cast: _Cast,
    share: Array,
    world: Array,
    moves: Mapping[str, Array] | None = None,
) -> None:
    """Lay the goals of a row of poses.toml, given in a frame of a body's `world`."""
    who = playing.character_id
    scale = cast.measures[who].stature / _DRAWN_FOR_M
    turn, at = _frame_of(str(row["of"]), world, cast.poses[who])
    for side in (side for side in "lr" if side in row):
        place = np.tile(scale * np.array(row[side], float), (len(at), 1))
        if moves:
            place += moves.get(side, 0.0)
        goal = at + np.einsum("fij,fj->fi", turn, place)
        _lay(cast.poses[who], side, goal, share)


def _frame_of(name: str, world: Array, pose: Array) -> tuple[Array, Array]:
    """Return the axes (frames, 3, 3) and the origin (frames, 3) that places are given in."""
    match name:
        case "chest" | "partner":
            return world[:, _CHEST, :3, :3], world[:, _CHEST, :3, 3]
        case "head":
            eyes = world[:, _EYES][..., :3, 3].mean(axis=1)
            return world[:, _HEAD, :3, :3], eyes
        case "right hand":
            return world[:, _WRISTS["r"], :3, :3], world[:, _WRISTS["r"], :3, 3]
        case "seat":
            yaw = pose[:, COLUMN["yaw"]]
            turn = np.zeros((len(pose), 3, 3))
            turn[:, 0, 0] = turn[:, 2, 2] = np.cos(yaw)
            turn[:, 0, 2], turn[:, 2, 0] = np.sin(yaw), -np.sin(yaw)
            turn[:, 1, 1] = 1.0
            return turn, pose[:, [COLUMN["x"], COLUMN["y"], COLUMN["z"]]]
    raise ValueError(f"no such frame: {name}")


def _touch_aim(row: dict[str, Any], side: str, playing: Playing, cast: _Cast, share: Array) -> None:
    """Bring a palm to the near side of whom or what the gesture is aimed at."""
    if isinstance(playing.aim, str):
        return
    who = playing.character_id
    shoulder = cast.worlds[who][:, _SHOULDERS[side], :3, 3]
    goal = np.tile(np.array(playing.aim, float), (len(shoulder), 1))
    goal[:, 1] += float(row.get("above", 0.0))
    way = goal - shoulder
    way[:, 1] = 0.0
    length = np.linalg.norm(way, axis=1, keepdims=True)
    depth = float(row.get("depth", _HALF_DEPTH)) * _DRAWN_FOR_M
    goal -= way / np.maximum(length, 1e-9) * depth
    near = np.clip((_NEAR_M - length[:, 0]) / 0.2, 0.0, 1.0)
    _lay(cast.poses[who], side, goal, share * near)


def _pass(passing: Passing, at_s: float, cast: _Cast, seconds: Array, length_s: float) -> None:
    """Bring the right palms of giver and taker to the thing when it changes hands."""
    hands = [who for who in (passing.giver_id, passing.taker_id) if who in cast.poses]
    frame = int(np.argmin(np.abs(seconds - at_s)))
    shoulders = [cast.worlds[who][frame, _SHOULDERS["r"], :3, 3] for who in hands]
    place = np.array(passing.place)
    if passing.giver_id and passing.taker_id:
        if len(hands) < 2:
            return
        place = (shoulders[0] + shoulders[1]) / 2
        place[1] -= 0.18 * _DRAWN_FOR_M
    share = swell(
        seconds,
        max(at_s - _REACH_S, 0.0),
        at_s + _HOLD_S,
        min(_REACH_S - 0.06, at_s, length_s - at_s - _HOLD_S),
    )
    for who, shoulder in zip(hands, shoulders, strict=True):
        way = place - shoulder
        if np.linalg.norm(way) > _NEAR_M:
            continue
        aside = way * np.array([1.0, 0.0, 1.0])
        aside = aside / max(float(np.linalg.norm(aside)), 1e-9) * 0.5 * _HANDS_APART_M
        goal = place - (aside if len(hands) > 1 else 0.0)
        _lay(cast.poses[who], "r", np.tile(goal, (len(seconds), 1)), share)


def _lean(who: str, cast: _Cast) -> None:
    """Let the trunk follow a hand whose arm is too short for its goal."""
    pose, measures = cast.poses[who], cast.measures[who]
    if not pose[:, [span.stop - 1 for span in _SPANS.values()]].any():
        return
    arm = float(-measures.offsets[[_SHOULDERS["r"] + 1, _WRISTS["r"]], 1].sum())
    reach = 0.985 * arm + abs(PALM_M[1]) * 0.9
    leant = np.zeros(len(pose))
    for _ in range(_LEANS):
        positions, rotations = joints_of_pose(pose, measures)
        world = world_of_joints(positions, rotations, measures.offsets)
        short = np.zeros(len(pose))
        for side, span in _SPANS.items():
            way = pose[:, span.start : span.stop - 1] - world[:, _SHOULDERS[side], :3, 3]
            lacks = np.linalg.norm(way, axis=1) - reach
            short = np.maximum(short, np.clip(lacks, 0.0, 0.4) * pose[:, span.stop - 1])
        height = world[:, _SHOULDERS["r"], 1, 3] - positions[:, 1]
        more = np.minimum(1.25 * short / np.maximum(height, 0.2), _MOST_LEAN - leant)
        if not (more > 1e-4).any():
            return
        leant += more
        pose[:, COLUMN["hip_pitch"]] -= 0.6 * more
        pose[:, COLUMN["spine_pitch"]] -= 0.4 * more
        pose[:, COLUMN["head_pitch"]] += 0.6 * more
