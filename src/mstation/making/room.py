"""Steps from a scene as it is played to what is heard in its place: dialogue and effects."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mstation import document
from mstation.breakdown.scene import (
    SCENE_SCHEMA,
    Interior,
    Line,
    Presence,
    Scene,
    TimeOfDay,
    Weather,
)
from mstation.graph.step import Blob, Inputs, Outputs
from mstation.shots import shot as shots
from mstation.sound import ambience as ambiences
from mstation.sound import trace as traces
from mstation.sound.acoustics import acoustics_of
from mstation.sound.ambience import CROSSFADE_S
from mstation.sound.doors import doors
from mstation.sound.foley import foley
from mstation.sound.footsteps import footsteps, surfaces_of
from mstation.sound.noises import LONGEST_S, Heard
from mstation.sound.panning import Listening, joint_places, listening
from mstation.sound.placing import Piece, Voice, events, voices
from mstation.sound.room import Room, response_of, room_of
from mstation.sound.stem import lay_stem
from mstation.sound.treatments import treated
from mstation.sound.wavefile import StereoWriter, open_wav
from mstation.space import Array, sensor_for
from mstation.stage import layout as layouts
from mstation.stage import performance as performances
from mstation.timebase import SAMPLE_RATE, FrameRate
from mstation.voices.wav import read_wav

_FROM_NOWHERE = (Presence.VOICE_OVER, Presence.PRE_LAP, Presence.PHONE)


@dataclass(frozen=True, slots=True)
class _Played:
    """A scene as it is played and shot."""

    scene: Scene
    layout: layouts.Layout
    performance: performances.Performance
    motions: tuple[performances.Motion, ...]
    shots: shots.ShotList
    rate: FrameRate
    listening: Listening
    room: Room

    @property
    def samples(self) -> int:
        """How long the scene is."""
        return self.rate.sample_of_frame(self.performance.frames)


def dialogue(inputs: Inputs) -> Outputs:
    """Return a scene's voices, each where it is spoken: (samples, 2) from the scene's start.

    A voice that runs ahead of the scene is at the start, and the scene after what is heard ahead.
    """
    played = _played(inputs)
    spoken = {beat.line.id: beat.line for beat in played.scene.beats if beat.line is not None}
    heads = {motion.character_id: motion for motion in played.motions}
    lines, ends, ahead = [], [0], 0
    for beat in played.performance.beats:
        if not beat.line_id:
            continue
        blob, line = inputs.blobs[f"voice/{beat.line_id}"], spoken[beat.line_id]
        first = played.rate.sample_of_frame(beat.speech_first_frame)
        ahead = max(ahead, -first)
        is_in_room = line.presence not in _FROM_NOWHERE
        head = _head(heads.get(line.character_id)) if is_in_room else None
        lines.append(Voice(first, partial(_voice, blob, line), head, is_in_room))
        # A 24-bit WAV: three bytes a sample, and a header.
        ends.append(first + len(blob.read()) // 3)
    path = inputs.scratch / "dialogue.wav"
    pieces = (
        (first + ahead, sound) for first, sound in voices(lines, played.listening, played.room)
    )
    lay_stem(pieces, ahead + max(ends) + (len(played.room.response) if lines else 0), path)
    return {"dialogue": path, "trace": traces.write(traces.trace(open_wav(path)))}


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where and when scenes are that sound alike."""

    place: str
    interior: Interior
    time: TimeOfDay
    weather: Weather


def ambience(inputs: Inputs) -> Outputs:
    """Return the sound of a place at its hour, in its weather, as a loop: (2^n, 2)."""
    params = inputs.params
    layout = document.read(inputs.blobs["layout"].read(), layouts.Layout, layouts.SCHEMA)
    setting = _Setting(
        params["place"],
        Interior(params["interior"]),
        TimeOfDay(params["time"]),
        Weather(params["weather"]),
    )
    path = inputs.scratch / "loop.wav"
    with StereoWriter(path) as writer:
        writer.write(ambiences.ambience(setting, layout))
    return {"loop": path}


def effects(inputs: Inputs) -> Outputs:
    """Return what else a scene's place gives to hear: (samples, 2) from the scene's start."""
    played = _played(inputs)
    heard = list(_heard(played))
    last = max([each.first_sample for each in heard], default=0)
    rings = last + round(LONGEST_S * SAMPLE_RATE) + len(played.room.response) if heard else 0
    total = max(played.samples + round(CROSSFADE_S * SAMPLE_RATE), rings)
    once = events(heard, played.listening, played.room)
    path = inputs.scratch / "effects.wav"
    loop = open_wav(inputs.blobs["ambience"].path)
    bed = _bed(played, loop.read(0, loop.samples))
    lay_stem(heapq.merge(bed, once, key=lambda piece: piece[0]), total, path)
    return {"effects": path, "trace": traces.write(traces.trace(open_wav(path)))}


def _heard(played: _Played) -> Iterator[Heard]:
    """Yield what bodies and things are heard to do."""
    performance, motions, rate = played.performance, played.motions, played.rate
    bodies = {body.character_id: body for body in (*performance.bodies, *performance.extras)}
    floor = surfaces_of(played.layout, played.scene.place)
    for motion in motions:
        yield from footsteps(motion, bodies[motion.character_id], floor, rate)
    yield from doors(motions, performance.presences, played.layout, rate)
    yield from foley(performance, motions, rate)


def _bed(played: _Played, loop: NDArray[np.float32]) -> Iterator[Piece]:
    """Yield the place's ambience, faded where the picture fades."""
    first, last = played.shots.shots[0], played.shots.shots[-1]
    return ambiences.bed(
        loop,
        played.samples,
        fade_in=played.rate.sample_of_frame(first.fade_in_frames),
        fade_out=played.rate.sample_of_frame(last.fade_out_frames),
    )


def _voice(blob: Blob, line: Line) -> NDArray[np.float32]:
    return treated(read_wav(blob.read())[0], line.presence)


def _head(motion: performances.Motion | None) -> Array | None:
    return None if motion is None else joint_places(motion, "Head")["Head"][0]


def _played(inputs: Inputs) -> _Played:
    blobs, params = inputs.blobs, inputs.params
    scene = document.read(blobs["scene"].read(), Scene, SCENE_SCHEMA)
    layout = document.read(blobs["layout"].read(), layouts.Layout, layouts.SCHEMA)
    listed = document.read(blobs["shots"].read(), shots.ShotList, shots.SCHEMA)
    rate = FrameRate.parse(params["rate"])
    sensor = sensor_for(params["width"], params["height"])
    return _Played(
        scene,
        layout,
        document.read(blobs["performance"].read(), performances.Performance, performances.SCHEMA),
        performances.read_motions(blobs["motions"].read()),
        listed,
        rate,
        listening(listed, sensor, rate),
        room_of(response_of(acoustics_of(layout, scene.place))),
    )
