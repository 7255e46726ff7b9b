"""Steps from a screenplay's bytes to its breakdown."""

from __future__ import annotations

from mstation import document
from mstation.breakdown import break_down as break_script_down
from mstation.breakdown import scene as scenes
from mstation.graph.step import Inputs, Outputs
from mstation.making.cast import CAST_SCHEMA, Cast
from mstation.screenplay import read as read_screenplay
from mstation.screenplay import script as scripts
from mstation.screenplay.revisions import keep_ids


def read(inputs: Inputs) -> Outputs:
    """Return the script as read, with the ids that its content gives."""
    script = read_screenplay(
        inputs.blobs["source"].read(),
        path=inputs.params["name"],
        language=inputs.params["language"],
    )
    return {"script": document.write(script, scripts.SCHEMA)}


def identify(inputs: Inputs) -> Outputs:
    """Return the script with the ids that its elements had in the revision before."""
    script = document.read(inputs.blobs["script"].read(), scripts.Script, scripts.SCHEMA)
    if "previous" in inputs.blobs:
        data = inputs.blobs["previous"].read()
        script = keep_ids(script, document.read(data, scripts.Script, scripts.SCHEMA))
    return {"script": document.write(script, scripts.SCHEMA, indent=1)}


def break_down(inputs: Inputs) -> Outputs:
    """Return the breakdown, its cast, and each scene as a document of its own."""
    script = document.read(inputs.blobs["script"].read(), scripts.Script, scripts.SCHEMA)
    breakdown = break_script_down(script)
    cast = Cast(breakdown.language, breakdown.cast)
    return {
        "breakdown": document.write(breakdown, scenes.SCHEMA, indent=1),
        "cast": document.write(cast, CAST_SCHEMA),
        **{
            f"scene/{scene.id}": document.write(scene, scenes.SCENE_SCHEMA)
            for scene in breakdown.scenes
        },
    }
