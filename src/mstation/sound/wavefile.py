"""Long sound on disk, a block at a time: stereo WAV written, any PCM WAV read.

Stems are 32-bit float, for they may pass full scale before the limiter and must still sum to the
mix; what is under a ceiling has 24 bits. The format's 4 GB hold three hours.
Source: Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0.
"""

from __future__ import annotations

import shutil
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.errors import InvalidInput, Unsupported
from mstation.timebase import SAMPLE_RATE

BLOCK = 10 * SAMPLE_RATE  # samples; what is held of a film's sound at once

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_HEADER_BYTES = 58


class StereoWriter:
    """A stereo WAV being written; its header is completed on leaving.

    bits: 32 for float, 24 for whole numbers, where what passes full scale is clipped.
    """

    def __init__(self, path: Path, *, bits: Literal[24, 32] = 32) -> None:
        self._file: BinaryIO = path.open("wb")
        self._file.write(bytes(_HEADER_BYTES))
        self._bits = bits
        self.samples = 0

    def __enter__(self) -> StereoWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.seek(0)
        self._file.write(_header(self.samples, self._bits))
        self._file.close()

    def write(self, block: NDArray[np.float32]) -> None:
        """Append (samples, 2)."""
        sound = np.ascontiguousarray(block, dtype="<f4")
        if self._bits == 24:
            data = np.empty(3 * sound.size, np.uint8)
            _encode_24(sound.reshape(-1), data)
            self._file.write(data.data)
        else:
            self._file.write(sound.data)
        self.samples += len(block)

    def append(self, wav: WavFile) -> None:
        """Append a stereo WAV that is coded alike, as it is.

        Raises:
            ValueError: when it is coded otherwise.
        """
        if (wav.channels, wav.bits) != (2, self._bits):
            raise ValueError(f"{wav.path} has {wav.channels} channels of {wav.bits} bits")
        with wav.path.open("rb") as file:
            file.seek(wav.first_byte)
            shutil.copyfileobj(file, self._file, 1 << 20)
        self.samples += wav.samples

    def write_silence(self, samples: int) -> None:
        """Append so many samples of nothing."""
        for first in range(0, samples, BLOCK):
            self.write(np.zeros((min(BLOCK, samples - first), 2), np.float32))


def _header(samples: int, bits: int) -> bytes:
    frame = bits // 4
    size, coding = samples * frame, _FLOAT if bits == 32 else _PCM
    form = struct.pack("<HHIIHHH", coding, 2, SAMPLE_RATE, SAMPLE_RATE * frame, frame, bits, 0)
    fact = struct.pack("<4sII", b"fact", 4, samples)
    riff = struct.pack("<4sI4s", b"RIFF", _HEADER_BYTES - 8 + size, b"WAVE")
    return (
        riff
        + struct.pack("<4sI", b"fmt ", len(form))
        + form
        + fact
        + struct.pack("<4sI", b"data", size)
    )


@dataclass(frozen=True, slots=True)
class WavFile:
    """A WAV on disk: how it is coded and where its samples lie."""

    path: Path
    samples: int
    channels: int
    coding: int
    bits: int
    first_byte: int

    def read(self, first: int, count: int) -> NDArray[np.float32]:
        """Return (count, 2) samples from `first` on; silence before the start and after the end.

        A mono file sounds on both sides; of more than two channels the first two are taken.
        """
        start, end = max(0, first), min(self.samples, first + count)
        out = np.zeros((count, 2), np.float32)
        if end > start:
            sound = self.within(start, end - start)
            out[start - first : start - first + len(sound)] = sound
        return out

    def within(self, first: int, count: int) -> NDArray[np.float32]:
        """Return (count, 1 or 2) samples that all lie in the file, only to be read."""
        frame = self.channels * self.bits // 8
        with self.path.open("rb") as file:
            file.seek(self.first_byte + first * frame)
            data = file.read(count * frame)
        sound = _decode(data, self.coding, self.bits).reshape(-1, self.channels)
        return sound[:, : min(2, self.channels)]

    def blocks(self, samples: int | None = None) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Return the file block by block, each with its first sample; padded to `samples`."""
        total = self.samples if samples is None else samples
        for first in range(0, total, BLOCK):
            yield first, self.read(first, min(BLOCK, total - first))


def open_wav(path: Path) -> WavFile:
    """Return a WAV ready to be read in blocks.

    Raises:
        InvalidInput: when the file is no WAV, or not at 48 kHz.
        Unsupported: when the coding is not PCM of 16, 24, 32 bits or 32-bit float.
    """
    with path.open("rb") as file:
        riff = file.read(12)
        if riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
            raise InvalidInput("not a WAV file", path=str(path), zh="不是 WAV 文件")
        form = b""
        while len(head := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", head)
            if name == b"data" and form:
                return _described(path, form, file.tell(), size)
            body = file.read(size + size % 2)
            form = body if name == b"fmt " else form
    raise InvalidInput("a WAV file without sound", path=str(path), zh="这个 WAV 文件里没有声音")


def join(paths: Sequence[Path], out: Path) -> None:
    """Write stereo WAVs of 24 bits, one after the other, as one.

    Raises:
        ValueError: when one is coded otherwise.
    """
    with StereoWriter(out, bits=24) as writer:
        for path in paths:
            writer.append(open_wav(path))


def _described(path: Path, form: bytes, first_byte: int, size: int) -> WavFile:
    coding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if coding == _EXTENSIBLE:
        coding = struct.unpack("<H", form[24:26])[0]
    if rate != SAMPLE_RATE:
        raise InvalidInput(
            f"the sound is at {rate} Hz; it must be at 48000",
            path=str(path),
            zh=f"声音的采样率是 {rate} Hz，须为 48000 Hz",
        )
    if (coding, bits) not in ((_PCM, 16), (_PCM, 24), (_PCM, 32), (_FLOAT, 32)):
        raise Unsupported(
            f"WAV coding {coding} with {bits} bits",
            path=str(path),
            zh=f"不支持 {bits} 位、编码 {coding} 的 WAV",
        )
    there = min(size, path.stat().st_size - first_byte)
    return WavFile(path, there // (channels * bits // 8), channels, coding, bits, first_byte)


def _decode(data: bytes, coding: int, bits: int) -> NDArray[np.float32]:
    match coding, bits:
        case (1, 16):
            return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(1 << 15)
        case (1, 24):
            sound = np.empty(len(data) // 3, np.float32)
            _decode_24(np.frombuffer(data, np.uint8), sound)
            return sound
        case (1, 32):
            return np.frombuffer(data, "<i4").astype(np.float32) / np.float32(1 << 31)
    return np.frombuffer(data, "<f4")


@kernel
def _decode_24(data: NDArray[np.uint8], sound: NDArray[np.float32]) -> None:
    for i in range(len(sound)):
        low = np.int32(data[3 * i]) | np.int32(data[3 * i + 1]) << 8
        high = np.int32(np.int8(data[3 * i + 2])) << 16
        sound[i] = np.float32(high | low) / np.float32(1 << 23)


@kernel
def _encode_24(sound: NDArray[np.float32], data: NDArray[np.uint8]) -> None:
    top = 1 << 23
    for i in range(len(sound)):
        whole = np.int32(min(top - 1.0, max(-float(top), np.rint(float(sound[i]) * top))))
        data[3 * i] = whole & 0xFF
        data[3 * i + 1] = (whole >> 8) & 0xFF
        data[3 * i + 2] = (whole >> 16) & 0xFF
