"""Rules of work as data: which sets there are, and what each says."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("rules.toml").read_text("utf-8"))


def rule_sets() -> tuple[str, ...]:
    """Return the names of the sets of rules that a production may be bound by."""
    return tuple(_tables()["sets"])
