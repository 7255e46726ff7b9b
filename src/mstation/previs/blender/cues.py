"""A scene's USD layer in, cues for Blender out: what its own reader of USD leaves out.

Blender reads meshes, skeletons and surfaces by itself. Cameras, things that move and who is seen
when come from here, frame by frame, as plain JSON in the world of the layer (Y up, metres).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Usd, UsdGeom, UsdSkel

from mstation.previs.usd import MM_PER_UNIT
from mstation.timebase import FrameRate

Rows = list[list[float]]  # a frame a row, sixteen numbers of a matrix that acts on columns


@dataclass(frozen=True, slots=True)
class ShotCue:
    """One camera and when it is on."""

    prim: str
    label: str
    first_frame: int
    world_from_camera: Rows
    focal_mm: list[float]
    sensor_mm: tuple[float, float]


@dataclass(frozen=True, slots=True)
class SceneCues:
    """All of a scene that Blender's reader leaves out."""

    label: str
    layer: str  # where the scene's USD is
    film_first_frame: int
    frames: int
    rate: tuple[int, int]
    shots: list[ShotCue]
    things: dict[str, Rows]  # by path below the scene: `props/LETTER`
    seen: dict[str, list[tuple[int, int]]]  # by path: stretches of frames, half-open
    light: dict[str, Any]  # what is written on the `lights` scope, and the sun and lamps
    is_interior: bool


def film_cues(film: Path, rate: FrameRate | None = None) -> list[SceneCues]:
    """Return the cues of every scene of a film's stage, in order."""
    stage = Usd.Stage.Open(str(film))
    root = stage.GetDefaultPrim()
    cues = []
    for prim in root.GetChildren():
        label = prim.GetName().removeprefix("scene_")
        references = prim.GetMetadata("references").GetAddedOrExplicitItems()
        layer = film.parent / references[0].assetPath
        first = round(references[0].layerOffset.offset)
        cues.append(scene_cues(layer, rate or _rate(stage), first, label))
    return cues


def scene_cues(layer: Path, rate: FrameRate, first: int = 0, label: str = "") -> SceneCues:
    """Return the cues of one scene's layer, whose first frame is `first` in the film."""
    stage = Usd.Stage.Open(str(layer))
    root = stage.GetDefaultPrim()
    base = root.GetPath()
    label = label or root.GetName().removeprefix("scene_")
    end = round(stage.GetEndTimeCode()) + 1
    cameras = [UsdGeom.Camera(prim) for prim in Usd.PrimRange(root) if prim.IsA(UsdGeom.Camera)]
    starts = [_start(camera) for camera in cameras]
    things = _children(stage, f"{base}/props")
    shown = [*things, *_children(stage, f"{base}/cast"), *_children(stage, f"{base}/crowd")]
    return SceneCues(
        label=label,
        layer=str(layer.resolve()),
        film_first_frame=first,
        frames=end,
        rate=(rate.fraction.numerator, rate.fraction.denominator),
        shots=[
            _shot(camera, label, range(start, until))
            for camera, (start, until) in zip(cameras, pairwise([*starts, end]), strict=True)
        ],
        things={_below(prim, base): _rows(prim, range(end)) for prim in things},
        seen={_below(prim, base): _stretches(prim, end) for prim in shown},
        light=_light(stage, f"{base}/lights"),
        is_interior=bool(
            stage.GetPrimAtPath(f"{base}/set").GetAttribute("mstation:interior").Get()
        ),
    )


def write_cues(path: Path, cues: list[SceneCues], **more: Any) -> None:
    """Write cues and what else there is to say as JSON."""
    said = {"scenes": [asdict(each) for each in cues], **more}
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def _rate(stage: Usd.Stage) -> FrameRate:
    fps = stage.GetTimeCodesPerSecond()
    return FrameRate.parse(f"{fps:.3f}" if fps % 1 else f"{fps:.0f}")


def _children(stage: Usd.Stage, path: str) -> list[Usd.Prim]:
    prim = stage.GetPrimAtPath(path)
    kinds = (UsdGeom.Mesh, UsdSkel.Root)
    return [each for each in prim.GetChildren() if any(map(each.IsA, kinds))] if prim else []


def _below(prim: Usd.Prim, base: Any) -> str:
    return str(prim.GetPath().MakeRelativePath(base))


def _start(camera: UsdGeom.Camera) -> int:
    times = camera.GetFocalLengthAttr().GetTimeSamples()
    return round(times[0]) if times else 0


def _shot(camera: UsdGeom.Camera, scene: str, frames: range) -> ShotCue:
    prim = camera.GetPrim().GetParent()
    focal = camera.GetFocalLengthAttr()
    apertures = (camera.GetHorizontalApertureAttr(), camera.GetVerticalApertureAttr())
    width, height = (MM_PER_UNIT * each.Get() for each in apertures)
    return ShotCue(
        prim=prim.GetName(),
        label=f"{scene}-{prim.GetName().removeprefix('s')}",
        first_frame=frames.start,
        world_from_camera=_rows(camera.GetPrim(), frames),
        focal_mm=[MM_PER_UNIT * focal.Get(frame) for frame in frames],
        sensor_mm=(width, height),
    )


def _rows(prim: Usd.Prim, frames: range) -> Rows:
    """Return world_from_prim, a frame a row; one row where it never moves."""
    form = UsdGeom.Xformable(prim)
    moves = len(form.GetTimeSamples()) > 1
    matrices = [
        np.array(form.ComputeLocalToWorldTransform(frame)).T.ravel().tolist()
        for frame in (frames if moves else frames[:1])
    ]
    return matrices


def _stretches(prim: Usd.Prim, end: int) -> list[tuple[int, int]]:
    """Return when a prim is seen, by its own word."""
    visibility = UsdGeom.Imageable(prim).GetVisibilityAttr()
    times = [round(time) for time in visibility.GetTimeSamples()] or [0]
    return [
        (start, until)
        for start, until in pairwise([*times, end])
        if visibility.Get(start) != UsdGeom.Tokens.invisible
    ]


def _light(stage: Usd.Stage, path: str) -> dict[str, Any]:
    scope = stage.GetPrimAtPath(path)
    said: dict[str, Any] = {}
    for attribute in scope.GetAttributes():
        if attribute.GetNamespace() == "mstation":
            value = attribute.Get()
            said[attribute.GetBaseName()] = value if isinstance(value, float) else list(value)
    said["lights"] = {prim.GetName(): _lamp(prim) for prim in scope.GetChildren()}
    sun = np.array(UsdGeom.Xformable(scope.GetChild("sun")).ComputeLocalToWorldTransform(0)).T
    said["towardsSun"] = sun[:3, 2].tolist()
    return said


def _lamp(prim: Usd.Prim) -> dict[str, Any]:
    place = UsdGeom.Xformable(prim).ComputeLocalToWorldTransform(0).ExtractTranslation()
    radius = prim.GetAttribute("inputs:radius")
    return {
        "amount": prim.GetAttribute("inputs:intensity").Get(),
        "colour": list(prim.GetAttribute("inputs:color").Get()),
        "position": list(place),
        "radius": radius.Get() if radius else 0.0,
    }
