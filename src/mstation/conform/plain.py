"""The fields of a JSON document, each checked for its kind and named by its place."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from mstation.conform.faults import broken


@dataclass(frozen=True, slots=True)
class Plain:
    """An object of a JSON document, and where it stands in it."""

    fields: dict[str, Any]
    place: str
    document: str

    @property
    def kind(self) -> str:
        """What OpenTimelineIO calls it, whatever its version: Clip, Gap, Stack."""
        return self.text("OTIO_SCHEMA").partition(".")[0]

    def refuse(self, what: str, zh: str) -> NoReturn:
        """Raise what is wrong with it."""
        raise broken(self.document, f"`{self.place}`: {what}", f"`{self.place}`：{zh}")

    def text(self, field: str) -> str:
        """Return a text; an empty one where there is none."""
        value = self.fields.get(field)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(f"`{field}` is no text", f"`{field}` 不是文本")
        return value

    def number(self, field: str) -> float:
        """Return a number that is finite."""
        value = self.fields.get(field)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(f"`{field}` is no number", f"`{field}` 不是数值")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.refuse(f"`{field}` is no finite number", f"`{field}` 不是有限数值")
        return number

    def flag(self, field: str, *, default: bool) -> bool:
        """Return a truth value."""
        value = self.fields.get(field)
        return value if isinstance(value, bool) else default

    def inner(self, field: str) -> Plain | None:
        """Return an object within, or None where there is none."""
        value = self.fields.get(field)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(f"`{field}` is no object", f"`{field}` 不是对象")
        return Plain(value, f"{self.place}.{field}", self.document)

    def every(self, field: str) -> list[Plain]:
        """Return the objects of a list; none where there is no list."""
        value = self.fields.get(field)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(f"`{field}` is no list", f"`{field}` 不是列表")
        found = []
        for index, item in enumerate(value):
            place = f"{self.place}.{field}[{index}]"
            if not isinstance(item, dict):
                raise broken(self.document, f"`{place}` is no object", f"`{place}` 不是对象")
            found.append(Plain(item, place, self.document))
        return found


def parse(data: bytes, name: str) -> Plain:
    """Return the object that a JSON document is.

    Raises:
        InvalidInput: it is no JSON, nests without end, or is no object.
    """
    try:
        document = json.loads(data.removeprefix(b"\xef\xbb\xbf"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise broken(name, f"it is not JSON: {reason}", f"不是 JSON 文档：{reason}") from error
    if not isinstance(document, dict):
        raise broken(name, "it is no JSON object", "不是 JSON 对象")
    return Plain(document, "timeline", name)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"`{text}` is no number")
