"""Steps from scenes' sound and cues to the stems and the mix, and to what is said of them."""

from __future__ import annotations

from collections.abc import Mapping

from mstation import document
from mstation.graph.step import Inputs, Outputs
from mstation.making.cut import SCHEMA as SHOTS_SCHEMA
from mstation.making.cut import FilmShots
from mstation.making.facts import as_json
from mstation.sound import mix_plan, score_plan
from mstation.sound import trace as traces
from mstation.sound.balance import plan_mix, too_soft_db
from mstation.sound.hops import hops_of
from mstation.sound.level_picture import level_picture
from mstation.sound.levels import (
    SCHEMA,
    FilmLevels,
    film_levels,
    measured,
    read_section,
    read_stems,
    write_section,
    write_stems,
)
from mstation.sound.mix import AFTER, BEFORE, mix_section, write_music_and_effects, write_stem
from mstation.sound.mix_plan import BEDS, STEMS
from mstation.sound.reel import Reel, lay
from mstation.sound.sound_report import SCHEMA as SOUND_SCHEMA
from mstation.sound.sound_report import Happening, Stretch, sound_report
from mstation.sound.targets import target_of
from mstation.sound.wavefile import StereoWriter
from mstation.timebase import FrameRate
from mstation.voices import speech as speeches


def plan(inputs: Inputs) -> Outputs:
    """Return how the film is to be mixed, as a whole and section by section; its stems' levels."""
    params, samples = inputs.params, inputs.params["samples"]
    laid = {
        name: [
            (first, traces.read(blob.read()))
            for first, (_, blob) in zip(
                params[name], sorted(inputs.group(name).items()), strict=True
            )
        ]
        for name in STEMS
    }
    planned, levels = plan_mix(
        laid,
        hops_of(params["scenes"], samples),
        target_of(params["loudness"]),
        louder_db=params["louder_db"],
    )
    ends = [*params["sections"][1:], samples]
    return {
        "plan": mix_plan.write(planned),
        "stems": write_stems(levels),
        **{
            f"section/{index:04d}": mix_plan.write(planned.cut(first - BEFORE, end + AFTER, first))
            for index, (first, end) in enumerate(zip(params["sections"], ends, strict=True))
        },
    }


def section(inputs: Inputs) -> Outputs:
    """Return a section of the film's sound, and its levels."""
    params, samples = inputs.params, inputs.params["samples"]
    reels = {name: _reel(inputs, name, params["heard"]) for name in STEMS}
    planned = mix_plan.read(inputs.blobs["plan"].read())
    made = mix_section(reels, planned, samples, target_of(params["loudness"]))
    path = inputs.scratch / "sound.wav"
    with StereoWriter(path, bits=24) as writer:
        writer.write(made.sound)
    return {"sound": path, "levels": write_section(made.levels)}


def mix(inputs: Inputs) -> Outputs:
    """Return the film's levels, of those of its sections, and how much louder it is to be."""
    params, blobs = inputs.params, inputs.blobs
    target = target_of(params["loudness"])
    stems = read_stems(blobs["stems"].read())
    sections = [read_section(blob.read()) for _, blob in sorted(inputs.group("section").items())]
    heard = measured(sections, params["sections"], params["samples"])
    softer_db = too_soft_db(target, heard.found(target, stems["dialogue"].weighted))
    is_most = mix_plan.read(blobs["plan"].read()).is_most
    return {
        "levels": document.write(film_levels(target, heard, stems), SCHEMA),
        "louder": as_json({"db": min(0.0, softer_db) if is_most else softer_db}),
    }


def stem(inputs: Inputs) -> Outputs:
    """Return one stem of the whole film; music and effects are two in one, for other voices."""
    params, name = inputs.params, inputs.params["stem"]
    planned, path = mix_plan.read(inputs.blobs["plan"].read()), inputs.scratch / "stem.wav"
    if name in STEMS:
        write_stem(_reel(inputs, name, params["samples"]), planned, name, path)
    else:
        reels = {bed: _reel(inputs, bed, params["samples"]) for bed in BEDS}
        write_music_and_effects(reels, planned, target_of(params["loudness"]), path)
    return {"sound": path}


def _reel(inputs: Inputs, name: str, samples: int) -> Reel:
    blobs = [blob for _, blob in sorted(inputs.group(name).items())]
    firsts = inputs.params[name]
    return lay([(first, blob.path) for first, blob in zip(firsts, blobs, strict=True)], samples)


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
