"""English paragraph in, words out: what each is beside, and what is only told of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mstation.breakdown.finds import Span
from mstation.breakdown.words_en import word_set

BREAKS = frozenset('.!?;:,()—–-…"“”') | {"--", "---"}
ENDS = frozenset(".!?;")
_NO_LIKENESS = ("would", "d", "they'd", "to")  # `would like` wants
SENTENCE = 40  # words that are looked back over for its beginning
_TOKEN = re.compile(r"[^\W_]+(?:[-'’.&/][^\W_]+)*|[^\w\s]|--+")
_PREPOSITIONS = word_set("prepositions")
_SIZES = word_set("sizes")
_AS_WORN = word_set("as_worn")
_NEGATIONS = word_set("negations")
_PICTURES = word_set("pictures")


@dataclass(slots=True)
class Words:
    """A paragraph as words and points, in small letters, and where each stands."""

    text: str
    low: list[str]
    spans: list[Span]
    hidden: list[bool]  # only spoken of, compared with, or not there
    named: list[bool]  # part of the name of somebody of the cast
    taken: list[bool]

    def at(self, index: int) -> str:
        """Return a word, or a full stop beyond either end."""
        return self.low[index] if 0 <= index < len(self.low) else "."

    def is_caps(self, index: int) -> bool:
        """Whether a word is written in capitals."""
        start, end = self.spans[index]
        word = self.text[start:end]
        return len(word) > 1 and word.isupper()


def read_words(text: str, names: list[Span]) -> Words:
    """Return a paragraph as words; `names` is where the cast is named."""
    matches = list(_TOKEN.finditer(text))
    low = [match[0].lower().replace("’", "'") for match in matches]
    spans = [match.span() for match in matches]
    count = len(low)
    words = Words(text, low, spans, [False] * count, [False] * count, [False] * count)
    at = 0
    for start, end in names:
        while at < count and spans[at][1] <= start:
            at += 1
        index = at
        while index < count and spans[index][0] < end:
            words.named[index] = words.taken[index] = True
            index += 1
    _hide(words)
    return words


def _hide(words: Words) -> None:
    """Mark what is no thing of the scene: likenesses, what a picture shows, what is missing."""
    low = words.low
    for index, word in enumerate(low):
        after = words.at(index + 1)
        if word == "like" and words.at(index - 1) not in _NO_LIKENESS:
            _hide_until(words, index, BREAKS)
        elif word in ("as", "than") and after in ("a", "an", "if", "though"):
            if words.at(index - 1) not in _AS_WORN or after in ("if", "though"):
                _hide_until(words, index, BREAKS)
        elif word in _SIZES and after == "of":
            _hide_until(words, index, BREAKS)
        elif word in _PICTURES and after in ("of", ":"):
            _hide_until(words, index + 2, ENDS)
        elif word == ":" and _tells_of_a_picture(words, index):
            _hide_until(words, index, ENDS)
        elif word in _NEGATIONS or (word == "not" and after in ("a", "an")):
            _hide_until(words, index, BREAKS | _PREPOSITIONS | {"but", "and"})


def _tells_of_a_picture(words: Words, index: int) -> bool:
    for at in range(index - 1, max(-1, index - 10), -1):
        if words.low[at] in ENDS:
            return False
        if words.low[at] in _PICTURES:
            return True
    return False


def _hide_until(words: Words, start: int, ends: frozenset[str]) -> None:
    for index in range(start + 1, min(len(words.low), start + SENTENCE)):
        if words.low[index] in ends:
            return
        words.hidden[index] = True
