"""A set's light out as USD: the sun or moon, the sky, the lamps, in amounts that others can read.

Our light is what a white wall gives back; USD's falls onto it. A matt wall gives back 1/π of
what falls on it, so that π times ours is theirs.
Source: OpenUSD's UsdLux schemas (a normalised light keeps its amount whatever its size).
"""

from __future__ import annotations

import math

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux

from mstation.previs.light import LAMP_STRENGTH
from mstation.stage.layout import Layout, Rgb

SUN_DEG = 0.53  # how wide the sun is in the sky
LAMP_RADIUS_M = 0.05


def define_lights(stage: Usd.Stage, path: str, layout: Layout) -> None:
    """Define the lights of a set, and beside them what only we have a word for."""
    lighting = layout.lighting
    scope = UsdGeom.Scope.Define(stage, path).GetPrim()
    for name, colour in (
        ("sky", lighting.sky_colour),
        ("ground", lighting.ground_colour),
        ("backdropTop", lighting.backdrop_top),
        ("backdropHorizon", lighting.backdrop_horizon),
    ):
        attribute = scope.CreateAttribute(f"mstation:{name}", Sdf.ValueTypeNames.Color3f)
        attribute.Set(Gf.Vec3f(*colour))
    for name, amount in (("exposure", lighting.exposure), ("fog", lighting.fog_m)):
        scope.CreateAttribute(f"mstation:{name}", Sdf.ValueTypeNames.Float).Set(amount)
    sun = UsdLux.DistantLight.Define(stage, f"{path}/sun")
    sun.CreateAngleAttr(SUN_DEG)
    _set_amount(sun, lighting.sun_colour, math.pi)
    turn = Gf.Rotation(Gf.Vec3d(0, 0, 1), Gf.Vec3d(*lighting.towards_sun))
    sun.AddTransformOp().Set(Gf.Matrix4d(turn, Gf.Vec3d(0.0)))
    sky = UsdLux.DomeLight.Define(stage, f"{path}/sky")
    both = np.array([lighting.sky_colour, lighting.ground_colour]).mean(axis=0)
    _set_amount(sky, (both[0], both[1], both[2]), 1.0)
    for index, lamp in enumerate(lighting.lamps):
        light = UsdLux.SphereLight.Define(stage, f"{path}/lamp_{index + 1}")
        light.CreateRadiusAttr(LAMP_RADIUS_M)
        # A sphere's amount is spread over its surface, and a quarter of it faces any one way.
        _set_amount(light, lamp.colour, 4 * math.pi * LAMP_STRENGTH * lamp.intensity)
        light.CreateExtentAttr(UsdGeom.Boundable.ComputeExtentFromPlugins(light, 0))
        UsdGeom.Xformable(light).AddTranslateOp().Set(Gf.Vec3d(*lamp.position))
        prim = light.GetPrim()
        prim.CreateAttribute("mstation:name", Sdf.ValueTypeNames.String).Set(lamp.name)
        prim.CreateAttribute("mstation:reach", Sdf.ValueTypeNames.Float).Set(lamp.radius_m)


def _set_amount(light: UsdLux.NonboundableLightBase, colour: Rgb, times: float) -> None:
    strength = max(colour) or 1.0
    light.CreateColorAttr(Gf.Vec3f(*(float(channel / strength) for channel in colour)))
    light.CreateIntensityAttr(float(strength * times))
    if not light.GetPrim().IsA(UsdLux.DomeLight):
        light.CreateNormalizeAttr(True)
