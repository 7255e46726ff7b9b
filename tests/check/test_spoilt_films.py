"""A film from script to files is spoilt on disk, fault by fault; each is found at its shot."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.shot_films import export
from numpy.typing import NDArray
from pxr import Gf, Usd, UsdGeom, Vt

from mstation.check.film import Film, Scene, Shot
from mstation.check.finding import Report
from mstation.check.geometry import camera_position, project, size_of
from mstation.check.reading import read_film
from mstation.check.reverses import whose_single
from mstation.check.run import check_film
from mstation.check.speaking import shot_at
from mstation.check.timeline import read_plan
from mstation.previs.encode import encode_segment
from mstation.space import Array, look_at
from mstation.timebase import FrameRate
from tests.check import film_of
from tests.check.exported import HEIGHT, WIDTH, burst, lay, mix, shot_pictures

RATE = FrameRate(24)
SCRIPT = """Title: The Letter

INT. KITCHEN - DAY

ANN stands by the table. BEN stands before her.

ANN
You came all the way out here to say that to me.

BEN
I came to bring you the letter that she left.

ANN
Then give it to me.

BEN
It is not what you think it is, and it never was.

ANN
Tell me his name.

BEN
You will have to read it yourself.
"""
Found = set[tuple[str, str, str]]  # row, fault, shot


@dataclass(frozen=True)
class Sound:
    """The film before anything is spoilt, its folder, and what is found in it all the same."""

    folder: Path
    film: Film
    found: Found

    @property
    def scene(self) -> Scene:
        return self.film.scenes[0]

    @property
    def reverse(self) -> tuple[Shot, Shot, str, str]:
        """Two shots that follow each other, one of each of two people, with their names."""
        for before, after in zip(self.scene.shots, self.scene.shots[1:], strict=False):
            one, other = whose_single(self.scene, before, 0), whose_single(self.scene, after, 0)
            is_still = not np.ptp(after.world_from_camera, axis=0).any()
            if one and other and one != other and is_still:
                return before, after, one, other
        raise AssertionError("the film has no reverse")


def found_in(report: Report) -> Found:
    return {(row.check, fault.kind, fault.shot) for row in report.rows for fault in row.faults}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """A short film that is read, staged, designed and written, with made-up pictures and voices."""
    folder = tmp_path_factory.mktemp("spoilt")
    (folder / "letter.fountain").write_text(SCRIPT, encoding="utf-8")
    film = export(folder / "letter.fountain", folder / "film", width=WIDTH, height=HEIGHT)
    plan = read_plan(film)
    (film / "stems").mkdir()
    lay(film / "stems" / "dialogue.wav", _spoken(film))
    (folder / "segments").mkdir()
    for index, shot in enumerate(plan.shots):
        encode_segment(shot_pictures(index, shot.frames), _segments(film, index), width=WIDTH,
                       height=HEIGHT, rate=RATE)  # fmt: skip
    mix(film, [_segments(film, index) for index in range(len(plan.shots))])
    return Sound(film, read_film(film), found_in(check_film(film)))


def _spoken(film: Path, *, late: int = 0) -> NDArray[np.float32]:
    """Return made-up voices where the timeline has them, or so many frames after."""
    plan = read_plan(film)
    sound = np.zeros((RATE.sample_of_frame(plan.frames + late), 2), np.float32)
    for index, voice in enumerate(plan.voices):
        first, end = (RATE.sample_of_frame(frame + late)
                      for frame in (voice.first_frame, voice.end_frame))  # fmt: skip
        sound[first:end] += burst(index, end - first)[:, None]
    return sound[: RATE.sample_of_frame(plan.frames)]


def _segments(film: Path, index: int) -> Path:
    return film.parent / "segments" / f"{index}.mp4"


def _set_camera(folder: Path, shot: Shot, matrix: Array, focal_mm: float | None = None) -> None:
    """Put the camera of a shot somewhere, where it stays."""
    stage = Usd.Stage.Open(str(folder / "scenes" / f"{shot.scene}.usdc"))
    ending = f"shots/s{shot.label.rpartition('-')[2]}/camera"
    (prim,) = (one for one in stage.Traverse() if str(one.GetPath()).endswith(ending))
    camera = UsdGeom.Camera(prim)
    transform = camera.MakeMatrixXform()
    transform.GetAttr().Clear()
    transform.Set(Gf.Matrix4d(*matrix.T.flatten().tolist()))
    camera.GetFocalLengthAttr().Clear()
    camera.GetFocalLengthAttr().Set((focal_mm or float(shot.focal_mm[0])) / 100)
    stage.GetRootLayer().Save()


def mirrored(folder: Path, sound: Sound) -> str:
    _, shot, one, other = sound.reverse
    heads = [film_of.eyes(sound.scene.people[name], shot.first_frame) for name in (one, other)]
    _set_camera(folder, shot, film_of.mirrored(shot, *heads)[0])
    return shot.label


def rotated(folder: Path, sound: Sound) -> str:
    _, shot, _, _ = sound.reverse
    matrix = shot.world_from_camera[0].copy()
    matrix[:3, :3] = look_at(np.zeros(3), film_of.turned(-matrix[:3, 2], 60.0))[:3, :3]
    _set_camera(folder, shot, matrix)
    return shot.label


def pushed_in(folder: Path, sound: Sound) -> str:
    _, shot, _, who = sound.reverse
    matrix = shot.world_from_camera[0].copy()
    eyes = film_of.eyes(sound.scene.people[who], shot.first_frame)
    matrix[:3, 3] += 0.45 * (eyes - matrix[:3, 3])
    _set_camera(folder, shot, matrix)
    return shot.label


def lens_changed(folder: Path, sound: Sound) -> str:
    _, shot, _, _ = sound.reverse
    _set_camera(folder, shot, shot.world_from_camera[0], 1.3 * float(shot.focal_mm[0]))
    return shot.label


def behind_a_wall(folder: Path, sound: Sound) -> str:
    _, shot, _, _ = sound.reverse
    matrix = shot.world_from_camera[0].copy()
    matrix[:3, 3] += 15.0 * matrix[:3, 2]
    _set_camera(folder, shot, matrix)
    return shot.label


def in_a_piece(folder: Path, sound: Sound) -> str:
    _, shot, _, _ = sound.reverse
    pieces = [one.triangles.reshape(-1, 3) for one in sound.scene.things if one.name != "shell"]
    bulky = max(pieces, key=lambda corners: float(np.prod(np.ptp(corners, axis=0))))
    matrix = shot.world_from_camera[0].copy()
    matrix[:3, 3] = (bulky.min(axis=0) + bulky.max(axis=0)) / 2
    _set_camera(folder, shot, matrix)
    return shot.label


def at_the_waist(folder: Path, sound: Sound) -> str:
    """Lower or raise a camera until the frame's lower edge lies on the waist."""
    _, shot, _, who = sound.reverse
    waist = sound.scene.people[who].joint("Spine")[shot.first_frame]
    matrix = shot.world_from_camera[0].copy()
    for _ in range(20):
        still = film_of.shot("", 1, film_of.Camera(matrix, float(shot.focal_mm[0])), 0, 1, "MS")
        depth = project(still, 0, waist)[0]
        miss = (depth[1] - 1.0) * depth[2] * shot.sensor.height_mm / shot.focal_mm[0]
        matrix[1, 3] -= float(miss)
    _set_camera(folder, shot, matrix)
    return shot.label


def wall_between(folder: Path, sound: Sound) -> str:
    _, shot, _, who = sound.reverse
    eye, face = camera_position(shot, 0), film_of.eyes(sound.scene.people[who], shot.first_frame)
    way = film_of.unit((face - eye) * [1, 0, 1])
    side = film_of.turned(way, 90.0)
    low = (eye + 0.5 * (face - eye)) * [1, 0, 1]
    corners = [low - side, low + side, low + side + [0, 3, 0], low - side + [0, 3, 0]]
    layer = folder / "scenes" / f"{shot.scene}.usdc"
    stage = Usd.Stage.Open(str(layer))
    (scope,) = (one for one in stage.Traverse() if one.GetName() == "set")
    mesh = UsdGeom.Mesh.Define(stage, scope.GetPath().AppendChild("flat"))
    mesh.CreatePointsAttr(Vt.Vec3fArray([Gf.Vec3f(*corner.tolist()) for corner in corners]))
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray([4, 4]))
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray([0, 1, 2, 3, 3, 2, 1, 0]))
    stage.GetRootLayer().Save()
    return shot.label


def _edit(folder: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the clips of the timeline's picture track."""
    document = json.loads((folder / "film.otio").read_bytes())
    change(document["tracks"]["children"][0]["children"])
    (folder / "film.otio").write_text(json.dumps(document), encoding="utf-8")


def swapped(folder: Path, sound: Sound) -> str:
    """Play the second of two reverses first."""
    before, after, _, _ = sound.reverse
    at = sound.scene.shots.index(before)

    def change(clips: list[dict[str, Any]]) -> None:
        clips[at], clips[at + 1] = clips[at + 1], clips[at]

    _edit(folder, change)
    return after.label


def relabelled(folder: Path, sound: Sound) -> str:
    _, shot, _, who = sound.reverse
    at = sound.scene.shots.index(shot)
    other = "FS" if size_of(sound.scene, shot, 0, who) != "FS" else "CU"

    def change(clips: list[dict[str, Any]]) -> None:
        clips[at]["metadata"]["mstation"]["size"] = other

    _edit(folder, change)
    return shot.label


def cut_late(folder: Path, sound: Sound) -> str:
    """Move a cut five frames on."""
    before, after, _, _ = sound.reverse
    at = sound.scene.shots.index(before)

    def change(clips: list[dict[str, Any]]) -> None:
        clips[at]["source_range"]["duration"]["value"] += 5
        clips[at + 1]["source_range"]["start_time"]["value"] += 5
        clips[at + 1]["source_range"]["duration"]["value"] -= 5

    _edit(folder, change)
    return after.label


def sound_late(folder: Path, sound: Sound) -> str:
    """Lay the movie's sound three frames late."""
    stem = folder / "stems" / "dialogue.wav"
    lay(stem, _spoken(folder, late=3))
    mix(folder, [_segments(sound.folder, index) for index in range(len(sound.scene.shots))])
    lay(stem, _spoken(folder))
    shot = shot_at(sound.scene, sound.scene.lines[0].first_frame)
    return shot.label if shot else ""


# How the film is spoilt, and what must be found of it: rows and faults.
SPOILT: dict[Callable[[Path, Sound], str], dict[str, str]] = {
    mirrored: {"axis": "across", "eyelines": "same_way"},
    rotated: {"sizes": "principal_out"},
    pushed_in: {"sizes": "size_untrue"},
    relabelled: {"sizes": "size_untrue", "files": "label_differs"},
    lens_changed: {"feasibility": "lens_untrue"},
    behind_a_wall: {"clear_cameras": "wall_flies"},
    in_a_piece: {"clear_cameras": "camera_inside"},
    at_the_waist: {"joint_cuts": "joint_cut"},
    wall_between: {"clear_figures": "figure_hidden"},
    swapped: {"files": "points_elsewhere"},
    cut_late: {"files": "frames_differ", "picture": "cut_elsewhere"},
    sound_late: {"sync": "slipped"},
}
_SEEN_OR_HEARD = {"picture", "sync"}  # what takes the movie


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_every_seeded_fault_is_found_where_it_was_seeded(
    sound: Sound, tmp_path: Path, spoil: Callable[[Path, Sound], str]
) -> None:
    folder, kinds = tmp_path / "film", SPOILT[spoil]
    shutil.copytree(sound.folder, folder)
    shot = spoil(folder, sound)
    if not _SEEN_OR_HEARD & kinds.keys():
        (folder / "film.mp4").unlink()
    report = check_film(folder)
    seeded = {(row, kind, shot) for row, kind in kinds.items()}
    assert seeded <= found_in(report)
    assert not seeded & sound.found
    failed = {row.check: row for row in report.rows if row.state == "failed"}
    assert kinds.keys() <= failed.keys()
    assert report.is_sound != any(row.is_hard for row in failed.values())


def test_what_is_not_spoilt_keeps_the_rules_of_the_line_the_files_and_the_sound(
    sound: Sound,
) -> None:
    rows = {row.check: row for row in check_film(sound.folder).rows}
    for name in ("files", "axis", "order", "jumps", "eyelines", "clear_cameras", "clear_figures",
                 "faces_seen", "words_covered", "sync", "picture", "pictures_match"):  # fmt: skip
        assert rows[name].faults == (), name
        assert rows[name].state == "passed", name
    assert rows["sync"].tested == 6
