"""A set's lighting in; lamps, shadow maps and the film's tone curve as the loops read them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import (
    TONE_BASE,
    TONE_SHIFT,
    TONE_SIZE,
    Bytes,
    Floats,
    Ints,
    Light,
    Shadow,
)
from mstation.previs.mesh import Mesh
from mstation.previs.raster import blocks, draw_shadow, face_normals, to_light
from mstation.stage.layout import Lighting

STILL_TEXELS = 2048
MOVING_TEXELS = 768
PATCH_SOFTNESS = 0.03  # of the edges of what falls through a window, metres a metre
_LAMPS = 8
_LEAST_TEXEL_M = 0.012
_MARGIN = 24  # texels around what a map holds, so that the softest look-up stays inside
NOTHING = np.float32(-1e9)
# A lamp of intensity 1 lights a white wall 2 m away to middle grey: 0.18 × 2².
LAMP_STRENGTH = 0.18 * 4.0
_SHOULDER_STARTS = 0.55


def light_of(lighting: Lighting) -> Light:
    """The light of a set as the loops read it."""
    lamps = [
        [*lamp.position, *(c * lamp.intensity * LAMP_STRENGTH for c in lamp.colour), lamp.radius_m]
        for lamp in lighting.lamps
        if lamp.intensity > 0 and lamp.radius_m > 0
    ]
    return Light(
        towards_sun=_unit(np.array(lighting.towards_sun, float)).astype(np.float32),
        sun=np.array(lighting.sun_colour, np.float32),
        sky=np.array(lighting.sky_colour, np.float32),
        ground=np.array(lighting.ground_colour, np.float32),
        top=np.array(lighting.backdrop_top, np.float32),
        horizon=np.array(lighting.backdrop_horizon, np.float32),
        lamps=np.array(lamps[:_LAMPS], np.float32).reshape(-1, 7),
        fog_m=np.float32(lighting.fog_m),
        patch=np.float32(lighting.patch),
    )


def tone_table(exposure: float) -> Bytes:
    """Display values of linear light: exposure, a filmic shoulder, the sRGB curve.

    Indexed by the leading bits of the light as a float, so that steps are even to the eye.
    Source: IEC 61966-2-1 for the curve.
    """
    bits = (np.arange(TONE_SIZE, dtype=np.int64) + TONE_BASE << TONE_SHIFT) + (1 << TONE_SHIFT - 1)
    light = bits.astype(np.int32).view(np.float32).astype(np.float64)
    return np.round(toned(light * exposure) * 255).astype(np.uint8)


def toned(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Display values, 0…1, of exposed linear light: a filmic shoulder, then the sRGB curve."""
    start, room = _SHOULDER_STARTS, 1 - _SHOULDER_STARTS
    over = np.maximum(light - start, 0)
    light = np.where(light < start, light, start + room * over / (over + room))
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.clip(curve, 0, 1)


def sun_axes(towards_sun: Floats) -> Floats:
    """(3, 3) across, down and towards the sun: the sun's view of the world."""
    towards = towards_sun.astype(float)
    across = np.cross([0.0, 0.0, 1.0] if abs(towards[1]) > 0.9 else [0.0, 1.0, 0.0], towards)
    across = _unit(across)
    return np.stack([across, np.cross(towards, across), towards]).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ShadowMap:
    """A shadow map and the ink-free canvas it is drawn on."""

    shadow: Shadow
    ids: Ints
    light_from_world: Floats  # (3, 4) texel, texel, metres

    def clear(self) -> None:
        """Let the sun in everywhere."""
        rows, columns = np.nonzero(self.shadow.highest > NOTHING)
        if len(rows):
            down = slice(8 * int(rows.min()), 8 * int(rows.max()) + 16)
            across = slice(8 * int(columns.min()), 8 * int(columns.max()) + 16)
            self.shadow.near[down, across] = NOTHING
            self.shadow.lowest.fill(NOTHING)
            self.shadow.highest.fill(NOTHING)


def shadow_map(
    axes: Floats, corners: NDArray[np.floating], texels: int, softness: float
) -> ShadowMap:
    """An empty shadow map that holds these places (n, 3)."""
    seen = corners.astype(float) @ axes[:2].T.astype(float)
    low, high = seen.min(axis=0), seen.max(axis=0)
    texel_m = max(_LEAST_TEXEL_M, float((high - low).max()) / (texels - 2 * _MARGIN))
    scale = 1 / texel_m
    origin = _MARGIN - low * scale
    size = np.minimum(texels, np.ceil((high - low) * scale / 8).astype(int) * 8 + 2 * _MARGIN)
    columns, rows = int(size[0]), int(size[1])
    matrix = np.zeros((3, 4), np.float32)
    matrix[:2, :3], matrix[2, :3] = axes[:2] * scale, axes[2]
    matrix[:2, 3] = origin
    shadow = Shadow(
        near=np.full((rows, columns), NOTHING, np.float32),
        lowest=np.full((rows // 8, columns // 8), NOTHING, np.float32),
        highest=np.full((rows // 8, columns // 8), NOTHING, np.float32),
        origin=origin.astype(np.float32),
        scale=np.float32(scale),
        spread=np.float32(scale * softness),
    )
    return ShadowMap(shadow, np.zeros((rows, columns), np.int32), matrix)


def cast_still_shadow(mesh: Mesh, towards_sun: Floats, shadows: ShadowMap) -> None:
    """Draw what keeps the sun out into a set's shadow map."""
    shadow = shadows.shadow
    normals = np.zeros((len(mesh.triangles), 3), np.float32)
    face_normals(mesh.points, mesh.triangles, 0, len(mesh.triangles), normals)
    screen = np.empty((len(mesh.points), 3), np.float32)
    to_light(mesh.points, shadows.light_from_world, screen, np.zeros(4, np.float32))
    draw_shadow(
        screen,
        mesh.triangles,
        normals,
        towards_sun,
        0,
        len(mesh.triangles),
        shadow.near,
        shadows.ids,
    )
    survey_shadow(shadows, np.zeros(2), np.array(shadow.near.shape[::-1]))


def survey_shadow(
    shadows: ShadowMap, low: NDArray[np.floating], high: NDArray[np.floating]
) -> None:
    """Write what soft look-ups can meet, after drawing between two corners (x, y) in texels."""
    shadow = shadows.shadow
    rows, columns = shadow.lowest.shape
    left, top = (int(edge) // 8 - 3 for edge in low)
    right, bottom = (int(edge) // 8 + 2 for edge in high)
    window = np.clip([top, bottom, left, right], 0, [rows, rows, columns, columns])
    blocks(shadow.near, shadow.lowest, shadow.highest, window.astype(np.int32))


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-9 else np.array([0.0, 1.0, 0.0])
