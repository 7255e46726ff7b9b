"""TOML that people write beside the screenplay: bytes in, tables out, and what may be meant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mstation.errors import InvalidInput

MAX_BYTES = 1_000_000
MAX_WORDS = 200  # characters of a value
_NEAR = 0.5  # how alike two words are of which one may be meant: 2B and 2A
_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Row:
    """Where a row stands, for whoever must mend it."""

    path: str
    called: str = ""  # `[shots.sh-…]`, in either language; empty for the file as a whole
    called_zh: str = ""
    line: int = 0  # 0: it cannot be told

    def refuse(self, message: str, zh: str) -> InvalidInput:
        """Return the error that says what is wrong with the row."""
        which, which_zh = (f"{self.called}: ", f"{self.called_zh}：") if self.called else ("", "")
        return InvalidInput(
            which + message, path=self.path, line=self.line or None, zh=which_zh + zh
        )

    def unknown(
        self,
        noun: str,
        noun_zh: str,
        written: str,
        known: Sequence[str],
        near: Sequence[str] = (),
    ) -> InvalidInput:
        """Return the error that tells what is known; `near` may hold more that may be meant."""
        hint, hint_zh = near_names(written.lower(), near or known)
        return self.refuse(
            f"no {noun} `{written[:60]}` is known{hint}; known: {', '.join(known)}",
            f"没有这个{noun_zh}：`{written[:60]}`{hint_zh}；可用：{'、'.join(known)}",
        )

    def check_keys(
        self,
        values: Mapping[str, Any],
        known: Sequence[str],
        noun: str = "key",
        noun_zh: str = "键",
    ) -> None:
        """Refuse a row that says what we do not know.

        Raises:
            InvalidInput: names the key, and what may be meant.
        """
        for key in values:
            if key not in known:
                raise self.unknown(noun, noun_zh, key, known)

    def words(self, values: Mapping[str, Any], key: str, example: str) -> str:
        """Return the words that stand under a key.

        Raises:
            InvalidInput: when there are none, too many, or something else than words.
        """
        value = values.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > MAX_WORDS:
            raise self.refuse(
                f'`{key}` must be words in quotation marks: {key} = "{example}"',
                f'`{key}` 应为引号中的文字，例如 {key} = "{example}"',
            )
        return value.strip()


def text_of(data: bytes, path: str) -> str:
    """Return the text of a file, with the line ends of Unix.

    Raises:
        InvalidInput: when it is too long, or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            f"{len(data)} bytes are too many; at most {MAX_BYTES} are read",
            path=path,
            zh=f"文件过大（{len(data)} 字节），最多读取 {MAX_BYTES} 字节",
        )
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            "not UTF-8 text; save the file as UTF-8",
            path=path,
            line=line,
            zh="不是 UTF-8 文本；请存为 UTF-8",
        ) from error


def tables_of(text: str, path: str) -> dict[str, Any]:
    """Return the tables of a text.

    Raises:
        InvalidInput: when it is no TOML; names the line.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        where = _LINE.search(str(error))
        reason = _LINE.sub("", str(error)).strip()
        raise InvalidInput(
            f"not TOML: {reason}",
            path=path,
            line=int(where[1]) if where else None,
            zh=f"不是合格的 TOML：{reason}",
        ) from error


def near_names(written: str, known: Iterable[str]) -> tuple[str, str]:
    """Return the end of a message that names what may be meant, in both languages, or nothing."""
    near = get_close_matches(written[:60], list(known), n=1, cutoff=_NEAR)
    return (f"; did you mean `{near[0]}`?", f"，是否想写 `{near[0]}`？") if near else ("", "")
