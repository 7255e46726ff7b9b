"""Arrays and nodes in, one `.glb` file out: the container of glTF 2.0.

Source: Khronos, glTF 2.0 specification, sections 3.6 (binary data) and 4 (GLB).
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963
_COMPONENTS = {"int8": 5120, "uint8": 5121, "int16": 5122, "uint16": 5123, "uint32": 5125,
               "float32": 5126}  # fmt: skip
_TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
Json = dict[str, Any]


@dataclass(slots=True)
class GltfFile:
    """A glTF document as it grows; every `add` returns the new thing's number."""

    said: dict[str, list[Json]] = field(default_factory=dict)
    binary: bytearray = field(default_factory=bytearray)

    def add(self, kind: str, **what: Any) -> int:
        """Add a node, a mesh, a material … and return its number among its kind."""
        listed = self.said.setdefault(kind, [])
        listed.append({name: value for name, value in what.items() if value is not None})
        return len(listed) - 1

    def array(
        self,
        values: NDArray[np.generic],
        *,
        target: int | None = None,
        is_normalized: bool = False,
        has_bounds: bool = False,
    ) -> int:
        """Add values (n,) or (n, width) as an accessor of their own type."""
        bounds = _bounds(values) if has_bounds else {}
        return self.add(
            "accessors",
            bufferView=self._view(values, target),
            componentType=_COMPONENTS[values.dtype.name],
            normalized=True if is_normalized else None,
            count=len(values),
            type=_TYPES[values[0].size],
            **bounds,
        )

    def sparse(self, count: int, places: NDArray[np.uint32], values: NDArray[np.float32]) -> int:
        """Add `count` rows of noughts, but for `values` (k, 3) at `places` (k,)."""
        whole = np.zeros((count, 3), np.float32)
        whole[places] = values
        return self.add(
            "accessors",
            componentType=_COMPONENTS["float32"],
            count=count,
            type="VEC3",
            sparse={
                "count": len(places),
                "indices": {
                    "bufferView": self._view(places, None),
                    "componentType": _COMPONENTS[places.dtype.name],
                },
                "values": {"bufferView": self._view(values, None)},
            },
            **_bounds(whole),
        )

    def _view(self, values: NDArray[np.generic], target: int | None) -> int:
        self.binary += b"\0" * (-len(self.binary) % 4)
        start, data = len(self.binary), np.ascontiguousarray(values).tobytes()
        self.binary += data
        return self.add("bufferViews", buffer=0, byteOffset=start, byteLength=len(data),
                        target=target)  # fmt: skip

    def glb(self, **top: Any) -> bytes:
        """Return the file; `top` is what stands at the document's top beside the lists."""
        self.binary += b"\0" * (-len(self.binary) % 4)
        document = {
            "asset": {"version": "2.0", "generator": "M-Station"},
            **top,
            **self.said,
            "buffers": [{"byteLength": len(self.binary)}],
        }
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        length = 12 + 8 + len(text) + 8 + len(self.binary)
        return b"".join(
            (
                struct.pack("<4sII", b"glTF", 2, length),
                struct.pack("<I4s", len(text), b"JSON"),
                text,
                struct.pack("<I4s", len(self.binary), b"BIN\0"),
                self.binary,
            )
        )


def _bounds(values: NDArray[np.generic]) -> Json:
    table = values.reshape(len(values), -1)
    return {"min": table.min(axis=0).tolist(), "max": table.max(axis=0).tolist()}
