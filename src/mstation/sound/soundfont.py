"""A SoundFont file in, its presets' zones and recordings out.

Reads SoundFont 2 (16-bit PCM) and its compressed sibling SF3 (each recording an Ogg Vorbis
stream, loop points counted from the recording's start).
Source: Creative, SoundFont Technical Specification 2.04; MuseScore for SF3.
"""

from __future__ import annotations

import io
import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from mstation.errors import InvalidInput

_DRUM_BANK = 128
_COMPRESSED = 0x10
_COARSE = 32_768  # samples in a coarse offset

# Generators, by their numbers in the specification (8.1.2).
START, END, LOOP_START, LOOP_END, START_COARSE = 0, 1, 2, 3, 4
FILTER_CUTOFF, END_COARSE = 8, 12
DELAY, ATTACK, HOLD, DECAY, SUSTAIN, RELEASE = 33, 34, 35, 36, 37, 38
_INSTRUMENT, _KEY_RANGE, _VELOCITY_RANGE = 41, 43, 44
LOOP_START_COARSE, ATTENUATION, LOOP_END_COARSE = 45, 48, 50
COARSE_TUNE, FINE_TUNE, _SAMPLE, LOOP_MODE, SCALE_TUNING, ROOT_KEY = 51, 52, 53, 54, 56, 58

_DEFAULTS: Final = {
    FILTER_CUTOFF: 13_500,
    DELAY: -12_000,
    ATTACK: -12_000,
    HOLD: -12_000,
    DECAY: -12_000,
    RELEASE: -12_000,
    SCALE_TUNING: 100,
    ROOT_KEY: -1,
}
# What a preset may not add to: these belong to the recording.
_INSTRUMENT_ONLY = {
    *(START, END, LOOP_START, LOOP_END, START_COARSE, END_COARSE),
    *(LOOP_START_COARSE, LOOP_END_COARSE, LOOP_MODE, ROOT_KEY),
}

Generators = dict[int, int]


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded note; loop points count from its start."""

    name: str
    first: int  # bytes when compressed, else samples
    end: int
    loop_start: int
    loop_end: int
    rate: int
    root_key: int
    correction_cents: int
    is_compressed: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """A recording as a preset uses it, with all its generators."""

    recording: Recording
    generators: tuple[tuple[int, int], ...]

    def of(self, generator: int) -> int:
        """Return a generator's value, in the specification's units."""
        return dict(self.generators).get(generator, _DEFAULTS.get(generator, 0))


class SoundFont:
    """An open SoundFont: zones by program, pitch and velocity; recordings decoded once."""

    def __init__(self, path: Path) -> None:
        chunks = _chunks(path)
        self._sound: bytes = chunks[b"smpl"]
        self._presets = {
            (bank, program): bag
            for _, program, bank, *bag in _named(chunks[b"phdr"], "<20sHHH12x", 3)
        }
        self._instruments = _named(chunks[b"inst"], "<20sH", 1)
        self._preset_bags = list(struct.iter_unpack("<HH", chunks[b"pbag"]))
        self._instrument_bags = list(struct.iter_unpack("<HH", chunks[b"ibag"]))
        self._preset_generators = list(struct.iter_unpack("<HH", chunks[b"pgen"]))
        self._instrument_generators = list(struct.iter_unpack("<HH", chunks[b"igen"]))
        self._recordings = [_recording(row) for row in struct.iter_unpack(_SHDR, chunks[b"shdr"])]
        self._decoded: dict[int, NDArray[np.float32]] = {}

    def zones(self, program: int, is_drum: bool, pitch: int, velocity: int) -> list[Zone]:
        """Return the zones that sound for a note; none where the font has no such program."""
        bag = self._presets.get((_DRUM_BANK if is_drum else 0, program))
        if bag is None:
            return []
        zones: list[Zone] = []
        for outer in _reached(
            self._preset_bags, self._preset_generators, bag, _INSTRUMENT, pitch, velocity
        ):
            _, first, end = self._instruments[outer[_INSTRUMENT]]
            for inner in _reached(
                self._instrument_bags,
                self._instrument_generators,
                [first, end],
                _SAMPLE,
                pitch,
                velocity,
            ):
                recording = self._recordings[inner[_SAMPLE]]
                zones.append(Zone(recording, tuple(sorted(_joined(inner, outer).items()))))
        return zones

    def samples(self, recording: Recording) -> NDArray[np.float32]:
        """Return a recording, mono float32, full scale 1.0, at its own rate."""
        if recording.first not in self._decoded:
            self._decoded[recording.first] = self._decode(recording)
        return self._decoded[recording.first]

    def _decode(self, recording: Recording) -> NDArray[np.float32]:
        if not recording.is_compressed:
            data = self._sound[2 * recording.first : 2 * recording.end]
            return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(1 << 15)
        stream = io.BytesIO(self._sound[recording.first : recording.end])
        resampler = av.AudioResampler(format="flt", layout="mono")
        with av.open(stream, format="ogg") as container:
            parts = [
                converted.to_ndarray()[0]
                for frame in container.decode(audio=0)
                for converted in resampler.resample(frame)
            ]
        return np.concatenate(parts) if parts else np.zeros(1, np.float32)


_SHDR = "<20sIIIIIBbHH"


def _recording(row: tuple[bytes, int, int, int, int, int, int, int, int, int]) -> Recording:
    name, first, end, loop_start, loop_end, rate, root, correction, _, kind = row
    is_compressed = bool(kind & _COMPRESSED)
    before = 0 if is_compressed else first
    return Recording(
        name.rstrip(b"\0").decode("latin-1"),
        first,
        end,
        loop_start - before,
        loop_end - before,
        rate,
        root,
        correction,
        is_compressed,
    )


def _chunks(path: Path) -> dict[bytes, bytes]:
    """Return the file's chunks by name.

    Raises:
        InvalidInput: when the file is no SoundFont.
    """
    data = path.read_bytes()
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise InvalidInput("not a SoundFont", path=str(path), zh="不是 SoundFont 音色文件")
    found: dict[bytes, bytes] = {}
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        position += 8
        if name == b"LIST":
            position += 4
            continue
        found[name] = data[position : position + size]
        position += size + size % 2
    return found


def _named(chunk: bytes, layout: str, bag: int) -> list[tuple[int, ...]]:
    """Return rows of a list of headers, each with the bag at which the next one begins."""
    rows = list(struct.iter_unpack(layout, chunk))
    return [(*row[: bag + 1], after[bag]) for row, after in itertools.pairwise(rows)]


def _reached(
    bags: list[tuple[int, ...]],
    generators: list[tuple[int, ...]],
    bag: list[int],
    terminal: int,
    pitch: int,
    velocity: int,
) -> Iterator[Generators]:
    """Return the zones of one list that a note reaches, the global zone's values below theirs."""
    common: Generators = {}
    for index in range(bag[0], bag[1]):
        rows = generators[bags[index][0] : bags[index + 1][0]]
        own: Generators = {row[0]: row[1] for row in rows}
        if terminal not in own:
            if index == bag[0]:
                common = own
            continue
        zone = {**common, **own}
        if _holds(zone, _KEY_RANGE, pitch) and _holds(zone, _VELOCITY_RANGE, velocity):
            yield zone


def _holds(zone: Generators, kind: int, value: int) -> bool:
    span = zone.get(kind, 127 << 8)
    return span & 0xFF <= value <= span >> 8


def _joined(inner: Generators, outer: Generators) -> Generators:
    """Return an instrument's generators with the preset's added; signed, without ranges."""
    joined: Generators = {}
    for kind in {*inner, *outer} - {_INSTRUMENT, _SAMPLE, _KEY_RANGE, _VELOCITY_RANGE}:
        value = _signed(inner[kind]) if kind in inner else _DEFAULTS.get(kind, 0)
        if kind in outer and kind not in _INSTRUMENT_ONLY:
            value += _signed(outer[kind])
        joined[kind] = value
    return joined


def _signed(value: int) -> int:
    return value - 65_536 if value >= 32_768 else value
