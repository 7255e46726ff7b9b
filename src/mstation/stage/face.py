"""Mouth, blinks and brows over a step."""

from __future__ import annotations

import numpy as np

from mstation.identity import seed_of
from mstation.stage.channels import Array, pose_table
from mstation.stage.performance import Shape
from mstation.stage.stances import Playing, Utterance

_CLOSE_S, _OPEN_S = 0.07, 0.16
_EASE_S = 0.35
_GRIP_S = 0.8  # for a hand to close on something or to let go
_LIPS_AHEAD_S, _PRESS_AHEAD_S = 0.06, 0.02
_BLINK_AT_TURN, _APART_S = 0.6, 1.2


def face_curves(
    playing: Playing, key: str, seconds: Array, length_s: float, turns_s: tuple[float, ...] = ()
) -> Array:
    """Return (frames, 11), a column a `Shape`: what hands hold they grip; the rest comes to rest.

    `turns_s` are the moments at which the eyes go elsewhere, with which people blink.
    """
    face = np.zeros((len(seconds), len(Shape)))
    _set_gesture(face, playing, seconds, length_s)
    for utterance in playing.utterances:
        _set_mouth(face, utterance, seconds)
        _set_manner(face, utterance, seconds, length_s)
    face[:, Shape.BLINK] = blinks(key, playing.character_id, seconds, length_s, turns_s)
    _set_grips(face, playing, seconds, length_s)
    return np.clip(face, 0.0, 1.0)


def _set_grips(face: Array, playing: Playing, seconds: Array, length_s: float) -> None:
    """Close the hands on what is carried, and make fists where a gesture asks for them."""
    grips = pose_table()["closed"]
    span = max(min(_GRIP_S, length_s), 1e-3)
    into = swell(seconds, 0.35 * (length_s - span), 1e9, span)
    gesture = pose_table()["gestures"].get(playing.gesture, {})
    end = min(playing.delay_s + playing.gesture_s, length_s)
    fist = swell(seconds, playing.delay_s, end - 0.3, 0.25) if gesture.get("fist") else None
    for side, shape in ((0, Shape.LEFT_GRIP), (1, Shape.RIGHT_GRIP)):
        before, after = (
            grips.get(stance.carry, grips[""])[side] for stance in (playing.before, playing.after)
        )
        closed = before + (after - before) * into
        if fist is not None and (side == 1 or "l" in gesture):
            closed = closed + (1.0 - closed) * fist
        face[:, shape] = closed


def _add(face: Array, more: Shape, less: Shape, amount: Array) -> None:
    """Add an amount of two shapes that are each other's opposite."""
    face[:, more] += np.maximum(amount, 0.0)
    face[:, less] += np.maximum(-amount, 0.0)


def _set_mouth(face: Array, utterance: Utterance, seconds: Array) -> None:
    """Shape the mouth by the voice's keys; lips that press begin to before they are heard."""
    mouths = utterance.speech.mouths
    if not mouths:
        return
    times = [mouth.start_s for mouth in mouths]
    end = max(utterance.speech.duration_s, times[-1] + 0.08)
    times = [times[0] - 0.06, *times, end]
    heard = seconds - utterance.start_s

    def followed(values: list[float], ahead_s: float) -> Array:
        out: Array = np.interp(heard + ahead_s, times, [0.0, *values, 0.0], 0.0, 0.0)
        return out

    face[:, Shape.MOUTH_OPEN] += followed([mouth.open for mouth in mouths], 0.0)
    spread = [mouth.spread for mouth in mouths]
    # Lips round before the sound that asks for it: what comes next is already in the shape.
    _add(
        face,
        Shape.MOUTH_WIDE,
        Shape.MOUTH_ROUND,
        0.6 * followed(spread, 0.0) + 0.4 * followed(spread, _LIPS_AHEAD_S),
    )
    face[:, Shape.MOUTH_PRESSED] += followed([mouth.pressed for mouth in mouths], _PRESS_AHEAD_S)


def manner_of(text: str) -> dict[str, float]:
    """Return what a wryly asks of face and hands: brow, smile, energy (poses.toml)."""
    found = {"brow": 0.0, "smile": 0.0, "energy": 1.0}
    lowered = text.lower()
    for row in pose_table()["manners"].values():
        if any(word in lowered for word in row["words"]):
            found.update({name: row[name] for name in found if name in row})
    return found


def _set_manner(face: Array, utterance: Utterance, seconds: Array, length_s: float) -> None:
    manner = manner_of(utterance.manner)
    end = min(utterance.start_s + utterance.speech.duration_s, length_s - _EASE_S)
    share = swell(seconds, utterance.start_s - _EASE_S, end, _EASE_S)
    share *= swell(seconds, 0.0, length_s - _EASE_S, _EASE_S)
    _add(face, Shape.BROW_UP, Shape.BROW_DOWN, manner["brow"] * share)
    _add(face, Shape.SMILE, Shape.SAD, manner["smile"] * share)
    for word in utterance.speech.words:
        is_stressed = seed_of("brow", utterance.line_id, word.text, f"{word.start_s:.3f}") % 5 == 0
        if is_stressed and len(word.text) > 1:
            at = utterance.start_s + word.start_s
            lift = swell(seconds, at - 0.15, at + 0.15, 0.15) * swell(
                seconds, 0.0, length_s - 0.2, 0.2
            )
            face[:, Shape.BROW_UP] += 0.35 * lift


def _set_gesture(face: Array, playing: Playing, seconds: Array, length_s: float) -> None:
    row = pose_table()["gestures"].get(playing.gesture, {})
    end = min(playing.delay_s + playing.gesture_s, length_s)
    share = swell(seconds, playing.delay_s, end - 0.4, 0.4)
    smile = row.get("smile", 0.0) * share
    _add(face, Shape.SMILE, Shape.SAD, smile)
    face[:, Shape.MOUTH_OPEN] += row.get("mouth", 0.0) * share
    _add(face, Shape.BROW_UP, Shape.BROW_DOWN, row.get("brow", 0.0) * share)
    face[:, Shape.BROW_UP] += 0.4 * np.maximum(smile, 0.0)


def swell(seconds: Array, rise_s: float, fall_s: float, ease_s: float) -> Array:
    """Return 0 before `rise_s`, 1 once risen, 0 again `ease_s` after `fall_s`."""
    fall_s = max(fall_s, rise_s + ease_s)
    up = np.clip((seconds - rise_s) / ease_s, 0.0, 1.0)
    down = np.clip((seconds - fall_s) / ease_s, 0.0, 1.0)
    out: Array = up * up * (3 - 2 * up) - down * down * (3 - 2 * down)
    return out


def blinks(
    key: str, character_id: str, seconds: Array, length_s: float, turns_s: tuple[float, ...] = ()
) -> Array:
    """Return (frames,): 1 while the eyes are shut; one every two to six seconds.

    Most turns of the eyes bring one, and the next is then the later for it.
    """
    random = np.random.default_rng(seed_of("blink", key, character_id))
    turned = [at + 0.03 for at in turns_s if random.random() < _BLINK_AT_TURN]
    own: list[float] = []
    at = float(random.uniform(0.3, 3.5))
    while at + _CLOSE_S + _OPEN_S < length_s:
        own.append(at)
        at += float(random.uniform(2.0, 6.0))
    out = np.zeros(len(seconds))
    alone = [at for at in own if all(abs(at - turn) > _APART_S for turn in turned)]
    for at in sorted((*turned, *alone)):
        if at >= 0 and at + _CLOSE_S + _OPEN_S < length_s:
            shut = np.interp(seconds, [at, at + _CLOSE_S, at + _CLOSE_S + _OPEN_S], [0, 1, 0])
            out = np.maximum(out, shut)
    return out
