"""English lines to speech by a Kokoro model: an ONNX file, and a file of styles beside it.

Its letters are those of the bundled English voice, whose rules from spelling to sound speak for
it. Its noise is drawn inside its graph and goes on from run to run: a line opens the model anew,
with a seed, so that the same line is the same sound. Of a bend only the pace is followed.

Source: hexgrad/Kokoro-82M, model card; thewh1teagle/kokoro-onnx, the layout of its files.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.errors import InvalidInput
from mstation.voices.bending import Bend
from mstation.voices.english import LATE_S, Group, piece_by_piece, spell, timed
from mstation.voices.model_files import Model, VoiceFiles, edges_of, open_model
from mstation.voices.speech import Voice
from mstation.voices.utterance import Utterance, silence

RATE = 24_000
_INPUTS = ("tokens", "style", "speed")
_LENGTHS = "/encoder/Clip_output_0"  # in frames of 25 ms, by letter
_STYLE = (510, 256)  # a row for every number of letters
_PACE = (0.5, 2.0)
_MOST_BYTES = 500_000_000  # of all styles, unpacked

# What unpacking raises that is no ValueError.
_DAMAGED = (NotImplementedError, zlib.error, struct.error, RuntimeError)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KokoroVoice:
    """A model that is opened for each line, and the style that it speaks in."""

    path: Path
    style: Floats  # (510, 256)
    reads: str = "en"

    def __call__(self, text: str, bend: Bend, voice: Voice, *, seed: int) -> Utterance:
        """Return a line spoken in English, with the times of its words and sounds."""
        model = _open(self.path, seed)
        return piece_by_piece(
            text, lambda groups: self._say(model, groups, bend.rate), pace=bend.rate
        )

    def _say(self, model: Model, groups: Sequence[Group], rate: float) -> Utterance:
        spelling = spell(groups)
        if not spelling.is_heard:
            return silence(RATE)
        samples, lengths = self._run(model, spelling.ids, rate)
        edges_s = edges_of(lengths, len(spelling.ids), len(samples) / RATE)
        edges_s = np.maximum(edges_s[1:] - LATE_S, 0.0)  # the built-in voice has it from Kokoro
        return timed(groups, spelling, samples, RATE, edges_s, pace=rate)

    def _run(
        self, model: Model, ids: Sequence[int], rate: float
    ) -> tuple[Floats, NDArray[np.float64] | None]:
        row = min(len(ids) - 2, len(self.style) - 1)
        return model.run(
            {
                "tokens": np.array([ids], np.int64),
                "style": self.style[row : row + 1],
                "speed": np.array([min(max(rate, _PACE[0]), _PACE[1])], np.float32),
            }
        )


def open_kokoro(files: VoiceFiles) -> KokoroVoice:
    """Return the voice that a model and one of the styles beside it make, tried once.

    Raises:
        InvalidInput: one of them is damaged, or of another kind.
    """
    voice = KokoroVoice(files.model, _style(files.beside, files.speaker))
    voice._run(_open(files.model, 0), spell([Group("a", "a")]).ids, 1.0)
    return voice


def read_kokoro(files: VoiceFiles) -> KokoroVoice:
    """Return a voice that was opened before and found good."""
    return KokoroVoice(files.model, _style(files.beside, files.speaker))


def _open(path: Path, seed: int) -> Model:
    return open_model(path.read_bytes(), _INPUTS, lengths=_LENGTHS, seed=seed)


def _style(data: bytes, speaker: str) -> Floats:
    """Return one voice's styles, of a packed file of several or of a file of one alone."""
    if not data.startswith(b"PK"):
        if len(data) == 4 * _STYLE[0] * _STYLE[1] and not speaker:
            return _checked(np.frombuffer(data, "<f4"))
        raise _no_styles()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _MOST_BYTES:
                raise _no_styles()
        with np.load(io.BytesIO(data), allow_pickle=False) as styles:
            names = sorted(styles.files)
            name = speaker or (names[0] if names else "")
            if name not in names:
                known = ", ".join(names[:12])
                raise InvalidInput(
                    f"the styles have no voice `{name}`; they have {known}",
                    zh=f"音色文件中没有 `{name}`；可用：{known}",
                )
            return _checked(styles[name])
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, *_DAMAGED) as error:
        raise _no_styles() from error


def _checked(style: NDArray[np.generic]) -> Floats:
    if style.size != _STYLE[0] * _STYLE[1] or style.dtype.kind != "f":
        raise _no_styles()
    rows: Floats = style.reshape(_STYLE).astype(np.float32)
    if not np.isfinite(rows).all():
        raise _no_styles()
    return rows


def _no_styles() -> InvalidInput:
    return InvalidInput(
        "the file of styles holds no Kokoro voices: numbers in 510 rows of 256 are expected, "
        "in an .npz (or a .bin) of kokoro-onnx; a .pt cannot be read",
        zh="音色文件不含 Kokoro 嗓音：应为 kokoro-onnx 的 .npz 或 .bin（510×256 的数）；"
        "不能读取 .pt",
    )
