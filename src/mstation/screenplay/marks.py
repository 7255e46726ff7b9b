"""Notes that are marks of production: which are, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import ElementKind, Mark

_TABLE = lexicon("mstation.screenplay", "marks")
CATEGORIES: tuple[str, ...] = tuple(_TABLE["category"])
_ROWS: dict[str, dict[str, str | list[str]]] = {**_TABLE["category"], **_TABLE["other"]}
_KEYS = {word: key for key, row in _ROWS.items() for word in row["words"]}
_WORDS = {key: row["words"][0] for key, row in _ROWS.items()}
_FINAL_DRAFT = {key: str(row["final_draft"]) for key, row in _ROWS.items() if "final_draft" in row}
_FROM_FINAL_DRAFT = {name.casefold(): key for key, name in _FINAL_DRAFT.items()}
_MARK = re.compile(r"\s*(tag\s+[^:：\n]{1,60}|[^:：\n]{1,24})[:：]\s*(\S.*?)\s*", re.DOTALL)
# kinds that a text format may have no sign for; a note then names them: `[[element: dialogue]]`
_NAMED_KINDS = {
    kind.value.replace("_", " "): kind
    for kind in (
        ElementKind.DIALOGUE,
        ElementKind.PARENTHETICAL,
        ElementKind.CAST_LIST,
        ElementKind.PROPS_LIST,
        ElementKind.EPISODE,
    )
}
TITLE_PAGE_NOTE = "element: title page"

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


def note_and_marks(notes: Iterable[str]) -> tuple[tuple[str, ...], tuple[Mark, ...]]:
    """Part what stood in double brackets into notes to a reader and marks."""
    words: list[str] = []
    marks: list[Mark] = []
    for note in notes:
        mark = mark_of(note)
        if mark is not None:
            marks.append(mark)
        elif note and not _names_a_kind(note):
            words.append(note[1:] if note[0] == "\\" and _is_special(note) else note)
    return tuple(words), tuple(marks)


def guarded_note(note: str) -> str:
    """Return a note so that it is read as one, though it may look like something else."""
    return f"\\{note}" if _is_special(note) else note


def _is_special(note: str) -> bool:
    bare = note.lstrip("\\")
    return mark_of(bare) is not None or _names_a_kind(bare)


def _names_a_kind(note: str) -> bool:
    return note == TITLE_PAGE_NOTE or kind_named(note) is not None


def kind_named(note: str) -> ElementKind | None:
    """Return the kind of element that a note names, `element: dialogue`, or None."""
    return _NAMED_KINDS.get(note[9:]) if note.startswith("element: ") else None


def note_naming(kind: ElementKind) -> str:
    """Return the note that names a kind of element: `element: cast list`."""
    return f"element: {kind.value.replace('_', ' ')}"


def note_of(mark: Mark) -> str:
    """Return the note that writes a mark: `prop: lantern`."""
    return f"{_WORDS.get(mark.key, mark.key)}: {mark.value}"


def final_draft_category(key: str) -> str:
    """Return what Final Draft calls the category of a mark's key, or '' where it has none."""
    return key.removeprefix("tag ") if key.startswith("tag ") else _FINAL_DRAFT.get(key, "")


def key_of_final_draft(category: str) -> str:
    """Return the key of a tag category of Final Draft: one of ours, or `tag` and its name."""
    return _FROM_FINAL_DRAFT.get(category.strip().casefold(), f"tag {category.strip()}")
