"""Tiny voice models, made here: every letter is a tone of its own, a silence where it is 0.

They take and give what a Piper and a Kokoro model do, noise drawn inside their graphs included.
Source: onnx.proto, field by field.
"""

from __future__ import annotations

import io
import json
import struct

import numpy as np

LETTERS = "_^$ .,?!;:" + "abdefhijklmnopstuvwzæðŋɐɑɔəɚɛɜɡɪɹʃʊʌʒˈˌːθɾɫ"
FLOAT, INT = 1, 7
_FRAME = 600


def piper_model(*, inputs: tuple[str, ...] = ("input", "input_lengths", "scales")) -> bytes:
    """Return the bytes of a Piper voice whose sound is twice as long at length scale 2."""
    shapes = {"scales": (FLOAT, [3]), "sid": (INT, [1]), "input_lengths": (INT, [1])}
    nodes = [
        *_tones("input"),
        _node("RandomNormalLike", ["tones"], "noise"),
        _node("Gather", ["scales", "zero"], "loud"),
        _node("Mul", ["noise", "loud"], "hiss"),
        _node("Add", ["tones", "hiss"], "rough"),
        _node("Gather", ["scales", "first"], "length"),
        _node("Reciprocal", ["length"], "step"),
        *_paced("rough"),
        _node("Reshape", ["paced", "as piper"], "output"),
        _node("Ceil", ["ones"], "/Ceil_output_0"),
    ]
    return _graph(nodes, {name: shapes.get(name, (INT, [1, None])) for name in inputs}, "output")


def piper_json(**changed: object) -> bytes:
    """Return the JSON beside it."""
    told = {
        "audio": {"sample_rate": 22_050},
        "espeak": {"voice": "en-us"},
        "inference": {"length_scale": 1},
        "phoneme_type": "espeak",
        "phoneme_id_map": {letter: [index] for index, letter in enumerate(LETTERS)},
        "num_speakers": 1,
        "speaker_id_map": {},
    }
    return json.dumps(told | changed).encode()


def kokoro_model() -> bytes:
    """Return the bytes of a Kokoro model whose sound is always a little noisy."""
    nodes = [
        *_tones("tokens"),
        _node("RandomNormalLike", ["tones"], "noise"),
        _node("Mul", ["noise", "hundredth"], "hiss"),
        _node("Add", ["tones", "hiss"], "rough"),
        _node("ReduceMean", ["style"], "styled", keepdims=0),
        _node("Mul", ["rough", "styled"], "coloured"),
        _node("Reshape", ["speed", "scalar"], "step"),
        *_paced("coloured"),
        _node("Identity", ["paced"], "audio"),
        _node("Clip", ["ones"], "/encoder/Clip_output_0"),
    ]
    inputs = {"tokens": (INT, [1, None]), "style": (FLOAT, [1, 256]), "speed": (FLOAT, [1])}
    return _graph(nodes, inputs, "audio")


def kokoro_styles(*names: str) -> bytes:
    """Return a packed file of styles, each voice as loud as its place in the list."""
    out = io.BytesIO()
    styles = {n: np.full((510, 1, 256), 0.2 * i, np.float32) for i, n in enumerate(names, 1)}
    np.savez(out, **styles)
    return out.getvalue()


def _tones(letters: str) -> list[bytes]:
    return [
        _node("Cast", [letters], "numbers", to=FLOAT),
        _node("Reshape", ["numbers", "as letters"], "each"),
        _node("Mul", ["each", "ramp"], "angles"),
        _node("Sin", ["angles"], "tones"),
        _node("Mul", ["numbers", "none"], "nothing"),
        _node("Add", ["nothing", "one"], "ones"),
    ]


def _paced(sound: str) -> list[bytes]:
    """Every step-th sample: the sound faster or slower."""
    return [
        _node("Reshape", [sound, "flat"], "whole"),
        _node("Size", ["whole"], "size"),
        _node("Cast", ["size"], "count", to=FLOAT),
        _node("Sub", ["count", "one"], "last"),
        _node("Range", ["none", "count", "step"], "steps"),
        _node("Min", ["steps", "last"], "at"),
        _node("Cast", ["at"], "places", to=INT),
        _node("Gather", ["whole", "places"], "paced"),
    ]


def _graph(nodes: list[bytes], inputs: dict[str, tuple[int, list[int | None]]], out: str) -> bytes:
    ramp = np.arange(_FRAME, dtype=np.float32) * np.float32(2 * np.pi / _FRAME)
    floats = {"ramp": ramp.reshape(1, 1, -1), "none": 0.0, "one": 1.0, "hundredth": 0.01}
    ints = {"zero": 0, "first": 1, "flat": [-1], "as letters": [1, -1, 1], "scalar": []}
    ints |= {"as piper": [1, 1, 1, -1]}
    tensors = [_tensor(n, FLOAT, np.asarray(v, np.float32)) for n, v in floats.items()]
    tensors += [_tensor(n, INT, np.asarray(v, np.int64)) for n, v in ints.items()]
    graph = b"".join(
        [
            *(_part(1, node) for node in nodes),
            _part(2, b"voice"),
            *(_part(5, tensor) for tensor in tensors),
            *(_part(11, _value(name, *told)) for name, told in inputs.items()),
            _part(12, _value(out, FLOAT, [None])) if out == "audio" else _part(12, _part(1, out)),
        ]
    )
    return _number(1, 8) + _part(8, _part(1, b"") + _number(2, 13)) + _part(7, graph)


def _node(kind: str, inputs: list[str], output: str, **numbers: int) -> bytes:
    fields = [*(_part(1, name) for name in inputs), _part(2, output), _part(4, kind)]
    for name, number in numbers.items():
        fields.append(_part(5, _part(1, name) + _number(3, number) + _number(20, 2)))
    return b"".join(fields)


def _tensor(name: str, kind: int, values: np.ndarray) -> bytes:
    dims = b"".join(_number(1, size) for size in values.shape)
    return dims + _number(2, kind) + _part(8, name) + _part(9, values.tobytes())


def _value(name: str, kind: int, shape: list[int | None]) -> bytes:
    sizes = b"".join(
        _part(1, _part(2, b"any") if size is None else _number(1, size)) for size in shape
    )
    return _part(1, name) + _part(2, _part(1, _number(1, kind) + _part(2, sizes)))


def _part(field: int, data: bytes | str) -> bytes:
    data = data.encode() if isinstance(data, str) else data
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += struct.pack("B", value & 127 | 128)
        value >>= 7
    return out + struct.pack("B", value)
