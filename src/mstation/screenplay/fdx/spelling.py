"""Words and attributes as XML spells them, always the same way."""

from __future__ import annotations

from mstation.screenplay.fdx.said import NOT_XML

# a carriage return would come back as a line feed, a tab in an attribute as a space
_WORDS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = _WORDS | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def spelled(words: str) -> str:
    """Return the words as the text of an element; what XML cannot hold is a `U+FFFD`."""
    return NOT_XML.sub("\ufffd", words).translate(_WORDS)


def tag(name: str, **attributes: str | None) -> str:
    """Return a start tag without its `>`: attributes in order, those that are None left out.

    A namespace's attribute is passed as `Prefix__name`.
    """
    told = sorted(
        (key.replace("__", ":"), value) for key, value in attributes.items() if value is not None
    )
    written = (
        f'{key}="{NOT_XML.sub(chr(0xFFFD), value).translate(_ATTRIBUTE)}"' for key, value in told
    )
    return " ".join((f"<{name}", *written))
