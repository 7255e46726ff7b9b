"""Steps from a screenplay's bytes to its breakdown."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from mstation import document
from mstation.breakdown import break_down as break_script_down
from mstation.breakdown import scene as scenes
from mstation.breakdown.corrections import doubts
from mstation.breakdown.corrections import read as read_corrections
from mstation.breakdown.voicing import heard_together, own_voices_of, voice_doubts, wishes_of
from mstation.errors import InvalidInput
from mstation.graph.step import Inputs, Outputs
from mstation.making.cast import CALL_SCHEMA, CAST_SCHEMA, Cast, CastingCall
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
    notes = inputs.blobs["film notes"].read() if "film notes" in inputs.blobs else b""
    corrections = read_corrections(notes, path="film.toml")
    try:
        breakdown = break_script_down(script, corrections)
        doubted = doubts(corrections, break_script_down(script)) if corrections.rows else ()
    except InvalidInput as error:
        raise InvalidInput(str(error), path=inputs.params["name"], zh=error.told("zh")) from None
    doubted = (*doubted, *voice_doubts(corrections.voices, breakdown))
    # How much somebody says changes with every draft; who they are does not.
    people = tuple(replace(each, lines=0, words=0, number=0) for each in breakdown.cast)
    cast = Cast(breakdown.language, people)
    call = CastingCall(heard_together(breakdown), wishes_of(corrections.voices, breakdown.cast))
    return {
        "breakdown": document.write(breakdown, scenes.SCHEMA, indent=1),
        "cast": document.write(cast, CAST_SCHEMA),
        "call": document.write(call, CALL_SCHEMA),
        "own voices": json.dumps(
            {who: asdict(row) for who, row in own_voices_of(corrections.voices, breakdown.cast)}
        ).encode(),
        "doubts": json.dumps([{"en": note.text, "zh": note.zh} for note in doubted]).encode(),
        **{
            f"scene/{scene.id}": document.write(_anywhere(scene), scenes.SCENE_SCHEMA)
            for scene in breakdown.scenes
        },
    }


def _anywhere(scene: scenes.Scene) -> scenes.Scene:
    """Return the scene as it is played: without its lines' numbers, and without notes.

    Pages added before it do not change it, and a note on how to shoot changes nobody's playing.
    """
    beats = tuple(
        replace(
            beat,
            line=beat.line and replace(beat.line, source_line=0),
            action=beat.action and replace(beat.action, source_line=0),
            marks=(),
        )
        for beat in scene.beats
    )
    return replace(scene, beats=beats)
