"""Steps from recorded files to spoken lines, and the list of a film's lines to record."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from mstation import document
from mstation.breakdown.scene import SCENE_SCHEMA, Breakdown, Scene
from mstation.breakdown.scene import SCHEMA as BREAKDOWN_SCHEMA
from mstation.errors import InvalidInput
from mstation.graph.step import Inputs, Outputs
from mstation.making.cast import CAST_SCHEMA, Cast
from mstation.making.directing import told
from mstation.making.facts import as_json
from mstation.making.people import seed_of_line
from mstation.screenplay.script import ReadingNote
from mstation.timebase import SAMPLE_RATE
from mstation.voices import speech as speeches
from mstation.voices.speech import Voice
from mstation.voices.take_names import LabelledLine, labelled, matched
from mstation.voices.takes import fitted, read_take
from mstation.voices.wav import write_wav

_HEADER = ("label", "id", "scene", "character", "text", "manner", "voice", "file", "seconds")


def match(inputs: Inputs) -> Outputs:
    """Return which recorded file is for which line, and the doubts about the others."""
    film = document.read(inputs.blobs["breakdown"].read(), Breakdown, BREAKDOWN_SCHEMA)
    found = matched(inputs.params["names"], labelled(film.scenes))
    return {"files": as_json(found.files), "doubts": told(found.doubts)}


def take(inputs: Inputs) -> Outputs:
    """Return a recorded line's sound and its times; of one that cannot be used only the reason."""
    params = inputs.params
    voice = Voice(**params["voice"])
    try:
        recorded = read_take(inputs.blobs["take"].read())
    except InvalidInput as error:
        return {"doubts": told([_unusable(error)])}
    seed = seed_of_line(params)
    samples, speech, doubts = fitted(recorded, params["text"], params["manner"], voice, seed=seed)
    return {
        "sound": write_wav(samples, SAMPLE_RATE),
        "speech": document.write(speech, speeches.SCHEMA),
        "doubts": told(doubts),
    }


def _unusable(error: InvalidInput) -> ReadingNote:
    text, zh = error.told("en"), error.told("zh")
    return ReadingNote(
        0, "warning", f"{text}; until then the temp voice speaks", f"{zh}；在此之前仍用临时配音"
    )


def lines(inputs: Inputs) -> Outputs:
    """Return every line of the film with its label and who speaks it, as a table and as facts."""
    cast = document.read(inputs.blobs["cast"].read(), Cast, CAST_SCHEMA)
    names = {character.id: character.name for character in cast.characters}
    scenes = [
        document.read(blob.read(), Scene, SCENE_SCHEMA)
        for _, blob in sorted(inputs.group("scene").items())
    ]
    spoken = {
        line: document.read(blob.read(), speeches.Speech, speeches.SCHEMA)
        for line, blob in inputs.group("speech").items()
    }
    files = inputs.params["files"]
    rows = [_row(each, names, spoken[each.line.id], files) for each in labelled(scenes)]
    out = io.StringIO()
    table = csv.DictWriter(out, _HEADER, lineterminator="\r\n")  # Source: RFC 4180
    table.writeheader()
    table.writerows(rows)
    return {"table": out.getvalue().encode(), "lines": as_json(rows)}


def _row(
    each: LabelledLine,
    names: Mapping[str, str],
    spoken: speeches.Speech,
    files: Mapping[str, str],
) -> dict[str, Any]:
    line = each.line
    return {
        "label": each.label,
        "id": line.id,
        "scene": each.scene_label,
        "character": names[line.character_id],
        "text": " ".join(line.text.split()),
        "manner": line.manner,
        "voice": spoken.engine,
        "file": files.get(line.id, "") if spoken.engine == "take" else "",
        "seconds": round(spoken.duration_s, 2),
    }
