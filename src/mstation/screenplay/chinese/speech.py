"""Which line of a Chinese script is a speech: 名（注）：对白, and what its parts are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mstation.screenplay.chinese.words import (
    LABELS,
    SILENT_LABELS,
    part_extensions,
    part_latin_extension,
)
from mstation.screenplay.script import ElementKind

_TELLING = tuple(LABELS["telling"])
_PEOPLE = tuple(LABELS["people"])
_MAX_NAME, _MAX_NOTE, _MAX_ASIDE = 12, 60, 40
_NO_NAME = r":：()（）。，,；;！!？?“”\"「」《》"
_HEAD = re.compile(
    rf"([^\s{_NO_NAME}][^{_NO_NAME}]{{0,{_MAX_NAME + 8}}})"
    rf"\s*(?:[(（]([^()（）]{{1,{_MAX_NOTE}}})[)）])?\s*((?:[OVov]\.?\s?[SOCsoc]\.?)?)\s*[:：]"
)
_MAX_HEAD = 160  # characters; a colon further on is no cue, and no regex need look for it
_LETTER = re.compile(r"[\u3400-\u9fffA-Za-z]")
_GROUP = re.compile(r"[、/／&＆＋+和与及]")
_GRAMMAR = "的着了在是把被从向对给让到里上"  # words of a sentence; names hardly hold them
_ASIDE = re.compile(rf"[(（]([^()（）]{{1,{_MAX_ASIDE}}})[)）]")


@dataclass(frozen=True, slots=True)
class Speech:
    """A cue and its words on one line; `manner` is how it is played."""

    name: str
    extensions: tuple[str, ...]
    manner: str
    text: str

    def pieces(self, words: str) -> Iterator[tuple[ElementKind, str]]:
        """Part 放开我！（挣扎）你听见没有 into what is said and what is done."""
        at = 0
        for aside in _ASIDE.finditer(words):
            if said := words[at : aside.start()].strip():
                yield ElementKind.DIALOGUE, said
            yield ElementKind.PARENTHETICAL, aside[1].strip()
            at = aside.end()
        if said := words[at:].strip():
            yield ElementKind.DIALOGUE, said


def find_speech(line: str) -> Speech | None:
    """Return the speech that this line is, or None when its colon means something else."""
    match = _HEAD.match(line[:_MAX_HEAD])
    if match is None:
        return None
    name, note, latin = match[1].strip(" *　"), match[2] or "", match[3].strip()
    text = line[match.end() :].strip(" *　")
    if match[0][-1] == ":" and text.startswith("//"):
        return None
    name, glued = part_latin_extension(name)
    if not _is_name(name, text):
        return None
    extensions, manner = part_extensions(note)
    more = tuple(extension for extension in (glued, latin) if extension)
    return Speech(name, extensions + more, manner, _unquoted(text))


def _is_name(name: str, text: str) -> bool:
    """A name is short, is no label, tells nothing and is no time of day."""
    if name in SILENT_LABELS or not _LETTER.search(name):
        return False
    if name[-1].isdigit() and text[:1].isdigit():
        return False
    if name.isascii():
        return len(name) <= 24 and len(name.split()) <= 3
    if len(name) > _MAX_NAME and not _GROUP.search(name):
        return False
    if len(name) > 2 and name.endswith(_TELLING):
        return False
    if any(name.endswith(label) for label in ("特写", "镜头", "画面", "字幕", "音乐", "音效")):
        return False
    holds_grammar = any(character in _GRAMMAR for character in name[1:])
    return not (holds_grammar and len(name) > 3) or name.endswith(_PEOPLE)


def _unquoted(text: str) -> str:
    """“你好。” is said without its quotation marks when they hold the whole speech."""
    if len(text) > 1 and (text[0], text[-1]) in (("“", "”"), ("「", "」"), ('"', '"')):
        inner = text[1:-1]
        if not any(mark in inner for mark in '“”「」"'):
            return inner
    return text
