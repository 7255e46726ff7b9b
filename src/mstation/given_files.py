"""A file that a person gave in, its bytes out, or why it is not used."""

from __future__ import annotations

from pathlib import Path

from mstation.errors import refusal_zh

Told = dict[str, str]  # in both languages


def read_given(path: Path, most_bytes: int, *, missing: Told, too_large: Told) -> bytes | Told:
    """Return the bytes of a file, or why they are not there; what is too large is not read."""
    try:
        if not path.is_file():
            return missing
        if path.stat().st_size > most_bytes:
            return too_large
        return path.read_bytes()
    except OSError as error:
        return {"en": f"cannot be read: {error.strerror}", "zh": f"无法读取：{refusal_zh(error)}"}
