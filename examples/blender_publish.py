r"""Publish a Blender scene to a station: its movie and its .blend as the next version of a shot.

    blender -b scene.blend -P blender_publish.py -- --project "The Last Reel" --shot 014-002 \
        --type layout --note "the camera is lower now"

MSTATION_ADDRESS and MSTATION_TOKEN say where the station is and who publishes. The frame range is
rendered by Workbench (`--engine scene`: by the scene's own engine); what is set for rendering in
the scene is put back. Copy `src/mstation/client.py` beside this script where M-Station is not
installed in Blender's Python: both need nothing but Python's own library.

中文：在 Blender 中渲染预演并发布：把影片与 .blend 作为镜头的下一个版本上传；渲染设置用后还原。
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

try:
    from mstation.client import Client, Damaged, Refused, Row, Unreachable
except ImportError:
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from client import Client, Damaged, Refused, Row, Unreachable

WORKBENCH = "BLENDER_WORKBENCH"


class NotPublished(Exception):
    """It cannot be published as it is: what is missing, and what to do."""


def main(words: Sequence[str]) -> None:
    """Render, send and make the version; say what was made."""
    wanted = _wanted(words)
    scene = bpy.context.scene
    blend = Path(bpy.data.filepath)
    is_unsaved = bpy.data.is_dirty and not bpy.app.background
    if not blend.is_file() or is_unsaved:
        raise NotPublished("save the scene first: what is published is the file on the disk")
    station = Client(os.environ["MSTATION_ADDRESS"], os.environ["MSTATION_TOKEN"])
    project, shot, task = _place(station, wanted)  # before rendering, which takes long
    frames = scene.frame_end - scene.frame_start + 1
    with tempfile.TemporaryDirectory(prefix="mstation-") as folder:
        name = re.sub(r"[^\w.-]+", "_", f"{shot['label']}_{blend.stem}.mp4")
        with movie_settings(scene, Path(folder) / name, wanted.engine):
            bpy.ops.render.render(animation=True)
        movies = list(Path(folder).glob("*.mp4"))
        if len(movies) != 1:
            raise NotPublished("Blender wrote no movie; `--engine scene` may, without a GPU")
        task_id = task and task["id"]
        files = [
            station.upload(movies[0], project["id"], task_id, name),
            station.upload(blend, project["id"], task_id),
        ]
    version = station.add_version(
        "tasks" if task else "entities",
        task["id"] if task else shot["id"],
        files,
        comment=f"Blender {bpy.app.version_string}, frames {scene.frame_start}-{scene.frame_end}",
        frames=frames,
        head_frames=wanted.handles,
    )
    if wanted.note:
        station.note("versions", version["id"], wanted.note)
    print(f"version {version['number']} of {shot['label']}: {frames} frames")


@contextmanager
def movie_settings(scene: Any, path: Path, engine: str) -> Iterator[None]:
    """Let the scene render H.264 to a path, and put back what was set."""
    render = scene.render
    image, codec = render.image_settings, render.ffmpeg
    changes = [
        # the kind of media first: it decides which formats there are (Blender 5)
        *([(image, "media_type", "VIDEO")] if hasattr(image, "media_type") else []),
        (image, "file_format", "FFMPEG"),
        (codec, "format", "MPEG4"),
        (codec, "codec", "H264"),
        (codec, "constant_rate_factor", "HIGH"),
        (render, "filepath", str(path)),
        (render, "use_file_extension", True),
        *([] if engine == "scene" else [(render, "engine", WORKBENCH)]),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    try:
        for owner, name, value in changes:
            setattr(owner, name, value)
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def _wanted(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="blender_publish.py", description=__doc__)
    parser.add_argument("--project", required=True, help="its name or id")
    parser.add_argument("--shot", required=True, help="its label or id")
    parser.add_argument("--type", default="", help="kind of work, or how its name begins")
    parser.add_argument("--note", default="", help="a note on the version")
    parser.add_argument("--handles", type=int, default=0, help="frames before the shot's first")
    parser.add_argument("--engine", choices=("workbench", "scene"), default="workbench")
    return parser.parse_args(words)


def _place(station: Client, wanted: argparse.Namespace) -> tuple[Row, Row, Row | None]:
    """Return the project, the shot and, where there is one of the kind, its task."""
    project = _one("project", wanted.project, station.projects(), "name")
    shot = _one("shot", wanted.shot, station.board(project["id"]), "label")
    if not wanted.type:
        return project, shot, None
    path = f"/api/projects/{project['id']}/task-types"
    types = [row for row in station.ask("GET", path) if row["of"] == "shot"]
    kind = _one("kind of work", wanted.type, types, "name", may_begin=True)
    return project, shot, next((t for t in shot["tasks"] if t["type_id"] == kind["id"]), None)


def _one(noun: str, wanted: str, rows: list[Row], called: str, *, may_begin: bool = False) -> Row:
    asked = wanted.casefold()
    found = [row for row in rows if asked in (row[called].casefold(), row["id"])]
    if may_begin and not found:
        found = [row for row in rows if row[called].casefold().startswith(asked)]
    if len(found) != 1:
        names = ", ".join(row[called] for row in rows[:20])
        raise NotPublished(f"the {noun} `{wanted}`: there are {len(found)} of {names}")
    return found[0]


if __name__ == "__main__":
    try:
        main(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else [])
    except KeyError as missing:
        sys.exit(f"set {missing.args[0]}: where the station is, and who publishes")
    except (NotPublished, Refused, Unreachable, Damaged) as fault:
        sys.exit(f"not published: {fault}")
