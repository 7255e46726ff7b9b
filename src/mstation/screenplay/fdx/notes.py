"""Script notes of an FDX file, and the paragraphs that they are pinned to.

A note's `Range` counts the characters of the script as UTF-16 does, one for each end of a
paragraph, and two for a block that a paragraph embeds (a dual dialogue, an omitted scene).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from mstation.screenplay.fdx.markup import Node
from mstation.screenplay.fdx.said import SAYS, Said, hear

BLOCKS = ("DualDialogue", "OmittedScene")
BLOCK_LENGTH = 2
BONEYARD = "Boneyard"  # the type of a note that keeps what was left out of the script

_RANGE = re.compile(r"\s*(\d{1,9})\s*,\s*(\d{1,9})\s*")


@dataclass(frozen=True, slots=True)
class ScriptNote:
    """A note, where it begins in the script (-1: nowhere), and what it says of itself."""

    text: str
    line: int
    start: int
    said: Said | None
    is_boneyard: bool = False


def length_of(text: str) -> int:
    """Return how long a text is to a note's range."""
    return len(text) if text.isascii() else len(text) + sum(ch > "\uffff" for ch in text)


def read_notes(root: Node) -> list[ScriptNote]:
    """Return the notes that a file keeps beside its script, in its order."""
    return [note_of(node) for block in root.all("ScriptNotes") for node in block.all("ScriptNote")]


def note_of(node: Node) -> ScriptNote:
    """Return the note that a `<ScriptNote>` holds; its name stands before its words."""
    lines = ["".join(text.text for text in p.all("Text")) for p in node.all("Paragraph")]
    text = "\n".join(lines)
    name = node.get("Name").strip()
    said = hear(node.get(SAYS))
    if said is None or said.kind is None:
        text = text.strip()
    if name and not text.startswith(name):
        text = f"{name}: {text}" if text else name
    range_ = _RANGE.fullmatch(node.get("Range"))
    start = int(range_[1]) if range_ else -1
    return ScriptNote(text, node.line, start, said, node.get("Type") == BONEYARD)


def paragraph_at(starts: Sequence[int], end: int, note: ScriptNote) -> int | None:
    """Return which paragraph a note begins in, or None where the script is shorter than that.

    What a note says of its place is believed as long as its range bears it out.
    """
    if note.said is not None and note.said.before is not None:
        before = note.said.before
        if before == len(starts) or (before < len(starts) and starts[before] == note.start):
            return before
    if not 0 <= note.start <= end or not starts:
        return None
    return bisect_right(starts, note.start) - 1
