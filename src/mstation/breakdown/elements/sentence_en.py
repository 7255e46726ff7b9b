"""English paragraph in, words out: what each is beside, and what is only told of."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from mstation.breakdown.elements.common_nouns import is_mostly_verb, verb_stems
from mstation.breakdown.elements.finds import Span
from mstation.breakdown.elements.words_en import word_set

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
_THOUGHTS = word_set("thoughts")
_WANTS = word_set("wants")
_GONE = word_set("gone")
_ONE = ("a", "an", "one", "some", "someone", "somebody")
_MIGHT = ("could", "can", "would", "might", "will")
_TELLING = (
    frozenset(("like", "as", "than", "way", ":", "not", "where", "with", "of", "you'd", *_MIGHT))
    | _SIZES
    | _PICTURES
    | _NEGATIONS
    | _WANTS
)
_VERBAL = ("to", "the", "his", "her", "in", "on", "at", "quite", "even", "yet", "far")


@dataclass(slots=True)
class Words:
    """A paragraph as words and points, in small letters, and where each stands."""

    text: str
    low: list[str]
    spans: list[Span]
    hidden: list[bool]  # only spoken of, compared with, or not there
    named: list[bool]  # part of the name of somebody of the cast
    taken: list[bool]
    told: list[bool]  # in the brackets that introduce somebody: Mara (40s, tweed, a limp)

    def at(self, index: int) -> str:
        """Return a word, or a full stop beyond either end."""
        return self.low[index] if 0 <= index < len(self.low) else "."

    def take(self, first: int, last: int) -> None:
        """Say that these words are part of a thing that is found."""
        for index in range(first, last + 1):
            self.taken[index] = True

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
    words = Words(text, low, spans, *([False] * count for _ in range(4)))
    at = 0
    for start, end in names:
        while at < count and spans[at][1] <= start:
            at += 1
        index = at
        while index < count and spans[index][0] < end:
            words.named[index] = words.taken[index] = True
            index += 1
    _introduce(words)
    _hide(words)
    return words


def _introduce(words: Words) -> None:
    for index, word in enumerate(words.low):
        if word == "(" and index and words.named[index - 1]:
            for at in range(index + 1, min(len(words.low), index + SENTENCE)):
                if words.low[at] == ")":
                    break
                words.told[at] = True


def _hide(words: Words) -> None:
    """Mark what is no thing of the scene: likenesses, what a picture shows, what is missing."""
    for index, word in enumerate(words.low):
        if word not in _TELLING:
            continue
        if word in ("like", "as", "than", "way") or word in _SIZES:
            _hide_likeness(words, index)
        elif word in _PICTURES or word == ":":
            _hide_picture(words, index)
        elif word in _NEGATIONS or (
            word == "not" and words.at(index + 1) not in _VERBAL and not words.is_caps(index)
        ):
            _hide_until(words, index, BREAKS | _PREPOSITIONS | {"but", "and"})
        elif word == "where":
            _hide_what_was(words, index)
        elif word == "with" and _is_manner(words, index):
            _hide_until(words, index + 3, BREAKS)
        else:
            _hide_wish(words, index)


def _hide_picture(words: Words, index: int) -> None:
    if words.low[index] == ":":
        if _tells_of_a_picture(words, index):
            _hide_until(words, index, ENDS)
    elif words.at(index + 1) in ("of", ":"):
        _hide_until(words, index + 2, ENDS)


def _hide_wish(words: Words, index: int) -> None:
    """What is thought of, wanted or only possible is not there."""
    word, before = words.low[index], words.at(index - 1)
    if word == "you'd" or (word in _MIGHT and before == "you"):
        _hide_until(words, index, ENDS)
    elif (word == "of" and before in _THOUGHTS) or (word in _WANTS and words.at(index + 1) in _ONE):
        _hide_until(words, index, BREAKS)


def _hide_likeness(words: Words, index: int) -> None:
    word, before, after = words.low[index], words.at(index - 1), words.at(index + 1)
    if word == "like":
        is_likeness = before not in _NO_LIKENESS
    elif word == "way":
        is_likeness = before == "the" and after in ("you", "a", "an", "one", "people")
    elif word in _SIZES:
        is_likeness = after == "of"
    elif after in ("if", "though"):
        is_likeness = True
    elif after in ("a", "an") or words.at(index - 2) == "as":
        is_likeness = before not in _AS_WORN and not _is_meanwhile(words, index)
    else:  # dry as toast
        is_likeness = word == "as" and words.at(index + 2) in BREAKS and before not in _AS_WORN
    if is_likeness:
        _hide_until(words, index, BREAKS)


def _is_meanwhile(words: Words, index: int) -> bool:
    """`as a vase sails past` says when."""
    verbs = (words.at(at) for at in (index + 3, index + 4))
    before_break = itertools.takewhile(lambda word: word not in BREAKS, verbs)
    return words.low[index] == "as" and any(
        word.endswith("s") and any(map(is_mostly_verb, verb_stems(word))) for word in before_break
    )


def _hide_what_was(words: Words, index: int) -> None:
    """`where his eye was`, `where a picture hung` tell of what is gone."""
    for at in range(index + 2, min(len(words.low), index + 6)):
        if words.low[at] in BREAKS:
            return
        if words.low[at] in _GONE:
            for hidden in range(index + 1, at):
                words.hidden[hidden] = True
            return


def _is_manner(words: Words, index: int) -> bool:
    """`with the care of a man delivering a bomb` says how."""
    return words.at(index + 1) in ("the", "all") and (
        (words.at(index + 3) == "of" and words.at(index + 4) in _ONE)
        or (words.at(index + 4) == "of" and words.at(index + 5) in _ONE)
    )


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
