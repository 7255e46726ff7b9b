"""Measures whether the faces and the dark pictures of a built film can be read.

    .venv/bin/python -m benchmarks.previs_legible films/the-last-reel

In every MCU or closer the face's median luma must lie between 35 and 75 % and differ by 10 % or
more from what surrounds the head; no frame may have over 40 % of its pixels under 4 %. Faces are
found by the joints of `film.usda`, luma is read from `film.mp4`. The exit code is 1 when a bar
is missed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from mstation.check.film import Film, Person, Scene, Shot
from mstation.check.reading import read_film

Luma = NDArray[np.float64]  # (rows, columns) 0 black … 1 white

CLOSE = ("MCU", "CU", "BCU", "ECU")
FACE_RANGE, APART, MOST_CRUSHED, CRUSHED = (0.35, 0.75), 0.10, 0.40, 0.04
HEAD_M = 0.12  # half the height of a head
FACE = 0.5  # half heads around the middle of the face that are measured
RING = (1.45, 2.4)  # half heads around it: what a head is seen against
LOOKS_HERE = 0.35  # cosine of the angle to the lens at which a face is still seen
SHARES = (0.1, 0.5, 0.9)  # of a shot: the frames that are measured


@dataclass(frozen=True, slots=True)
class Face:
    """One face in one frame: shares of full luma."""

    shot: str
    name: str
    face: float
    ring: float

    @property
    def is_legible(self) -> bool:
        """Whether it meets both bars."""
        low, high = FACE_RANGE
        return low <= self.face <= high and abs(self.face - self.ring) >= APART


def face_and_ring(luma: Luma, x: float, y: float, half: float) -> tuple[float, float] | None:
    """Return the medians of a face and of what surrounds it, None where too little is seen.

    x, y, half  # the middle of the face and half a head, in pixels
    """
    rows, columns = np.mgrid[: luma.shape[0], : luma.shape[1]] + 0.5
    away = np.hypot(columns - x, rows - y) / max(half, 1e-6)
    # Below the head are its owner's own shoulders.
    around = (away > RING[0]) & (away < RING[1]) & (rows < y + 0.5 * half)
    face = away < FACE
    if face.sum() < 8 or around.sum() < 8:
        return None
    return float(np.median(luma[face])), float(np.median(luma[around]))


def crushed(luma: Luma) -> float:
    """Return the share of a frame's pixels that are as good as black."""
    return float((luma < CRUSHED).mean())


def seen_face(
    person: Person, shot: Shot, frame: int, size: tuple[int, int]
) -> tuple[float, float, float] | None:
    """Return where a shot's lens sees a face and half its head, in pixels; None: it does not."""
    width, height = size
    world = shot.world_from_camera[frame - shot.first_frame]
    eyes = (person.joint("LeftEye")[frame] + person.joint("RightEye")[frame]) / 2
    middle = eyes + 0.3 * (person.joint("Head")[frame] - eyes)
    sight = world[:3, 3] - middle
    if not person.present[frame] or person.facing[frame] @ sight < LOOKS_HERE * np.linalg.norm(
        sight
    ):
        return None
    x, y, z = world[:3, :3].T @ -sight
    per_m = shot.focal_mm[frame - shot.first_frame] / shot.sensor.height_mm * height / max(-z, 0.05)
    at = width / 2 + x * per_m, height / 2 - y * per_m
    is_inside = z < 0 and 0 < at[0] < width and 0 < at[1] < height
    return (*at, HEAD_M * per_m) if is_inside else None


def faces_of(scene: Scene, shot: Shot, frame: int, luma: Luma) -> Iterator[Face]:
    """Return the faces of a close shot's subject in one frame of the scene."""
    for name in shot.subjects[:1]:
        person = scene.people[name]
        seen = seen_face(person, shot, frame, (luma.shape[1], luma.shape[0]))
        if seen is not None and (medians := face_and_ring(luma, *seen)) is not None:
            yield Face(shot.label, name, *medians)


def _frames(film: Film) -> Iterator[Luma]:
    assert film.movie is not None
    with av.open(str(film.movie)) as container:
        for frame in container.decode(video=0):
            grey = frame.to_ndarray(format="yuv420p")[: frame.height].astype(float)
            yield np.clip((grey - 16) / 219, 0, 1)


def measure(film: Film) -> tuple[list[Face], float]:
    """Return the faces of a film's close shots, and the most that a frame is crushed."""
    wanted: dict[int, list[tuple[Scene, Shot, int]]] = {}
    first = 0
    for scene in film.scenes:
        for shot in scene.shots:
            if shot.size in CLOSE:
                for share in SHARES:
                    frame = shot.first_frame + int(share * (shot.end_frame - shot.first_frame - 1))
                    wanted.setdefault(first + frame, []).append((scene, shot, frame))
        first += scene.frames
    faces: list[Face] = []
    worst = 0.0
    for number, luma in enumerate(_frames(film)):
        if number % 12 == 0 and luma.max() > CRUSHED:  # what is faded to black is meant to be
            worst = max(worst, crushed(luma))
        for scene, shot, frame in wanted.get(number, []):
            faces += faces_of(scene, shot, frame, luma)
    return faces, worst


def main() -> int:
    """Print a table of faces; return 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description="are the faces of a film legible")
    parser.add_argument("films", nargs="+", type=Path)
    missed = 0
    for folder in parser.parse_args().films:
        faces, worst = measure(read_film(folder))
        print(f"{folder}: {len(faces)} faces, most crushed {worst:.0%}")
        for each in faces:
            mark = "" if each.is_legible else "  <-"
            print(f"  {each.shot}  {each.name:<16} {each.face:4.0%} on {each.ring:4.0%}{mark}")
        illegible = sum(not each.is_legible for each in faces)
        print(f"  {illegible} of {len(faces)} faces miss a bar")
        missed += illegible + (worst > MOST_CRUSHED)
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
