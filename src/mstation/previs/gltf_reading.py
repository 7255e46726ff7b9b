"""A `.glb` file from outside in, the model in it out: nothing but what the file itself holds.

What is drawn: triangles in their rest pose, base colours and their pictures, colours of points.
Files that name other files are refused, as are lists that lead into circles or past their ends.

Source: Khronos, glTF 2.0 specification.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mstation.errors import InvalidInput, Unsupported
from mstation.previs.model import MOST_POINTS, Floats, Model, Piece, Skin, model_of, require_size

_MOST_JSON = 64 * 1024 * 1024
_MOST_NODES, _DEEPEST = 50_000, 100
_MOST_SIDE, _KEPT_SIDE = 16_384, 1024  # pixels of a picture: of the file's, as it is drawn
_TRIANGLES = 4
_COMPONENTS = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
# What is required changes where points stand or which bytes they are: only this is known.
_KNOWN = {"KHR_mesh_quantization", "KHR_materials_unlit", "KHR_materials_emissive_strength"}


@dataclass(slots=True)
class _File:
    """A file that is read: its document, its bytes, and the pictures that were read of it."""

    said: dict[str, Any]
    binary: bytes
    skins: dict[int, Skin] = field(default_factory=dict)
    triangles: int = 0

    def of(self, name: str, number: Any) -> dict[str, Any]:
        """Return an entry of one of the document's lists."""
        listed = self.said.get(name, [])
        if not isinstance(number, int) or isinstance(number, bool):
            raise _damaged()
        if not isinstance(listed, list) or not 0 <= number < len(listed):
            raise _damaged()
        found = listed[number]
        if not isinstance(found, dict):
            raise _damaged()
        return found


def read_glb(data: bytes) -> Model:
    """Return the model of a file.

    Raises:
        InvalidInput: when the file is damaged, names other files, or is too much.
        Unsupported: when it is packed in a way that is not read.
    """
    file = _opened(data)
    try:
        return model_of(list(_pieces(file)))
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
        raise _damaged() from error


def _opened(data: bytes) -> _File:
    if len(data) < 20 or data[:4] != b"glTF":
        raise _damaged()
    version, whole = struct.unpack_from("<II", data, 4)
    if version != 2 or whole > len(data):
        raise _damaged()
    chunks = list(_chunks(data[:whole]))
    if not chunks or chunks[0][0] != b"JSON" or len(chunks[0][1]) > _MOST_JSON:
        raise _damaged()
    try:
        said = json.loads(chunks[0][1])
    except (ValueError, RecursionError) as error:
        raise _damaged() from error
    if not isinstance(said, dict):
        raise _damaged()
    binary = next((chunk for kind, chunk in chunks[1:] if kind == b"BIN\0"), b"")
    _refuse_others(said)
    return _File(said, binary)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        length, kind = struct.unpack_from("<I4s", data, at)
        if at + 8 + length > len(data):
            raise _damaged()
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length


def _refuse_others(said: dict[str, Any]) -> None:
    """Refuse what names other files, and what is packed as we do not read it."""
    for name in ("buffers", "images"):
        for entry in said.get(name) or []:
            uri = entry.get("uri") if isinstance(entry, dict) else None
            if uri is not None and not (name == "images" and str(uri).startswith("data:")):
                raise InvalidInput(
                    f"the model names another file, `{str(uri)[:80]}`; export it as one GLB with "
                    "everything in it",
                    zh=f"模型引用了外部文件 `{str(uri)[:80]}`；请导出为包含全部内容的单个 GLB",
                )
    needed = said.get("extensionsRequired") or []
    if unknown := sorted(str(each)[:60] for each in set(map(str, needed)) - _KNOWN):
        raise Unsupported(
            f"the model needs {', '.join(unknown[:5])}, which is not read; export it without",
            zh=f"模型需要 {', '.join(unknown[:5])}，暂不支持；请在导出时关闭",
        )


def _pieces(file: _File) -> Iterator[Piece]:
    scenes = file.said.get("scenes")
    roots: Any = range(len(file.said.get("nodes", [])))
    if scenes:
        roots = file.of("scenes", file.said.get("scene", 0)).get("nodes", [])
    else:
        children = {
            each for node in file.said.get("nodes", []) for each in node.get("children", [])
        }
        roots = [each for each in roots if each not in children]
    waiting = [(number, np.eye(4), 0) for number in roots]
    seen = 0
    while waiting:
        number, above, depth = waiting.pop()
        seen += 1
        if seen > _MOST_NODES or depth > _DEEPEST:
            raise _damaged()
        node = file.of("nodes", number)
        world = above @ _placed(node)
        waiting += [(child, world, depth + 1) for child in node.get("children", [])]
        if "mesh" in node:
            for primitive in file.of("meshes", node["mesh"])["primitives"]:
                if primitive.get("mode", _TRIANGLES) == _TRIANGLES:
                    yield _piece(file, primitive, world)


def _placed(node: dict[str, Any]) -> NDArray[np.float64]:
    """Return where a node stands in the one above it: (4, 4)."""
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    placed = np.eye(4)
    placed[:3, :3] = turn * np.array(node.get("scale", (1, 1, 1)), np.float64)
    placed[:3, 3] = node.get("translation", (0, 0, 0))
    return placed


def _piece(file: _File, primitive: dict[str, Any], world: NDArray[np.float64]) -> Piece:
    named = primitive["attributes"]
    points = _floats(file, named["POSITION"])[:, :3]
    if "indices" in primitive:
        order = _accessor(file, primitive["indices"]).reshape(-1).astype(np.int64)
    else:
        order = np.arange(len(points))
    triangles = order[: len(order) // 3 * 3].reshape(-1, 3)
    file.triangles += len(triangles)
    require_size(file.triangles)
    if len(triangles) and (triangles.max() >= len(points) or triangles.min() < 0):
        raise _damaged()
    turn = world[:3, :3]
    if np.linalg.det(turn) < 0:
        triangles = triangles[:, ::-1]
    normals = None
    if "NORMAL" in named and abs(np.linalg.det(turn)) > 1e-30:
        normals = (_floats(file, named["NORMAL"]) @ np.linalg.inv(turn)).astype(np.float32)
    return Piece(
        (points @ turn.T + world[:3, 3]).astype(np.float32),
        triangles.astype(np.int32),
        _skin(file, primitive.get("material")),
        _alike(normals, points),
        _alike(_floats(file, named["TEXCOORD_0"]), points) if "TEXCOORD_0" in named else None,
        _alike(_floats(file, named["COLOR_0"])[:, :3], points) if "COLOR_0" in named else None,
    )


def _alike(values: Floats | None, points: Floats) -> Floats | None:
    if values is not None and len(values) != len(points):
        raise _damaged()
    return values


def _floats(file: _File, number: Any) -> Floats:
    """Return the values of an accessor, of those that are normalized from −1 or 0 to 1."""
    values = _accessor(file, number)
    if file.of("accessors", number).get("normalized"):
        return np.maximum(values / np.iinfo(values.dtype).max, -1).astype(np.float32)
    return values.astype(np.float32)


def _accessor(file: _File, number: Any) -> NDArray[Any]:
    """Return the values of an accessor: (count, width)."""
    said = file.of("accessors", number)
    if "sparse" in said or "bufferView" not in said:
        raise Unsupported(
            "the model has sparse accessors, which are not read; export it without",
            zh="模型含稀疏数据，暂不支持；请在导出时关闭",
        )
    kind, width = np.dtype(_COMPONENTS[said["componentType"]]), _WIDTHS[said["type"]]
    count = int(said["count"])
    data = _view(file, said["bufferView"])
    start = int(said.get("byteOffset", 0))
    own = kind.itemsize * width
    step = int(file.of("bufferViews", said["bufferView"]).get("byteStride", own))
    if not 0 < count <= 3 * MOST_POINTS or step < own or start < 0:
        raise _damaged()
    if start + step * (count - 1) + own > len(data):
        raise _damaged()
    found = np.ndarray((count, width), kind, data, start, (step, kind.itemsize))
    return np.array(found)


def _view(file: _File, number: Any) -> bytes:
    said = file.of("bufferViews", number)
    start, length = int(said.get("byteOffset", 0)), int(said["byteLength"])
    if said.get("buffer", 0) != 0 or start < 0 or length < 0 or start + length > len(file.binary):
        raise _damaged()
    return file.binary[start : start + length]


def _skin(file: _File, number: Any) -> Skin:
    if number is None:
        return Skin(np.full(3, 0.6, np.float32))
    if number not in file.skins:
        shade = file.of("materials", number).get("pbrMetallicRoughness", {})
        colour = np.array(shade.get("baseColorFactor", (1, 1, 1, 1))[:3], np.float32)
        named = shade.get("baseColorTexture")
        picture = None if named is None else _picture(file, named["index"])
        file.skins[number] = Skin(np.clip(colour, 0, 1), picture)
    return file.skins[number]


def _picture(file: _File, number: Any) -> NDArray[np.uint8] | None:
    """Return a picture, small enough to be drawn; None where it is of a kind that is not read."""
    texture = file.of("textures", number)
    if "source" not in texture:
        return None
    said = file.of("images", texture["source"])
    if "uri" in said:
        try:
            data = base64.b64decode(said["uri"].partition(",")[2], validate=True)
        except binascii.Error as error:
            raise _damaged() from error
    else:
        data = _view(file, said["bufferView"])
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            if max(opened.size) > _MOST_SIDE:
                raise _damaged()
            opened.draft("RGB", (_KEPT_SIDE, _KEPT_SIDE))
            small = opened.convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise _damaged() from error
    small.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
    return np.asarray(small, np.uint8)


def _damaged() -> InvalidInput:
    return InvalidInput(
        "the file cannot be read as a GLB model: it is damaged or cut off; export it again",
        zh="无法按 GLB 模型读取：文件已损坏或不完整，请重新导出",
    )
