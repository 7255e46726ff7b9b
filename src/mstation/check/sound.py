"""The movie's sound and the timeline in, whether voices are heard when they should be out.

Two steps, each to a frame: the dialogue stem, which the timeline's voices point into, sounds
where its clips say; and the movie sounds as the stem does, neither before nor after.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mstation.check.film import Film, Line, Scene
from mstation.check.finding import Fault, Row, Value
from mstation.check.listening import RATE, Sound, stretches
from mstation.check.timeline import DIALOGUE
from mstation.space import Array

_BAR_FRAMES = 1.0  # Source: reference sheet, check 14
_BEFORE_S, _AFTER_S = 0.5, 2.0  # what is listened to around the start of a line
_HEARD = 0.3  # correlation from which the movie's sound is the stem's
_HOP = RATE // 1000
_SMOOTH_MS = 5
_LASTS_MS = 6  # the burst of a stop is this short, a crackle shorter
_EARLY_MS = 200  # before its place, from where on an onset is looked for
_CLIMB_MS, _FLOOR_STIRS_DB = 60, 3.0
_OVER_FLOOR_DB, _UNDER_VOICE_DB = 8.0, 45.0
_FLOOR_MS = 230  # of what is heard before a line, up to a little before it
_ALONE_MS = 270


@dataclass(frozen=True, slots=True)
class _Voice:
    """A line, and the sound around its start in the stem and in the movie."""

    scene: Scene
    line: Line
    is_alone: bool  # no other voice is sounding just before or at its start
    stem: Sound
    movie: Sound

    @property
    def film_frame(self) -> int:
        return self.scene.film_first_frame + self.line.first_frame


def sync(film: Film) -> Row:
    """Return the row of sync: the worst error of a voice's onset, in frames.

    A voice begins where its sound, or the high part of its sound, rises out of the floor that
    is heard before it and stays there. It should begin between the start of its clip and the
    time of its first word, or within a frame of that. The movie's sound is shifted against the
    stem until both agree best; that shift should be a frame or less.
    """
    stem = film.folder / DIALOGUE
    lines = [(scene, line) for scene in film.scenes for line in scene.lines]
    if not lines or film.movie is None or not stem.is_file():
        missing = "no_voices" if not lines else "no_stem" if film.movie else "no_movie"
        return Row("sync", 14, "unmeasured", True, 0, 0.0, detail=(("missing", missing),))
    errors: list[float] = []
    faults: list[Fault] = []
    hidden = 0
    for voice in _voices(film, lines, stem, film.movie):
        late = _lateness(film, voice)
        hidden += late is None
        slip, likeness = _slip(voice, film)
        if late is not None:
            errors.append(abs(late))
            if abs(late) > _BAR_FRAMES:
                faults.append(_fault("onset", voice, late))
        if likeness < _HEARD:
            faults.append(_fault("not_heard", voice, 0.0))
            continue
        errors.append(abs(slip))
        if abs(slip) > _BAR_FRAMES:
            faults.append(_fault("slipped", voice, slip))
    return Row(
        "sync",
        14,
        "failed" if faults else "passed",
        True,
        len(lines),
        max(errors, default=0.0),
        "≤ 1",
        tuple(faults),
        (("onsets", len(lines) - hidden), ("under_others", hidden)),
    )


def _voices(film: Film, lines: list[tuple[Scene, Line]], stem: Path, movie: Path) -> list[_Voice]:
    lines = sorted(lines, key=lambda row: row[0].film_first_frame + row[1].first_frame)
    starts = [_sample(film, scene.film_first_frame + line.first_frame) for scene, line in lines]
    ends = [_sample(film, scene.film_first_frame + line.end_frame) for scene, line in lines]
    before, after = round(_BEFORE_S * RATE), round(_AFTER_S * RATE)
    spans = [
        (start - before, start + min(after, max(end - start, before)) + before)
        for start, end in zip(starts, ends, strict=True)
    ]
    heard = zip(stretches(stem, spans), stretches(movie, spans), strict=True)
    return [
        _Voice(scene, line, _is_alone(index, starts, ends), laid, mixed)
        for index, ((scene, line), (laid, mixed)) in enumerate(zip(lines, heard, strict=True))
    ]


def _sample(film: Film, frame: int) -> int:
    return film.rate.sample_of_frame(frame, RATE)


def _is_alone(index: int, starts: list[int], ends: list[int]) -> bool:
    first, end = starts[index] - _ALONE_MS * _HOP, starts[index] + RATE // 10
    return not any(
        other != index and starts[other] < end and ends[other] > first
        for other in range(len(starts))
    )


def _lateness(film: Film, voice: _Voice) -> float | None:
    """Return how many frames a voice begins after, or before (−), its time; None if masked."""
    if not voice.is_alone:
        return None
    sharp = np.diff(voice.stem, n=2, prepend=np.zeros(2, np.float32))
    onsets = [at for at in (_onset(voice.stem), _onset(sharp)) if at is not None]
    frame_s = film.rate.seconds(1)
    if not onsets:
        return _BEFORE_S / frame_s
    begins = min(onsets) / 1000 / frame_s
    word = min((word.first for word in voice.line.words), default=voice.line.first_frame)
    latest = max(0.0, word - voice.line.first_frame)
    return min(begins, 0.0) + max(begins - latest, 0.0)


def _onset(sound: Sound) -> int | None:
    """Return when a sound rises out of its floor and stays, in ms from the line's start."""
    level = _level_db(sound)
    start = round(_BEFORE_S * 1000)
    floor = float(np.median(level[start - _FLOOR_MS - 20 : start - 20]))
    voice = float(np.percentile(level[start : start + 1500], 90))
    is_up = level > max(floor + _OVER_FLOOR_DB, voice - _UNDER_VOICE_DB)
    lasting = np.convolve(is_up, np.ones(_LASTS_MS), "valid") >= _LASTS_MS
    found = np.flatnonzero(lasting[start - _EARLY_MS :])
    if not len(found):
        return None
    at = start - _EARLY_MS + int(found[0])
    # A soft beginning climbs: it starts where it last left the floor.
    quiet = np.flatnonzero(level[:at] < floor + _FLOOR_STIRS_DB)
    return max(int(quiet[-1]) + 1 if len(quiet) else at, at - _CLIMB_MS) - start


def _level_db(sound: Sound) -> Array:
    """Return the level of every millisecond, smoothed over five."""
    count = len(sound) // _HOP
    power = np.square(sound[: count * _HOP], dtype=np.float64).reshape(count, _HOP).mean(axis=1)
    smooth = np.convolve(power, np.full(_SMOOTH_MS, 1 / _SMOOTH_MS), "same")
    return np.asarray(10 * np.log10(np.maximum(smooth, 1e-14)))


def _slip(voice: _Voice, film: Film) -> tuple[float, float]:
    """Return how many frames the movie is behind the stem, and how alike they are there."""
    reach = round(_BEFORE_S * RATE)
    laid = voice.stem[reach:-reach].astype(np.float64)
    mixed = voice.movie.astype(np.float64)
    size = 1 << (len(mixed) + len(laid)).bit_length()
    product = np.fft.rfft(mixed, size) * np.conj(np.fft.rfft(laid, size))
    match = np.fft.irfft(product, size)[: 2 * reach + 1]
    power = np.concatenate([[0.0], np.cumsum(np.square(mixed))])
    there = power[len(laid) :][: len(match)] - power[: len(match)]
    likeness = match / np.sqrt(np.maximum(there * np.square(laid).sum(), 1e-12))
    best = int(np.argmax(likeness))
    return (best - reach) / RATE * float(film.rate.fraction), float(likeness[best])


def _fault(kind: str, voice: _Voice, frames: float) -> Fault:
    way = "late" if frames > 0 else "early"
    values: tuple[tuple[str, Value], ...] = (("frames", abs(frames)), ("way", way))
    shot = next(
        (
            shot.label
            for shot in voice.scene.shots
            if shot.first_frame <= voice.line.first_frame < shot.end_frame
        ),
        "",
    )
    mend = ("lay_again", ()) if kind == "onset" else ("mix_again", ())
    return Fault(
        kind,
        voice.scene.label,
        shot=shot,
        line=voice.line.id,
        frame=voice.film_frame,
        values=values if kind != "not_heard" else (),
        mends=(mend,),
    )
