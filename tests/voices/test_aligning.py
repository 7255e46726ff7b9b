"""The times of a take: known stretches, another voice, another engine, noise."""

import itertools
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from mstation.timebase import SAMPLE_RATE
from mstation.voices.aligning import aligned, pauses_of, warp_between
from mstation.voices.bending import Bend
from mstation.voices.mandarin import speak_mandarin
from mstation.voices.resample import resampled
from mstation.voices.speak import uttered
from mstation.voices.speech import Voice
from mstation.voices.utterance import Utterance, trimmed

WOMAN = Voice("w", "hibari", "f2")
MAN = Voice("m", "hibari", "m3", 0.55, 0.88, 0.95, 0.9)
ENGLISH = (
    "We don't have much time, Mara. The storm is coming.",
    "Then sit down. It is getting cold, and I will not ask you twice.",
)
CHINESE = ("我们没有多少时间了。暴风雨就要来了，你跟我走吗？", "桥封了，我走回来的。")
NOISE_DB = -30.0
# What a cut on a word bears: a frame and a half; and three, for nine in ten.
MEDIAN_S, MOST_S = 0.060, 0.120


def _finished(utterance):
    samples = resampled(utterance.samples, utterance.rate, SAMPLE_RATE)
    return trimmed(Utterance(samples, SAMPLE_RATE, utterance.words, utterance.phones))


@cache
def _said(text, voice, *, seed=7, manner=""):
    return _finished(uttered(text, manner, voice, seed=seed)[0])


def _stretched(said, seed):
    """Return a line's sound with pieces played faster and slower, in noise; its words' times."""
    chance = np.random.default_rng(seed)
    length = len(said.samples)
    inner = np.sort(chance.integers(1, length, max(2, int(said.duration_s / 0.5))))
    cuts = np.unique(np.concatenate([[0], inner, [length]]))
    parts = [
        resampled(said.samples[first:end], Fraction(int(chance.integers(80, 128)), 100), 1)
        for first, end in itertools.pairwise(cuts)
    ]
    ends = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    sound = np.concatenate(parts)
    noise = chance.standard_normal(len(sound)) * sound.std() * 10 ** (NOISE_DB / 20)
    times = [
        tuple(np.interp([word.start_s, word.end_s], cuts / SAMPLE_RATE, ends / SAMPLE_RATE))
        for word in said.words
    ]
    return (sound + noise).astype(np.float32), times


def _errors_s(words, times):
    pairs = zip(words, times, strict=True)
    return np.abs([(word.start_s - a, word.end_s - b) for word, (a, b) in pairs]).ravel()


def _is_close(errors_s):
    return np.median(errors_s) <= MEDIAN_S and np.percentile(errors_s, 90) <= MOST_S


@pytest.mark.parametrize("texts", [ENGLISH, CHINESE], ids=["English", "Chinese"])
@pytest.mark.parametrize("actor", [WOMAN, MAN], ids=["same voice", "other voice"])
def test_words_of_a_take_spoken_faster_and_slower_are_found(texts, actor):
    errors_s = []
    for text in texts:
        temp, said = _said(text, WOMAN), _said(text, actor, seed=11)
        for seed in range(2):
            sound, times = _stretched(said, seed)
            found = aligned(temp, sound).words
            assert [word.text for word in found] == [word.text for word in temp.words]
            errors_s.append(_errors_s(found, times))
    assert _is_close(np.concatenate(errors_s))


def test_words_of_a_whisper_are_found():
    temp, said = _said(ENGLISH[0], WOMAN), _said(ENGLISH[0], MAN, manner="whispering")
    times = [(word.start_s, word.end_s) for word in said.words]
    assert _is_close(_errors_s(aligned(temp, said.samples).words, times))


def test_words_spoken_by_an_engine_that_shares_nothing_with_the_temp_voice_are_found():
    errors_s = []
    for text in ENGLISH:
        spoken = speak_mandarin(text, Bend(pitch=0.6, rate=0.9), "m3", seed=3, language="en")
        actor = _finished(spoken)
        times = [(word.start_s, word.end_s) for word in actor.words]
        errors_s.append(_errors_s(aligned(_said(text, WOMAN), actor.samples).words, times))
    assert _is_close(np.concatenate(errors_s))


def test_a_pause_that_the_actor_makes_lies_between_words():
    said = _said("Then sit down.", WOMAN)
    cut = round(said.words[1].start_s * SAMPLE_RATE)
    quiet = np.zeros(SAMPLE_RATE, np.float32)
    sound = np.concatenate([said.samples[:cut], quiet, said.samples[cut:]])
    first, second, third = aligned(said, sound).words
    assert first.end_s < cut / SAMPLE_RATE + 0.15
    assert second.start_s > cut / SAMPLE_RATE + 0.85
    assert third.end_s <= len(sound) / SAMPLE_RATE
    assert any(end - start > 0.9 for start, end in pauses_of(sound))


def test_words_and_phones_stay_in_order_inside_the_sound():
    said = _said(ENGLISH[0], WOMAN)
    rng = np.random.default_rng(5)
    for sound in (
        (rng.standard_normal(30_000) * 0.1).astype(np.float32),  # nobody speaks
        said.samples[: len(said.samples) // 3],  # the line breaks off
        _said(ENGLISH[1], MAN).samples,  # another line
    ):
        found = aligned(said, sound)
        for pieces in (found.words, found.phones):
            starts = [piece.start_s for piece in pieces]
            assert all(0 <= piece.start_s <= piece.end_s for piece in pieces)
            assert starts == sorted(starts)
            assert pieces[-1].end_s <= len(sound) / SAMPLE_RATE + 1e-9


def test_a_sound_against_itself_runs_at_one():
    said = _said(CHINESE[1], WOMAN)
    warp = warp_between(said.samples, said.samples)
    assert np.abs(warp.second_s - warp.first_s).max() <= 0.011


def test_a_line_without_words_opens_the_mouth_with_its_sound():
    silent, _ = uttered("……", "", WOMAN, seed=1)
    sound = _said(CHINESE[1], WOMAN).samples
    found = aligned(silent, sound)
    assert found.words == ()
    assert found.phones[0].end_s == len(sound) / SAMPLE_RATE
