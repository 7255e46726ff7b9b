"""Steps from takes to frames, and from scenes to USD and glTF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mstation import document
from mstation.graph.step import Inputs, Outputs
from mstation.making.cast import CAST_SCHEMA, Cast
from mstation.making.cut import SCHEMA as FILM_SCHEMA
from mstation.making.cut import FilmShots, names_of
from mstation.previs.encode import encode_segment
from mstation.previs.gltf import scene_glb
from mstation.previs.look import Look
from mstation.previs.render import Renderer, render_take
from mstation.previs.slate import Slate
from mstation.previs.usd import SceneInFilm, write_film, write_scene
from mstation.shots import shot as shots
from mstation.stage import performance as performances
from mstation.stage.layout import SCHEMA, Layout
from mstation.timebase import FrameRate


def render(inputs: Inputs) -> Outputs:
    """Return one shot as an encoded segment."""
    return segment(inputs, render_take)


def segment(inputs: Inputs, renderer: Renderer) -> Outputs:
    """Return one shot as an encoded segment, drawn by a renderer."""
    layout = document.read(inputs.blobs["layout"].read(), Layout, SCHEMA)
    take = shots.read_take(inputs.blobs["take"].read())
    width, height = inputs.params["width"], inputs.params["height"]
    path = inputs.scratch / "segment.mp4"
    rate = FrameRate.parse(inputs.params["rate"])
    look = _look(inputs.params, rate)
    frames = renderer(layout, take, width=width, height=height, look=look)
    encode_segment(
        frames, path, width=width, height=height, rate=rate, on_frame=lambda _: inputs.tick(1)
    )
    return {"segment": path}


def _look(params: Mapping[str, Any], rate: FrameRate) -> Look:
    slate = None if params["slate"] is None else Slate(**params["slate"], rate=rate)
    return Look(params["look"], params["figures"], params["depth_of_field"], slate)


def scene_usd(inputs: Inputs) -> Outputs:
    """Return one scene's USD layer."""
    played, cast, rate = _played(inputs)
    path = inputs.scratch / f"{played[0].scene_label}.usdc"
    write_scene(path, *played, names=names_of(cast), language=cast.language, rate=rate)
    return {"stage": path}


def scene_gltf(inputs: Inputs) -> Outputs:
    """Return one scene as glTF, for the web."""
    played, cast, rate = _played(inputs)
    glb = scene_glb(*played, names=names_of(cast), language=cast.language, rate=rate)
    return {"glb": glb}


_Played = tuple[
    shots.ShotList,
    Layout,
    performances.Performance,
    tuple[performances.Motion, ...],
    list[shots.Take],
]


def _played(inputs: Inputs) -> tuple[_Played, Cast, FrameRate]:
    """Return a scene as it is played and shot, the film's cast, and the frame rate."""
    blobs = inputs.blobs
    listed = document.read(blobs["shots"].read(), shots.ShotList, shots.SCHEMA)
    takes = {name: shots.read_take(blob.read()) for name, blob in inputs.group("take").items()}
    played = (
        listed,
        document.read(blobs["layout"].read(), Layout, SCHEMA),
        document.read(blobs["performance"].read(), performances.Performance, performances.SCHEMA),
        performances.read_motions(blobs["motions"].read()),
        [takes[each.id] for each in listed.shots],
    )
    cast = document.read(blobs["cast"].read(), Cast, CAST_SCHEMA)
    return played, cast, FrameRate.parse(inputs.params["rate"])


def scenes_in(film: FilmShots) -> list[SceneInFilm]:
    """Return the scenes of a film, each with its place in it and its shots."""
    return [
        SceneInFilm(
            scene.label,
            scene.film_first_frame,
            scene.frames,
            tuple(clip.shot for clip in film.clips if clip.scene_label == scene.label),
        )
        for scene in film.scenes
    ]


def film_usd(inputs: Inputs) -> Outputs:
    """Return the film's stage, which references its scenes' layers."""
    film = document.read(inputs.blobs["shots"].read(), FilmShots, FILM_SCHEMA)
    path = inputs.scratch / "film.usda"
    write_film(path, scenes_in(film), title=film.title, rate=FrameRate.parse(film.rate))
    return {"stage": path}
