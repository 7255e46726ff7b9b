"""A film's sound in, the sound of a cut of it out: slices one after the other, to the sample.

Where slices do not follow each other in the film's sound either, one fades into the other by equal
power in the last milliseconds before the cut: what begins with a picture is heard whole.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from mstation.media.faults import damaged, no_sound
from mstation.media.kinds import Derived
from mstation.media.nouns import Probe
from mstation.media.opening import open_media
from mstation.media.pieces import Slice
from mstation.timebase import SAMPLE_RATE, FrameRate

_FADE = 240  # samples: 5 ms
_BLOCK = 10 * SAMPLE_RATE  # samples that are held at a time
_SAMPLE_BYTES = 8  # two channels, float32

Samples = NDArray[np.float32]  # (samples, 2) at 48 kHz, full scale 1.0


@dataclass(frozen=True, slots=True)
class _Run:
    """Slices that follow each other: one stretch of the film's sound, or silence."""

    samples: int
    start: int | None  # sample of the film's sound


def write_laid(
    path: str | None, probe: Probe | None, slices: Sequence[Slice], rate: FrameRate, out: Path
) -> Derived:
    """Write the slices as WAV; frame n of the cut starts at sample floor(n · 48000 / fps).

    path: of the film's sound; None: there is none, and all is silence.

    Raises:
        Unsupported: when the file holds no sound.
        InvalidInput: when it is damaged.
    """
    with tempfile.TemporaryFile(dir=out.parent) as file:
        if path is not None and probe is not None:
            _decode(path, probe, file)
        _write(out, _laid(_runs(slices, rate), file))
    return Derived("audio/wav", {"frames": sum(each.frames for each in slices)})


def _runs(slices: Sequence[Slice], rate: FrameRate) -> list[_Run]:
    """Return the slices, those that follow each other as one, at the samples of the cut."""
    runs: list[_Run] = []
    frame = sample = 0
    follows: int | None = -1
    for each in slices:
        frame += each.frames
        end = rate.sample_of_frame(frame)
        if each.first == follows:
            runs[-1] = _Run(runs[-1].samples + end - sample, runs[-1].start)
        else:
            start = None if each.first is None else rate.sample_of_frame(each.first)
            runs.append(_Run(end - sample, start))
        follows = None if each.first is None else each.first + each.frames
        sample = end
    return runs


def _laid(runs: Sequence[_Run], file: BinaryIO) -> Iterator[Samples]:
    """Return the cut's sound in blocks."""
    for run, following in zip(runs, [*runs[1:], None], strict=True):
        fade = min(_FADE, run.samples) if following is not None else 0
        for at in range(0, run.samples - fade, _BLOCK):
            yield _heard(file, run.start, at, min(_BLOCK, run.samples - fade - at))
        if following is not None:
            angle = ((np.arange(fade) + 0.5) * (np.pi / 2 / fade)).astype(np.float32)[:, None]
            going = _heard(file, run.start, run.samples - fade, fade)
            coming = _heard(file, following.start, -fade, fade)
            yield going * np.cos(angle) + coming * np.sin(angle)


def _heard(file: BinaryIO, start: int | None, at: int, count: int) -> Samples:
    """Return `count` samples of the film's sound; silence where it has none."""
    heard = np.zeros((count, 2), np.float32)
    if start is None:
        return heard
    first = start + at
    before = min(max(0, -first), count)
    file.seek((first + before) * _SAMPLE_BYTES)
    data = file.read((count - before) * _SAMPLE_BYTES)
    found = np.frombuffer(data, np.float32).reshape(-1, 2)
    heard[before : before + len(found)] = found
    return heard


def _decode(path: str, probe: Probe, file: BinaryIO) -> None:
    """Write a file's first sound as plain samples."""
    if not probe.sounds:
        raise no_sound(probe.media_type)
    resampler = av.AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)
    with open_media(path, probe.media_type) as container:
        try:
            for number, frame in enumerate(container.decode(container.streams.audio[0])):
                if number == 0 and frame.time:  # the sound begins later than the film
                    file.seek(max(0, round(frame.time * SAMPLE_RATE)) * _SAMPLE_BYTES)
                for piece in resampler.resample(frame):
                    file.write(piece.to_ndarray().tobytes())
            for piece in resampler.resample(None):
                file.write(piece.to_ndarray().tobytes())
        except av.FFmpegError as error:
            raise damaged(probe.media_type) from error


def _write(out: Path, blocks: Iterable[Samples]) -> None:
    options = {"fflags": "+bitexact", "rf64": "auto"}
    with av.open(str(out), "w", format="wav", options=options) as container:
        stream = container.add_stream("pcm_f32le", rate=SAMPLE_RATE, layout="stereo")
        at = 0
        for block in blocks:
            frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), "flt", "stereo")
            frame.sample_rate, frame.pts, frame.time_base = (
                SAMPLE_RATE,
                at,
                Fraction(1, SAMPLE_RATE),
            )
            at += len(block)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
