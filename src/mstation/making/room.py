"""Steps from a scene as it is played to what is heard in its place: dialogue and effects."""

from __future__ import annotations

import numpy as np

from mstation import document
from mstation.breakdown.scene import SCENE_SCHEMA, Interior, Scene
from mstation.graph.step import Inputs, Outputs
from mstation.identity import seed_of
from mstation.sound.mix import dialogue_stem
from mstation.sound.roomtone import room_tone
from mstation.stage import performance as performances
from mstation.timebase import SAMPLE_RATE, FrameRate
from mstation.voices.wav import read_wav, write_wav


def dialogue(inputs: Inputs) -> Outputs:
    """Return a scene's voices, each where it is spoken: (samples, 2) from the scene's start."""
    performance = _performance(inputs)
    rate = FrameRate.parse(inputs.params["rate"])
    lines = [
        (
            rate.sample_of_frame(beat.speech_first_frame),
            read_wav(inputs.blobs[f"voice/{beat.line_id}"].read())[0],
        )
        for beat in performance.beats
        if beat.line_id
    ]
    length = max([first + len(sound) for first, sound in lines], default=0)
    return {"dialogue": write_wav(dialogue_stem(lines, length), SAMPLE_RATE)}


def effects(inputs: Inputs) -> Outputs:
    """Return what else a scene's place gives to hear: (samples, 2) from the scene's start."""
    scene = document.read(inputs.blobs["scene"].read(), Scene, SCENE_SCHEMA)
    samples = FrameRate.parse(inputs.params["rate"]).sample_of_frame(_performance(inputs).frames)
    out = np.zeros((samples, 2), np.float32)
    seed = seed_of("room tone", scene.set_key)
    is_interior = scene.interior is not Interior.EXT
    for first, piece in room_tone(0, samples, is_interior=is_interior, seed=seed):
        out[first : first + len(piece)] += piece[:, None]
    return {"effects": write_wav(out, SAMPLE_RATE)}


def _performance(inputs: Inputs) -> performances.Performance:
    data = inputs.blobs["performance"].read()
    return document.read(data, performances.Performance, performances.SCHEMA)
