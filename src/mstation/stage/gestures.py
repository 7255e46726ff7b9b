"""Hands and heads that act and talk: overlays on a pose that are gone when the step ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mstation.identity import seed_of
from mstation.space import wrap_angle
from mstation.stage.channels import (
    ARM,
    ARM_L,
    ARM_R,
    COLUMN,
    TORSO,
    YAW,
    Array,
    Measures,
    X,
    Y,
    Z,
    pose_table,
)
from mstation.stage.face import manner_of, swell
from mstation.stage.stances import Playing, Utterance
from mstation.voices.speech import Word

_SPANS = {"l": ARM_L, "r": ARM_R}
_STROKE_GAP_S = 1.25
_ATTACK = 0.34  # of a gesture's length, when its row does not say
_WIND, _BACK = 0.24, 0.34  # of it, for winding up and for coming back
_LATE = {"twist": 0.012, "elbow": 0.02, "wrist": 0.045, "hand": 0.04}  # after the shoulder
_OTHER_ARM = 0.03
_LATEST = 0.08  # so much before its end a gesture's shoulder is back, for the hand to be too
_TALK_LATE_S = {"elbow": 0.03, "wrist": 0.08, "hand": 0.06}
_BEFORE, _PAST, _SAGGED = 0.05, 0.05, 0.97  # how far a stroke starts back, goes past, sinks
_HELD = ("hold",)
_ARM_WEIGHT = {"stand": 1.0, "sit": 0.85, "kneel": 0.8, "lie": 0.35}


def gesture_seconds(name: str) -> float:
    """Return how long a gesture of poses.toml takes when nothing hurries it."""
    return float(pose_table()["gestures"][name]["seconds"])


def set_gestures(
    pose: Array, playing: Playing, key: str, seconds: Array, length_s: float, measures: Measures
) -> None:
    """Add the step's gesture and the talking hands and nods of its lines to a pose."""
    busy = _busy_arms(playing)
    if playing.gesture:
        row = _aimed(pose_table()["gestures"][playing.gesture], playing, pose, measures)
        end = min(playing.delay_s + playing.gesture_s, length_s)
        _overlay(pose, row, taken_arms(row, playing), seconds, playing.delay_s, end, measures)
    for utterance in playing.utterances:
        _talk(pose, playing, utterance, busy, seconds, length_s)


def taken_arms(row: dict[str, Any], playing: Playing) -> frozenset[str]:
    """Return the arms that have no part in a gesture: it may be done with what is in hand."""
    busy = _busy_arms(playing)
    return busy - {"r"} if row.get("held") and playing.before.carry in _HELD else busy


def _busy_arms(playing: Playing) -> frozenset[str]:
    """Return the arms that carry something before and after: they have no part in gestures."""
    before, after = (
        {side for side in pose_table()["arms"].get(stance.carry, {}) if side in "lr"}
        for stance in (playing.before, playing.after)
    )
    return frozenset(before & after)


def _aimed(
    row: dict[str, Any], playing: Playing, pose: Array, measures: Measures
) -> dict[str, Any]:
    """Return the gesture turned to what it is aimed at, when that is a point."""
    if isinstance(playing.aim, str) or not row.get("aims"):
        return row
    shoulder = measures.hips * 1.5
    x, y, z = playing.aim
    first = pose[-1]
    way = np.array([x - first[X], y - (first[Y] - measures.hips + shoulder), z - first[Z]])
    yaw = wrap_angle(float(np.arctan2(-way[0], -way[2]) - first[YAW]))
    pitch = float(np.arctan2(way[1], np.hypot(way[0], way[2])))
    arm = list(row["r"])
    arm[0] = float(np.clip(arm[0] + np.degrees(pitch), 25, 120))
    arm[3] = float(np.clip(-np.degrees(yaw), -30, 75))
    return {**row, "r": arm}


def _overlay(
    pose: Array,
    row: dict[str, Any],
    busy: frozenset[str],
    seconds: Array,
    start_s: float,
    end_s: float,
    measures: Measures,
) -> None:
    length = max(end_s - start_s, 1e-3)
    ease = row.get("attack", _ATTACK) * length
    begins = start_s
    if "wind" in row:
        begins = start_s + _WIND * length
        fetched = swell(seconds, start_s, begins, _WIND * length)
        # The stroke takes over from the winding up as it comes.
        back = 1.0 - swell(seconds, begins, 1e9, ease)
        _pull(pose, row["wind"], busy, lambda late: fetched * back, measures)
    back_s = min(max(_BACK * length, ease), length - ease)

    def share(late: float) -> Array:
        return stroke(seconds - late * length, begins, end_s - _LATEST * length, ease, back_s)

    _pull(pose, row, busy, share, measures)
    whole = share(0.0)
    for swing in row.get("swing", ()):
        turn = 2 * np.pi * swing["hz"] * (seconds - start_s) + np.deg2rad(swing.get("phase", 0.0))
        _swing(pose, swing, np.sin(turn) * whole)


def _pull(
    pose: Array,
    row: dict[str, Any],
    busy: frozenset[str],
    share: Callable[[float], Array],
    measures: Measures,
) -> None:
    """Draw a pose towards a row's; elbows follow shoulders, wrists elbows, one arm the other."""
    first = share(0.0)
    for side, angles in free_arms(row, busy).items():
        span, later = _SPANS[side], _OTHER_ARM if side == "l" and "r" in row else 0.0
        for index, name in enumerate(ARM):
            column, late = span.start + index, later + _LATE.get(name, 0.0)
            pose[:, column] += (np.deg2rad(angles[index]) - pose[:, column]) * share(late)
    for name in TORSO:
        if name in row:
            pose[:, COLUMN[name]] += np.deg2rad(row[name]) * first
    if "crouch" in row:
        pose[:, Y] -= row["crouch"] * measures.stature * first
    if "aside" in row:
        pose[:, X] += row["aside"] * np.cos(pose[:, YAW]) * first
        pose[:, Z] -= row["aside"] * np.sin(pose[:, YAW]) * first


def _swing(pose: Array, swing: dict[str, Any], wave: Array) -> None:
    """Let a dial swing; `x` is to the body's right, in metres as `y` is."""
    if "metres" not in swing:
        pose[:, COLUMN[swing["channel"]]] += np.deg2rad(swing["degrees"]) * wave
    elif swing["channel"] == "x":
        pose[:, X] += swing["metres"] * np.cos(pose[:, YAW]) * wave
        pose[:, Z] -= swing["metres"] * np.sin(pose[:, YAW]) * wave
    else:
        pose[:, COLUMN[swing["channel"]]] -= swing["metres"] * np.abs(wave)


def stroke(seconds: Array, start_s: float, end_s: float, rise_s: float, fall_s: float) -> Array:
    """Return a gesture's share over time: a little back, up past its peak, held, and gone."""
    fall_s = max(min(fall_s, end_s - start_s - rise_s), 1e-3)
    back = 0.22 * rise_s
    times = (start_s, start_s + back, start_s + rise_s, start_s + 1.3 * rise_s, end_s - fall_s)
    keys = ((0.0, -_BEFORE), (-_BEFORE, 1.0 + _PAST), (1.0 + _PAST, 1.0), (1.0, _SAGGED))
    out = np.zeros_like(seconds)
    ends = (*times[1:4], max(times[4], times[3] + 1e-3), max(end_s, times[3] + 2e-3))
    starts = (times[0], *ends[:-1])
    for begin, end, (low, high) in zip(starts, ends, (*keys, (_SAGGED, 0.0)), strict=True):
        inside = (seconds >= begin) & (seconds < end)
        u = (seconds[inside] - begin) / max(end - begin, 1e-9)
        out[inside] = low + (high - low) * u * u * (3 - 2 * u)
    return out


def free_arms(row: dict[str, Any], busy: frozenset[str]) -> dict[str, list[float]]:
    """Return what a row gives the arms, on the other side when the right hand is taken."""
    arms = {side: row[side] for side in "lr" if side in row}
    if set(arms) == {"r"} and "r" in busy:
        arms = {"l": row["r"]}
    return {side: angles for side, angles in arms.items() if side not in busy}


def _talk(
    pose: Array,
    playing: Playing,
    utterance: Utterance,
    busy: frozenset[str],
    seconds: Array,
    length_s: float,
) -> None:
    """Let hands rise and beat on stressed words, the head nod with them."""
    random = np.random.default_rng(seed_of("talk", utterance.line_id, playing.character_id))
    energy = manner_of(utterance.manner)["energy"]
    inside = swell(seconds, 0.0, length_s - 0.45, 0.45)
    shapes = list(pose_table()["talk"].values())
    weight = _ARM_WEIGHT[playing.after.posture] * (1.0 if utterance.is_gesturing else 0.0)
    for word in stressed_words(utterance.speech.words):
        at = utterance.start_s + 0.5 * (word.start_s + word.end_s)
        nod = swell(seconds, at - 0.14, at + 0.02, 0.18) * inside
        pose[:, COLUMN["head_pitch"]] -= np.deg2rad(random.uniform(2.0, 5.0)) * nod
        pose[:, COLUMN["head_yaw"]] += np.deg2rad(random.uniform(-3.0, 3.0)) * nod
        shape = shapes[int(random.integers(len(shapes)))]
        size = float(random.uniform(0.45, 1.0)) * min(energy, 1.25) * weight
        rests = random.random() < 0.25
        if rests or size < 0.1:
            continue
        held = float(random.uniform(0.25, 0.7))
        beat = swell(seconds, at - 0.16, at - 0.02, 0.14) * size * inside
        lift = swell(seconds, at - 0.34, at - 0.17, 0.16) * size * inside  # before it comes down
        for side, angles in free_arms(shape, busy).items():
            span, later = _SPANS[side], 0.05 if side == "l" and "r" in shape else 0.0
            for index, name in enumerate(ARM):
                late = later + _TALK_LATE_S.get(name, 0.0)
                share = size * inside * swell(seconds - late, at - 0.5, at + held, 0.5)
                column = span.start + index
                pose[:, column] += (np.deg2rad(angles[index]) - pose[:, column]) * share
            for name, degrees in (("elbow", 9.0), ("flex", -4.0), ("wrist", 12.0)):
                column = span.start + ARM.index(name)
                pose[:, column] += np.deg2rad(degrees) * (0.7 * lift - beat)
        pose[:, COLUMN["chest_pitch"]] -= np.deg2rad(1.5) * beat


def stressed_words(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words that a hand would beat on: long in sound, and not too near each other."""
    chosen: list[Word] = []
    for word in sorted(words, key=lambda word: (word.start_s - word.end_s, word.start_s)):
        if all(abs(word.start_s - other.start_s) >= _STROKE_GAP_S for other in chosen):
            chosen.append(word)
    return tuple(sorted(chosen, key=lambda word: word.start_s))
