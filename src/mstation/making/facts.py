"""Small facts between steps, as plain JSON."""

from __future__ import annotations

import json
from typing import Any


def as_json(value: Any) -> bytes:
    """Return a value as canonical JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
