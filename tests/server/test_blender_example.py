"""The Blender example publishes a scene: its station half always, all of it where Blender is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from mstation import client as page
from mstation.client import Client, Row
from mstation.errors import NotFound
from mstation.media import probe
from mstation.previs.blender.finding import NAMED_BY, Blender, find_blender
from mstation.studio import Studio
from tests.server.signed_in import client, project, server

__all__ = ["client", "project", "server"]

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "blender_publish.py"
STUB = Path(__file__).with_name("stub_bpy.py")
MAKE_SCENE = """
import bpy
scene = bpy.context.scene
scene.frame_start, scene.frame_end = 1001, 1004
scene.render.resolution_x = scene.render.resolution_y = 64
scene.render.filepath = "//renders/"
scene.render.engine = "CYCLES"
scene.render.ffmpeg.format = "MKV"
scene.cycles.samples = 1
bpy.ops.wm.save_as_mainfile(filepath={path!r})
"""
CHECK = """
import bpy
kept = bpy.context.scene.render
told = (kept.engine, kept.filepath, kept.image_settings.file_format, kept.ffmpeg.format)
assert told == {told!r}, told
"""


def _blender() -> Blender | None:
    try:
        return find_blender()
    except NotFound:
        return None


BLENDER = _blender()


@pytest.fixture
def shot(client: Studio, project: Row) -> Row:
    inside = f"/api/projects/{project['id']}"
    shot = client.add(f"{inside}/entities", {"kind": "shot", "label": "014-002", "frames": 48})
    types = client.ask("GET", f"{inside}/task-types")
    (layout,) = (each for each in types if each["name"] == "Layout")
    client.add(f"{inside}/tasks", {"entity_id": shot["id"], "type_id": layout["id"]})
    return shot


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """The example and the page that it needs, copied into one folder."""
    for source, name in ((EXAMPLE, EXAMPLE.name), (Path(page.__file__), "client.py")):
        shutil.copy(source, tmp_path / name)
    return tmp_path / EXAMPLE.name


def environment(client: Client, **more: str) -> Mapping[str, str]:
    token = client._headers["Authorization"].removeprefix("Bearer ")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, "MSTATION_ADDRESS": client.address, "MSTATION_TOKEN": token, **more}


def stubbed(
    beside: Path, environment: Mapping[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    """Run it with nothing but Python's own library and the stub of `bpy`, and check the scene."""
    shutil.copy(STUB, beside.with_name("bpy.py"))
    after = CHECK.format(told=("CYCLES", "//renders/", "OPEN_EXR", "MKV"))
    return run([sys.executable, "-S", "-c", in_python(beside, "", after)], words, environment)


def in_python(script: Path, before: str, after: str) -> str:
    """Return a program that runs the example in a Python that has `bpy`."""
    return (
        f"import sys, runpy; sys.path.insert(0, {str(script.parent)!r})\n{before}\n"
        f"try: runpy.run_path({str(script)!r}, run_name='__main__')\nfinally:\n"
        + "\n".join(f"    {line}" for line in after.splitlines())
    )


def run(
    command: Sequence[str], words: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, "--", *words], env=environment, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip


def test_a_scene_is_published_by_a_python_that_has_only_the_page_beside_it(
    client: Studio, project: Row, shot: Row, beside: Path, tmp_path: Path
) -> None:
    blend = tmp_path / "lantern.blend"
    blend.write_bytes(b"BLENDER")
    told = environment(client, STUB_BLEND=str(blend))
    words = ("--project", project["name"], "--shot", "014-002", "--type", "layout", "--handles",
             "8", "--note", "the camera is lower now")  # fmt: skip
    done = stubbed(beside, told, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "version 1 of 014-002: 64 frames\n"
    (version,) = client.versions(project["id"], entity_id=shot["id"])
    assert [file["name"] for file in version["files"]] == ["014-002_lantern.mp4", blend.name]
    assert (version["frames"], version.get("head_frames", 8)) == (64, 8)
    assert version["type_id"] is not None
    assert version["comment"] == "Blender 5.0.1, frames 993-1056"
    movie = tmp_path / "movie"
    client.download(project["id"], version["files"][0]["digest"], movie)
    assert movie.read_bytes() == b"a movie by BLENDER_WORKBENCH"
    (note,) = client.rows(f"/api/projects/{project['id']}/notes", version=version["id"])
    assert note["text"] == "the camera is lower now"

    for wrong, why in (
        (("--shot", "099"), "the shot `099`: there are 0 of 014-002"),
        (("--type", "sculpting"), "the kind of work `sculpting`"),
        (("--project", "nothing"), "the project `nothing`"),
    ):
        refused = stubbed(beside, told, *words, *wrong)
        assert refused.returncode == 1
        assert why in refused.stderr
        assert refused.stderr.count("\n") == 1
    unset = {name: value for name, value in told.items() if name != "MSTATION_TOKEN"}
    assert "set MSTATION_TOKEN" in stubbed(beside, unset, *words).stderr
    assert "save the scene first" in stubbed(beside, {**told, "STUB_DIRTY": ""}, *words).stderr
    blend.unlink()
    assert "save the scene first" in stubbed(beside, told, *words).stderr
    assert len(list(client.versions(project["id"]))) == 1


@pytest.mark.skipif(BLENDER is None, reason=f"no Blender; {NAMED_BY} can name one")
def test_blender_renders_and_publishes_a_scene_and_keeps_its_settings(
    client: Studio, project: Row, shot: Row, beside: Path, tmp_path: Path
) -> None:
    assert BLENDER is not None
    blend = tmp_path / "lantern.blend"
    make = MAKE_SCENE.format(path=str(blend))
    after = CHECK.format(told=("CYCLES", "//renders/", "PNG", "MKV"))
    if BLENDER.is_python:
        command = [BLENDER.program, "-c", in_python(beside, make, after)]
    else:
        started = (BLENDER.program, "-b", "--factory-startup", "--python-exit-code", "1")
        assert run([*started, "--python-expr", make], (), os.environ).returncode == 0
        command = [*started, str(blend), "-P", str(beside), "--python-expr", after]
    words = ("--project", project["id"], "--shot", shot["id"], "--engine", "scene")
    done = run(command, words, environment(client))
    assert done.returncode == 0, done.stdout + done.stderr
    (version,) = client.versions(project["id"], entity_id=shot["id"])
    assert version["frames"] == 4
    movie = tmp_path / "movie.mp4"
    client.download(project["id"], version["files"][0]["digest"], movie)
    told = probe(movie)
    assert (told.frames, told.pictures[0].codec) == (4, "h264")
    assert version["files"][1]["name"] == blend.name
