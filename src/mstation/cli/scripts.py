"""Screenplays as the commands read them, and what is said of doubtful lines."""

from __future__ import annotations

import sys
from pathlib import Path

from mstation.cli.files import check_language, read_source
from mstation.cli.words import interface_language, words
from mstation.screenplay import read
from mstation.screenplay.script import ReadingNote, Script

_NOTES_SHOWN = 12


def read_script(path: Path, lang: str) -> Script:
    """Return the script of a file."""
    return read(read_source(path), path=path.name, language=check_language(lang))


def tell_notes(notes: tuple[ReadingNote, ...], path: Path) -> None:
    """Say which lines could be read in more than one way, the first dozen of them."""
    say, language = words(), interface_language()
    for note in notes[:_NOTES_SHOWN]:
        where = say["line"].format(path=path.name, line=note.line)
        sys.stderr.write(f"{where} {note.told(language)}\n")
    if len(notes) > _NOTES_SHOWN:
        sys.stderr.write(say["more_notes"].format(count=len(notes) - _NOTES_SHOWN) + "\n")
