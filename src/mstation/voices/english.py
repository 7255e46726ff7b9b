"""English lines to speech: the hibari model, its one bundled voice bent into many.

The model gives, for every 12.5 ms, a pitch and spectral envelopes; bending them before the sound
is made changes the speaker without an effect on the finished sound. Only the voice inside the
package is opened, by its path, so nothing is ever fetched.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hibari import dsp
from hibari.g2p import G2P
from hibari.g2p.normalize import normalize
from hibari.tts import ASSETS, Hibari
from numpy.typing import NDArray

from mstation.voices.bending import Bend, bent
from mstation.voices.english_text import as_said, sound_of
from mstation.voices.model_files import also_put_out, session_of
from mstation.voices.pauses import Pause, with_pauses
from mstation.voices.rewriting import Readable
from mstation.voices.speech import Word
from mstation.voices.utterance import Phone, Utterance, joined, silence, trimmed

RATE = dsp.SR
_TOKEN_S = 0.025  # the model counts a sound's length in pairs of 12.5 ms frames
# The model's lengths run behind its sound by this much: where the sound's envelope fits best.
LATE_S = 0.055
_LONGEST = 380  # sounds the model hears at once; its own limit is 400
_DURATIONS = "/Cast_32_output_0"  # the model's predicted lengths, inside its graph

# Silences between sounds, in seconds at plain speed.
# Source: reference sheet on screenplays, English speech (.25 s a comma, .5 s a sentence).
_PAUSES_S = {",": 0.25, ";": 0.32, ":": 0.32, "—": 0.35, "…": 0.5, ".": 0.5, "!": 0.5, "?": 0.5}
_JOIN_S = 0.08  # between two pieces of one over-long clause
_ENDS_S = 0.06  # of silence that two trimmed pieces bring along

_DIGITS_MEET_LETTERS = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_NO_LETTERS = re.compile(r"[^A-Za-z.,;:!?']+")


@dataclass(frozen=True, slots=True)
class _Model:
    """The model as it was loaded: a session, its alphabet, the spelling-to-sound rules."""

    session: Any
    alphabet: dict[str, int]
    rules: Any


@dataclass(frozen=True, slots=True)
class Group:
    """One written word and its sounds."""

    text: str
    sounds: str


def speak_english(text: str, bend: Bend, *, seed: int) -> Utterance:
    """Return a line of Latin script in English, with the times of its words and sounds."""
    noise = np.random.default_rng(seed)
    return piece_by_piece(text, lambda groups: _say(groups, bend, noise), pace=bend.rate)


def piece_by_piece(
    text: str, say: Callable[[Sequence[Group]], Utterance], *, pace: float
) -> Utterance:
    """Return an English line as a voice says its pieces, the pauses between them at full length."""
    parts: list[Utterance] = []
    pauses: list[float] = []
    for groups in _pieces(text):
        parts.append(say(groups))
        pauses.append(_pause_after(groups[-1].sounds) / pace - _ENDS_S)
    parts_said = [(part, pause) for part, pause in zip(parts, pauses, strict=True) if part.words]
    if not parts_said:
        return silence(RATE)
    return joined([part for part, _ in parts_said], [pause for _, pause in parts_said])


def _pieces(text: str) -> Iterator[list[Group]]:
    """Return the line as pieces that the model can hear at once: sentences, or parts of them."""
    for sentence in Hibari.split_sentences(text):
        piece: list[Group] = []
        length = 0
        for group in _groups(sentence):
            size = len(group.sounds) + 1
            full = length + size > _LONGEST
            clause = length > _LONGEST // 2 and piece and piece[-1].sounds[-1:] in ",;:—"
            if piece and (full or clause):
                yield piece
                piece, length = [], 0
            piece.append(group)
            length += size
        if piece:
            yield piece


def _groups(sentence: str) -> list[Group]:
    """Return the sentence's written words with their sounds, in order.

    What people say for some words ("24/7", "$5") is matched back to what was written, so that
    word times carry the writer's own words.
    """
    said = as_said(sentence, _is_word)
    spoken: list[Group] = []
    text, sounds = "", ""
    for token in _read_aloud(said.text):
        text += token.text
        sounds += token.phonemes or ""
        if token.whitespace:
            spoken.append(Group(text, sounds))
            text, sounds = "", ""
    spoken.append(Group(text, sounds))
    return _as_written(spoken, sentence, said)


def _is_word(word: str) -> bool:
    return word in _model().rules.lexicon.golds


def _read_aloud(sentence: str) -> list[Any]:
    """Return the reader's tokens for a sentence, made plainer until it can read it.

    The reader breaks on words such as "¹A", where digits and letters are one: then they are
    parted, and if that is not enough, only letters are read.
    """
    rules = _model().rules
    plain = unicodedata.normalize("NFKC", sentence)
    for text in (sentence, _DIGITS_MEET_LETTERS.sub(" ", plain)):
        try:
            return list(rules.phonemize_tokens(rules.tokenize(normalize(text))))
        except ValueError:
            continue
    return list(rules.phonemize_tokens(rules.tokenize(_NO_LETTERS.sub(" ", plain))))


def _as_written(spoken: Sequence[Group], sentence: str, said: Readable) -> list[Group]:
    """Return the sounds by the words of the sentence that they are said for."""
    owners = _owners(sentence, said)
    matcher = difflib.SequenceMatcher(
        None, [group.text for group in spoken], said.text.split(), False
    )
    result: list[tuple[set[int], str]] = []
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        if i2 - i1 == j2 - j1:
            pairs = zip(owners[j1:j2], spoken[i1:i2], strict=True)
            found = [({owner}, group.sounds) for owner, group in pairs]
        else:
            sounds = " ".join(group.sounds for group in spoken[i1:i2] if group.sounds)
            found = [(set(owners[j1:j2]), sounds)]
        for mine, sounds in found:
            if result and result[-1][0] & mine:
                before, earlier = result.pop()
                mine, sounds = before | mine, f"{earlier} {sounds}".strip()
            result.append((mine, sounds))
    written = sentence.split()
    groups = [Group(" ".join(written[i] for i in sorted(mine)), sounds) for mine, sounds in result]
    return [_as_a_sound(group) for group in groups if group.sounds]


def _as_a_sound(group: Group) -> Group:
    """Return Shh! and its like as the sound that people make, its pause kept."""
    mark = group.sounds[-1] if group.sounds[-1] in _PAUSES_S else ""
    sound = sound_of(group.text)
    return replace(group, sounds=sound + mark) if sound else group


def _owners(sentence: str, said: Readable) -> list[int]:
    """Return for each word said the index of the written word that it is said for."""
    starts = [word.start() for word in re.finditer(r"\S+", sentence)]
    return [
        max(bisect_right(starts, said.places[word.start()]) - 1, 0)
        for word in re.finditer(r"\S+", said.text)
    ]


def _say(groups: Sequence[Group], bend: Bend, noise: np.random.Generator) -> Utterance:
    """Return one piece of a line, silence cut from its ends, its pauses at their full length."""
    model = _model()
    spelling = spell(groups)
    if not spelling.is_heard:
        return silence(RATE)
    ids = np.array([spelling.ids], np.int64)
    speed = np.array([bend.rate], np.float32)
    *features, lengths = model.session.run(None, {"ids": ids, "speed": speed})
    samples = bent(*(feature[0] for feature in features), bend=bend, noise=noise)
    edges_s = np.maximum(np.cumsum(lengths.reshape(-1)) * _TOKEN_S - LATE_S, 0.0)
    return timed(groups, spelling, samples, RATE, edges_s, pace=bend.rate)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A piece of a line in the letters of the model's alphabet, which Kokoro shares."""

    letters: tuple[str, ...]
    owners: tuple[int, ...]  # of which group each letter is

    @property
    def is_heard(self) -> bool:
        """Whether anything of it can be said."""
        return any(letter.isalpha() for letter in self.letters)

    @property
    def ids(self) -> list[int]:
        """The letters' numbers, a silence at either end."""
        alphabet = _model().alphabet
        return [0, *(alphabet[letter] for letter in self.letters), 0]


def spell(groups: Sequence[Group]) -> Spelling:
    """Return a piece's letters; sounds that the alphabet lacks are left out."""
    alphabet = _model().alphabet
    letters: list[str] = []
    owners: list[int] = []
    for index, group in enumerate(groups):
        spelled = (" " if index else "") + group.sounds
        known = [letter for letter in spelled if letter in alphabet]
        letters += known
        owners += [index] * len(known)
    return Spelling(tuple(letters), tuple(owners))


def timed(
    groups: Sequence[Group],
    spelling: Spelling,
    samples: NDArray[np.float32],
    rate: int,
    edges_s: NDArray[np.float64],
    *,
    pace: float,
) -> Utterance:
    """Return a piece with its words and sounds; letter i lasts from edge i to edge i + 1."""
    letters = spelling.letters
    pauses = [
        Pause(float(edges_s[i]), float(edges_s[i + 1]), _PAUSES_S[letter] / pace)
        for i, letter in enumerate(letters)
        if letter in _PAUSES_S and any(later.isalpha() for later in letters[i:])
    ]
    words = _words(groups, letters, spelling.owners, edges_s)
    said = Utterance(samples, rate, words, _phones(letters, edges_s))
    return trimmed(with_pauses(said, pauses))


def _phones(letters: Sequence[str], edges_s: NDArray[np.float64]) -> tuple[Phone, ...]:
    """Return the sounds; a stress mark's time belongs to the sound after it."""
    phones: list[Phone] = []
    start_s = float(edges_s[0])
    for letter, end in zip(letters, edges_s[1:], strict=False):
        if letter in "ˈˌ":
            continue
        end_s = float(end)
        if letter == "ː" and phones:
            phones[-1] = Phone(phones[-1].symbol, phones[-1].start_s, end_s)
        elif letter.isalpha():
            phones.append(Phone(letter, start_s, end_s))
        start_s = end_s
    return tuple(phones)


def _words(
    groups: Sequence[Group],
    letters: Sequence[str],
    owners: Sequence[int],
    edges_s: NDArray[np.float64],
) -> tuple[Word, ...]:
    spans: dict[int, tuple[float, float]] = {}
    for index, (letter, owner) in enumerate(zip(letters, owners, strict=True)):
        if letter.isalpha() or letter in "ˈˌː":
            start_s = spans[owner][0] if owner in spans else float(edges_s[index])
            spans[owner] = (start_s, float(edges_s[index + 1]))
    words: list[Word] = []
    for owner, (start_s, end_s) in spans.items():
        texts = [bare for text in groups[owner].text.split() if (bare := _bare(text))]
        total = sum(map(len, texts))
        for text in texts:  # several written words read as one share its time by their letters
            share = (end_s - start_s) * len(text) / total
            words.append(Word(text, start_s, start_s + share))
            start_s += share
            total -= len(text)
    return tuple(words)


def _bare(text: str) -> str:
    """Return a written word without the punctuation around it."""
    start, end = 0, len(text)
    while start < end and not (text[start].isalnum() or text[start] in "$£€¥#@&+"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "%°&"):
        end -= 1
    return text[start:end]


def _pause_after(sounds: str) -> float:
    for letter in reversed(sounds):
        if letter in _PAUSES_S:
            return _PAUSES_S[letter]
        if letter.isalpha():
            break
    return _JOIN_S


@cache
def _model() -> _Model:
    """Return the bundled model; opened once a process, never changed."""
    assets = Path(ASSETS)
    session = session_of((assets / "hibari.onnx").read_bytes() + also_put_out(_DURATIONS))
    alphabet = json.loads((assets / "vocab.json").read_text("utf-8"))
    return _Model(session, alphabet, G2P())
