"""Sound in, WAV bytes out, and back: 24-bit PCM, the same bytes for the same sound."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.errors import InvalidInput, Unsupported

_FULL_SCALE_24 = 1 << 23
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_RIFFS = (b"RIFF", b"RF64", b"BW64")  # Source: EBU Tech 3306, ITU-R BS.2088 for the longer ones


@dataclass(frozen=True, slots=True)
class WavForm:
    """How the sound of a WAV is coded, as its header says."""

    coding: int
    channels: int
    rate: int
    bits: int
    sound: bytes  # of the `data` chunk, as much as is there

    @property
    def seconds(self) -> float:
        """How long it is, 0 where the header cannot be meant."""
        a_second = self.rate * self.channels * self.bits // 8
        return len(self.sound) / a_second if a_second else 0.0


def write_wav(samples: NDArray[np.float32], rate: int) -> bytes:
    """Return a 24-bit PCM WAV of `samples`, (n,) or (n, channels) float32, full scale 1.0.

    What lies over full scale is clipped.

    Source: Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0.
    """
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    scaled = np.round(samples.astype(np.float64).reshape(-1) * _FULL_SCALE_24)
    whole = np.clip(scaled, -_FULL_SCALE_24, _FULL_SCALE_24 - 1).astype("<i4")
    data = whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    block = 3 * channels
    form = struct.pack("<HHIIHH", _PCM, channels, rate, rate * block, block, 24)
    padding = b"\0" * (len(data) % 2)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data + padding
    return b"RIFF" + struct.pack("<I", len(body)) + body


def read_wav(data: bytes) -> tuple[NDArray[np.float32], int]:
    """Return the samples of a WAV, (n,) when mono else (n, channels) float32, and its rate.

    Raises:
        InvalidInput: when the bytes are not a whole WAV file.
        Unsupported: when the coding is not PCM of 8 to 32 bits or float of 32 or 64.
    """
    form = read_form(data)
    samples = _decode(form.sound, form.coding, form.bits)
    if form.channels > 1:
        whole = len(samples) // form.channels * form.channels
        samples = samples[:whole].reshape(-1, form.channels)
    return samples, form.rate


def read_form(data: bytes) -> WavForm:
    """Return how a WAV is coded, its sound not decoded yet.

    Raises:
        InvalidInput: when the bytes are not a whole WAV file.
    """
    if len(data) < 12 or data[:4] not in _RIFFS or data[8:12] != b"WAVE":
        raise InvalidInput(
            "not a WAV file: no RIFF/WAVE header", zh="不是 WAV 文件：缺少 RIFF/WAVE 文件头"
        )
    chunks = _chunks(data)
    form, sound = chunks.get(b"fmt "), chunks.get(b"data")
    if form is None or len(form) < 16 or sound is None:
        raise InvalidInput(
            "not a whole WAV file: no `fmt ` or no `data` chunk",
            zh="WAV 文件不完整：缺少 `fmt ` 或 `data` 块",
        )
    coding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if coding == _EXTENSIBLE and len(form) >= 26:
        coding = struct.unpack("<H", form[24:26])[0]
    return WavForm(coding, channels, rate, bits, sound)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack("<4sI", data[position : position + 8])
        found.setdefault(name, data[position + 8 : position + 8 + size])
        position += 8 + size + size % 2
    return found


def _decode(sound: bytes, coding: int, bits: int) -> NDArray[np.float32]:
    sound = sound[: len(sound) // (bits // 8 or 1) * (bits // 8 or 1)]
    match coding, bits:
        case (1, 24):
            wide = np.zeros((len(sound) // 3, 4), np.uint8)
            wide[:, 1:] = np.frombuffer(sound, np.uint8).reshape(-1, 3)
            whole = wide.reshape(-1).view("<i4") >> 8
            return (whole / np.float64(_FULL_SCALE_24)).astype(np.float32)
        case (1, 16):
            return (np.frombuffer(sound, "<i2") / np.float64(1 << 15)).astype(np.float32)
        case (1, 32):
            return (np.frombuffer(sound, "<i4") / np.float64(1 << 31)).astype(np.float32)
        case (3, 32):
            return np.frombuffer(sound, "<f4").astype(np.float32)
        case (3, 64):
            return np.frombuffer(sound, "<f8").astype(np.float32)
        case (1, 8):
            return (np.frombuffer(sound, np.uint8) / np.float32(128) - 1).astype(np.float32)
    raise Unsupported(
        f"WAV coding {coding} of {bits} bits; write 24-bit PCM",
        zh=f"不支持 {bits} 位、编码 {coding} 的 WAV；请用 24 位 PCM",
    )
