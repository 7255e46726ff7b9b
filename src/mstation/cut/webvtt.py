"""Cards in, WebVTT out, the format of browsers: who speaks is in it.

Source: W3C WebVTT, 4 (syntax); the header's `Kind` and `Language` as players for the web read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from mstation.cut.cards import Card, Row
from mstation.cut.subrip import clock
from mstation.timebase import FrameRate

# A cue's box lies within the safe area; where it stands on the picture the player chooses, so that
# it can make way for its own buttons.
_SETTINGS = "position:50% size:90% align:center"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write_vtt(cards: Sequence[Card], tongue: str, rate: FrameRate) -> bytes:
    """Return the cards as WebVTT text, UTF-8."""
    blocks = [f"WEBVTT\nKind: subtitles\nLanguage: {tongue}\n"]
    for number, card in enumerate(cards, 1):
        times = f"{clock(card.first_frame, rate, '.')} --> {clock(card.end_frame, rate, '.')}"
        blocks.append(f"{number}\n{times} {_SETTINGS}\n{_spoken(card.rows)}\n")
    return "\n".join(blocks).encode()


def _spoken(rows: Sequence[Row]) -> str:
    """Return a card's rows, those of one voice within its name."""
    spans = []
    for (speaker, is_unseen), said in groupby(rows, lambda row: (row.speaker, row.is_unseen)):
        text = "\n".join(row.shown.translate(_ESCAPES) for row in said)
        text = f"<i>{text}</i>" if is_unseen else text
        name = " ".join(speaker.split()).translate(_ESCAPES)
        spans.append(f"<v {name}>{text}</v>" if name else text)
    return "\n".join(spans)
