"""A line in, its sound and its times out: the engine for its script, its level, its mouth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mstation.breakdown.scene import Turn
from mstation.timebase import SAMPLE_RATE
from mstation.voices.bending import Bend
from mstation.voices.engines import OwnVoice, engine_for
from mstation.voices.gaps import longest_gap_in_word_s, without_gaps
from mstation.voices.loudness import SILENT_LUFS, levelled, loudness
from mstation.voices.manner import (
    EASY,
    PLAIN,
    Feeling,
    Manner,
    coloured,
    pause_of,
    read_manner,
    says_how,
)
from mstation.voices.mouths import mouths_of
from mstation.voices.resample import resampled
from mstation.voices.speech import Engine, FileEngine, Mouth, Speaker, Speech, Voice, Word
from mstation.voices.timbre import timbre_of
from mstation.voices.utterance import Sound, Utterance, joined, silence, trimmed
from mstation.voices.written import script_runs

# Source: EBU R 128, programme loudness; a line in a plain manner sits there.
LINE_LUFS = -23.0
_CEILING_DB = -3.0
_BREATH_S = 0.6  # how long a line lasts in which nothing can be said: "……"
_FADE_IN_S, _FADE_OUT_S = 0.004, 0.012
_MARKS, _MARK_S = frozenset("，。；：！？,.;:!?…—"), 0.25  # a run that ends in a mark rests
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


def speak(
    text: str,
    manner: str,
    voice: Voice,
    *,
    seed: int,
    turns: Sequence[Turn] = (),
    feeling: Feeling = EASY,
    own: OwnVoice | None = None,
) -> tuple[NDArray[np.float32], Speech]:
    """Return a line's sound, mono float32 at 48 kHz, and its words, mouth and level.

    Whoever `engine_for` finds speaks, run by run; `own` is the voice that a person brought for
    the character. The result says who spoke most of it. A line that turns
    amid its words, or that changes its script, is spoken piece by piece. Text in which nothing
    can be said gives a breath of silence.
    """
    whole, engine = uttered(text, manner, voice, seed=seed, turns=turns, feeling=feeling, own=own)
    return _breath(engine) if whole.is_silent else _told(whole, engine)


def uttered(
    text: str,
    manner: str,
    voice: Voice,
    *,
    seed: int,
    turns: Sequence[Turn] = (),
    feeling: Feeling = EASY,
    own: OwnVoice | None = None,
) -> tuple[Utterance, Engine | FileEngine]:
    """Return a line at 48 kHz, each of its pieces as loud as its manner, and who said most."""
    pieces = [
        replace(piece, text=run, manner=coloured(piece.manner, feeling), rest_s=rest_s)
        for piece in _pieces(text, manner, turns)
        for run, rest_s in _runs(piece)
    ]
    said: list[tuple[Utterance, Engine | FileEngine, float]] = []
    for piece in pieces:
        engine, say = engine_for(piece.text, voice, own)
        utterance = say(piece.text, _bend(voice, piece.manner), voice, seed=seed)
        if not utterance.is_silent:
            said.append((_levelled(utterance, piece.manner), engine, piece.rest_s))
    if not said:
        return silence(SAMPLE_RATE), engine_for(text, voice, own)[0]
    whole = joined([utterance for utterance, _, _ in said], [rest_s for _, _, rest_s in said])
    return whole, max(said, key=lambda one: one[0].duration_s)[1]


def line_lufs(manner: str) -> float:
    """Return how loud a line is in a manner."""
    return LINE_LUFS + read_manner(manner).level_lu


def finished(
    utterance: Utterance, target_lufs: float, engine: Speaker
) -> tuple[NDArray[np.float32], Speech]:
    """Return a line at its level, its ends trimmed and faded, and its words, mouth and level."""
    return _told(_at_level(_at_rate(utterance), target_lufs), engine)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a line said in one manner, and how long the speaker rests after it."""

    text: str
    manner: Manner
    rest_s: float = 0.0


def _pieces(text: str, manner: str, turns: Sequence[Turn]) -> list[_Piece]:
    """Return the parts of a line; one that turns goes on as before where a turn only rests."""
    if not turns:
        return [_Piece(text, read_manner(manner))]
    pieces: list[_Piece] = []
    now = PLAIN
    for turn, after in pairwise([Turn(0, ""), *turns, Turn(len(text), "")]):
        now = read_manner(turn.manner) if says_how(turn.manner) else now
        part = text[turn.at : after.at].strip()
        if part:
            pieces.append(_Piece(part, now, pause_of(after.manner)))
        elif pieces:
            pieces[-1] = replace(pieces[-1], rest_s=pieces[-1].rest_s + pause_of(after.manner))
    return pieces


def _runs(piece: _Piece) -> list[tuple[str, float]]:
    """Return the piece's runs of one script each, and the rest after each."""
    runs = script_runs(piece.text)
    rests = [_MARK_S if run.rstrip()[-1:] in _MARKS else 0.0 for run in runs]
    return list(zip(runs, [*rests[:-1], piece.rest_s], strict=True))


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


def _bend(voice: Voice, manner: Manner) -> Bend:
    timbre = timbre_of(voice.variant)
    return Bend(
        pitch=voice.pitch_scale * manner.pitch,
        formants=voice.formant_scale,
        range=voice.pitch_range * manner.range,
        rate=voice.speed * manner.rate,
        breath=max(manner.breath, timbre.breath, voice.breath),
        tremor=manner.tremor,
        roughness=max(timbre.roughness, voice.roughness),
        tilt_db=voice.tilt_db,
    )


def _levelled(utterance: Utterance, said: Manner) -> Utterance:
    """Return the utterance at 48 kHz without silence around it or in it, as loud as its manner."""
    return _at_level(without_gaps(_at_rate(utterance)), LINE_LUFS + said.level_lu)


def _at_rate(utterance: Utterance) -> Utterance:
    """Return the utterance at 48 kHz without the silence around it."""
    full = resampled(utterance.samples, utterance.rate, SAMPLE_RATE)
    return trimmed(Utterance(full, SAMPLE_RATE, utterance.words, utterance.phones))


def _at_level(utterance: Utterance, target_lufs: float) -> Utterance:
    samples = levelled(
        _faded(utterance.samples), SAMPLE_RATE, target_lufs=target_lufs, ceiling_db=_CEILING_DB
    )
    return replace(utterance, samples=samples)


def _told(whole: Utterance, engine: Speaker) -> tuple[NDArray[np.float32], Speech]:
    samples = whole.samples
    speech = Speech(
        duration_s=round(len(samples) / SAMPLE_RATE, _DIGITS),
        words=_in_order(whole.words, len(samples) / SAMPLE_RATE),
        mouths=mouths_of(whole.phones, samples, SAMPLE_RATE),
        engine=engine,
        loudness_lufs=round(loudness(samples, SAMPLE_RATE), 2),
        longest_gap_s=round(longest_gap_in_word_s(samples, whole.words), _DIGITS),
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


def _breath(engine: Engine | FileEngine) -> tuple[NDArray[np.float32], Speech]:
    samples = np.zeros(round(_BREATH_S * SAMPLE_RATE), np.float32)
    shut = (Mouth(0.0, 0.0, 0.0),)
    return samples, Speech(_BREATH_S, (), shut, engine, SILENT_LUFS)
