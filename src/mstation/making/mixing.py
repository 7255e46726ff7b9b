"""Steps from scenes' sound and cues to the stems and the mix, and to what is said of them."""

from __future__ import annotations

from collections.abc import Mapping

from mstation import document
from mstation.graph.step import Inputs, Outputs
from mstation.making.cut import SCHEMA as SHOTS_SCHEMA
from mstation.making.cut import FilmShots
from mstation.sound import score_plan
from mstation.sound.level_picture import level_picture
from mstation.sound.levels import SCHEMA, FilmLevels
from mstation.sound.mix import STEMS, mix_film
from mstation.sound.reel import Reel, lay
from mstation.sound.sound_report import SCHEMA as SOUND_SCHEMA
from mstation.sound.sound_report import Happening, Stretch, sound_report
from mstation.sound.targets import target_of
from mstation.timebase import FrameRate
from mstation.voices import speech as speeches


def mix(inputs: Inputs) -> Outputs:
    """Return the film's sound, its stems, music and effects for other voices, all their levels."""
    reels = {name: _reel(inputs, name) for name in STEMS}
    levels = mix_film(reels, target_of(inputs.params["loudness"]), inputs.scratch)
    sounds = {name: inputs.scratch / f"{name}.wav" for name in ("mix", *STEMS, "m-and-e")}
    return {**sounds, "levels": document.write(levels, SCHEMA)}


def _reel(inputs: Inputs, name: str) -> Reel:
    rate = FrameRate.parse(inputs.params["rate"])
    firsts = [rate.sample_of_frame(frame) for frame in inputs.params[name]]
    blobs = [blob for _, blob in sorted(inputs.group(name).items())]
    pieces = [(first, blob.path) for first, blob in zip(firsts, blobs, strict=True)]
    return lay(pieces, rate.sample_of_frame(inputs.params["frames"]))


def report(inputs: Inputs) -> Outputs:
    """Return what is said of the film's sound, and the picture of its levels."""
    blobs, target = inputs.blobs, inputs.params["loudness"]
    levels = document.read(blobs["levels"].read(), FilmLevels, SCHEMA)
    film = document.read(blobs["shots"].read(), FilmShots, SHOTS_SCHEMA)
    plan = document.read(blobs["plan"].read(), score_plan.ScorePlan, score_plan.SCHEMA)
    gaps_s = {
        line: document.read(blob.read(), speeches.Speech, speeches.SCHEMA).longest_gap_s
        for line, blob in inputs.group("speech").items()
    }
    happening = _happening(film, plan, gaps_s)
    said = sound_report(target, levels, happening)
    return {
        "sound": document.write(said, SOUND_SCHEMA, indent=1),
        "picture": level_picture(levels, said, happening),
    }


def _happening(
    film: FilmShots, plan: score_plan.ScorePlan, gaps_s: Mapping[str, float]
) -> Happening:
    return Happening(
        film.title,
        film.language,
        FrameRate.parse(film.rate),
        film.frames,
        tuple(
            Stretch(scene.label, scene.film_first_frame, scene.film_first_frame + scene.frames)
            for scene in film.scenes
        ),
        tuple(
            Stretch(
                voice.line_id,
                voice.film_first_frame,
                voice.film_end_frame,
                voice.text,
                voice.character,
                gaps_s[voice.line_id],
            )
            for voice in film.voices
        ),
        tuple(
            Stretch(cue.label, cue.first_frame, cue.first_frame + cue.plan.frames)
            for cue in plan.cues
        ),
    )
