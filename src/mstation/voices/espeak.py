"""The espeak-ng library, one line at a time, each from a fresh state.

The library keeps its flutter and its wave phase from line to line in memory that nothing resets,
not even its own termination, so the same line came out in three lengths in one process. Each line
is therefore spoken by a private copy of the library, opened, used once and closed: 5 ms a line.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from mstation.errors import NotFound

# Source: espeak-ng 1.52, src/include/espeak-ng/speak_lib.h.
_SYNCHRONOUS = 2
_PHONEME_EVENTS_IN_IPA = 1 | 2
_UTF8_WITH_PHONEMES = 1 | 0x100  # text between [[ ]] is in the library's phoneme letters
_RATE, _PITCH, _RANGE = 1, 3, 4
_END, _WORD, _PHONEME = 0, 1, 7


class _Identity(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What the library says begins at a sample: a word of the text, or a sound."""

    sample: int
    position: int  # words: the first character, from 0
    length: int  # words: characters
    symbol: str  # sounds: in IPA, empty for a silence; words: empty
    is_word: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the library gave for one line."""

    samples: NDArray[np.float32]  # (n,) full scale 1.0
    rate: int
    marks: tuple[Mark, ...]


def say(text: str, voice: str, *, rate: int, pitch: int, pitch_range: int, seed: int) -> Spoken:
    """Return `text` spoken by a voice and variant (`cmn+f2`), always the same for the same words.

    `rate` is in the library's words a minute (80 to 450), `pitch` and `pitch_range` 0 to 99.

    Raises:
        NotFound: when the library or the voice is not there.
    """
    with tempfile.TemporaryDirectory(prefix="mstation-voice-") as folder:
        source = Path(espeakng_loader.get_library_path())
        if not source.is_file():
            raise NotFound(
                f"no espeak-ng library at {source}; install the package espeakng-loader",
                zh=f"{source} 处没有 espeak-ng 库；请安装 espeakng-loader",
            )
        copy = Path(folder) / source.name
        shutil.copyfile(source, copy)
        library = ctypes.CDLL(str(copy))
        try:
            return _say(library, text, voice, (rate, pitch, pitch_range), seed)
        finally:
            library.espeak_Terminate()
            _close(library)


def _say(library: Any, text: str, voice: str, settings: tuple[int, int, int], seed: int) -> Spoken:
    sounds: list[NDArray[np.int16]] = []
    marks: list[Mark] = []

    def hear(wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            sounds.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type != _END:
            if events[index].type in (_WORD, _PHONEME):
                marks.append(_mark(events[index]))
            index += 1
        return 0

    data = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, _PHONEME_EVENTS_IN_IPA)
    if rate <= 0:
        raise NotFound(
            "espeak-ng found no voice data; install the package espeakng-loader again",
            zh="espeak-ng 找不到语音数据；请重新安装 espeakng-loader",
        )
    listener = _Callback(hear)
    library.espeak_SetSynthCallback(listener)
    library.espeak_ng_SetRandSeed(ctypes.c_long(seed % (1 << 31)))
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise NotFound(f"espeak-ng has no voice `{voice}`", zh=f"espeak-ng 没有嗓音 `{voice}`")
    for parameter, value in zip((_RATE, _PITCH, _RANGE), settings, strict=True):
        library.espeak_SetParameter(parameter, value, 0)
    encoded = text.encode() + b"\0"
    library.espeak_Synth(
        encoded, ctypes.c_size_t(len(encoded)), 0, 0, 0, _UTF8_WITH_PHONEMES, None, None
    )
    library.espeak_Synchronize()
    whole = np.concatenate(sounds) if sounds else np.zeros(0, np.int16)
    return Spoken((whole / np.float32(1 << 15)).astype(np.float32), rate, tuple(marks))


def _mark(event: Any) -> Mark:
    if event.type == _WORD:
        return Mark(event.sample, event.text_position - 1, event.length, "", True)
    symbol = event.id.string.decode("utf-8", "ignore")
    return Mark(event.sample, event.text_position - 1, 0, symbol, False)


def _close(library: Any) -> None:
    """Let the private copy go, so that a long film does not fill the memory with copies."""
    import _ctypes

    if sys.platform == "win32":
        _ctypes.FreeLibrary(library._handle)
    else:
        _ctypes.dlclose(library._handle)
