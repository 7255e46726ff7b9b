"""PDF bytes to sheets, read in a process apart with limits of time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from mstation.errors import InvalidInput, Unsupported
from mstation.screenplay.pdf import glyphs
from mstation.screenplay.pdf.sheet import Line, Sheet, Word, in_order
from mstation.screenplay.script import Emphasis

MAX_BYTES = 64 * 1024 * 1024
MAX_SECONDS = 120
MAX_MEGABYTES = 450
_STYLES = ((1, Emphasis.ITALIC), (2, Emphasis.BOLD), (4, Emphasis.UNDERLINE))
_EMPHASES = tuple(in_order(style for bit, style in _STYLES if bits & bit) for bits in range(8))


def read_sheets(data: bytes, *, path: str) -> tuple[Sheet, ...]:
    """Return the sheets of a PDF, their lines from the top down.

    Raises:
        InvalidInput: when it is damaged, too large, or does not end.
        Unsupported: when it is locked with a password.
    """
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            f"the PDF has {len(data) / 1e6:.0f} MB and the limit is {MAX_BYTES >> 20} MB; "
            "export the screenplay without pictures",
            path=path,
            zh=f"PDF 有 {len(data) / 1e6:.0f} MB，上限是 {MAX_BYTES >> 20} MB；"
            "请导出不含图片的剧本",
        )
    sheets: list[Sheet] = []
    for line in _pressed(data, path).splitlines():
        found: dict[str, Any] = json.loads(line)
        if "fault" in found:
            raise _fault(found["fault"], found.get("count", 0), path)
        sheets.append(_sheet(len(sheets) + 1, found))
    return tuple(sheets)


def _pressed(data: bytes, path: str) -> bytes:
    """Return what the process apart found: a line of JSON for every sheet."""
    command = [sys.executable, "-P", glyphs.__file__, str(MAX_MEGABYTES)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, check=False, timeout=MAX_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidInput(
            f"the PDF was not read within {MAX_SECONDS} seconds; export the screenplay again, "
            "or as Fountain or FDX",
            path=path,
            zh=f"{MAX_SECONDS} 秒内没能读完这份 PDF；请重新导出，或导出为 Fountain 或 FDX",
        ) from error
    if done.returncode:
        raise _fault("damaged", 0, path)
    return done.stdout


def _fault(fault: str, count: int, path: str) -> InvalidInput:
    match fault:
        case "locked":
            return Unsupported(
                "the PDF is locked with a password; save it without one",
                path=path,
                zh="PDF 设有密码；请另存为不加密的 PDF",
            )
        case "pages":
            return InvalidInput(
                f"the PDF has {count} pages, more than any screenplay; give one screenplay",
                path=path,
                zh=f"PDF 有 {count} 页，超过任何一部剧本；请只给一部剧本",
            )
        case "characters":
            return InvalidInput(
                f"the PDF holds more than {count} characters; give one screenplay",
                path=path,
                zh=f"PDF 的字数超过 {count}；请只给一部剧本",
            )
        case "empty":
            return InvalidInput(
                "the PDF has no pages; export the screenplay again",
                path=path,
                zh="PDF 里没有页；请重新导出剧本",
            )
        case _:
            return InvalidInput(
                "the PDF cannot be read: it is damaged, or holds far more than a screenplay; "
                "export the screenplay again",
                path=path,
                zh="无法读取 PDF：文件已损坏，或内容远超一部剧本；请重新导出剧本",
            )


def _sheet(number: int, row: dict[str, Any]) -> Sheet:
    return Sheet(
        number=number,
        width=row["width"],
        height=row["height"],
        lines=tuple(
            Line(
                words=tuple(
                    Word(text, left, right, _EMPHASES[bits], bool(is_glued))
                    for text, left, right, bits, is_glued in line["words"]
                ),
                top=line["top"],
                size=line["size"],
                pitch=line["pitch"],
            )
            for line in row["lines"]
        ),
        is_unread=bool(row["picture"] or row.get("lost")) and not row["lines"],
    )
