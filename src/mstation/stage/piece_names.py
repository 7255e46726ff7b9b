"""A kind of piece in, what people call it out, in the language of the film."""

from __future__ import annotations

from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language


def piece_text(kind: str, language: Language) -> str:
    """Return what a piece of the set is called."""
    named = lexicon("mstation.stage", "piece_names")[language]
    return str(named.get(kind, kind.replace("_", " ")))
