"""What is heard in, where it is heard out: pieces of a stem, each aside, near or far, in its room.

Dialogue is close-miked in films, so a room is only as much around a voice as the picture's distance
makes believable; other sounds stand farther in it. Everything comes as pieces in order, so that a
long scene needs no more memory than a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.sound.noises import LONGEST_S, Heard
from mstation.sound.panning import Listening, effect_pan, placed, sampled, voice_pan
from mstation.sound.room import Room, answered
from mstation.space import Array
from mstation.timebase import SAMPLE_RATE

Piece = tuple[int, NDArray[np.float32]]  # first sample of the scene, (n, 2)

_WINDOW = 10 * SAMPLE_RATE  # events are answered by the room so many samples at once
_SETTLES_S = 0.4  # in which a voice's distance changes over a cut
# How far a microphone stands from what is `distance` metres from the camera: nearest, for each
# metre to a power, farthest; and how loud the room may be against what sounds in it.
_BOOM = (0.15, 0.17, 0.6, 0.6)
_STAND = (0.45, 0.35, 0.7, 2.0)
_VOICE_ROOM_DB, _EFFECT_ROOM_DB = -9.0, -4.0
_NEAR_M, _FALL = 2.0, 0.6  # effects are made for two metres and fall more gently than in air
_LOUDEST, _SOFTEST = 1.5, 0.4
_VOICE_DB = 1.5  # a voice in a close shot against one in a wide shot, at most to either side


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """A line as it is heard: its sound, and where the speaker's head is at each frame."""

    first_sample: int  # of the scene
    make: Callable[[], NDArray[np.float32]]  # (n,) mono
    head: Array | None  # (frames, 3); None: from nowhere in the room
    is_in_room: bool = True  # false: told over the picture, or over a telephone


def voices(lines: Sequence[Voice], listening: Listening, room: Room) -> Iterator[Piece]:
    """Yield lines in order, each between the loudspeakers, with its room."""
    for line in sorted(lines, key=lambda line: line.first_sample):
        sound, first = line.make(), line.first_sample
        if not line.is_in_room:
            yield first, np.repeat(sound[:, None], 2, axis=1)
            continue
        pan, away = _seen(line.head, listening)
        level = 10 ** (np.clip(-0.8 * np.log2(away / _NEAR_M), -_VOICE_DB, _VOICE_DB) / 20)
        wet = _wet(away, room, _BOOM, _VOICE_ROOM_DB)
        curves = sampled(np.column_stack([level, wet]), first, len(sound), listening.rate)
        sound = sound * curves[:, 0]
        out = answered(sound * curves[:, 1], room)
        out[: len(sound)] += placed(sound, pan, first, listening.rate)
        yield first, out


def _seen(head: Array | None, listening: Listening) -> tuple[Array, Array]:
    """Return a voice's pan and its distance from the camera, frame by frame."""
    if head is None:
        return np.zeros(listening.frames), np.full(listening.frames, 3.0)
    rate = listening.rate
    reach = max(1, round(_SETTLES_S / rate.seconds(1) / 2))
    away = np.pad(listening.distance_m(head), reach, mode="edge")
    away = np.convolve(away, np.ones(2 * reach + 1) / (2 * reach + 1), mode="valid")
    return voice_pan(listening.aside(head), rate), np.maximum(away, 0.3)


def _wet(away: Array, room: Room, stand: tuple[float, ...], most_db: float) -> Array:
    """Return how much of a sound goes to the room, by its distance from the camera.

    A response is that of one metre: a microphone at half a metre hears half as much of it
    against what it points at.
    """
    nearest, scale, power, farthest = stand
    microphone_m = np.clip(scale * away**power, nearest, farthest)
    return np.asarray(np.minimum(microphone_m, 10 ** ((most_db - room.energy_db) / 20)))


def events(heard: Sequence[Heard], listening: Listening, room: Room) -> Iterator[Piece]:
    """Yield what is heard once as pieces of ten seconds, with what the room answers."""
    ordered = sorted(heard, key=lambda each: each.first_sample)
    tail = round(LONGEST_S * SAMPLE_RATE)
    at = 0
    while at < len(ordered):
        first = ordered[at].first_sample // _WINDOW * _WINDOW
        dry = np.zeros((_WINDOW + tail, 2), np.float32)
        send = np.zeros(_WINDOW + tail, np.float32)
        while at < len(ordered) and ordered[at].first_sample < first + _WINDOW:
            _lay(ordered[at], first, dry, send, listening, room)
            at += 1
        out = answered(send, room)
        out[: len(dry)] += dry
        yield first, out


def _lay(
    each: Heard,
    first: int,
    dry: NDArray[np.float32],
    send: NDArray[np.float32],
    listening: Listening,
    room: Room,
) -> None:
    rate = listening.rate
    frame = min(int(each.first_sample / SAMPLE_RATE / rate.seconds(1)), listening.frames - 1)
    near = round(1.0 / rate.seconds(1)) + 1  # a glide begins before what it leads to
    start = max(0, frame - near)
    around = listening.over(start, frame + near + round(LONGEST_S / rate.seconds(1)))
    places = np.tile(np.array(each.place, float), (around.frames, 1))
    away = np.maximum(around.distance_m(places)[frame - start : frame - start + 1], 0.5)
    loud = np.float32(np.clip((_NEAR_M / away[0]) ** _FALL, _SOFTEST, _LOUDEST))
    sound = each.make() * loud
    begin = each.first_sample - first
    span = slice(begin, begin + len(sound))
    pan = effect_pan(around.aside(places), rate)
    dry[span] += placed(sound, pan, each.first_sample, rate, first_frame=start)
    send[span] += sound * np.float32(_wet(away, room, _STAND, _EFFECT_ROOM_DB)[0])
