"""Nouns in, JSON out, and back: every stored document says its schema and version.

A document is `{"schema": "mstation.shots/1", ...fields}` in UTF-8 with sorted keys, so the
same noun always gives the same bytes. Floats are rounded to a micrometre, a microsecond, a
microradian: what differs below that is the same film.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from mstation.errors import InvalidInput

FLOAT_DIGITS = 6
Noun = TypeVar("Noun")


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(noun: Any) -> TypeAdapter[Any]:
    """Return the noun's reader, made once: making one costs milliseconds."""
    if noun not in _adapters:
        _adapters[noun] = TypeAdapter(noun)
    return _adapters[noun]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, FLOAT_DIGITS) + 0.0
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def write(noun: Any, schema: str, *, indent: int | None = None) -> bytes:
    """Return the JSON document of a dataclass, under `schema` (`mstation.<noun>/<version>`)."""
    fields = _rounded(_adapter(type(noun)).dump_python(noun, mode="json"))
    document = {"schema": schema, **fields}
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(
        document, ensure_ascii=False, sort_keys=True, indent=indent, separators=separators
    )
    return text.encode() + b"\n"


def read(data: bytes, noun: type[Noun], schema: str) -> Noun:
    """Return the noun stored in a JSON document.

    Raises:
        InvalidInput: when the document is of another schema, or does not fit the noun.
    """
    try:
        document = json.loads(data)
    except ValueError as error:
        raise InvalidInput(
            f"not a JSON document: {error}", zh=f"不是 JSON 文档：{error}"
        ) from error
    found = document.pop("schema", None) if isinstance(document, dict) else None
    if found != schema:
        raise InvalidInput(
            f"expected a `{schema}` document, found `{found}`",
            zh=f"这里应是 `{schema}` 文档，却是 `{found}`",
        )
    try:
        result: Noun = _adapter(noun).validate_python(document)
    except ValidationError as error:
        raise InvalidInput(
            f"a `{schema}` document does not fit: {error}",
            zh=f"`{schema}` 文档的内容不合格式：{error}",
        ) from error
    return result
