"""Cues in, one MIDI file of the whole film out: every cue at its film time.

Source: MIDI Manufacturers Association, Standard MIDI Files 1.0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from symusic import Score

from mstation.sound.cue import CuePlan
from mstation.sound.palette import INSTRUMENTS
from mstation.sound.realise import TICKS, realise
from mstation.timebase import FrameRate

_TEXT, _TRACK_NAME, _MARKER, _TEMPO, _METER, _END = 0x01, 0x03, 0x06, 0x51, 0x58, 0x2F
_CHANNELS = [channel for channel in range(16) if channel != 9]  # the tenth is for drums
_REST_US = 500_000  # a quarter where there is no music

Event = tuple[int, int, bytes]  # tick, rank among events of the tick, message


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cue, its notes, and the tick at which it begins."""

    plan: CuePlan
    score: Score
    first_tick: int


def film_midi(cues: Sequence[tuple[int, CuePlan]], rate: FrameRate) -> bytes:
    """Return the score of a film as a format 1 MIDI file: a track an instrument.

    `cues` are first film frames and plans, in order. The tempo map holds every section's own
    tempo, and markers name the scenes, so that a bar lies in the file where it lies in the film.
    """
    placed, conductor = _conduct(cues, rate)
    names = [
        name
        for name in INSTRUMENTS
        if any(track.name == name for cue in placed for track in cue.score.tracks)
    ]
    tracks = [_track("score", conductor)]
    tracks += [_track(name, _instrument(name, placed)) for name in names]
    return struct.pack(">4sIHHH", b"MThd", 6, 1, len(tracks), TICKS) + b"".join(tracks)


def _conduct(
    cues: Sequence[tuple[int, CuePlan]], rate: FrameRate
) -> tuple[list[_Placed], list[Event]]:
    """Return cues at their ticks, and the tempo map that puts those at their film times."""
    placed: list[_Placed] = []
    events: list[Event] = []
    tick, now_us = 0, 0  # the file's own clock, in whole microseconds a quarter
    for first_frame, plan in cues:
        rest_us = _microseconds(first_frame, rate) - now_us
        if rest_us > 0:
            quarters = max(1, round(rest_us / _REST_US))
            events.append((tick, 2, _tempo(rest_us, quarters)))
            now_us += round(rest_us / quarters) * quarters
            tick += quarters * TICKS
        placed.append(_Placed(plan, realise(plan, rate), tick))
        events.append((tick, 0, _meta(_MARKER, plan.cue_id.encode())))
        events.append((tick, 1, _meta(_METER, bytes([plan.meter, 2, 24, 8]))))
        for stretch in plan.tempo:
            end_us = _microseconds(first_frame + stretch.end_frame, rate)
            events.append((tick, 2, _tempo(end_us - now_us, stretch.beats)))
            now_us += round((end_us - now_us) / stretch.beats) * stretch.beats
            tick += stretch.beats * TICKS
    return placed, events


def _microseconds(frame: int, rate: FrameRate) -> int:
    return round(frame * 1_000_000 / rate.fraction)


def _tempo(length_us: int, quarters: int) -> bytes:
    return _meta(_TEMPO, round(length_us / quarters).to_bytes(3, "big"))


def _instrument(name: str, placed: Sequence[_Placed]) -> Iterable[Event]:
    """Return what one instrument plays in all cues; its channel is given anew in each."""
    for cue in placed:
        for index, track in enumerate(cue.score.tracks):
            if track.name != name:
                continue
            channel, start = _CHANNELS[index % len(_CHANNELS)], cue.first_tick
            yield start, 0, bytes([0xC0 | channel, track.program])
            for control in track.controls:
                message = bytes([0xB0 | channel, control.number, control.value])
                yield start + control.time, 1, message
            for note in track.notes:
                end = start + note.time + note.duration
                yield end, 0, bytes([0x80 | channel, note.pitch, 0])
                yield start + note.time, 2, bytes([0x90 | channel, note.pitch, note.velocity])


def _track(name: str, events: Iterable[Event]) -> bytes:
    body = bytearray(_delta(0) + _meta(_TRACK_NAME, name.encode()))
    tick = 0
    for at, _, message in sorted(events):
        body += _delta(at - tick) + message
        tick = at
    body += _delta(0) + _meta(_END, b"")
    return struct.pack(">4sI", b"MTrk", len(body)) + bytes(body)


def _meta(kind: int, data: bytes) -> bytes:
    return bytes([0xFF, kind]) + _delta(len(data)) + data


def _delta(value: int) -> bytes:
    """Return a number as MIDI writes lengths: seven bits a byte, the high bit says more follow."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | (value & 0x7F))
    return bytes(reversed(out))
