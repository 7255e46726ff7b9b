"""Cards as their words are heard in, cards as they can be read out.

A card stands as long as it takes to read and not over the next one; where a speech is too fast for
that it is given the silence after it, a moment before it, and what the next card can spare.

Source: Netflix Timed Text Style Guide, General Requirements (5/6 of a second to 7 seconds, two
frames between cards, timing to shot changes); BBC Subtitle Guidelines for the same in words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from mstation.cut.cards import Card, Hasty
from mstation.cut.wording import Reading
from mstation.timebase import FrameRate

GAP_FRAMES = 2
SHORTEST_S = Fraction(5, 6)
LONGEST_S = Fraction(7)
_WANTED_S = Fraction(1)
_LINGER_S = Fraction(35, 100)  # a card stays a moment after the voice
_EARLY_S = Fraction(1, 4)  # before its voice, where it could not be read otherwise
_LATE_S = Fraction(1, 2)  # after its voice, where the card before needs the time
_HANG_S = Fraction(1, 2)  # a card that hangs less than this over a cut looks like a mistake
_SNAP_S = Fraction(1, 6)  # a voice may begin so far from a cut, and its card with the cut


@dataclass(frozen=True, slots=True)
class Reel:
    """What cards are timed against: the film's rate, its length and the frames of its cuts."""

    rate: FrameRate
    frames: int
    cuts: tuple[int, ...] = ()  # the first frame of each shot, in order

    def count(self, seconds: Fraction) -> int:
        """Return the fewest frames that hold so many seconds."""
        return ceil(seconds * self.rate.fraction)

    @property
    def longest(self) -> int:
        """The most frames that a card may stand."""
        return int(LONGEST_S * self.rate.fraction)


def seconds_to_read(card: Card, readings: Sequence[Reading]) -> Fraction:
    """Return what a card takes to read: all of it, or each of two languages on its own.

    readings: one for the whole card; or one a row, which are the same words in two languages.
    """
    return max(seconds for seconds, _ in _times(card, readings))


def _times(card: Card, readings: Sequence[Reading]) -> list[tuple[Fraction, Reading]]:
    """Return what each reader of a card needs."""
    parts = [card] if len(readings) == 1 else [replace(card, rows=(row,)) for row in card.rows]
    return [
        (Fraction(part.columns(reading), reading.columns_a_second), reading)
        for part, reading in zip(parts, readings, strict=False)
    ]


def timed(cards: Sequence[Card], readings: Sequence[Reading], reel: Reel) -> tuple[Card, ...]:
    """Return the cards in order, each long enough to be read where that can be, none over another.

    cards: `first_frame` to `heard_end_frame` is when their words are heard.
    """
    placed = _in_film(_queued([_snapped(card, reel) for card in cards], reel), reel)
    needs = [
        min(max(reel.count(_WANTED_S), reel.count(seconds_to_read(card, readings))), reel.longest)
        for card in placed
    ]
    for index, need in enumerate(needs):
        _give_time(placed, index, need, needs, reel)
    return tuple(placed)


def hasty(cards: Sequence[Card], readings: Sequence[Reading], reel: Reel) -> tuple[Hasty, ...]:
    """Return the cards that cannot be read in the time they stand."""
    found = []
    for number, card in enumerate(cards, 1):
        stands = Fraction(card.frames) / reel.rate.fraction
        needed, reading = max(_times(card, readings), key=lambda each: each[0])
        if needed > stands:
            speed, is_last = float(needed / stands * reading.most), card.end_frame >= reel.frames
            found.append(Hasty(number, card.first_frame, speed, reading.most, is_last))
    return tuple(found)


def _snapped(card: Card, reel: Reel) -> Card:
    """Return the card begun with a cut that lies close to its first word."""
    near = reel.count(_SNAP_S)
    at = bisect_left(reel.cuts, card.first_frame)
    close = [
        cut for cut in reel.cuts[max(0, at - 1) : at + 1] if abs(cut - card.first_frame) <= near
    ]
    if not close:
        return card
    first = min(close, key=lambda cut: abs(cut - card.first_frame))
    return card.at(first, max(card.end_frame, first + 1))


def _queued(cards: Sequence[Card], reel: Reel) -> list[Card]:
    """Return the cards one after the other, each begun when the one before has been seen."""
    shortest = reel.count(SHORTEST_S)
    placed: list[Card] = []
    for card in sorted(cards, key=lambda each: each.first_frame):
        first = card.first_frame
        if placed:
            first = max(first, placed[-1].first_frame + shortest + GAP_FRAMES)
        placed.append(card.at(first, first + shortest))
    return placed


def _in_film(placed: list[Card], reel: Reel) -> list[Card]:
    """Return the cards moved forward as far as the film's end asks, shortened where it must be."""
    end = max(reel.frames, (GAP_FRAMES + 1) * len(placed))
    for index in reversed(range(len(placed))):
        card = placed[index]
        fair = (end - GAP_FRAMES * index) // (index + 1)
        first = min(card.first_frame, end - min(reel.count(SHORTEST_S), fair))
        placed[index] = card.at(first, min(card.end_frame, end))
        end = first - GAP_FRAMES
    return placed


def _give_time(placed: list[Card], index: int, need: int, needs: Sequence[int], reel: Reel) -> None:
    """Hold a card as long as it is needed: after its words, before them, out of the next one's."""
    card = placed[index]
    after = placed[index + 1] if index + 1 < len(placed) else None
    room = after.first_frame - GAP_FRAMES if after else reel.frames
    first = card.first_frame
    if room - first < need and after:
        room += _lent(placed, index, first + need - room, needs, reel)
        placed[index + 1] = after.at(room + GAP_FRAMES, max(after.end_frame, room + 3))
    if room - first < need:
        before = placed[index - 1].end_frame + GAP_FRAMES if index else 0
        earliest = max(before, first - reel.count(_EARLY_S))
        first = max(earliest, min(first, room - need))
    heard = card.heard_end_frame + reel.count(_LINGER_S)
    end = min(max(heard, first + need), first + reel.longest, max(room, first + 1))
    placed[index] = card.at(first, _off_cut(card.at(first, end), need, room, reel))


def _lent(placed: Sequence[Card], index: int, wanted: int, needs: Sequence[int], reel: Reel) -> int:
    """Return the frames that the next card can begin later and still be read."""
    after = placed[index + 1]
    end = placed[index + 2].first_frame - GAP_FRAMES if index + 2 < len(placed) else reel.frames
    spare = end - after.first_frame - needs[index + 1]
    return max(0, min(wanted, spare, reel.count(_LATE_S)))


def _off_cut(card: Card, need: int, room: int, reel: Reel) -> int:
    """Return the card's end: not just over a cut, nor just before one, where it can be helped."""
    hang = reel.count(_HANG_S)
    at = bisect_left(reel.cuts, card.end_frame)
    before = reel.cuts[at - 1] if at else 0
    after = reel.cuts[at] if at < len(reel.cuts) else None
    if card.first_frame < before < card.end_frame < before + hang:
        pulled, held = before - GAP_FRAMES, before + hang
        if pulled - card.first_frame >= need and card.heard_end_frame <= before:
            return pulled
        if held <= min(room, card.first_frame + reel.longest):
            return held
    elif after is not None and after - hang < card.end_frame:
        ended = after - GAP_FRAMES
        shortest = max(need, card.heard_end_frame - card.first_frame)
        if ended <= min(room, card.first_frame + reel.longest) and (
            ended >= card.end_frame or ended - card.first_frame >= shortest
        ):
            return ended
    return card.end_frame
