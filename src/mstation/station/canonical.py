"""A document in, the one text of it that is signed and hashed out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return a document in the one way in which it is signed: keys in order, no blanks, UTF-8.

    Source: RFC 8785, which says the same of documents whose keys are ASCII and numbers whole.
    """
    told = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return told.encode("utf-8", "surrogatepass")


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document's one text."""
    return hashlib.sha256(canonical(document)).hexdigest()
