"""Options that take words: one of those there are, or several with commas between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mstation.errors import InvalidInput


def listed(text: str) -> list[str]:
    """Return what is named, commas of either language between."""
    plain = text.replace("，", ",").replace("、", ",")
    return [name.strip() for name in plain.split(",") if name.strip()]


def not_one_of(option: str, text: str, words: Iterable[str]) -> InvalidInput:
    """Return the refusal of a word that an option does not take; `words` are those it takes.

    The English sentence names the words in ASCII alone.
    """
    known = list(words)
    english = ", ".join(word for word in known if word.isascii())
    return InvalidInput(
        f"{option} is one of {english}, not `{text}`",
        zh=f"{option} 可用 {'、'.join(known)}，没有 `{text}`",
    )


def both_times(first: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """Return both ends of a time.

    Raises:
        InvalidInput: when one is not given.
    """
    if first is None or end is None:
        raise InvalidInput("say from when and until when: --from, --to", zh="请给出 --from 与 --to")
    return first, end
