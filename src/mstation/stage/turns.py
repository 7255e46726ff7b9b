"""Turns as quaternions: made about an axis, put together, read off a frame."""

from __future__ import annotations

import numpy as np

from mstation.space import Array


def about(axis: int, angle: Array) -> Array:
    """Return quaternions (frames, 4) that turn about x, y or z."""
    out = np.zeros((len(angle), 4))
    out[:, 0] = np.cos(angle / 2)
    out[:, 1 + axis] = np.sin(angle / 2)
    return out


def times(first: Array, *rest: Array) -> Array:
    """Return the product of quaternions, the leftmost outermost."""
    out = first
    for other in rest:
        w, x, y, z = out.T
        a, b, c, d = other.T
        out = np.stack(
            [
                w * a - x * b - y * c - z * d,
                w * b + x * a + y * d - z * c,
                w * c - x * d + y * a + z * b,
                w * d + x * c - y * b + z * a,
            ],
            axis=-1,
        )
    return out


def arc(start: Array, end: Array) -> Array:
    """Return the quaternions (frames, 4) of the shortest turns from one way to another."""
    a = start / np.maximum(np.linalg.norm(start, axis=-1, keepdims=True), 1e-9)
    b = end / np.maximum(np.linalg.norm(end, axis=-1, keepdims=True), 1e-9)
    w = 1.0 + np.sum(a * b, axis=-1, keepdims=True)
    half = np.concatenate([np.maximum(w, 1e-6), np.cross(a, b)], axis=-1)
    out: Array = half / np.linalg.norm(half, axis=-1, keepdims=True)
    return out


def quaternions_of_matrices(matrices: Array) -> Array:
    """Return unit quaternions (..., 4), w x y z, of rotation matrices (..., 3, 3).

    Source: Shepperd (1978): the largest of the four is found first.
    """
    m = matrices
    trace = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    squares = np.stack([1 + trace] + [1 + 2 * m[..., i, i] - trace for i in range(3)], axis=-1)
    yz, zx, xy = (m[..., j, k] for j, k in ((2, 1), (0, 2), (1, 0)))
    zy, xz, yx = (m[..., j, k] for j, k in ((1, 2), (2, 0), (0, 1)))
    rows = np.stack(
        [
            np.stack([squares[..., 0], yz - zy, zx - xz, xy - yx], -1),
            np.stack([yz - zy, squares[..., 1], xy + yx, zx + xz], -1),
            np.stack([zx - xz, xy + yx, squares[..., 2], yz + zy], -1),
            np.stack([xy - yx, zx + xz, yz + zy, squares[..., 3]], -1),
        ],
        axis=-2,
    )
    best = np.argmax(squares, axis=-1)
    chosen = np.take_along_axis(rows, best[..., None, None], axis=-2)[..., 0, :]
    out: Array = chosen / np.linalg.norm(chosen, axis=-1, keepdims=True)
    return out
