"""A recorded take in, the line's sound and its times out, as if an engine had spoken it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.errors import InvalidInput
from mstation.screenplay.script import ReadingNote
from mstation.timebase import SAMPLE_RATE
from mstation.voices.aligning import aligned
from mstation.voices.loudness import loudness
from mstation.voices.resample import resampled
from mstation.voices.speak import finished, line_lufs, uttered
from mstation.voices.speech import Speech, Voice
from mstation.voices.utterance import Sound, Utterance, trimmed
from mstation.voices.wav import WavForm, read_form, read_wav

MOST_S, LEAST_S = 600.0, 0.05
_RATES = (8_000, 192_000)
_SILENT_PEAK = 10 ** (-60 / 20)
_QUIET_LUFS = -50.0
_FULL, _RUN = 0.999, 3  # so many samples in a row at full scale are a peak cut off
_LONGEST, _SHORTEST = 3.0, 0.33  # against the temp line; beyond, it is perhaps another line

_HOP_S = 0.01
_SPEECH_S = 0.03  # a click is shorter than anything that is said
_HANDLE_S = (0.06, 0.12)  # kept before and after: breath, and the room dying away
_UNDER_LOUD_DB, _OVER_ROOM_DB = -45.0, 9.0


@dataclass(frozen=True, slots=True)
class Take:
    """A recording as it is used: mono at 48 kHz, the silence at its ends taken off."""

    samples: Sound
    highest_hz: float  # nothing above it was recorded
    remarks: tuple[ReadingNote, ...] = ()


def read_take(data: bytes) -> Take:
    """Return a recording, and what is to be said of it.

    Raises:
        InvalidInput: it cannot be used, with the reason for the person.
    """
    form = read_form(data)
    _check(form)
    wide, rate = read_wav(data)
    if not np.isfinite(wide).all():
        raise InvalidInput("holds numbers that are no sound", zh="含有无效的采样值")
    one = _one_channel(wide) if wide.ndim == 2 else wide
    remarks = [*_clipped(wide), *_rate(rate)]
    one = one - one.mean(dtype=np.float64).astype(np.float32)
    if float(np.abs(one).max(initial=0.0)) < _SILENT_PEAK:
        raise InvalidInput("is silent; record it again", zh="没有声音；请重新录制")
    samples = _cut_to_voice(resampled(one, rate, SAMPLE_RATE))
    level = loudness(samples, SAMPLE_RATE)
    if level < _QUIET_LUFS:
        remarks.append(
            _note(
                f"is very quiet ({level:.0f} LUFS): its noise is raised with it",
                f"音量很低（{level:.0f} LUFS），底噪会一同放大",
            )
        )
    return Take(samples, 0.46 * rate, tuple(remarks))


def fitted(
    take: Take, text: str, manner: str, voice: Voice, *, seed: int
) -> tuple[Sound, Speech, tuple[ReadingNote, ...]]:
    """Return a take at the line's level, its words and mouth, and what is to be said of it.

    When each word is said is heard by speaking the line in the temp voice, plainly, and laying
    one on the other.
    """
    temp, _ = uttered(text, "", voice, seed=seed)
    full = resampled(temp.samples, temp.rate, SAMPLE_RATE)
    said = trimmed(Utterance(full, SAMPLE_RATE, temp.words, temp.phones))
    utterance = aligned(said, take.samples, highest_hz=take.highest_hz)
    samples, speech = finished(utterance, line_lufs(manner), "take")
    return samples, speech, (*take.remarks, *_other_length(said.duration_s, speech.duration_s))


def _check(form: WavForm) -> None:
    """Refuse what no microphone recorded for a line."""
    low, high = _RATES
    if not low <= form.rate <= high:
        raise InvalidInput(
            f"is at {form.rate} Hz; 8000 to 192000 can be used, 48000 is best",
            zh=f"采样率为 {form.rate} Hz；可用 8000 至 192000，建议 48000",
        )
    if not form.channels or not form.sound:
        raise InvalidInput("holds no sound; record it again", zh="里面没有声音；请重新录制")
    if form.seconds > MOST_S:
        raise InvalidInput(
            f"lasts {form.seconds / 60:.0f} minutes; cut it to its line, 10 minutes at most",
            zh=f"长 {form.seconds / 60:.0f} 分钟；请剪成一句台词，至多 10 分钟",
        )
    if form.seconds < LEAST_S:
        raise _too_short(form.seconds)


def _too_short(seconds: float) -> InvalidInput:
    return InvalidInput(
        f"holds only {seconds * 1000:.0f} ms of sound; record it again",
        zh=f"只有 {seconds * 1000:.0f} 毫秒声音；请重新录制",
    )


def _one_channel(wide: NDArray[np.float32]) -> Sound:
    """Return the channels as one; where they take each other away, or one is dead, the loudest."""
    middle: Sound = wide.mean(axis=1, dtype=np.float64).astype(np.float32)
    powers = np.square(wide, dtype=np.float64).mean(axis=0)
    loudest = int(powers.argmax())
    if float(np.square(middle, dtype=np.float64).mean()) * 2 < float(powers[loudest]):
        return wide[:, loudest].copy()
    return middle


def _clipped(wide: NDArray[np.float32]) -> list[ReadingNote]:
    """Return the remark on peaks that were cut off as they were recorded, where there are any."""
    full = np.abs(wide.reshape(len(wide), -1)) >= _FULL
    edges = np.diff(np.pad(full.astype(np.int8), ((1, 1), (0, 0))), axis=0)
    runs = [np.flatnonzero(edge < 0) - np.flatnonzero(edge > 0) for edge in edges.T]
    count = sum(int((run >= _RUN).sum()) for run in runs)
    if not count:
        return []
    return [
        _note(
            f"is clipped in {count} places; it is used, but record it lower if you can",
            f"有 {count} 处削波；仍会使用，如有条件请降低电平重录",
        )
    ]


def _rate(rate: int) -> list[ReadingNote]:
    if rate == SAMPLE_RATE:
        return []
    return [
        _note(
            f"is at {rate} Hz and is brought to 48000",
            f"采样率为 {rate} Hz，已转为 48000 Hz",
        )
    ]


def _other_length(temp_s: float, take_s: float) -> list[ReadingNote]:
    if not temp_s or _SHORTEST <= take_s / temp_s <= _LONGEST:
        return []
    return [
        _note(
            f"lasts {take_s:.1f} s where the line takes about {temp_s:.1f}: is it the right line?",
            f"长 {take_s:.1f} 秒，而这句台词约需 {temp_s:.1f} 秒：是否录错了台词？",
        )
    ]


def _cut_to_voice(samples: Sound) -> Sound:
    """Return the sound from shortly before somebody speaks until shortly after.

    The room's own noise is no voice, however loud, and neither is a click.

    Raises:
        InvalidInput: nobody speaks for long enough to say anything.
    """
    hop = round(_HOP_S * SAMPLE_RATE)
    starts = np.arange(0, len(samples), hop)
    sums = np.add.reduceat(np.square(samples, dtype=np.float64), starts)
    power = sums / np.diff([*starts, len(samples)])
    loud, room = float(np.percentile(power, 95)), float(np.percentile(power, 10))
    peak = float(power.max())
    room_limit = min(room * 10 ** (_OVER_ROOM_DB / 10), max(loud, peak / 100) * 10**-1.5)
    heard = power > max(max(loud, peak / 100) * 10 ** (_UNDER_LOUD_DB / 10), room_limit)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], heard.astype(int), [0]]))).reshape(-1, 2)
    runs = edges[np.diff(edges, axis=1)[:, 0] * _HOP_S >= _SPEECH_S]
    voice_s = float(runs[-1, 1] - runs[0, 0]) * _HOP_S if len(runs) else 0.0
    if voice_s < LEAST_S:
        raise _too_short(voice_s)
    before, after = (round(seconds * SAMPLE_RATE) for seconds in _HANDLE_S)
    return samples[max(0, int(runs[0, 0]) * hop - before) : int(runs[-1, 1]) * hop + after]


def _note(text: str, zh: str) -> ReadingNote:
    return ReadingNote(0, "info", text, zh)
