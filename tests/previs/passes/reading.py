"""Passes as another tool reads them: by their files, with nothing of ours."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import OpenEXR


def pictures(path: Path) -> list[np.ndarray]:
    """Return every picture of a video, (height, width, 3)."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def exr(path: Path) -> tuple[dict, dict[str, np.ndarray]]:
    """Return a file's header, and each of its channels by its whole name."""
    with OpenEXR.File(str(path), separate_channels=True) as file:
        pixels = {name: channel.pixels.copy() for name, channel in file.channels().items()}
        return dict(file.header()), pixels


def camera(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return world-from-camera matrices and intrinsics in pixels, as stored."""
    poses = np.load(folder / "camera.c2w.npy").astype(float)
    return poses, np.load(folder / "camera.intrinsics.npy").astype(float)


def lifted(z: np.ndarray, pose: np.ndarray, lens: np.ndarray) -> np.ndarray:
    """Return (height, width, 3): the places in the world that a picture of metres shows."""
    rows, columns = np.indices(z.shape)
    fx, fy, cx, cy = lens
    points = np.stack([(columns + 0.5 - cx) / fx * z, (rows + 0.5 - cy) / fy * z, z], axis=-1)
    return points @ pose[:3, :3].T + pose[:3, 3]


def seen_at(points: np.ndarray, pose: np.ndarray, lens: np.ndarray) -> np.ndarray:
    """Return (..., 3): x and y in pixels, metres ahead."""
    camera_points = (points - pose[:3, 3]) @ pose[:3, :3]
    fx, fy, cx, cy = lens
    z = camera_points[..., 2]
    return np.stack(
        [fx * camera_points[..., 0] / z + cx, fy * camera_points[..., 1] / z + cy, z], axis=-1
    )


def matte(path: Path, layer: str, name: str) -> np.ndarray:
    """Return the coverage of a name in a layer, found by the file's own manifest."""
    header, channels = exr(path)
    key = next(key for key, value in header.items() if key.endswith("/name") and value == layer)
    manifest = json.loads(header[key.replace("/name", "/manifest")])
    wanted = np.uint32(int(manifest[name], 16)).view(np.float32)
    total = np.zeros_like(next(iter(channels.values())))
    for rank in range(3):
        for of, share in ("RG", "BA"):
            ids = channels[f"{layer}{rank:02d}.{of}"]
            total += np.where(ids == wanted, channels[f"{layer}{rank:02d}.{share}"], 0.0)
    return total
