"""Hands and heads that act and talk: overlays on a pose that are gone when the step ends."""

from __future__ import annotations

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
        _overlay(pose, row, busy, seconds, playing.delay_s, end, measures)
    for utterance in playing.utterances:
        _talk(pose, playing, utterance, busy, seconds, length_s)


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
    if isinstance(playing.aim, str) or "r" not in row:
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
    share = swell(seconds, start_s, end_s - ease, ease)
    for side, angles in _free_arms(row, busy).items():
        span = _SPANS[side]
        pose[:, span] += (np.deg2rad(angles) - pose[:, span]) * share[:, None]
    for name in TORSO:
        if name in row:
            pose[:, COLUMN[name]] += np.deg2rad(row[name]) * share
    if "crouch" in row:
        pose[:, Y] -= row["crouch"] * measures.stature * share
    if "swing" in row:
        swing = row["swing"]
        wave = np.sin(2 * np.pi * swing["hz"] * (seconds - start_s)) * share
        pose[:, COLUMN[swing["channel"]]] += np.deg2rad(swing["degrees"]) * wave


def _free_arms(row: dict[str, Any], busy: frozenset[str]) -> dict[str, list[float]]:
    """Return the gesture's arms, on the other side when the right hand is taken."""
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
        share = size * swell(seconds, at - 0.5, at + held, 0.55) * inside
        beat = swell(seconds, at - 0.16, at - 0.02, 0.14) * size * inside
        for side, angles in _free_arms(shape, busy).items():
            span = _SPANS[side]
            pose[:, span] += (np.deg2rad(angles) - pose[:, span]) * share[:, None]
            pose[:, span.start + ARM.index("elbow")] -= np.deg2rad(9.0) * beat
            pose[:, span.start + ARM.index("flex")] += np.deg2rad(4.0) * beat


def stressed_words(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words that a hand would beat on: long in sound, and not too near each other."""
    chosen: list[Word] = []
    for word in sorted(words, key=lambda word: (word.start_s - word.end_s, word.start_s)):
        if all(abs(word.start_s - other.start_s) >= _STROKE_GAP_S for other in chosen):
            chosen.append(word)
    return tuple(sorted(chosen, key=lambda word: word.start_s))
