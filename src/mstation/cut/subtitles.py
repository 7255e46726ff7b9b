"""Spoken lines in, subtitles out: short enough to read, timed by their words.

Source: line lengths and times after the usual broadcasters' guides: two lines of 42 Latin
letters or 16 Han characters, a second at least, two frames between two cards.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mstation.breakdown.scene import Presence
from mstation.cut.hearing import milliseconds, words_heard
from mstation.cut.timeline import VoiceClip
from mstation.screenplay.script import Language
from mstation.timebase import FrameRate

_LINE_COLUMNS: dict[Language, int] = {"en": 42, "zh": 32}  # a Han character takes two columns
_COLUMNS_A_SECOND: dict[Language, int] = {"en": 17, "zh": 18}
_LINES = 2
_SHORTEST_MS = 1000
_LINGER_MS = 350  # a card stays a moment after the voice
_GAP_FRAMES = 2
_STOPS = ".!?…。！？"
_PAUSES = ",;:—，、；：–"
_CLOSING = "”’\"')）】》」』"
_UNSEEN = (Presence.VOICE_OVER, Presence.PHONE)


@dataclass(frozen=True, slots=True)
class Card:
    """What is read at once, and when, in milliseconds of the film."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def write_srt(voices: Sequence[VoiceClip], language: Language, rate: FrameRate) -> bytes:
    """Return the film's subtitles as SubRip text.

    Voices that are not in the scene (V.O., the other end of a line) are in italics; two who
    speak at once share a card, a dash each.
    """
    cards = _spaced(_cards(voices, language, rate), language, rate)
    blocks = (
        f"{index}\n{_clock(card.start_ms)} --> {_clock(card.end_ms)}\n" + "\n".join(card.lines)
        for index, card in enumerate(cards, 1)
    )
    return "".join(block + "\n\n" for block in blocks).encode()


def _cards(voices: Sequence[VoiceClip], language: Language, rate: FrameRate) -> list[Card]:
    cards: list[Card] = []
    ordered = sorted(voices, key=lambda voice: voice.film_first_frame)
    position = 0
    while position < len(ordered):
        voice = ordered[position]
        after = ordered[position + 1] if position + 1 < len(ordered) else None
        if after and after.is_dual and after.film_first_frame < voice.film_end_frame:
            cards.extend(_together(voice, after, language, rate))
            position += 2
        else:
            cards.extend(_alone(voice, language, rate, _LINES))
            position += 1
    return sorted((card for card in cards if card.lines), key=lambda card: card.start_ms)


def _alone(voice: VoiceClip, language: Language, rate: FrameRate, lines: int) -> list[Card]:
    """Return one voice's cards, each as long as its words are heard."""
    text = " ".join(voice.text.split())
    columns = _LINE_COLUMNS[language]
    start_ms = milliseconds(voice.film_first_frame, rate)
    heard = words_heard(text, voice, rate)
    cards: list[Card] = []
    for first, end in _pieces(text, 0, len(text), columns, lines):
        rows = _rows(text[first:end], columns, lines)
        if voice.presence in _UNSEEN:
            rows = tuple(f"<i>{row}</i>" for row in rows)
        times = [time for at, time in heard if first <= at < end]
        begin = min((time[0] for time in times), default=0)
        stop = max((time[1] for time in times), default=begin)
        cards.append(Card(start_ms + begin, start_ms + stop, rows))
    return cards


def _together(one: VoiceClip, other: VoiceClip, language: Language, rate: FrameRate) -> list[Card]:
    """Return the cards of two who speak at once: a line and a dash each."""
    pairs = itertools.zip_longest(_alone(one, language, rate, 1), _alone(other, language, rate, 1))
    cards: list[Card] = []
    for pair in pairs:
        there = [card for card in pair if card]
        rows = tuple(_dashed(card.lines[0]) for card in there if card.lines)
        start = min(card.start_ms for card in there)
        cards.append(Card(start, max(card.end_ms for card in there), rows))
    return cards


def _dashed(row: str) -> str:
    return row.replace("<i>", "<i>- ", 1) if row.startswith("<i>") else f"- {row}"


def _pieces(text: str, first: int, end: int, columns: int, lines: int) -> list[tuple[int, int]]:
    """Return the stretches of the text that fill one card each."""
    while first < end and text[first] == " ":
        first += 1
    if first >= end:
        return []
    rows = _rows(text[first:end], columns, lines)
    if rows and not _is_torn(rows):
        return [(first, end)]
    cut = first + _best_cut(text[first:end])
    return _pieces(text, first, cut, columns, lines) + _pieces(text, cut, end, columns, lines)


def _is_torn(rows: Sequence[str]) -> bool:
    """Whether Han text is broken inside a clause though a sentence ends in it: two cards then."""
    if len(rows) < 2 or not _is_wide(rows[0][-1]) or rows[0][-1] in _STOPS + _PAUSES + _CLOSING:
        return False
    inner = "".join(rows).rstrip(_STOPS + _CLOSING)
    return any(stop in inner for stop in _STOPS)


def _rows(text: str, columns: int, lines: int) -> tuple[str, ...]:
    """Return the text on so many lines at most, or nothing when it does not fit."""
    text = text.strip()
    if _width(text) <= columns:
        return (text,)
    if lines == 1:
        return ()
    cuts = [
        cut
        for cut in _cuts(text)
        if _width(text[:cut].strip()) <= columns and _width(text[cut:].strip()) <= columns
    ]
    if not cuts:
        return ()
    cut = min(cuts, key=lambda cut: (_cut_cost(text, cut), cut))
    return (text[:cut].strip(), text[cut:].strip())


def _best_cut(text: str) -> int:
    """Return where to part a text that is too long: near its middle, at its best stop."""
    cuts = list(_cuts(text))
    if not cuts:
        return max(1, len(text) // 2)
    return min(cuts, key=lambda cut: (_cut_cost(text, cut), cut))


def _cut_cost(text: str, cut: int) -> float:
    width = _width(text)
    uneven = abs(_width(text[:cut]) - width / 2) / width
    before = text[:cut].rstrip().rstrip(_CLOSING)[-1:]
    if before and before in _STOPS:
        return uneven
    return uneven + (0.12 if before and before in _PAUSES else 0.3)


def _cuts(text: str) -> Iterable[int]:
    """Return where a text may be parted: at spaces, and between Han characters."""
    for cut in range(1, len(text)):
        before, after = text[cut - 1], text[cut]
        if before == " ":
            yield cut
        elif after == " " or after in _STOPS + _PAUSES + _CLOSING:
            continue
        elif _is_wide(before) and before != after and before not in "“‘（【《「『":
            yield cut


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _width(text: str) -> int:
    """Return the columns of a text: a Han character takes two."""
    return sum(2 if _is_wide(character) else 1 for character in text)


def _spaced(cards: Sequence[Card], language: Language, rate: FrameRate) -> list[Card]:
    """Return cards held long enough to be read, none over the next."""
    gap = milliseconds(_GAP_FRAMES, rate)
    spaced: list[Card] = []
    for index, card in enumerate(cards):
        start = max(card.start_ms, spaced[-1].end_ms if spaced else 0)
        columns = sum(_width(_plain(line)) for line in card.lines)
        to_read = 1000 * columns // _COLUMNS_A_SECOND[language]
        end = max(card.end_ms + _LINGER_MS, start + max(_SHORTEST_MS, to_read))
        if index + 1 < len(cards):
            end = min(end, cards[index + 1].start_ms - gap)
        spaced.append(replace(card, start_ms=start, end_ms=max(end, start + gap)))
    return spaced


def _plain(line: str) -> str:
    return line.removeprefix("<i>").removesuffix("</i>")


def _clock(time_ms: int) -> str:
    seconds, thousandths = divmod(time_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{thousandths:03d}"
