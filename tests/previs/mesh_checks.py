"""What every mesh must hold, asked by several tests."""

from __future__ import annotations

import numpy as np

from mstation.previs.mesh import Mesh


def assert_sound(mesh: Mesh) -> None:
    """Assert the shapes, kinds and ranges that the noun promises."""
    points, triangles = len(mesh.points), len(mesh.triangles)
    assert mesh.points.shape == mesh.normals.shape == (points, 3)
    assert mesh.points.dtype == mesh.normals.dtype == np.float32
    assert mesh.triangles.shape == mesh.colours.shape == (triangles, 3)
    assert mesh.triangles.dtype == mesh.parts.dtype == np.int32
    assert mesh.parts.shape == mesh.smooth.shape == mesh.glow.shape == (triangles,)
    assert mesh.smooth.dtype == np.bool_
    assert mesh.colours.dtype == mesh.glow.dtype == np.float32
    assert np.isfinite(mesh.points).all()
    assert triangles > 0
    assert mesh.triangles.min() >= 0
    assert mesh.triangles.max() < points
    assert mesh.colours.min() >= 0
    assert mesh.colours.max() <= 1
    assert mesh.parts.min() >= 0
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-3)


def volume_m3(mesh: Mesh) -> float:
    """Return the volume inside a closed mesh: positive when its faces look outwards."""
    a, b, c = (mesh.points[mesh.triangles[:, corner]].astype(float) for corner in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6


def same(first: Mesh, second: Mesh) -> bool:
    """Return whether two meshes hold the same bytes."""
    return all(
        getattr(first, name).tobytes() == getattr(second, name).tobytes()
        for name in ("points", "normals", "triangles", "colours", "parts", "smooth", "glow")
    )
