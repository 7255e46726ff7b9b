"""Models from outside: what they hold is drawn, and nothing else is opened or believed."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pxr import Gf, Sdf, Usd, UsdGeom

from mstation.errors import MStationError
from mstation.previs.gltf_file import GltfFile
from mstation.previs.gltf_mesh import add_materials, add_mesh
from mstation.previs.gltf_reading import read_glb
from mstation.previs.primitives import box
from mstation.previs.usd_reading import read_usd


def glb() -> bytes:
    """Return a box of 12 triangles, twice as high as wide, as a file."""
    file = GltfFile()
    add_materials(file)
    mesh = add_mesh(file, "box", box((0, 0, 0), (1, 2, 1), (0.8, 0.1, 0.1)))
    file.add("scenes", nodes=[file.add("nodes", mesh=mesh, translation=[100.0, 0.0, 0.0])])
    return file.glb(scene=0)


def edited(change: dict[str, Any]) -> bytes:
    """Return the box with its document's top entries replaced."""
    data = glb()
    length = struct.unpack_from("<I", data, 12)[0]
    said = {**json.loads(data[20 : 20 + length]), **change}
    text = json.dumps(said).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + length :]
    head = struct.pack("<4sII", b"glTF", 2, 20 + len(text) + len(rest))
    return head + struct.pack("<I4s", len(text), b"JSON") + text + rest


def test_a_model_stands_in_the_middle_at_a_radius_of_one() -> None:
    model = read_glb(glb())
    assert model.triangles == 12
    low, high = model.points.min(0), model.points.max(0)
    assert np.abs(low + high).max() < 1e-5
    assert (high - low)[1] / (high - low)[0] == pytest.approx(2)
    assert np.linalg.norm(model.points, axis=1).max() == pytest.approx(1)
    assert model.colours[0] == pytest.approx([0.8, 0.1, 0.1], abs=0.01)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"buffers": [{"byteLength": 9, "uri": "/etc/passwd"}]}, "/etc/passwd"),
        ({"images": [{"uri": "https://example.org/a.png"}]}, "example.org"),
        ({"extensionsRequired": ["KHR_draco_mesh_compression"]}, "KHR_draco"),
        ({"nodes": [{"children": [0]}]}, "damaged"),
        ({"nodes": [{"mesh": 77}]}, "damaged"),
        ({"nodes": [{"mesh": -1}]}, "damaged"),
        ({"nodes": []}, "damaged"),
        ({"scenes": [{"nodes": []}]}, "no triangles"),
        ({"bufferViews": [{"buffer": 0, "byteLength": 2**40}] * 9}, "damaged"),
        ({"accessors": [{"bufferView": 0, "componentType": 5126, "count": 2**31, "type": "VEC3"}]},
         "damaged"),
        ({"accessors": "many"}, "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_lies_or_names_others_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(MStationError, match=told):
        read_glb(edited(change))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_file_is_refused_or_drawn_but_never_breaks(
    blows: list[tuple[int, int]],
) -> None:
    data = bytearray(glb())
    for place, value in blows:
        data[place % len(data)] = value
    try:
        assert read_glb(bytes(data)).triangles > 0
    except MStationError as error:
        assert error.told("zh")  # noqa: PT017 - either is right


def usd_of(path: Path, *, up: str = "Y") -> Usd.Stage:
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, up)
    mesh = UsdGeom.Mesh.Define(stage, "/wall")
    corners = [(0, 0, 0), (1, 0, 0), (1, 3, 0), (0, 3, 0)]
    mesh.CreatePointsAttr([Gf.Vec3f(*each) for each in corners])
    mesh.CreateFaceVertexCountsAttr([4])
    mesh.CreateFaceVertexIndicesAttr([0, 1, 2, 3])
    mesh.CreateDisplayColorAttr([Gf.Vec3f(0.1, 0.3, 0.8)])
    stage.Save()
    return stage


@pytest.mark.parametrize(("up", "tall"), [("Y", 1), ("Z", 2)])
def test_a_usd_stands_upright(tmp_path: Path, up: str, tall: int) -> None:
    usd_of(tmp_path / "a.usda", up=up)
    model = read_usd(tmp_path / "a.usda")
    assert model.triangles == 2
    size = model.points.max(0) - model.points.min(0)
    assert int(size.argmax()) == tall
    assert model.colours[0] == pytest.approx([0.1, 0.3, 0.8])


def test_a_usd_that_names_other_files_is_refused_before_they_are_opened(tmp_path: Path) -> None:
    stage = usd_of(tmp_path / "a.usda")
    stage.GetRootLayer().subLayerPaths.append("/etc/other.usda")
    stage.DefinePrim("/far").GetReferences().AddReference("../secret.usd")
    stage.Save()
    with pytest.raises(MStationError, match=r"secret\.usd|other\.usda"):
        read_usd(tmp_path / "a.usda")


def test_what_is_no_usd_is_refused(tmp_path: Path) -> None:
    for number, text in enumerate(("#usda 1.0\n(", "PXR-USDC" + "\0" * 200, "")):
        path = tmp_path / f"{number}.usd"
        path.write_text(text)
        with pytest.raises(MStationError):
            read_usd(path)
    assert Sdf.Layer.Find(str(tmp_path / "0.usd")) is None
