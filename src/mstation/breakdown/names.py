"""Names of people: how they compare, whom a cue means, and how a voice is there."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mstation.breakdown.scene import Presence
from mstation.screenplay.lexicon import lexicon

_PEOPLE = lexicon("mstation.breakdown", "people")
_PRESENCE: dict[str, list[str]] = _PEOPLE["presence"]
_VOICES: dict[str, list[str]] = _PEOPLE["voices"]
# A voice of the next scene is that before anything else: `O.S., PRE-LAP`.
_UNSEEN = (Presence.PRE_LAP, Presence.VOICE_OVER, Presence.OFF_SCREEN, Presence.PHONE)
_CROWD = frozenset(_VOICES["crowd"])
NOUNS = frozenset(word for words in _PEOPLE["nouns"].values() for word in words)
APART = frozenset(_PEOPLE["apart"]["words"])
GENDER_TITLES = frozenset((*_PEOPLE["titles"]["female"], *_PEOPLE["titles"]["male"]))
TITLES = frozenset(_PEOPLE["titles"]["either"])
_GROUP_EN = re.compile(r"\s*(?:&|\+|/|\bAND\b|,)\s*", re.IGNORECASE)
_GROUP_ZH = re.compile(r"[、/／&＆＋+和与及]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NOT_IN_NAMES = re.compile(r"[^\w\s'#&/.·-]")


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return what two ways of writing a name have in common: `Mara ` and `MARA` are one."""
    flat = unicodedata.normalize("NFKC", name).replace("’", "'").replace("‘", "'")
    return " ".join(_NOT_IN_NAMES.sub(" ", flat).upper().split()).strip(" .'-")


def is_chinese(name: str) -> bool:
    """Whether a name is written in Han characters."""
    return _HAN.search(name) is not None


def words_of(key: str) -> list[str]:
    """Return the words of a key, titles without their point."""
    return [word.rstrip(".") for word in key.split()]


def speakers_of(name: str) -> tuple[str, ...]:
    """Return the people whom a cue names: one, or those of `MARA & BENNO` and 甲、乙."""
    pattern = _GROUP_ZH if is_chinese(name) else _GROUP_EN
    parts = [part.strip() for part in pattern.split(name) if part.strip()]
    if len(parts) < 2 or any(len(part) < 2 and not part.isupper() for part in parts):
        return (name,)
    if any(part in NOUNS or name_key(part) in APART for part in parts):
        return (name,)
    return tuple(parts)


def is_crowd(key: str) -> bool:
    """Whether a name is of many mouths: EVERYONE, 众人."""
    return key in _CROWD


@lru_cache(maxsize=4096)
def presence_of(name: str, extensions: tuple[str, ...]) -> Presence:
    """Return how the voice behind a cue is there."""
    found = Presence.ON
    for extension in extensions:
        presence = _presence_of_word(extension)
        if presence is not Presence.ON and found is not Presence.PRE_LAP:
            found = presence
    if found is not Presence.ON:
        return found
    key = name_key(name)
    if key in _VOICES["voice_over"]:
        return Presence.VOICE_OVER
    is_voice = key.split()[-1:] and (
        key.split()[-1] in _VOICES["off_screen"]
        or (is_chinese(key) and key.endswith(tuple(_VOICES["off_screen"])))
    )
    return Presence.OFF_SCREEN if is_voice or is_crowd(key) else Presence.ON


def _presence_of_word(extension: str) -> Presence:
    upper = unicodedata.normalize("NFKC", extension).upper()
    if any(word in upper for word in _PRESENCE["here"]):
        return Presence.ON
    words = re.findall(r"[A-Z]+|[\u3400-\u9fff]+", upper.replace(".", "").replace("-", ""))
    joined = "".join(words)
    for presence in _UNSEEN:
        known = _PRESENCE[presence.value]
        if joined in known or any(word in known for word in words):
            return presence
        if any(is_chinese(word) and word in joined for word in known):
            return presence
    return Presence.ON


def may_be_phone(extensions: tuple[str, ...]) -> bool:
    """Whether `(on phone)` may as well be said of somebody who is seen with the phone."""
    return any(extension.upper().startswith("ON ") for extension in extensions)
