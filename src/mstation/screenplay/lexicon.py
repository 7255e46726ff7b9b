"""The words that readers know, from TOML files that lie beside the code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def lexicon(package: str, name: str) -> dict[str, Any]:
    """Return the word lists of `name.toml` in a package; read once, never changed."""
    return tomllib.loads(files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
