"""Channels in, one OpenEXR file out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from mstation.previs.passes.order import Order


def write_exr(
    path: Path, channels: Mapping[str, NDArray[Any]], header: Mapping[str, str] | None = None
) -> Path:
    """Write channels (height, width), float32 or float16, losslessly, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wanted = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    arrays = {name: np.ascontiguousarray(values) for name, values in channels.items()}
    with OpenEXR.File({**wanted, **(header or {})}, arrays) as file:
        file.write(str(path))
    return path


def exr_name(kind: str, frame: int) -> str:
    """Return the name of a frame's file: `depth/depth.0012.exr`; frames count from the shot's."""
    return f"{kind}/{kind}.{frame:04d}.exr"


def exr_path(order: Order, kind: str, frame: int) -> Path:
    """Return where a frame's file is written."""
    return order.folder / exr_name(kind, frame)
