"""What FDX has no words for, said beside what it has: `MStation:Says`, in JSON.

Final Draft and other readers pass over an attribute of a namespace that they do not know, so
nothing of it is shown or printed. Only what its own reading of a paragraph gets wrong is said.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mstation.screenplay.script import Element, ElementKind, Mark, Run, TitleField

NAMESPACE = "urn:mstation:fdx"
PREFIX = "MStation"
SAYS = f"{{{NAMESPACE}}}Says"
LANGUAGE = f"{{{NAMESPACE}}}Language"

# Source: XML 1.0, Char
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_MAX_SAID = 1_000_000  # characters
_OF_WORDS = ("text", "runs", "extensions")  # true only of the words they were said beside


@dataclass(frozen=True, slots=True)
class Said:
    """What an element is, where its paragraph alone would tell otherwise."""

    id: str | None = None
    kind: ElementKind | None = None
    text: str | None = None
    scene_number: str | None = None
    extensions: tuple[str, ...] | None = None
    is_dual: bool | None = None
    depth: int | None = None
    runs: tuple[Run, ...] | None = None
    notes: tuple[str, ...] | None = None
    marks: tuple[Mark, ...] | None = None
    beside: str | None = None  # the words of the paragraph that `_OF_WORDS` were said of
    before: int | None = None  # script notes: they stand before this paragraph, counted from 0
    inside: int | None = None  # script notes: on this paragraph of a dual dialogue


@dataclass(frozen=True, slots=True)
class SaidTitlePage:
    """The fields of a title page, and the lines that show them."""

    fields: tuple[TitleField, ...]
    beside: tuple[str, ...]


_said = TypeAdapter(Said)
_said_title_page = TypeAdapter(SaidTitlePage)


def hear(attribute: str) -> Said | None:
    """Return what an attribute says, or None where it says nothing that can be understood."""
    said: Said | None = _heard(_said, attribute)
    return said


def hear_title_page(attribute: str) -> SaidTitlePage | None:
    """Return the title page that an attribute says, or None."""
    said: SaidTitlePage | None = _heard(_said_title_page, attribute)
    return said


def say(said: Said) -> str:
    """Return the attribute that says it."""
    return _json({name: value for name, value in asdict(said).items() if value is not None})


def say_title_page(said: SaidTitlePage) -> str:
    """Return the attribute that says a title page."""
    return _json(asdict(said))


def difference(element: Element, shown: Element, *, beside: str) -> Said | None:
    """Return what must be said of an element whose paragraph alone would be read as `shown`."""
    said = {
        name: getattr(element, name)
        for name in _SAID_OF_ELEMENTS
        if getattr(element, name) != getattr(shown, name)
    }
    if not said:
        return None
    if any(name in said for name in _OF_WORDS):
        said["beside"] = beside
    return Said(**said)


def corrected(element: Element, said: Said, *, beside: str) -> Element:
    """Return the element as it says it is; words that were changed since are believed instead."""
    names = _SAID_OF_ELEMENTS if beside == said.beside else _SAID_OF_THE_REST
    changes = {name: getattr(said, name) for name in names if getattr(said, name) is not None}
    length = len(changes.get("text", element.text))
    if not _ID.fullmatch(changes.get("id", "el")):
        del changes["id"]
    runs = changes.get("runs", element.runs)
    if any(not 0 <= run.start < run.end <= length for run in runs):
        changes["runs"] = ()
    return replace(element, **changes)


_SAID_OF_ELEMENTS = tuple(
    field.name for field in fields(Said) if field.name not in ("beside", "before", "inside")
)
_SAID_OF_THE_REST = tuple(name for name in _SAID_OF_ELEMENTS if name not in _OF_WORDS)


def _heard(adapter: TypeAdapter[Any], attribute: str) -> Any:
    if not attribute or len(attribute) > _MAX_SAID:
        return None
    try:
        return adapter.validate_json(attribute)
    except ValidationError:
        return None


def _json(value: dict[str, Any]) -> str:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return NOT_XML.sub(_escaped, told)


def _escaped(match: re.Match[str]) -> str:
    """Half a character is no text: it stays out of JSON as well as out of XML."""
    code = ord(match[0])
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"
