"""Options that take words: one of those there are, or several with commas between."""

from __future__ import annotations

from collections.abc import Iterable

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
