"""The step from scenes' sound and cues to the stems and the mix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from mstation.graph.step import Blob, Inputs, Outputs
from mstation.making.facts import as_json
from mstation.sound.mix import lay_stem, mix_film
from mstation.timebase import FrameRate
from mstation.voices.wav import read_wav

Piece = tuple[int, NDArray[np.float32]]  # first sample, sound


def mix(inputs: Inputs) -> Outputs:
    """Return the film's sound, its stems, and how loud it is."""
    params = inputs.params
    rate = FrameRate.parse(params["rate"])
    total = rate.sample_of_frame(params["frames"])
    stems = {name: inputs.scratch / f"{name}.wav" for name in ("dialogue", "effects", "music")}
    for name, path in stems.items():
        lay_stem(_placed(inputs.group(name), params[name], rate), total, path)
    out = inputs.scratch / "mix.wav"
    loudness = mix_film(stems["dialogue"], stems["effects"], stems["music"], out)
    return {"mix": out, **stems, "loudness": as_json(asdict(loudness))}


def _placed(blobs: dict[str, Blob], frames: Iterable[int], rate: FrameRate) -> Iterator[Piece]:
    for (_, blob), frame in zip(sorted(blobs.items()), frames, strict=True):
        yield rate.sample_of_frame(frame), read_wav(blob.read())[0]
