"""Steps from the cast to voices, bodies and spoken lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mstation import document
from mstation.breakdown.scene import Mood, Turn
from mstation.graph.step import Inputs, Outputs
from mstation.identity import seed_of
from mstation.making.cast import (
    BODIES_SCHEMA,
    CALL_SCHEMA,
    CAST_SCHEMA,
    Bodies,
    Cast,
    CastingCall,
)
from mstation.making.facts import as_json
from mstation.making.own_voices import brought
from mstation.stage.bodies import dress
from mstation.voices.casting import cast_voices, too_near
from mstation.voices.manner import Feeling
from mstation.voices.speak import manifest
from mstation.voices.speak import speak as speak_line
from mstation.voices.speech import CASTING_SCHEMA, SCHEMA, Voice
from mstation.voices.wav import write_wav


def cast(inputs: Inputs) -> Outputs:
    """Return everyone's voice and body, and the list of voices used with their licences."""
    people = document.read(inputs.blobs["cast"].read(), Cast, CAST_SCHEMA)
    call = document.read(inputs.blobs["call"].read(), CastingCall, CALL_SCHEMA)
    casting = cast_voices(
        people.characters, people.language, together=call.together, wishes=dict(call.wishes)
    )
    bodies = Bodies(dress(people.characters))
    names = {character.id: character.name for character in people.characters}
    used = [
        {"kind": "voice", "character": names[voice.character_id], **manifest(voice)}
        for voice in casting.voices
    ]
    return {
        "casting": document.write(casting, CASTING_SCHEMA),
        "bodies": document.write(bodies, BODIES_SCHEMA),
        "used": as_json(used),
        "doubts": as_json(
            [_alike(names[one], names[other]) for one, other in too_near(casting, call.together)]
        ),
    }


def _alike(one: str, other: str) -> dict[str, str]:
    return {
        "en": f"{one} and {other} share a scene and sound alike; "
        "give one of them a [[voice]] row in film.toml",
        "zh": f"{one}与{other}同场而嗓音相近；请在 film.toml 中为其中一人写一条 [[voice]]",
    }


def speak(inputs: Inputs) -> Outputs:
    """Return one line's sound and its times."""
    text, manner = inputs.params["text"], inputs.params["manner"]
    voice = Voice(**inputs.params["voice"])
    turns = [Turn(**turn) for turn in inputs.params["turns"]]
    feeling = Feeling(Mood(inputs.params["mood"]), inputs.params["tension"])
    seed = seed_of_line(inputs.params)
    samples, speech = speak_line(
        text, manner, voice, seed=seed, turns=turns, feeling=feeling, own=brought(inputs)
    )
    return {"sound": write_wav(samples, 48_000), "speech": document.write(speech, SCHEMA)}


def seed_of_line(params: Mapping[str, Any]) -> int:
    """Return the seed of a line: by what is said, how, and in which voice."""
    voice = Voice(**params["voice"])
    words = [f"{name}={value}" for name, value in sorted(asdict(voice).items())]
    return seed_of(params["text"], params["manner"], *words, str(params["seed"]))
