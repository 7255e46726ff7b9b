"""Cards in, SubRip out, the format that every player reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mstation.cut.cards import Card, Row
from mstation.cut.hearing import milliseconds
from mstation.timebase import FrameRate

# SubRip has no escapes: what a player would take for markup is parted by a character without
# width, so that it is shown as it was written.
_UNSEEN = "\u2060"
_MARKUP = re.compile(r"<|[{\\](?=\S)|--(?=>)")


def write_srt(cards: Sequence[Card], rate: FrameRate) -> bytes:
    """Return the cards as SubRip text, UTF-8; voices that are not in the scene are in italics."""
    blocks = (
        f"{number}\n{clock(card.first_frame, rate)} --> {clock(card.end_frame, rate)}\n"
        + "\n".join(_row(row) for row in card.rows)
        for number, card in enumerate(cards, 1)
    )
    return "".join(block + "\n\n" for block in blocks).encode()


def _row(row: Row) -> str:
    text = _MARKUP.sub(lambda found: found[0] + _UNSEEN, row.shown)
    return f"<i>{text}</i>" if row.is_unseen else text


def clock(frame: int, rate: FrameRate, point: str = ",") -> str:
    """Return when a frame is seen: 00:01:02,500."""
    seconds, thousandths = divmod(milliseconds(frame, rate), 1000)
    return (
        f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{thousandths:03d}"
    )
