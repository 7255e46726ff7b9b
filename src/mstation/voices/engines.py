"""The engines that speak: one function shape, and the table of them.

Whoever speaks a run of text takes the text, how its voice is bent, the voice and a seed, and
gives an `Utterance`: the sound at the engine's own rate, its words and its speech sounds timed.
The same four must give the same bytes. Level, silences and mouths are `speak`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mstation.voices.bending import Bend
from mstation.voices.english import speak_english
from mstation.voices.kokoro import open_kokoro, read_kokoro
from mstation.voices.mandarin import speak_mandarin
from mstation.voices.model_files import VoiceFiles
from mstation.voices.piper import open_piper
from mstation.voices.speech import Engine, FileEngine, Voice
from mstation.voices.utterance import Utterance
from mstation.voices.written import MANDARIN, language_of, latin_or

ENGLISH = "en"


class Say(Protocol):
    """What every engine is."""

    def __call__(self, text: str, bend: Bend, voice: Voice, *, seed: int) -> Utterance:
        """Return the text spoken."""


class FileVoice(Say, Protocol):
    """A voice from files that is open."""

    @property
    def reads(self) -> str:
        """The language that it reads, as espeak-ng names it: en, cmn, fr."""


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """The voice that a person brought for a character."""

    engine: FileEngine
    say: FileVoice

    def can_say(self, text: str) -> bool:
        """Whether the text is in its script: any Latin one where it reads Latin letters."""
        language = language_of(text)
        if language is None:
            return latin_or(self.say.reads) is None
        return language == latin_or(self.say.reads)


def _hibari(text: str, bend: Bend, voice: Voice, *, seed: int) -> Utterance:
    return speak_english(text, bend, seed=seed)


def _espeak(text: str, bend: Bend, voice: Voice, *, seed: int) -> Utterance:
    language = language_of(text) or MANDARIN
    return speak_mandarin(text, bend, voice.variant, seed=seed, language=language)


ENGINES: dict[Engine, Say] = {"hibari": _hibari, "espeak": _espeak}
# How a voice from files is opened and tried, and how it is opened once it was found good.
_OPENERS: dict[FileEngine, Callable[[VoiceFiles], FileVoice]] = {
    "piper": open_piper,
    "kokoro": open_kokoro,
}
_READERS: dict[FileEngine, Callable[[VoiceFiles], FileVoice]] = {
    "piper": open_piper,
    "kokoro": read_kokoro,
}


def try_voice(files: VoiceFiles) -> OwnVoice:
    """Return a voice from files after it has spoken a sound.

    Raises:
        InvalidInput: the files are damaged, of another engine, or of two voices.
    """
    return OwnVoice(files.engine, _OPENERS[files.engine](files))


def open_voice(files: VoiceFiles) -> OwnVoice:
    """Return a voice from files that was tried before."""
    return OwnVoice(files.engine, _READERS[files.engine](files))


def engine_for(
    text: str, voice: Voice, own: OwnVoice | None = None
) -> tuple[Engine | FileEngine, Say]:
    """Return who speaks a text: the person's own voice where it knows the script.

    Else Latin script is hibari's, every other espeak-ng's, and what has no letters is spoken by
    whom the voice was cast for.
    """
    has_letters = any(letter.isalpha() for letter in text)
    if own is not None and (own.can_say(text) or not has_letters):
        return own.engine, own.say
    engine: Engine = "espeak" if language_of(text) is not None else "hibari"
    engine = engine if has_letters else voice.engine
    return engine, ENGINES[engine]
