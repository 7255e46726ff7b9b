"""Notes that are marks of production: which are, and how they are written."""

from __future__ import annotations

import re

from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Mark

_TABLE = lexicon("mstation.screenplay", "marks")
CATEGORIES: tuple[str, ...] = tuple(_TABLE["category"])
_ROWS: dict[str, dict[str, str | list[str]]] = {**_TABLE["category"], **_TABLE["other"]}
_KEYS = {word: key for key, row in _ROWS.items() for word in row["words"]}
_WORDS = {key: row["words"][0] for key, row in _ROWS.items()}
_FINAL_DRAFT = {key: str(row["final_draft"]) for key, row in _ROWS.items() if "final_draft" in row}
_FROM_FINAL_DRAFT = {name.casefold(): key for key, name in _FINAL_DRAFT.items()}
_MARK = re.compile(r"\s*(tag\s+[^:：\n]{1,60}|[^:：\n]{1,24})[:：]\s*(\S.*?)\s*", re.DOTALL)

# Source: the colours of revised pages in their usual order (US practice)
REVISION_COLORS = (
    "white", "blue", "pink", "yellow", "green", "goldenrod", "buff", "salmon", "cherry", "tan",
    "ivory",
)  # fmt: skip


def mark_of(note: str) -> Mark | None:
    """Return the mark that a note is, or None where it is a note to a reader."""
    match = _MARK.fullmatch(note)
    if match is None:
        return None
    word = " ".join(match[1].split())
    if word[:4].lower() == "tag ":
        return Mark("tag " + word[4:].strip(), match[2])
    key = _KEYS.get(word.lower())
    return None if key is None else Mark(key, match[2])


def note_of(mark: Mark) -> str:
    """Return the note that writes a mark: `prop: lantern`."""
    return f"{_WORDS.get(mark.key, mark.key)}: {mark.value}"


def final_draft_category(key: str) -> str:
    """Return what Final Draft calls the category of a mark's key, or '' where it has none."""
    return key.removeprefix("tag ") if key.startswith("tag ") else _FINAL_DRAFT.get(key, "")


def key_of_final_draft(category: str) -> str:
    """Return the key of a tag category of Final Draft: one of ours, or `tag` and its name."""
    return _FROM_FINAL_DRAFT.get(category.strip().casefold(), f"tag {category.strip()}")
