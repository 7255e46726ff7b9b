"""Silence let into an utterance where its punctuation asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.voices.speech import Word
from mstation.voices.utterance import Phone, Sound, Utterance, power_of

_QUIET_DB = -42.0  # under the loudest moment, this counts as part of the pause
_REACH_S = 0.08  # an engine's own times are this far from what is heard, at most
_FADE_S = 0.004
_DEEP_DB = 6.0  # over quiet: any deeper is as good, for a breath there may be louder than a closure
_DB_A_STEP_AWAY = 0.25


@dataclass(frozen=True, slots=True)
class Pause:
    """Where a pause belongs, and how long it should be heard."""

    start_s: float
    end_s: float
    length_s: float


def with_pauses(said: Utterance, pauses: Sequence[Pause]) -> Utterance:
    """Return the utterance with every pause at least as long as it should be.

    The silence is let in at the quietest point of the place where the pause belongs.
    """
    if not pauses or len(said.samples) == 0:
        return said
    power, hop = power_of(said)
    steps_a_second = said.rate / hop
    quiet = float(power.max()) * 10 ** (_QUIET_DB / 10)
    cuts: list[tuple[int, int]] = []
    for pause in pauses:
        first = max(round((pause.start_s - _REACH_S) * steps_a_second), 0)
        first = max(first, cuts[-1][0] // hop + 1 if cuts else 0)
        region = power[first : round((pause.end_s + _REACH_S) * steps_a_second)]
        if len(region) == 0:
            continue
        missing = round(pause.length_s * said.rate) - int((region < quiet).sum()) * hop
        if missing > 0:
            nominal = ((pause.start_s + pause.end_s) / 2 * steps_a_second) - first
            cuts.append(((first + _best_place(region, nominal, quiet)) * hop, missing))
    return _opened(said, cuts)


def _best_place(power: NDArray[np.float64], nominal: float, quiet: float) -> int:
    """Return the step to open: quiet, and near where the engine puts the mark.

    A stop's closure is as silent as a pause: were silence alone to count, "right," would be
    opened before its t.
    """
    loud_db = 10 * np.log10(np.maximum(power, quiet * 10 ** (_DEEP_DB / 10)) / quiet)
    away = np.abs(np.arange(len(power)) - nominal)
    return int((loud_db + _DB_A_STEP_AWAY * away).argmin())


def _opened(said: Utterance, cuts: Sequence[tuple[int, int]]) -> Utterance:
    """Return the utterance with a number of silent samples let in at each cut."""
    sounds: list[Sound] = []
    last = 0
    for position, count in cuts:
        part, after = said.samples[last:position].copy(), said.samples[position:]
        fade = np.linspace(1.0, 0.0, min(round(_FADE_S * said.rate), len(part), len(after)))
        if len(fade):
            part[-len(fade) :] *= fade.astype(np.float32)
        sounds += [part, np.zeros(count, np.float32)]
        last = position
    sounds.append(said.samples[last:])
    at_s = np.array([position for position, _ in cuts]) / said.rate
    gained_s = np.concatenate([[0.0], np.cumsum([count for _, count in cuts])]) / said.rate

    def moved(time_s: float) -> float:
        return time_s + float(gained_s[int(np.searchsorted(at_s, time_s))])

    words = tuple(Word(word.text, moved(word.start_s), moved(word.end_s)) for word in said.words)
    phones = tuple(
        Phone(phone.symbol, moved(phone.start_s), moved(phone.end_s)) for phone in said.phones
    )
    return Utterance(np.concatenate(sounds), said.rate, words, phones)
