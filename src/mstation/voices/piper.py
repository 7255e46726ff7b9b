"""Lines to speech by a Piper voice: an ONNX file, and the JSON beside it that says its letters.

espeak-ng reads the words into speech sounds, as it did when the voice was made; the model speaks
them. It draws no noise: its noise goes on from line to line, and a line must sound the same
whatever was spoken before it. Of a bend only the pace is followed; pitch, colour and breath are
the voice's own.

Source: rhasspy/piper, the format of its voices (VOICES.md, config of piper-train).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from mstation.errors import InvalidInput, NotFound
from mstation.voices import espeak
from mstation.voices.bending import Bend
from mstation.voices.espeak import Mark
from mstation.voices.mandarin import Span, pauses_of, spans_of, words_of
from mstation.voices.model_files import Model, VoiceFiles, edges_of, open_model
from mstation.voices.pauses import with_pauses
from mstation.voices.speech import Voice
from mstation.voices.utterance import Phone, Utterance, joined, silence, trimmed
from mstation.voices.written import readable, written_words

_INPUTS, _SPEAKER = ("input", "input_lengths", "scales"), "sid"
_LENGTHS = "/Ceil_output_0"  # in frames, by letter
_BEGIN, _END, _PAD = "^", "$", "_"
_LONGEST = 380  # letters that are said at once
_PACE = (0.5, 2.0)
_MARKS = {"，": ",", "、": ",", "。": ".", "！": "!", "？": "?", "；": ";", "：": ":", "…": ".",
          "—": ",", "–": ","}  # fmt: skip
_MARKS |= {mark: mark for mark in ",.;:!?"}
_LATE_S = 0.02  # the model's lengths run behind its sound; measured, en_US-joe-medium
_SENTENCE_S, _PIECE_S = 0.5, 0.08
_ENDS_S = 0.06  # of silence that two trimmed pieces bring along
_MOST_NUMBERS = 1_000_000
_RATES = (8000, 96_000)
_TITLE = re.compile(
    r"\b(Mrs?|Ms|Dr|St|Prof|Capt|Col|Lt|Sgt|Rev|Jr|Sr)\.(?=\s+\w)"
)  # no sentence ends
_ESPEAK_VOICE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class PiperVoice:
    """A voice as its JSON describes it, and its model."""

    model: Model
    rate: int
    language: str  # espeak-ng's voice that reads for it
    ids: Mapping[str, tuple[int, ...]]
    length_scale: float
    speaker: int | None

    @property
    def reads(self) -> str:
        """The language alone: `en` of en-us."""
        return self.language.split("-", 1)[0]

    def __call__(self, text: str, bend: Bend, voice: Voice, *, seed: int) -> Utterance:
        """Return a line spoken, with the times of its words and sounds."""
        text = _TITLE.sub(r"\1 ", text)
        pieces = list(_pieces(self._heard(text)))
        said = [self._say(text, piece, bend.rate) for piece in pieces]
        pauses = [
            (_SENTENCE_S if piece[-1].mark else _PIECE_S) / bend.rate - _ENDS_S for piece in pieces
        ]
        kept = [(part, pause) for part, pause in zip(said, pauses, strict=True) if part.words]
        if not kept:
            return silence(self.rate)
        return joined([part for part, _ in kept], [pause for _, pause in kept])

    def _heard(self, text: str) -> list[_Heard]:
        """Return the words of a line as espeak-ng reads them, each with the mark after it."""
        read = readable(text, self.reads)
        if not any(letter.isalnum() for letter in read.text):
            return []
        spoken = espeak.say(read.text, self.language, rate=175, pitch=50, pitch_range=50, seed=0)
        kept = [mark for mark in spoken.marks if not mark.symbol.startswith("(")]
        # What is wanted is the order: a mark's place in it stands for its time.
        marks = [
            replace(mark, position=read.places[min(mark.position, len(read.places) - 1)], sample=at)
            for at, mark in enumerate(kept)
        ]
        phones = [Phone(mark.symbol, mark.sample, mark.sample + 1) for mark in marks if mark.symbol]
        spans = list(spans_of(written_words(text), marks, 1.0, phones))
        ends = [*(span.written[0].start for span in spans[1:]), len(text)]
        return [
            _Heard(span, _letters(span, marks), _mark_in(text[span.written[-1].end : end]))
            for span, end in zip(spans, ends, strict=True)
        ]

    def _say(self, text: str, piece: Sequence[_Heard], rate: float) -> Utterance:
        letters = [*_spelled(piece)]
        ids, owners = [*self.ids[_BEGIN], *self.ids[_PAD]], [-1] * 2
        for letter, owner in letters:
            found = [*self.ids.get(letter, ()), *self.ids[_PAD]] if letter in self.ids else []
            ids += found
            owners += [owner] * len(found)
        ids += self.ids[_END]
        samples, lengths = self.model.run(self._feed(ids, rate))
        edges_s = edges_of(lengths, len(ids), len(samples) / self.rate)
        edges_s = np.maximum(edges_s - _LATE_S, 0.0)
        times: dict[int, tuple[float, float]] = {}
        for index, owner in enumerate(owners):
            start_s = times[owner][0] if owner in times else float(edges_s[index])
            times[owner] = (start_s, float(edges_s[index + 1]))
        spans = [timed for one in piece if (timed := _timed(one.span, times)).phones]
        words = tuple(word for span in spans for word in words_of(span))
        phones = tuple(
            replace(phone, symbol=phone.symbol.strip("ˈˌ"))
            for span in spans
            for phone in span.phones
        )
        said = Utterance(samples, self.rate, words, phones)
        return trimmed(with_pauses(said, pauses_of(text, spans, rate)))

    def _feed(self, ids: Sequence[int], rate: float) -> dict[str, Any]:
        pace = min(max(rate, _PACE[0]), _PACE[1])
        feed = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([0.0, self.length_scale / pace, 0.0], np.float32),
        }
        return feed if self.speaker is None else feed | {"sid": np.array([self.speaker], np.int64)}


@dataclass(frozen=True, slots=True)
class _Heard:
    """Written words side by side, their letters, and the mark of punctuation after them."""

    span: Span
    letters: tuple[tuple[str, int], ...]  # and which mark of espeak-ng's each is of, -1 for none
    mark: str


def open_piper(files: VoiceFiles) -> PiperVoice:
    """Return the voice that a model and the JSON beside it make.

    Raises:
        InvalidInput: one of them is damaged, or they are not of one voice.
    """
    return _opened(files.model, files.beside, files.speaker)


@lru_cache(maxsize=2)
def _opened(path: Path, beside: bytes, speaker: str) -> PiperVoice:
    """Return a voice; opening takes seconds, and a file of the store never changes."""
    told = _told(beside)
    speakers = told.get("speaker_id_map") or {}
    model = open_model(path.read_bytes(), _INPUTS, may=[_SPEAKER], lengths=_LENGTHS)
    takes_speaker = any(each.name == _SPEAKER for each in model.session.get_inputs())
    voice = PiperVoice(
        model,
        told["audio"]["sample_rate"],
        told["espeak"]["voice"],
        {letter: tuple(ids) for letter, ids in told["phoneme_id_map"].items()},
        float(told.get("inference", {}).get("length_scale", 1.0)),
        _speaker(speakers, speaker) if takes_speaker else None,
    )
    every = [number for ids in voice.ids.values() for number in ids]
    voice.model.run(voice._feed(every, 1.0))  # a JSON of another voice has letters it lacks
    try:
        espeak.say("a", voice.language, rate=175, pitch=50, pitch_range=50, seed=0)
    except NotFound as error:
        raise InvalidInput(str(error), zh=error.told("zh")) from None
    return voice


def _told(beside: bytes) -> dict[str, Any]:
    """Return what the JSON says, everything that is read of it being there."""
    try:
        told = json.loads(beside.decode("utf-8-sig"))
        letters, rate = told["phoneme_id_map"], told["audio"]["sample_rate"]
        fits = (
            isinstance(rate, int)
            and _RATES[0] <= rate <= _RATES[1]
            and _ESPEAK_VOICE.fullmatch(told["espeak"]["voice"]) is not None
            and {_BEGIN, _END, _PAD} <= letters.keys()
            and all(_is_number(each) for ids in letters.values() for each in ids)
            and all(len(letters[mark]) == 1 for mark in (_BEGIN, _END, _PAD))
            and float(told.get("inference", {}).get("length_scale", 1.0)) > 0
            and all(_is_number(each) for each in (told.get("speaker_id_map") or {}).values())
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fits = False
    if not fits:
        raise InvalidInput(
            "the .json beside the model does not describe a Piper voice; "
            "fetch both files of one voice",
            zh="模型旁的 .json 不是 Piper 嗓音的说明；请重新下载同一嗓音的两个文件",
        )
    if told.get("phoneme_type", "espeak") != "espeak":
        raise InvalidInput(
            f"its letters are of the kind `{told['phoneme_type']}`; only `espeak` is known",
            zh=f"该嗓音的音素类型是 `{told['phoneme_type']}`，目前只支持 `espeak`",
        )
    return dict(told)


def _is_number(value: object) -> bool:
    """Whether it can be the number of a letter or of a speaker."""
    return isinstance(value, int) and 0 <= value < _MOST_NUMBERS


def _speaker(speakers: Mapping[str, int], wanted: str) -> int:
    """Return the number of the speaker that a row names; the first where it names none."""
    if not wanted:
        return 0
    if wanted in speakers:
        return int(speakers[wanted])
    known = ", ".join(list(speakers)[:12])
    raise InvalidInput(
        f"the model has no speaker `{wanted}`; it has {known or 'one'}",
        zh=f"模型中没有说话人 `{wanted}`；可用：{known or '仅一人'}",
    )


def _letters(span: Span, marks: Sequence[Mark]) -> tuple[tuple[str, int], ...]:
    """Return a span's letters, a space where another word of it begins."""
    first, last = int(span.phones[0].start_s), int(span.phones[-1].start_s)
    letters: list[tuple[str, int]] = []
    for at, mark in enumerate(marks[first : last + 1], start=first):
        if mark.is_word and letters and letters[-1][0] != " ":
            letters.append((" ", -1))
        letters += [(letter, at) for letter in unicodedata.normalize("NFD", mark.symbol)]
    return tuple(letters)


def _mark_in(gap: str) -> str:
    """Return the mark that ends a word or a sentence, in the letters that Piper knows."""
    found = [_MARKS[letter] for letter in gap if letter in _MARKS]
    return next((mark for mark in found if mark in ".!?"), found[0] if found else "")


def _pieces(heard: Sequence[_Heard]) -> Iterator[list[_Heard]]:
    """Return the line by its sentences, or by parts of one that is too long."""
    piece: list[_Heard] = []
    for one in heard:
        if piece and sum(len(each.letters) + 2 for each in piece) + len(one.letters) > _LONGEST:
            yield piece
            piece = []
        piece.append(one)
        if one.mark and one.mark in ".!?":
            yield piece
            piece = []
    if piece:
        yield piece


def _spelled(piece: Sequence[_Heard]) -> Iterator[tuple[str, int]]:
    for index, one in enumerate(piece):
        if index:
            yield " ", -1
        yield from one.letters
        is_last = index + 1 == len(piece)
        if mark := one.mark or ("." if is_last else ""):
            yield mark, -1


def _timed(span: Span, times: Mapping[int, tuple[float, float]]) -> Span:
    """Return a span with its phones at the times that the model gave them."""
    phones = tuple(
        Phone(phone.symbol, *times[int(phone.start_s)])
        for phone in span.phones
        if int(phone.start_s) in times
    )
    return replace(span, phones=phones)
