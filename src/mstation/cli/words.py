"""The words of the command line, English or Chinese by the person's locale."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from mstation.errors import Tongue


def interface_language() -> Tongue:
    """Return `zh` when the environment's locale is Chinese, else `en`."""
    for name in ("MSTATION_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def words() -> dict[str, str]:
    """Return what the command says, by key."""
    table = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    chosen: dict[str, str] = table[interface_language()]
    return chosen


def printable(text: str) -> str:
    """Return a stranger's words without what would command a terminal."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)
