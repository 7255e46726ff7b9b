"""Sound in; what it is known by, and where two sounds are the same, out.

Of each 0.37 s, an eighth of a second apart, the power of the twelve notes, whatever their octave:
a picture twelve rows high. Sixteen filters, sums of one part of it less those of another, make four
steps each: a word of 32 bits for each place. Words of the same music under another coding differ in
few bits; those of other music in half of them. They are the words that AcoustID keeps.

Source: L. Lalinský, How does Chromaprint work? (2011); Y. Ke, D. Hoiem, R. Sukthankar, Computer
Vision for Music Identification (CVPR 2005); the filters and their steps are those of Chromaprint's
algorithm 2 (MIT), which all who write these words share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 11_025  # one channel
WORDS_A_SECOND = RATE_HZ / 1365
BITS = 32  # of a word
LEAST_SECONDS = 6.0  # of two sounds lie over each other, or nothing is said

_FRAME, _STEP = 4096, 1365
_NOTES = 12
_LOWEST_HZ, _HIGHEST_HZ, _TUNED_HZ = 28, 3520, 440 / 16
_SMOOTHING = (0.25, 0.75, 1.0, 0.75, 0.25)
_SILENT = 0.01  # less than this is no chord
_WIDEST = 16  # places that a filter sees
_AT_ONCE = 512  # frames
_GRAY = np.array([0, 1, 3, 2], np.uint32)

# Which shape, first note, notes, places; and the three steps between four values.
_FILTERS = (
    (0, 4, 3, 15, 1.98215, 2.35817, 2.63523),
    (4, 4, 6, 15, -1.03809, -0.651211, -0.282167),
    (1, 0, 4, 16, -0.298702, 0.119262, 0.558497),
    (3, 8, 2, 12, -0.105439, 0.0153946, 0.135898),
    (3, 4, 4, 8, -0.142891, 0.0258736, 0.200632),
    (4, 0, 3, 5, -0.826319, -0.590612, -0.368214),
    (1, 2, 2, 9, -0.557409, -0.233035, 0.0534525),
    (2, 7, 3, 4, -0.0646826, 0.00620476, 0.0784847),
    (2, 6, 2, 16, -0.192387, -0.029699, 0.215855),
    (2, 1, 3, 2, -0.0397818, -0.00568076, 0.0292026),
    (5, 10, 1, 15, -0.53823, -0.369934, -0.190235),
    (3, 6, 2, 10, -0.124877, 0.0296483, 0.139239),
    (2, 1, 1, 14, -0.101475, 0.0225617, 0.231971),
    (3, 5, 6, 4, -0.0799915, -0.00729616, 0.063262),
    (1, 9, 2, 12, -0.272556, 0.019424, 0.302559),
    (3, 4, 2, 14, -0.164292, -0.0321188, 0.0846339),
)
# Of each shape the parts that count for it, as shares of its places and of its notes; the rest
# counts against it: the whole; the upper half; the later half; two corners; the middle third of
# the notes; the middle third of the places.
_WHOLE = ((0, 1), (0, 1))
_SHAPES: tuple[tuple[tuple[tuple[float, float], tuple[float, float]], ...], ...] = (
    (_WHOLE,),
    (((0, 1), (1 / 2, 1)),),
    (((1 / 2, 1), (0, 1)),),
    (((0, 1 / 2), (1 / 2, 1)), ((1 / 2, 1), (0, 1 / 2))),
    (((0, 1), (1 / 3, 2 / 3)),),
    (((1 / 3, 2 / 3), (0, 1)),),
)

Sound = NDArray[np.float32]  # (samples,) at 11,025 Hz, full scale 1.0
Words = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Where two sounds lie over each other best."""

    offset: int  # places: how much later the same stands in the second
    words: int  # how many lie over each other
    rate: float  # of their bits, how many differ: of unrelated sounds about half


def chromaprint(sound: Sound) -> Words:
    """Return the words of a sound; none where it is shorter than 2.9 s."""
    image = _normalised(_smoothed(_chroma(sound)))
    places = len(image) - _WIDEST + 1
    if places <= 0:
        return np.zeros(0, np.uint32)
    sums = np.zeros((len(image) + 1, _NOTES + 1))
    sums[1:, 1:] = image.cumsum(0).cumsum(1)
    words = np.zeros(places, np.uint32)
    for shape, note, notes, wide, *steps in _FILTERS:
        seen = _seen(sums, places, int(shape), int(note), int(notes), int(wide))
        words = words << np.uint32(2) | _GRAY[np.searchsorted(steps, seen, side="right")]
    return words


def words_in(value: str) -> Words:
    """Return the words that a print holds."""
    return np.frombuffer(bytes.fromhex(value), "<u4").astype(np.uint32)


def overlap(one: Words, other: Words) -> Overlap | None:
    """Return where two sounds are most alike; none where too little lies over each other.

    Places where equal words stand, or words that lack their least bits, say which offsets to try.
    """
    least = round(LEAST_SECONDS * WORDS_A_SECOND)
    best: Overlap | None = None
    for offset in _offsets(one, other):
        first, second = max(0, -offset), max(0, offset)
        words = min(len(one) - first, len(other) - second)
        if words < least:
            continue
        differing = one[first : first + words] ^ other[second : second + words]
        rate = float(np.bitwise_count(differing).mean()) / BITS
        if best is None or rate < best.rate:
            best = Overlap(offset, words, rate)
    return best


def _offsets(one: Words, other: Words, most: int = 8) -> list[int]:
    """Return the offsets at which most words are equal, in their upper half, best first."""
    if not len(one) or not len(other):
        return []
    upper, theirs = one >> 16, other >> 16
    order = np.argsort(theirs, kind="stable")
    low = np.searchsorted(theirs, upper, "left", sorter=order)
    high = np.minimum(np.searchsorted(theirs, upper, "right", sorter=order), low + most)
    votes = np.zeros(len(one) + len(other), np.int64)
    for step in range(most):
        there = np.flatnonzero(low + step < high)
        np.add.at(votes, order[low[there] + step] - there + len(one), 1)
    votes = np.convolve(votes, (1, 1, 1), "same")
    best = np.argsort(votes, kind="stable")[::-1][:most]
    return [int(place) - len(one) for place in best if votes[place]]


def _chroma(sound: Sound) -> NDArray[np.float64]:
    """Return the power of the twelve notes in each frame: (frames, 12)."""
    made = [np.zeros((0, _NOTES))]
    if len(sound) < _FRAME:
        return made[0]
    frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[::_STEP]
    window = np.hamming(_FRAME).astype(np.float32)
    first, of_note = _bins()
    for at in range(0, len(frames), _AT_ONCE):
        waves = np.fft.rfft(frames[at : at + _AT_ONCE] * window, axis=1)
        power = np.abs(waves[:, first : first + len(of_note)]) ** 2
        made.append(power @ of_note)
    return np.concatenate(made)


@cache
def _bins() -> tuple[int, NDArray[np.float64]]:
    """Return the first frequency that counts, and which note each is: (frequencies, 12)."""
    first, end = (round(_FRAME * each / RATE_HZ) for each in (_LOWEST_HZ, _HIGHEST_HZ))
    octaves = np.log2(np.arange(first, end) * RATE_HZ / _FRAME / _TUNED_HZ)
    notes = (_NOTES * (octaves - np.floor(octaves))).astype(int)
    return first, np.eye(_NOTES)[notes]


def _smoothed(image: NDArray[np.float64]) -> NDArray[np.float64]:
    places = max(0, len(image) - len(_SMOOTHING) + 1)
    made = np.zeros((places, _NOTES))
    for step, weight in enumerate(_SMOOTHING):
        made += weight * image[step : step + places]
    return made


def _normalised(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each place as long as any other; silence is nothing."""
    length = np.sqrt((image**2).sum(1, keepdims=True))
    return np.where(length < _SILENT, 0, image / np.maximum(length, _SILENT))


def _seen(
    sums: NDArray[np.float64], places: int, shape: int, note: int, notes: int, wide: int
) -> NDArray[np.float64]:
    """Return what a filter sees at each place: how much more is in its parts than in the rest."""

    def area(part: tuple[tuple[float, float], tuple[float, float]]) -> NDArray[np.float64]:
        (left, right), (low, high) = part
        first, end = int(left * wide + 1e-9), int(right * wide + 1e-9)
        bottom, top = note + int(low * notes + 1e-9), note + int(high * notes + 1e-9)
        later, sooner = sums[end : end + places], sums[first : first + places]
        made: NDArray[np.float64] = later[:, top] - later[:, bottom] - sooner[:, top]
        return made + sooner[:, bottom]

    inside = sum((area(part) for part in _SHAPES[shape]), np.zeros(places))
    against = area(_WHOLE) - inside if shape else np.zeros(places)
    made: NDArray[np.float64] = np.log((1 + inside) / (1 + against))
    return made
