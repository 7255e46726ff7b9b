"""Steps from a person's notes and directions to what each scene is to be shot like."""

from __future__ import annotations

from collections.abc import Iterable

from mstation import document
from mstation.breakdown.scene import SCHEMA as BREAKDOWN_SCHEMA
from mstation.breakdown.scene import Breakdown
from mstation.graph.step import Inputs, Outputs
from mstation.making.facts import as_json
from mstation.making.wanted import SCHEMA as WANTED_SCHEMA
from mstation.making.wanted import Wanted
from mstation.screenplay.script import ReadingNote
from mstation.shots import directions as directing
from mstation.shots import shot as shots
from mstation.shots.notes import wishes_of
from mstation.shots.styles import style_for, style_named


def read(inputs: Inputs) -> Outputs:
    """Return the film's style, and each row of `direction.toml` by the shot that it names."""
    params = inputs.params
    directions = _directions(inputs)
    asked = params["style"]
    default = style_for(params["width"], params["height"]).name
    style = style_named(asked).name if asked else directions.style or default
    return {
        "style": as_json(style),
        **{
            f"row/{row.shot_id}": document.write(row, directing.SCHEMA)
            for row in directions.rows
            if directing.asked_of(row)
        },
    }


def _directions(inputs: Inputs) -> directing.Directions:
    blob = inputs.blobs.get("directions")
    return directing.read_directions(b"" if blob is None else blob.read(), "direction.toml")


def notes(inputs: Inputs) -> Outputs:
    """Return what the notes of each scene want, where it has any, and the doubts about them."""
    film = document.read(inputs.blobs["breakdown"].read(), Breakdown, BREAKDOWN_SCHEMA)
    cast = {who.id: (who.name, *who.aliases) for who in film.cast}
    outputs: Outputs = {}
    doubts: list[ReadingNote] = []
    for scene in film.scenes:
        wishes, changes, doubted = wishes_of(scene, cast)
        doubts += doubted
        if wishes or changes:
            wanted = Wanted(wishes, changes)
            outputs[f"wanted/{scene.id}"] = document.write(wanted, WANTED_SCHEMA)
    return {**outputs, "doubts": told(doubts)}


def doubts(inputs: Inputs) -> Outputs:
    """Return the rows of `direction.toml` that fit no shot of the film."""
    listed = [
        document.read(blob.read(), shots.ShotList, shots.SCHEMA)
        for _, blob in sorted(inputs.group("shots").items())
    ]
    every = [each for scene in listed for each in scene.shots]
    return {"doubts": told(directing.doubts(_directions(inputs), every))}


def told(doubts: Iterable[ReadingNote]) -> bytes:
    """Return doubts as the report has them, in both languages."""
    return as_json([{"en": note.text, "zh": note.zh} for note in doubts])
