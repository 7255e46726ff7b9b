"""Notes in, music out: every note played from the soundfont, placed in a room.

The player is our own: symusic's takes every recording of this font for one of the same pitch,
and hears neither velocity nor controllers.
"""

from __future__ import annotations

import sysconfig
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from symusic import Score, Track

from mstation.compiled import kernel
from mstation.sound.room import reverberate
from mstation.sound.soundfont import SoundFont
from mstation.sound.tone import sound_note
from mstation.timebase import SAMPLE_RATE, FrameRate

TAIL_S = 2.0  # what rings on after the last frame; the next scene's music overlaps it

_SOUNDFONT = Path("share", "mstation", "soundfonts", "FluidR3Mono_GM.sf3")
_VOLUME, _PAN, _EXPRESSION, _REVERB = 7, 10, 11, 91
_DEFAULTS = {_VOLUME: 100, _PAN: 64, _EXPRESSION: 127, _REVERB: 40}
_MASTER = 6.0  # brings a cue of middling strength near −32 LUFS, the loudest under full scale
_CEILING = 0.98


def find_soundfont() -> Path | None:
    """Return where the soundfont lies in this installation, or None when it is absent."""
    path = Path(sysconfig.get_path("data")) / _SOUNDFONT
    return path if path.is_file() else None


@cache
def _opened(path: Path) -> SoundFont:
    """Return a soundfont, opened once a process: its recordings are decoded once too."""
    return SoundFont(path)


def play(
    score: Score, *, frames: int, rate: FrameRate, soundfont: Path | None
) -> NDArray[np.float32]:
    """Return a cue as sound, (samples, 2) float32 at 48 kHz, with two seconds of tail.

    The cue itself lasts `rate.sample_of_frame(frames)` samples; `TAIL_S` more hold its ring,
    faded to nothing, to be overlapped with what follows (`sound.reel`). Without a
    soundfont all of it is silence.
    """
    length = rate.sample_of_frame(frames) + round(TAIL_S * SAMPLE_RATE)
    out = np.zeros((length, 2), np.float32)
    if soundfont is None:
        return out
    font = _opened(soundfont)
    send = np.zeros(length, np.float32)
    for track in score.to("second").tracks:
        dry = _dry(track, length, font)
        _swell(dry, track)
        pan = (_last(track, _PAN) - 64) / 63
        angle = (pan + 1) * np.pi / 4
        out[:, 0] += dry * np.float32(np.cos(angle))
        out[:, 1] += dry * np.float32(np.sin(angle))
        send += dry * np.float32(_last(track, _REVERB) / 127)
    reverberate(send, out)
    out *= np.float32(min(_MASTER, _CEILING / max(1e-9, float(np.abs(out).max()))))
    fade = np.linspace(1, 0, round(TAIL_S * SAMPLE_RATE), dtype=np.float32) ** 2
    out[length - len(fade) :] *= fade[:, None]
    return out


def _dry(track: Track, length: int, font: SoundFont) -> NDArray[np.float32]:
    """Return a track's notes at their velocities, mono, without room."""
    dry = np.zeros(length, np.float32)
    for note in track.notes:
        sound = sound_note(
            font, track.program, track.is_drum, note.pitch, note.velocity, note.duration
        )
        start = round(note.time * SAMPLE_RATE)
        end = min(length, start + len(sound))
        dry[start:end] += sound[: end - start]
    return dry


def _last(track: Track, number: int) -> int:
    values = [control.value for control in track.controls if control.number == number]
    return int(values[-1]) if values else _DEFAULTS[number]


def _swell(dry: NDArray[np.float32], track: Track) -> None:
    """Play a track in place at its volume, and at its expression as it moves."""
    volume = (_last(track, _VOLUME) / 127) ** 2
    moves = [
        (control.time * SAMPLE_RATE, (control.value / 127) ** 2)
        for control in track.controls
        if control.number == _EXPRESSION
    ]
    times, gains = np.array(moves or [(0.0, 1.0)]).T
    _swelled(dry, np.ascontiguousarray(times), np.ascontiguousarray(volume * gains))


@kernel
def _swelled(
    dry: NDArray[np.float32], times: NDArray[np.float64], gains: NDArray[np.float64]
) -> None:
    ahead, last = 0, len(times) - 1
    for i in range(len(dry)):
        while ahead <= last and times[ahead] <= i:
            ahead += 1
        gain = gains[min(last, ahead)]
        if 0 < ahead <= last:
            share = (i - times[ahead - 1]) / (times[ahead] - times[ahead - 1])
            gain = gains[ahead - 1] + (gain - gains[ahead - 1]) * share
        dry[i] *= np.float32(gain)
