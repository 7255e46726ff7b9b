"""Colours in, the planes that an encoder takes out."""

from __future__ import annotations

import numpy as np

from mstation.previs.canvas import Bytes
from mstation.previs.kernel import kernel


@kernel
def to_video(final: Bytes, fade: int, luma: Bytes, blue: Bytes, red: Bytes) -> None:
    """Write the planes of limited-range BT.709; `fade` runs 0 (black) … 256.

    Source: ITU-R BT.709, Kr 0.2126, Kb 0.0722, eight-bit limited range.
    """
    _, height, width = final.shape
    for y in range(height):
        for x in range(width):
            r, g, b = np.int32(final[0, y, x]), np.int32(final[1, y, x]), np.int32(final[2, y, x])
            value = np.int32(11966) * r + np.int32(40254) * g + np.int32(4064) * b
            scaled = (value >> np.int32(8)) * np.int32(fade)
            luma[y, x] = np.uint8((scaled + np.int32(32768) + np.int32(16 << 16)) >> np.int32(16))
    for y in range(height // 2):
        for x in range(width // 2):
            r = g = b = np.int32(0)
            for dy in range(2):
                for dx in range(2):
                    r += np.int32(final[0, 2 * y + dy, 2 * x + dx])
                    g += np.int32(final[1, 2 * y + dy, 2 * x + dx])
                    b += np.int32(final[2, 2 * y + dy, 2 * x + dx])
            u = np.int32(-1649) * r - np.int32(5547) * g + np.int32(7196) * b
            v = np.int32(7196) * r - np.int32(6536) * g - np.int32(660) * b
            # 2^16 of a code value and four pixels, with eight bits given to the fade.
            u, v = (u >> np.int32(8)) * np.int32(fade), (v >> np.int32(8)) * np.int32(fade)
            blue[y, x] = np.uint8((u + np.int32(32768) + np.int32(128 << 16)) >> np.int32(16))
            red[y, x] = np.uint8((v + np.int32(32768) + np.int32(128 << 16)) >> np.int32(16))
