"""`film.usda` in, what stands and moves on it out: joints, cameras, meshes, frame by frame.

Times are film frames of the composed stage. Matrices act on column vectors, as everywhere here;
USD's own act on rows. Its focal lengths and apertures are tenths of a metre.
Source: OpenUSD's UsdGeom and UsdSkel schemas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Sdf, Tf, Usd, UsdGeom, UsdSkel

from mstation.check.files import missing
from mstation.check.film import Flags, Person, Thing
from mstation.errors import InvalidInput
from mstation.space import Array, Sensor
from mstation.timebase import FrameRate

USD = "film.usda"
JOINTS = (
    "Hips", "Spine", "Chest", "Neck", "Head", "HeadTop", "LeftEye", "RightEye",
    "LeftShoulder", "LeftElbow", "LeftWrist", "RightShoulder", "RightElbow", "RightWrist",
    "LeftHip", "LeftKnee", "LeftAnkle", "LeftToe", "RightHip", "RightKnee", "RightAnkle",
    "RightToe",
)  # fmt: skip
_GLASS = "glass"  # what one looks through: panes of the set, some faces of a thing
_SEEN_PAST = ("horizon", _GLASS)  # of the set; the horizon stands behind all
_ENOUGH = 1e-3
_MOST_METRES = 1e6
_MM = 100.0  # in a tenth of a metre


@dataclass(frozen=True, slots=True, eq=False)
class ShotSeen:
    """What the stage says of a shot, and what its camera does over some frames."""

    said: dict[str, Any]  # size, angle, firstFrame …: whatever `mstation:` attributes there are
    sensor: Sensor
    world_from_camera: Array  # (frames, 4, 4)
    focal_mm: Array  # (frames,)


def open_stage(folder: Path, rate: FrameRate) -> Any:
    """Return the film's stage, its scenes' layers composed.

    Raises:
        NotFound: the stage or one of its layers is not there.
        InvalidInput: it is no USD, or not in metres, Y up, a time code a frame.
    """
    layer = _layer(folder, USD)
    for name in layer.GetCompositionAssetDependencies():
        _layer(folder, name)
    stage = Usd.Stage.Open(layer)
    stage.Reload()  # USD keeps what it has read; another film may have lain here before
    up, unit = UsdGeom.GetStageUpAxis(stage), UsdGeom.GetStageMetersPerUnit(stage)
    if up != UsdGeom.Tokens.y or abs(unit - 1.0) > _ENOUGH:
        raise _broken(
            f"the stage is {up} up, {unit:g} m a unit; it must be Y up, in metres",
            f"场景以 {up} 轴向上、单位为 {unit:g} 米；须为 Y 轴向上、单位为米",
        )
    if abs(stage.GetTimeCodesPerSecond() - float(rate.fraction)) > _ENOUGH:
        raise _broken(
            f"{stage.GetTimeCodesPerSecond():g} time codes a second, the timeline has {rate}",
            f"每秒 {stage.GetTimeCodesPerSecond():g} 个时间码，而时间线为 {rate}",
        )
    return stage


def _layer(folder: Path, name: str) -> Any:
    """Return one of the film's layers, opened."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise _broken(f"`{name}` lies outside the film", f"`{name}` 不在影片目录中")
    if not path.is_file():
        raise missing(path)
    with refusing_broken(name):
        layer = Sdf.Layer.FindOrOpen(str(folder / name))
    if layer is None:
        raise _broken(f"`{name}` is not USD", f"`{name}` 不是 USD 文件")
    return layer


@contextmanager
def refusing_broken(name: str = USD) -> Iterator[None]:
    """Turn what USD says of data that it cannot read into an `InvalidInput`."""
    try:
        yield
    except Tf.ErrorException as error:
        reason = " ".join(str(error).rpartition(" : ")[2].split()).strip("'")[:200]
        raise _broken(f"`{name}` is damaged: {reason}", f"`{name}` 已损坏：{reason}") from error


def _broken(what: str, zh: str) -> InvalidInput:
    return InvalidInput(
        f"{what}; make the film again, or check the folder that `mstation make` wrote",
        path=USD,
        zh=f"{zh}；请重新生成影片，或检查 `mstation make` 写出的目录",
    )


def people_of(stage: Any, scene: str, frames: range, *, scope: str = "cast") -> dict[str, Person]:
    """Return a scene's cast, or its `crowd`, by prim name, over the film frames of the scene."""
    people = stage.GetPrimAtPath(_path(scene, scope))
    if not people:
        return {}
    return {
        prim.GetName(): _person(prim, frames)
        for prim in people.GetChildren()
        if prim.IsA(UsdSkel.Root)
    }


def _path(scene: str, below: str) -> Any:
    path = f"/Film/scene_{scene}/{below}"
    if not Sdf.Path.IsValidPathString(path):
        raise _broken(f"`{path}` names no prim", f"`{path}` 不是有效的路径")
    return Sdf.Path(path)


def _person(prim: Any, frames: range) -> Person:
    where = prim.GetPath()
    skeleton = _first(prim, UsdSkel.Skeleton, "a skeleton", "骨架")
    animation = UsdSkel.Animation(_first(prim, UsdSkel.Animation, "joint curves", "关节曲线"))
    tokens = [str(token) for token in animation.GetJointsAttr().Get() or ()]
    names = tuple(token.rpartition("/")[2] for token in tokens)
    if lacking := [name for name in JOINTS if names.count(name) != 1]:
        raise _broken(f"{where} lacks the joint {lacking[0]}", f"{where} 缺少关节 {lacking[0]}")
    local = _local(animation, len(tokens), frames, where)
    world = np.empty_like(local)
    for joint, token in enumerate(tokens):
        parent = token.rpartition("/")[0]
        if parent and parent not in tokens[:joint]:
            raise _broken(
                f"{where}: joint {token} comes before its parent",
                f"{where}：关节 {token} 排在其父关节之前",
            )
        above = world[:, tokens.index(parent)] if parent else None
        world[:, joint] = local[:, joint] if above is None else above @ local[:, joint]
    world = _worlds(skeleton, frames)[:, None] @ world
    stature = prim.GetAttribute("mstation:stature").Get()
    return Person(
        name=prim.GetName(),
        written=str(prim.GetAttribute("mstation:name").Get() or prim.GetName()),
        stature_m=_stature(stature, where),
        joint_names=names,
        joints=np.ascontiguousarray(world[..., :3, 3]),
        facing=_ahead(world[:, names.index("Head")]),
        present=_seen(prim, frames),
    )


def _first(prim: Any, schema: Any, what: str, zh: str) -> Any:
    for below in Usd.PrimRange(prim):
        if below.IsA(schema):
            return below
    raise _broken(f"{prim.GetPath()} has no {what}", f"{prim.GetPath()} 没有{zh}")


def _stature(value: Any, where: Any) -> float:
    if not isinstance(value, float) or not 0.2 < value < 4.0:
        raise _broken(
            f"{where}: `mstation:stature` is {value}, which is nobody's height in metres",
            f"{where}：`mstation:stature` 为 {value}，不是人的身高（米）",
        )
    return value


def _local(animation: Any, joints: int, frames: range, where: Any) -> Array:
    """Return (frames, joints, 4, 4): each joint in its parent."""
    moved = _curve(animation.GetTranslationsAttr(), (joints, 3), frames, where)
    turned = _curve(animation.GetRotationsAttr(), (joints, 4), frames, where)
    length = np.linalg.norm(turned, axis=-1, keepdims=True)
    if not np.all(length > _ENOUGH):
        raise _broken(f"{where} has a rotation of no direction", f"{where} 的旋转数据无效")
    x, y, z, w = np.moveaxis(turned / length, -1, 0)  # USD's order: imaginary part, then real
    local = np.zeros((len(frames), joints, 4, 4))
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            local[..., row, column] = cell
    local[..., :3, 3] = moved
    local[..., 3, 3] = 1.0
    return local


def _curve(attribute: Any, shape: tuple[int, ...], frames: range, where: Any) -> Array:
    """Return an attribute's values over the frames, (frames, *shape)."""
    query = Usd.AttributeQuery(attribute)
    values = np.empty((len(frames), *shape))
    for index, frame in enumerate(frames):
        value = np.asarray(query.Get(frame), dtype=float)
        if value.shape != shape:
            raise _broken(
                f"{where}: `{attribute.GetName()}` at frame {frame} is {value.shape}, not {shape}",
                f"{where}：`{attribute.GetName()}` 在第 {frame} 帧的数据形状为 {value.shape}，"
                f"应为 {shape}",
            )
        values[index] = value
    if not np.all(np.abs(values) < _MOST_METRES):
        raise _broken(
            f"{where}: `{attribute.GetName()}` holds numbers that are no place on earth",
            f"{where}：`{attribute.GetName()}` 含有无效数值",
        )
    return values


def _ahead(frames: Array) -> Array:
    """Return where −Z of (frames, 4, 4) looks, unit."""
    ahead = -frames[:, :3, 2]
    return np.asarray(ahead / np.linalg.norm(ahead, axis=-1, keepdims=True))


def _seen(prim: Any, frames: range) -> Flags:
    """Return whether a prim, and all above it, is visible, (frames,)."""
    shown = np.ones(len(frames), np.bool_)
    for each in _line_of(prim):
        if each.IsA(UsdGeom.Imageable):
            shown &= _is_shown(UsdGeom.Imageable(each).GetVisibilityAttr(), frames)
    return shown


def _is_shown(visibility: Any, frames: range) -> Flags:
    """Return what a visibility says over the frames: it keeps each value until the next."""
    times = visibility.GetTimeSamples()
    if not times:
        return np.full(len(frames), visibility.Get() != UsdGeom.Tokens.invisible)
    values = np.array([visibility.Get(time) != UsdGeom.Tokens.invisible for time in times])
    last = np.searchsorted(times, np.asarray(frames) + _ENOUGH, side="right") - 1
    return np.asarray(values[np.maximum(last, 0)])


def _worlds(prim: Any, frames: range) -> Array:
    """Return world_from_prim over the frames: (frames, 4, 4), or (1, 4, 4) where nothing moves."""
    moves = any(
        UsdGeom.Xformable(each).TransformMightBeTimeVarying()
        for each in _line_of(prim)
        if each.IsA(UsdGeom.Xformable)
    )
    cache, matrices = UsdGeom.XformCache(), []
    for frame in frames if moves else frames[:1]:
        cache.SetTime(frame)
        matrices.append(np.array(cache.GetLocalToWorldTransform(prim)).T)
    worlds = np.stack(matrices)
    if not np.all(np.abs(worlds) < _MOST_METRES):
        raise _broken(
            f"{prim.GetPath()} is at no place on earth", f"{prim.GetPath()} 的位置数值无效"
        )
    return worlds


def _line_of(prim: Any) -> Iterator[Any]:
    while prim and not prim.IsPseudoRoot():
        yield prim
        prim = prim.GetParent()


def shot_of(stage: Any, scene: str, number: str, frames: range) -> ShotSeen | None:
    """Return a shot's camera over some film frames, or None where it has none."""
    prim = stage.GetPrimAtPath(_path(scene, f"shots/s{number}"))
    camera = UsdGeom.Camera(prim.GetChild("camera")) if prim else None
    if not camera:
        return None
    where = prim.GetPath()
    worlds = np.broadcast_to(_worlds(camera.GetPrim(), frames), (len(frames), 4, 4)).copy()
    rotation = worlds[:, :3, :3]
    if not np.allclose(rotation @ np.swapaxes(rotation, 1, 2), np.eye(3), atol=_ENOUGH) or np.any(
        np.linalg.det(rotation) < 0
    ):
        raise _broken(
            f"{where}: its camera is stretched or mirrored, as none can be",
            f"{where}：摄影机矩阵含有缩放或镜像，不是真实的摄影机",
        )
    focal = _MM * _curve(camera.GetFocalLengthAttr(), (), frames, where)
    apertures = (camera.GetHorizontalApertureAttr(), camera.GetVerticalApertureAttr())
    width, height = (_MM * float(attribute.Get() or 0.0) for attribute in apertures)
    if not (np.all(focal > 1.0) and 1.0 < width < 1000.0 and 1.0 < height < 1000.0):
        raise _broken(
            f"{where}: no lens has {focal.min():g} mm over {width:g} x {height:g} mm",
            f"{where}：焦距 {focal.min():g} 毫米、感光面 {width:g} x {height:g} 毫米，无此镜头",
        )
    said = {
        attribute.GetBaseName(): attribute.Get()
        for attribute in prim.GetAttributes()
        if attribute.GetNamespace() == "mstation"
    }
    return ShotSeen(said, Sensor(width, height), worlds, focal)


def things_of(stage: Any, scene: str, frames: range) -> tuple[Thing, ...]:
    """Return a scene's set and props as triangles; what only stands behind it is left out."""
    things = []
    for kind in ("set", "props"):
        scope = stage.GetPrimAtPath(_path(scene, kind))
        for prim in Usd.PrimRange(scope) if scope else ():
            if prim.IsA(UsdGeom.Mesh) and not (kind == "set" and prim.GetName() in _SEEN_PAST):
                things.append(_thing(prim, frames, is_prop=kind == "props"))
    return tuple(thing for thing in things if len(thing.triangles))


def _thing(prim: Any, frames: range, *, is_prop: bool) -> Thing:
    corners = _corners(UsdGeom.Mesh(prim), frames[0])
    worlds, present = _worlds(prim, frames), _seen(prim, frames)
    first = int(np.argmax(present))  # 0 where it is never seen, and then nothing hangs on it
    start = worlds[min(first, len(worlds) - 1)]
    triangles = corners @ start[:3, :3].T + start[:3, 3]
    moves = len(worlds) > 1 and not np.allclose(worlds[present], start)
    moved = worlds @ np.linalg.inv(start) if moves else None
    return Thing(
        prim.GetName(),
        triangles,
        is_prop,
        moved,
        None if np.all(present) else present,
        written=str(prim.GetAttribute("mstation:name").Get() or ""),
    )


def _corners(mesh: Any, frame: int) -> Array:
    """Return a mesh's triangles in its own space, (n, 3, 3); wider faces are cut into fans.

    Faces of glass are left out.
    """
    where = mesh.GetPath()
    points = np.asarray(mesh.GetPointsAttr().Get(frame) or (), float).reshape(-1, 3)
    indices = np.asarray(mesh.GetFaceVertexIndicesAttr().Get(frame) or (), np.int64)
    counts = np.asarray(mesh.GetFaceVertexCountsAttr().Get(frame) or (), np.int64)
    if counts.sum() != len(indices) or np.any(counts < 3):
        raise _broken(f"{where}: its faces do not add up", f"{where}：面的顶点数不一致")
    if len(indices) and (indices.min() < 0 or indices.max() >= len(points)):
        raise _broken(f"{where}: a face names no point", f"{where}：面引用了不存在的顶点")
    if not np.all(np.abs(points) < _MOST_METRES):
        raise _broken(f"{where} has points nowhere on earth", f"{where} 的顶点数值无效")
    stays = ~_clear(mesh, len(counts))
    return np.asarray(points[_fans(indices[np.repeat(stays, counts)], counts[stays])])


def _clear(mesh: Any, faces: int) -> Flags:
    """Return which of a mesh's faces are of glass, (faces,)."""
    clear = np.zeros(faces, np.bool_)
    subset = UsdGeom.Subset(mesh.GetPrim().GetChild(_GLASS))
    if subset:
        which = np.asarray(subset.GetIndicesAttr().Get() or (), np.int64)
        if np.any((which < 0) | (which >= faces)):
            where = subset.GetPath()
            raise _broken(f"{where} names no face", f"{where} 引用了不存在的面")
        clear[which] = True
    return clear


def _fans(indices: Any, counts: Any) -> Any:
    if np.all(counts == 3):
        return indices.reshape(-1, 3)
    firsts = np.cumsum(counts) - counts
    triangles: Sequence[tuple[int, int, int]] = [
        (first, first + corner, first + corner + 1)
        for first, count in zip(firsts.tolist(), counts.tolist(), strict=True)
        for corner in range(1, count - 1)
    ]
    return indices[np.array(triangles, np.int64).reshape(-1, 3)]
