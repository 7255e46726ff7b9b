"""Who and what is where: a flat picture of colours, and Cryptomatte for compositors."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Ints
from mstation.previs.passes.cryptomatte import channels, id_of, manifest_header
from mstation.previs.passes.exr import exr_name, exr_path, write_exr
from mstation.previs.passes.geometry import CAST, Geometry, draw, draw_posed, geometry_of
from mstation.previs.passes.order import Delivery, Order
from mstation.previs.passes.video import write_exact_video
from mstation.previs.posing import pose
from mstation.shots.shot import Take
from mstation.stage.layout import Layout

OBJECTS, CHARACTERS = "CryptoObject", "CryptoCharacter"
GRID = 4  # samples across a pixel, and down

Colour = tuple[int, int, int]


def ids_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return a shot's ids: `ids.mp4`, lossless, a colour each, and Cryptomatte EXR."""
    geometry = geometry_of(layout, take, width=order.width, height=order.height)
    names = [thing.name for thing in geometry.things]
    colours = colours_of(names)
    paint = np.array([*colours, (0, 0, 0)], np.uint8)  # the last: the backdrop
    files = {"ids.mp4": order.folder / "ids.mp4"}
    kept = order.exr_frames(geometry.frames)

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for frame in range(geometry.frames):
            if frame in kept:
                files[exr_name("ids", frame)] = _write(geometry, frame, order)
            draw(geometry, frame)
            yield np.asarray(paint[geometry.seen])

    write_exact_video(pictures(), files["ids.mp4"], order)
    things = [
        {"name": name, "id": f"{id_of(name):08x}", "rgb": "#{:02x}{:02x}{:02x}".format(*colour)}
        for name, colour in zip(names, colours, strict=True)
    ]
    return Delivery(files, {"things": things})


def _write(geometry: Geometry, frame: int, order: Order) -> Path:
    names = [thing.name for thing in geometry.things]
    people = [thing.name for thing in geometry.things if thing.kind == CAST]
    samples = samples_of_frame(geometry, frame)
    # People come first among the things, so a character's number is that of the thing.
    only_people = np.where(samples < len(people), samples, -1)
    return write_exr(
        exr_path(order, "ids", frame),
        {**channels(OBJECTS, samples, names), **channels(CHARACTERS, only_people, people)},
        {**manifest_header(OBJECTS, names), **manifest_header(CHARACTERS, people)},
    )


def samples_of_frame(geometry: Geometry, frame: int) -> Ints:
    """Return (height, width, 16): the thing that each of a pixel's 4 × 4 places shows, or −1."""
    width, height = geometry.size
    samples = np.empty((height, width, GRID * GRID), np.int32)
    here, _, _ = pose(geometry.picture, frame)
    for place in range(GRID * GRID):
        right, down = (place % GRID + 0.5) / GRID - 0.5, (place // GRID + 0.5) / GRID - 0.5
        draw_posed(geometry, frame, here, at=(right, down))
        samples[..., place] = geometry.seen
    return samples


def colours_of(names: Sequence[str]) -> list[Colour]:
    """Return a strong colour for each name, the same in every shot, none of them twice."""
    taken: set[Colour] = {(0, 0, 0)}
    colours = []
    for name in names:
        bits = id_of(name)
        while (colour := _colour(bits)) in taken:
            bits += 0x9E3779B9
        taken.add(colour)
        colours.append(colour)
    return colours


def _colour(bits: int) -> Colour:
    hue = (bits & 0xFFFF) / 0x10000
    strength, light = 0.55 + 0.15 * (bits >> 16 & 3), 0.55 + 0.15 * (bits >> 18 & 3)
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, strength, light))
    return red, green, blue
