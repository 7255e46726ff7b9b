"""Names from outside in, names that any file system takes as one file's name out.

Sources: Microsoft, Naming Files, Paths, and Namespaces; POSIX.1-2017, 3.170; Unicode UAX 9 (signs
that turn the direction of text).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MOST_BYTES = 200  # of 255 that most file systems take, so that something may be added
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\..*)?", re.IGNORECASE
)
_UNSAFE = frozenset('<>:"/\\|?*')
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # categories that no name shows
_TAKEN_BY_US = (".part",)  # what is still on its way


def safe_name(name: str) -> str:
    """Return a name that is one file's name on Linux, macOS and Windows, as like as may be.

    It leads nowhere else: it has no separators, is none of `.`, `..` and the devices of Windows,
    and has no signs that cannot be seen.
    """
    text = "".join(map(_safe_sign, unicodedata.normalize("NFC", name)))
    text = _cut(text.rstrip(". ").lstrip(" "))
    if not text:
        return "_"
    if _RESERVED.fullmatch(text) or text.lower().endswith(_TAKEN_BY_US):
        return _cut(f"_{text}") + ("_" if text.lower().endswith(_TAKEN_BY_US) else "")
    return text


def safe_names(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return safe names of files in one folder, no two alike where case does not matter."""
    used = {_folded(name) for name in taken}
    safe = []
    for name in map(safe_name, names):
        stem, dot, kind = name.rpartition(".")
        stem, kind = (stem, dot + kind) if stem else (name, "")
        number = 1
        while _folded(name) in used:
            number += 1
            name = f"{stem} ({number}){kind}"
        used.add(_folded(name))
        safe.append(name)
    return safe


def _safe_sign(sign: str) -> str:
    return "_" if sign in _UNSAFE or unicodedata.category(sign) in _UNSEEN else sign


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _cut(name: str) -> str:
    """Return a name of at most so many bytes in UTF-8, its kind kept where that is short."""
    if len(name.encode()) <= MOST_BYTES:
        return name
    stem, dot, kind = name.rpartition(".")
    if not stem or len(kind.encode()) > 16:
        stem, dot, kind = name, "", ""
    room = MOST_BYTES - len((dot + kind).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + kind
