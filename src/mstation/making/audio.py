"""Steps from scenes and speech to the score, the stems and the mix."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from mstation import document
from mstation.breakdown.scene import Mood
from mstation.graph.step import Blob, Inputs, Outputs
from mstation.identity import seed_of
from mstation.making.facts import as_json
from mstation.sound.compose import plan_cue
from mstation.sound.cue import SCHEMA, CuePlan
from mstation.sound.midi import film_midi
from mstation.sound.mix import lay_stem, mix_film
from mstation.sound.play import find_soundfont, play
from mstation.sound.realise import realise
from mstation.sound.roomtone import room_tone
from mstation.timebase import FrameRate
from mstation.voices.wav import read_wav, write_wav

Piece = tuple[int, NDArray[np.float32]]  # first sample, sound
Room = tuple[int, int, bool, str]  # first frame, end frame, interior, set key


def cue(inputs: Inputs) -> Outputs:
    """Return one scene's cue: its plan, and its sound with a tail that overlaps what follows."""
    params = inputs.params
    rate = FrameRate.parse(params["rate"])
    plan = plan_cue(
        params["scene_id"],
        params["frames"],
        rate,
        Mood(params["mood"]),
        params["tension"],
        params["language"],
        hits=tuple(params["hits"]),
        speech=tuple((first, end) for first, end in params["speech"]),
        seed=seed_of("score", params["title"], str(params["seed"])),
    )
    sound = play(
        realise(plan, rate), frames=params["frames"], rate=rate, soundfont=find_soundfont()
    )
    return {"plan": document.write(plan, SCHEMA), "music": write_wav(sound, 48_000)}


def mix(inputs: Inputs) -> Outputs:
    """Return the film's sound, its stems, and how loud it is."""
    params = inputs.params
    rate = FrameRate.parse(params["rate"])
    total = rate.sample_of_frame(params["frames"])
    dialogue, music, out = (
        inputs.scratch / name for name in ("dialogue.wav", "music.wav", "mix.wav")
    )
    voices = _placed(inputs.group("voice"), params["lines"], rate)
    # Under voices only: a film without a word has its music, and no floor to be raised by the mix.
    tones = _room_tones(params["rooms"], rate) if params["lines"] else iter(())
    lay_stem(heapq.merge(voices, tones, key=lambda piece: piece[0]), total, dialogue)
    lay_stem(_placed(inputs.group("music"), params["cues"], rate), total, music)
    loudness = mix_film(dialogue, music, out)
    return {
        "mix": out,
        "dialogue": dialogue,
        "music": music,
        "loudness": as_json(asdict(loudness)),
    }


def _placed(blobs: dict[str, Blob], frames: Iterable[int], rate: FrameRate) -> Iterator[Piece]:
    for (_, blob), frame in zip(sorted(blobs.items()), frames, strict=True):
        yield rate.sample_of_frame(frame), read_wav(blob.read())[0]


def _room_tones(rooms: Iterable[Room], rate: FrameRate) -> Iterator[Piece]:
    for first, end, is_interior, key in rooms:
        start, stop = rate.sample_of_frame(first), rate.sample_of_frame(end)
        yield from room_tone(
            start, stop - start, is_interior=is_interior, seed=seed_of("room tone", key)
        )


def midi(inputs: Inputs) -> Outputs:
    """Return the film's score as one MIDI file."""
    plans = [
        document.read(blob.read(), CuePlan, SCHEMA)
        for _, blob in sorted(inputs.group("cue").items())
    ]
    cues = list(zip(inputs.params["cues"], plans, strict=True))
    return {"midi": film_midi(cues, FrameRate.parse(inputs.params["rate"]))}
