"""What people write, made safe to keep and to show: prose of several lines, and free JSON."""

from __future__ import annotations

import re
from typing import Any

import orjson

from mstation.errors import InvalidInput

MOST_SIGNS = 4000  # of a comment or a description
_NOT_WRITTEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # what no database keeps


def prose(text: str, what: str = "text", what_zh: str = "文本", *, most: int = MOST_SIGNS) -> str:
    """Return text of any number of lines, trimmed, each line ended alike.

    Raises:
        InvalidInput: when it is too long or holds control characters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > most:
        raise InvalidInput(
            f"a {what} has at most {most} characters", zh=f"{what_zh}最多 {most} 个字符"
        )
    if _NOT_WRITTEN.search(text):
        raise InvalidInput(f"a {what} holds no control characters", zh=f"{what_zh}不能含有控制字符")
    return text


def free_json(value: Any, what: str, what_zh: str, *, most_bytes: int) -> Any:
    """Return a value as JSON has it: what is no number of JSON's becomes null.

    Raises:
        InvalidInput: when it is too large, too deep, or holds what JSON cannot tell.
    """
    try:
        told = orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        raise InvalidInput(
            f"the {what} cannot be kept: {error}", zh=f"{what_zh}无法保存：{error}"
        ) from error
    if len(told) > most_bytes:
        raise InvalidInput(
            f"the {what} has {len(told)} bytes; at most {most_bytes} are kept",
            zh=f"{what_zh}有 {len(told)} 字节，最多 {most_bytes} 字节",
        )
    return orjson.loads(told)
