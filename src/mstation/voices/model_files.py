"""A voice that a person brought as files: its bytes in, a session that only computes out.

Nothing of such a file is run but by onnxruntime, on one thread, so that it sums the same way
every time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mstation.errors import InvalidInput
from mstation.voices.speech import FileEngine
from mstation.voices.utterance import Sound

_REASON = 120  # characters of what onnxruntime says, for a person to look up


@dataclass(frozen=True, slots=True)
class VoiceFiles:
    """A voice as a person brought it."""

    engine: FileEngine
    model: Path  # ONNX; a file of the store, named by its content
    beside: bytes  # piper: the model's .json; kokoro: the file of styles
    speaker: str = ""  # which of the voices in it; empty: the first


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it was opened, and what it is called inside where it tells how long sounds are."""

    session: Any
    tells_lengths: bool

    def run(self, feed: Mapping[str, NDArray[Any]]) -> tuple[Sound, NDArray[np.float64] | None]:
        """Return the sound, mono, and how long each sound of it is, in the model's own unit.

        Raises:
            InvalidInput: the model cannot take what it is fed, or gives no sound.
        """
        try:
            found = self.session.run(None, dict(feed))
        except _refusals() as error:
            raise _unusable(error) from error
        samples = np.asarray(found[0], np.float32).reshape(-1)
        if not len(samples) or not np.isfinite(samples).all():
            raise InvalidInput(
                "the model gives no sound; is it a model of another kind?",
                zh="模型没有给出声音；是否为别种模型？",
            )
        lengths = np.asarray(found[-1], np.float64).reshape(-1) if self.tells_lengths else None
        return samples, lengths


def open_model(
    data: bytes,
    wanted: Collection[str],
    *,
    may: Collection[str] = (),
    lengths: str,
    seed: int | None = None,
) -> Model:
    """Return a model whose inputs are those `wanted`, and those it `may` have.

    `lengths`: the value inside its graph that holds how long each sound is, where it has one.
    `seed`: of the noise that its graph draws; it goes on from run to run, so that a line that
    is to sound the same again needs a model opened anew.

    Raises:
        InvalidInput: it is no ONNX, it is damaged, or it has other inputs.
    """
    tells = lengths.encode() in data
    try:
        session = session_of(data + also_put_out(lengths) if tells else data, seed=seed)
    except _refusals() as error:
        raise _unusable(error) from error
    found = {each.name for each in session.get_inputs()}
    if not set(wanted) <= found <= {*wanted, *may}:
        listed, named = ", ".join(sorted(found))[:_REASON], ", ".join(wanted)
        raise InvalidInput(
            f"the model takes {listed or 'nothing'} where {named} are expected; "
            "is it a voice of another engine?",
            zh=f"模型的输入是 {listed or '空'}，应为 {named}；是否为别的引擎的嗓音？",
        )
    return Model(session, tells)


def session_of(data: bytes, *, seed: int | None = None) -> Any:
    """Return an ONNX file's bytes as a session that sums in one order, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4
    if seed is not None:
        onnxruntime.set_seed(seed % (1 << 31))
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def edges_of(
    lengths: NDArray[np.float64] | None, count: int, duration_s: float
) -> NDArray[np.float64]:
    """Return when each of `count` sounds begins and the last ends: as told, or else evenly."""
    if lengths is None or len(lengths) != count or lengths.min() < 0 or not lengths.any():
        lengths = np.ones(count)
    edges = np.concatenate([[0.0], np.cumsum(lengths)])
    edges_s: NDArray[np.float64] = edges / edges[-1] * duration_s
    return edges_s


def also_put_out(name: str) -> bytes:
    """Return bytes that, put after an ONNX file, make it put out one more of its values.

    Messages of this format merge when they are put end to end: this is a model that holds a
    graph (field 7) that holds an output (field 12) that holds a name (field 1).

    Source: Protocol Buffers, encoding, "Last One Wins" and merging; onnx.proto.
    """
    message = name.encode()
    for field in (1, 12, 7):
        message = bytes([field << 3 | 2, len(message)]) + message
    return message


def _unusable(error: Exception) -> InvalidInput:
    reason = " ".join(str(error).split())[:_REASON]
    return InvalidInput(
        f"the model cannot be used ({reason}); fetch it again, and name the engine it is for",
        zh=f"模型无法使用（{reason}）；请重新下载，并写明它所属的引擎",
    )


def _refusals() -> tuple[type[Exception], ...]:
    """Return what onnxruntime raises; it has no class that they share but Exception."""
    from onnxruntime.capi import onnxruntime_pybind11_state as raised

    names = (
        "EPFail", "EngineError", "Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf",
        "ModelLoaded", "NoModel", "NoSuchFile", "NotImplemented", "RuntimeException",
    )  # fmt: skip
    return (*(getattr(raised, name) for name in names), ValueError)
