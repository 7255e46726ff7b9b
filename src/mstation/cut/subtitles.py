"""Spoken lines in, cards out: short enough to read, timed by their words.

Source: line lengths and times after the usual guides: two lines of 42 Latin letters or 16 Han
characters, 17 or 9 of them a second; see `card_times` and `wording`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from mstation.breakdown.scene import Presence
from mstation.cut.card_times import GAP_FRAMES, SHORTEST_S, Reel, seconds_to_read, timed
from mstation.cut.cards import Card, Row
from mstation.cut.hearing import words_heard
from mstation.cut.timeline import VoiceClip
from mstation.cut.wording import LINES, Piece, Reading, clean, pieces, reading_of, width
from mstation.timebase import FrameRate

_UNSEEN = (Presence.VOICE_OVER, Presence.PRE_LAP, Presence.PHONE)
_DASH = 2  # columns of `- `
_NARROWER = Fraction(6, 10)  # each time that a card is too slow for one


@dataclass(frozen=True, slots=True)
class _Told:
    """How a film's voices are put on cards."""

    reading: Reading
    reel: Reel
    names: tuple[str, ...]
    lines: int = LINES


def cards_of(voices: Sequence[VoiceClip], tongue: str, reel: Reel) -> tuple[Card, ...]:
    """Return the film's subtitles in the language of the voices' texts.

    Two who speak at once share a card, a dash each; so do two whose words come too fast for a card
    of their own.
    """
    told = _Told(reading_of(tongue), reel, _names(voices))
    heard = sorted(_heard(voices, told), key=lambda card: card.first_frame)
    return timed(_exchanges(heard, told), (told.reading,), reel)


def cards_of_both(
    voices: Sequence[VoiceClip],
    tongue: str,
    translated: Sequence[VoiceClip],
    other: str,
    reel: Reel,
) -> tuple[Card, ...]:
    """Return cards of two languages: the film's own above, its translation below, a line each.

    translated: the same voices with their texts in the other language; empty where there is none.
    """
    names = _names(voices)
    above = _Told(reading_of(tongue), reel, names, lines=1)
    below = _Told(reading_of(other), reel, names, lines=1)
    cards: list[Card] = []
    for voice, also in zip(voices, translated, strict=True):
        one, two = _alone(voice, above), _alone(also, below) if clean(also.text) else []
        count = max(len(one), len(two))
        for index in range(count):
            pair = [each[index * len(each) // count] for each in (one, two) if each]
            leading = one if len(one) == count else two
            cards.append(replace(leading[index], rows=tuple(card.rows[0] for card in pair)))
    readings = (above.reading, below.reading)
    return timed(sorted(cards, key=lambda card: card.first_frame), readings, reel)


def _names(voices: Iterable[VoiceClip]) -> tuple[str, ...]:
    return tuple(sorted({voice.character for voice in voices if len(voice.character) > 1}))


def _heard(voices: Sequence[VoiceClip], told: _Told) -> list[Card]:
    """Return the voices' cards from their first word to their last."""
    cards: list[Card] = []
    ordered = sorted(voices, key=lambda voice: voice.film_first_frame)
    position = 0
    while position < len(ordered):
        voice = ordered[position]
        after = ordered[position + 1] if position + 1 < len(ordered) else None
        if after and after.is_dual and after.film_first_frame < voice.film_end_frame:
            cards.extend(_together(voice, after, told))
            position += 2
        else:
            cards.extend(_alone(voice, told))
            position += 1
    return cards


def _alone(voice: VoiceClip, told: _Told) -> list[Card]:
    """Return one voice's cards, each as long as its words are heard."""
    text = clean(voice.text)
    rate = told.reel.rate
    heard = words_heard(text, voice, rate)
    parts = pieces(text, told.reading, lines=told.lines, names=told.names)
    whole = Fraction(voice.frames * 1000) / rate.fraction
    cards: list[Card] = []
    for part, (begin, stop) in _spans(text, parts, heard, ceil(whole), told):
        rows = tuple(Row(line, voice.character, voice.presence in _UNSEEN) for line in part.lines)
        first = voice.film_first_frame + floor(_frames(begin, rate))
        end = max(first + 1, voice.film_first_frame + ceil(_frames(stop, rate)))
        cards.append(Card(first, end, rows, end))
    return cards


def _frames(milliseconds: int, rate: FrameRate) -> Fraction:
    return Fraction(milliseconds, 1000) * rate.fraction


def _spans(
    text: str,
    parts: Sequence[Piece],
    heard: Sequence[tuple[int, tuple[int, int]]],
    whole_ms: int,
    told: _Told,
) -> list[tuple[Piece, tuple[int, int]]]:
    """Return when each piece is heard; one that lasts longer than a card may is parted again."""
    spans: list[tuple[Piece, tuple[int, int]]] = []
    begin = 0
    for index, part in enumerate(parts):
        times = [time for at, time in heard if part.first <= at < part.end]
        later = [time[0] for at, time in heard if index + 1 < len(parts) and at >= part.end]
        begin = max(begin, min((time[0] for time in times), default=begin))
        last = min(later, default=whole_ms)
        stop = max((time[1] for time in times), default=last)
        finer = (
            _finer(text, part, told)
            if _frames(stop - begin, told.reel.rate) > (told.reel.longest)
            else ()
        )
        spans += _spans(text, finer, heard, stop, told) if finer else [(part, (begin, stop))]
        begin = stop
    return spans


def _finer(text: str, part: Piece, told: _Told) -> tuple[Piece, ...]:
    """Return a piece in more than one, or nothing where it cannot be parted."""
    inner = text[part.first : part.end]
    widest = max(1, ceil(width(inner, told.reading) * _NARROWER))
    smaller = pieces(inner, told.reading, lines=told.lines, names=told.names, widest=widest)
    moved = (Piece(each.first + part.first, each.end + part.first, each.lines) for each in smaller)
    return tuple(moved) if len(smaller) > 1 else ()


def _together(one: VoiceClip, other: VoiceClip, told: _Told) -> list[Card]:
    """Return the cards of two who speak at once: a line and a dash each."""
    dashed = replace(told.reading, columns=told.reading.columns - _DASH)
    each = replace(told, reading=dashed, lines=1)
    cards: list[Card] = []
    for pair in itertools.zip_longest(_alone(one, each), _alone(other, each)):
        there = [card for card in pair if card]
        rows = tuple(replace(card.rows[0], is_dashed=True) for card in there)
        start, end = min(c.first_frame for c in there), max(c.end_frame for c in there)
        cards.append(Card(start, end, rows, end))
    return cards


def _exchanges(cards: Sequence[Card], told: _Told) -> list[Card]:
    """Return the cards, two lines on one where the first could not be read before the next."""
    joined: list[Card] = []
    for card in cards:
        before = joined[-1] if joined else None
        both = _both(before, card, told) if before else None
        if both:
            joined[-1] = both
        else:
            joined.append(card)
    return joined


def _both(one: Card, other: Card, told: _Told) -> Card | None:
    """Return two lines on a card, where the first has no time of its own and they fit."""
    if len(one.rows) + len(other.rows) > told.lines:
        return None
    reel = told.reel
    stands = other.first_frame - GAP_FRAMES - one.first_frame
    rows = (*one.rows, *other.rows)
    if one.rows[0].speaker != other.rows[0].speaker:
        rows = tuple(replace(row, is_dashed=True) for row in rows)
    end = max(one.end_frame, other.end_frame)
    both = Card(one.first_frame, end, rows, end)
    fits = all(width(row.shown, told.reading) <= told.reading.columns for row in rows)
    is_wanted = stands < reel.count(SHORTEST_S) or (
        stands < reel.count(seconds_to_read(one, (told.reading,)))
        and end - one.first_frame >= reel.count(seconds_to_read(both, (told.reading,)))
    )
    return both if fits and is_wanted and end - one.first_frame <= reel.longest else None
