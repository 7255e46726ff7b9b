"""The labels and short lines of Chinese scripts: what each says, and what it is not."""

from __future__ import annotations

import re

from mstation.screenplay.characters import in_both_scripts
from mstation.screenplay.lexicon import lexicon

_WORDS = lexicon("mstation.screenplay", "words")
LABELS = {label: in_both_scripts(words) for label, words in _WORDS["labels"].items()}
_EXTENSIONS = frozenset(word.upper() for word in in_both_scripts(_WORDS["extensions"]["zh"]))
_LATIN_EXTENSION = re.compile(r"[\s.]*(?:O\.?\s?S|V\.?\s?O|O\.?\s?C)\.?$", re.IGNORECASE)
SILENT_LABELS = frozenset(
    (
        *LABELS["silent"],
        *LABELS["cast"],
        *LABELS["props"],
        *LABELS["caption"],
        *LABELS["place"],
    )
)
_TRANSITIONS = tuple(sorted(in_both_scripts(_WORDS["transitions"]["zh"]), key=len, reverse=True))
_OF_TRANSITION = frozenset(word[0] for word in _TRANSITIONS)
_CAPTION = re.compile(
    rf"(?:{'|'.join(sorted(LABELS['caption'], key=len, reverse=True))})\s*[:：]\s*(.*)", re.DOTALL
)
_CAPTION_EN = re.compile(
    rf"(?:{'|'.join(sorted(LABELS['caption_en'], key=len, reverse=True))})\s*[:：]\s*(.+)",
    re.DOTALL,
)
_AROUND = "【】[]（）() 　。.：:！…—-*#△▲▶"


def find_transition(text: str) -> bool:
    """Whether a short line is a transition: 切至：, 淡入, 画面切换到…, 【闪回】."""
    text = text[:40].strip(_AROUND)
    if not text or len(text) > 16 or text[0] not in _OF_TRANSITION:
        return False
    for word in _TRANSITIONS:
        if text.startswith(word):
            rest = text[len(word) :].strip(_AROUND)
            return not rest or text[len(word)] in " :：-—" or rest in _TRANSITIONS
    return False


def caption_of(text: str) -> str:
    """Return the words that a caption line puts on the screen, or ''."""
    text = text.strip().lstrip("△▲▶ 　")
    inner = text[1:-1] if text[:1] in "【（(" and text[-1:] in "】）)" else text
    match = _CAPTION.match(inner) or _CAPTION_EN.match(inner)
    return match[1].strip(' 　"“”「」『』') if match else ""


def part_extensions(note: str) -> tuple[tuple[str, ...], str]:
    """Part 画外音，声线发颤 or 带笑 vo into the extensions and how it is played."""
    extensions: list[str] = []
    played: list[str] = []
    for piece in filter(None, (p.strip() for p in re.split(r"[，,、；;]", note))):
        if piece.upper() in _EXTENSIONS:
            extensions.append(piece)
            continue
        latin = _LATIN_EXTENSION.search(piece)
        if latin is not None and (latin.start() > 0) and not piece[latin.start() - 1].isascii():
            extensions.append(latin[0].strip(" "))
            piece = piece[: latin.start()].strip()
        played.append(piece)
    return tuple(extensions), "，".join(played)


def part_latin_extension(name: str) -> tuple[str, str]:
    """Part 张三OS into 张三 and OS; a name without one comes back whole."""
    match = _LATIN_EXTENSION.search(name)
    if match is None or match.start() == 0 or name[match.start() - 1].isascii():
        return name, ""
    return name[: match.start()].strip(), match[0].strip()
