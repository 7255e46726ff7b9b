"""`mstation check`: from a film's folder to what is wrong with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

from mstation.check.run import check_film
from mstation.check.telling import tell, to_json
from mstation.cli.words import interface_language
from mstation.errors import InvalidInput, Tongue

HARD_FAULT = 1  # the exit code of a film that breaks a hard rule


def check_and_tell(folder: Path, *, lang: str | None, as_json: bool) -> int:
    """Check a film, print the table or its document, and return the exit code.

    Raises:
        MStationError: the film cannot be read, or `lang` is no language.
    """
    language = _language(lang)
    report = check_film(folder)
    sys.stdout.write(to_json(report).decode() if as_json else tell(report, language))
    return 0 if report.is_sound else HARD_FAULT


def _language(name: str | None) -> Tongue:
    if name is None:
        return interface_language()
    if name not in ("en", "zh"):
        raise InvalidInput(
            f"--lang is en or zh, not `{name}`", zh=f"--lang 只能是 en 或 zh，没有 `{name}`"
        )
    return cast(Tongue, name)
