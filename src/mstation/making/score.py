"""Steps from scenes to the score: the spotting, the plan, each cue's sound, the notes."""

from __future__ import annotations

from dataclasses import asdict

from mstation import document
from mstation.breakdown.scene import SCENE_SCHEMA, Scene
from mstation.graph.step import Inputs, Outputs
from mstation.making.directing import told
from mstation.making.facts import as_json
from mstation.shots import shot as shots
from mstation.sound import cue as cues
from mstation.sound import score_plan, spots
from mstation.sound import trace as traces
from mstation.sound.midi import film_midi
from mstation.sound.moments import SceneToScore
from mstation.sound.musicxml import film_musicxml
from mstation.sound.play import find_soundfont, play
from mstation.sound.realise import realise
from mstation.sound.score import plan_score
from mstation.sound.score_check import check_score
from mstation.sound.spot import spot_film
from mstation.sound.wavefile import StereoWriter, open_wav
from mstation.sound.wishes import doubts, read_wishes, wished
from mstation.stage import performance as performances
from mstation.timebase import FrameRate

SCORE_WISHES = "score.toml"


def spot(inputs: Inputs) -> Outputs:
    """Return where the film has music, as people want it, and what they want of no cue there is."""
    params, blobs = inputs.params, inputs.blobs
    scenes: list[SceneToScore] = []
    first = 0
    for index, blob in sorted(inputs.group("scene").items()):
        performance = document.read(
            blobs[f"performance/{index}"].read(), performances.Performance, performances.SCHEMA
        )
        listed = document.read(blobs[f"shots/{index}"].read(), shots.ShotList, shots.SCHEMA)
        scene = document.read(blob.read(), Scene, SCENE_SCHEMA)
        scenes.append(SceneToScore(first, scene, performance, listed))
        first += performance.frames
    spotting = spot_film(params["title"], params["rate"], scenes, seed=params["seed"])
    asked = read_wishes(blobs["wishes"].read(), SCORE_WISHES) if "wishes" in blobs else ()
    return {
        "spotting": document.write(wished(spotting, asked), spots.SCHEMA, indent=1),
        "doubts": told(doubts(asked, spotting)),
    }


def plan(inputs: Inputs) -> Outputs:
    """Return what the score means to do, as a whole and cue by cue."""
    spotting = document.read(inputs.blobs["spotting"].read(), spots.Spotting, spots.SCHEMA)
    planned = plan_score(spotting, inputs.params["names"])
    return {
        "plan": document.write(planned, score_plan.SCHEMA, indent=1),
        **{
            f"cue/{each.plan.cue_id}": document.write(each.plan, cues.SCHEMA)
            for each in planned.cues
        },
    }


def cue(inputs: Inputs) -> Outputs:
    """Return one cue's sound, with a tail that overlaps what follows."""
    planned = document.read(inputs.blobs["cue"].read(), cues.CuePlan, cues.SCHEMA)
    rate = FrameRate.parse(inputs.params["rate"])
    notes = realise(planned, rate)
    sound = play(notes, frames=planned.frames, rate=rate, soundfont=find_soundfont())
    path = inputs.scratch / "music.wav"
    with StereoWriter(path, bits=24) as writer:
        writer.write(sound)
    return {"music": path, "trace": traces.write(traces.trace(open_wav(path)))}


def midi(inputs: Inputs) -> Outputs:
    """Return the film's score as one MIDI file, and what an examiner finds in it."""
    planned = document.read(inputs.blobs["plan"].read(), score_plan.ScorePlan, score_plan.SCHEMA)
    placed = [(each.first_frame, each.plan) for each in planned.cues]
    rate = FrameRate.parse(planned.rate)
    written = film_midi(placed, rate)
    found = check_score(
        written,
        rate,
        hits=[first + hit.frame for first, cue in placed for hit in cue.met],
        speech=[(first + start, first + end) for first, cue in placed for start, end in cue.speech],
    )
    return {"midi": written, "check": as_json(asdict(found))}


def sheet_music(inputs: Inputs) -> Outputs:
    """Return the film's score as one MusicXML file, its parts named in the music's language."""
    planned = document.read(inputs.blobs["plan"].read(), score_plan.ScorePlan, score_plan.SCHEMA)
    return {"musicxml": film_musicxml(planned)}
