"""A line in, its sound and its times out: the engine for its script, its level, its mouth."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

import numpy as np
from numpy.typing import NDArray

from mstation.timebase import SAMPLE_RATE
from mstation.voices.bending import Bend
from mstation.voices.english import speak_english
from mstation.voices.loudness import SILENT_LUFS, levelled, loudness
from mstation.voices.mandarin import speak_mandarin
from mstation.voices.manner import Manner, read_manner
from mstation.voices.mouths import mouths_of
from mstation.voices.resample import resampled
from mstation.voices.speech import Engine, Mouth, Speech, Voice, Word
from mstation.voices.timbre import timbre_of
from mstation.voices.utterance import Sound, Utterance, trimmed
from mstation.voices.written import MANDARIN, language_of

# Source: EBU R 128, programme loudness; a line in a plain manner sits there.
LINE_LUFS = -23.0
_CEILING_DB = -3.0
_BREATH_S = 0.6  # how long a line lasts in which nothing can be said: "……"
_FADE_IN_S, _FADE_OUT_S = 0.004, 0.012
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Licence:
    """Where a voice comes from and what may be done with its sound."""

    name: str
    package: str
    licence: str
    commerce: str


_LICENCES: dict[Engine, _Licence] = {
    "hibari": _Licence("hibari-tts, voice heart", "hibari-tts", "Apache-2.0", "yes"),
    # The licence is the program's; the sound that it makes is the user's.
    "espeak": _Licence("espeak-ng", "espeakng-loader", "GPL-3.0-or-later", "yes"),
}


def speak(text: str, manner: str, voice: Voice, *, seed: int) -> tuple[NDArray[np.float32], Speech]:
    """Return a line's sound, mono float32 at 48 kHz, and its words, mouth and level.

    Latin script is spoken in English by hibari, every other script by espeak-ng, whichever
    engine the voice was cast for; the result says who spoke. Text in which nothing can be said
    gives a breath of silence.
    """
    said = read_manner(manner)
    engine, language = _engine_for(text, voice)
    bend = _bend(voice, said)
    if engine == "hibari":
        utterance = speak_english(text, bend, seed=seed)
    else:
        utterance = speak_mandarin(text, bend, voice.variant, seed=seed, language=language)
    if utterance.is_silent:
        return _breath(engine)
    return _finished(utterance, LINE_LUFS + said.level_lu, engine)


def manifest(voice: Voice) -> dict[str, str]:
    """Return where a voice comes from: name, engine, version, licence, commerce."""
    source = _LICENCES[voice.engine]
    name = f"{source.name}, variant {voice.variant}" if voice.engine == "espeak" else source.name
    return {
        "name": name,
        "engine": voice.engine,
        "version": f"{source.package} {metadata.version(source.package)}",
        "licence": source.licence,
        "commerce": source.commerce,
    }


def _engine_for(text: str, voice: Voice) -> tuple[Engine, str]:
    """Return who speaks a line, and in which of espeak-ng's languages."""
    language = language_of(text)
    if language is not None:
        return "espeak", language
    if any(letter.isalpha() for letter in text):
        return "hibari", ""
    return voice.engine, MANDARIN


def _bend(voice: Voice, manner: Manner) -> Bend:
    timbre = timbre_of(voice.variant)
    return Bend(
        pitch=voice.pitch_scale * manner.pitch,
        formants=voice.formant_scale,
        range=voice.pitch_range * manner.range,
        rate=voice.speed * manner.rate,
        breath=max(manner.breath, timbre.breath),
        tremor=manner.tremor,
        roughness=timbre.roughness,
    )


def _finished(
    utterance: Utterance, target_lufs: float, engine: Engine
) -> tuple[NDArray[np.float32], Speech]:
    full = resampled(utterance.samples, utterance.rate, SAMPLE_RATE)
    whole = trimmed(Utterance(full, SAMPLE_RATE, utterance.words, utterance.phones))
    samples = _faded(whole.samples)
    samples = levelled(samples, SAMPLE_RATE, target_lufs=target_lufs, ceiling_db=_CEILING_DB)
    speech = Speech(
        duration_s=round(len(samples) / SAMPLE_RATE, _DIGITS),
        words=_in_order(whole.words, len(samples) / SAMPLE_RATE),
        mouths=mouths_of(whole.phones, samples, SAMPLE_RATE),
        engine=engine,
        loudness_lufs=round(loudness(samples, SAMPLE_RATE), 2),
    )
    return samples, speech


def _faded(samples: Sound) -> Sound:
    faded = samples.copy()
    rise, fall = (
        min(round(seconds * SAMPLE_RATE), len(samples) // 2)
        for seconds in (_FADE_IN_S, _FADE_OUT_S)
    )
    faded[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    faded[len(faded) - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)
    return faded


def _in_order(words: tuple[Word, ...], duration_s: float) -> tuple[Word, ...]:
    """Return the words with none before the one ahead of it and none past the end."""
    ordered: list[Word] = []
    time_s = 0.0
    for word in words:
        start_s = min(max(word.start_s, time_s), duration_s)
        time_s = min(max(word.end_s, start_s), duration_s)
        ordered.append(Word(word.text, round(start_s, _DIGITS), round(time_s, _DIGITS)))
    return tuple(ordered)


def _breath(engine: Engine) -> tuple[NDArray[np.float32], Speech]:
    samples = np.zeros(round(_BREATH_S * SAMPLE_RATE), np.float32)
    shut = (Mouth(0.0, 0.0, 0.0),)
    return samples, Speech(_BREATH_S, (), shut, engine, SILENT_LUFS)
