"""Steps from shots and sound to the cut's files."""

from __future__ import annotations

from typing import Any

from mstation import document
from mstation.breakdown.scene import SCENE_SCHEMA, Scene
from mstation.cut.movie import assemble
from mstation.cut.otio import write_otio
from mstation.cut.tables import shots_csv
from mstation.graph.step import Inputs, Outputs
from mstation.making.cast import CAST_SCHEMA, Cast
from mstation.making.cut import SCHEMA, FilmShots, ShotScene, assemble_shots
from mstation.making.titling import TRACK_SCHEMA
from mstation.media.text_track import TextTrack
from mstation.shots import shot as shots
from mstation.shots.styles import CLASSICAL, styles
from mstation.sound import score_plan, spots
from mstation.sound.wavefile import join
from mstation.stage import performance as performances
from mstation.timebase import FrameRate
from mstation.voices import speech as speeches


def shot_list(inputs: Inputs) -> Outputs:
    """Return the film's shots in film frames, as a document and as a table."""
    blobs = inputs.blobs
    cast = document.read(blobs["cast"].read(), Cast, CAST_SCHEMA)
    scenes = [
        ShotScene(
            document.read(blob.read(), Scene, SCENE_SCHEMA),
            document.read(
                blobs[f"performance/{index}"].read(),
                performances.Performance,
                performances.SCHEMA,
            ),
            document.read(blobs[f"shots/{index}"].read(), shots.ShotList, shots.SCHEMA),
        )
        for index, blob in sorted(inputs.group("scene").items())
    ]
    spoken = {
        line: document.read(blob.read(), speeches.Speech, speeches.SCHEMA)
        for line, blob in inputs.group("speech").items()
    }
    params = inputs.params
    rate, style = params["rate"], params.get("style", CLASSICAL)
    spotting = document.read(blobs["spotting"].read(), spots.Spotting, spots.SCHEMA)
    film = assemble_shots(
        params["title"], rate, cast, scenes, spoken, style=style, music=spotting.cues
    )
    table = shots_csv(film.clips, film.voices, FrameRate.parse(rate))
    return {"shots": document.write(film, SCHEMA, indent=1), "table": table}


def timeline(inputs: Inputs) -> Outputs:
    """Return the cut as OpenTimelineIO."""
    film = _film(inputs)
    rate = FrameRate.parse(film.rate)
    metadata = {
        **{name: inputs.params[name] for name in ("width", "height")},
        "language": film.language,
        "style": film.style,
        "asl_s": styles()[film.style].asl_s,
    }
    written = write_otio(
        film.title,
        film.clips,
        film.voices,
        film.music,
        rate,
        scenes=film.scenes,
        actions=film.actions,
        cues=_cues(inputs),
        metadata=metadata,
    )
    return {"otio": written}


def _cues(inputs: Inputs) -> dict[str, dict[str, Any]]:
    """Return what each cue is, by its id: as it was asked for, and as it is planned."""
    blobs = inputs.blobs
    spotting = document.read(blobs["spotting"].read(), spots.Spotting, spots.SCHEMA)
    planned = document.read(blobs["plan"].read(), score_plan.ScorePlan, score_plan.SCHEMA)
    plans = {cue.plan.cue_id: cue.plan for cue in planned.cues}
    return {
        cue.spot.id: {
            "mood": cue.spot.mood.value,
            "strength": cue.spot.strength,
            "key": plans[cue.spot.id].key,
            "mode": plans[cue.spot.id].mode,
            "why": [why.en for why in cue.spot.why],
            "why_zh": [why.zh for why in cue.spot.why],
        }
        for cue in spotting.cues
    }


def _film(inputs: Inputs) -> FilmShots:
    return document.read(inputs.blobs["shots"].read(), FilmShots, SCHEMA)


def movie(inputs: Inputs) -> Outputs:
    """Return the movie: segments joined, the mix's sections too, subtitles where there are any."""
    out, sound = inputs.scratch / "film.mp4", inputs.scratch / "sound.wav"
    join([blob.path for _, blob in sorted(inputs.group("sound").items())], sound)
    assemble(
        [blob.path for _, blob in sorted(inputs.group("segment").items())],
        sound,
        out,
        width=inputs.params["width"],
        height=inputs.params["height"],
        rate=FrameRate.parse(inputs.params["rate"]),
        tracks=[
            document.read(blob.read(), TextTrack, TRACK_SCHEMA)
            for _, blob in sorted(inputs.group("track").items())
        ],
    )
    return {"movie": out}
